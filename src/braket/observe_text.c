/* SPDX-License-Identifier: Apache-2.0 */
/* observe_text.c - the program as it goes out when its results are computed here: result pragmas become comments, turns
 * stand before the measurements, or at the end with measurements of all qubits. Nothing moves to another line, so that
 * what the device says of a line is of the user's line. */
#include "braket/observe_priv.h"

#include "qasm/lex.h"
#include "sim/observable.h"
#include <stdlib.h>
#include <string.h>

#define SAY(c, source, ...)                                                                                            \
    kt_diag((c)->found, kt_program_file((c)->question->program, (source).file), (source), 1, KT_E_INVALID, NULL,       \
            __VA_ARGS__)

typedef struct edit {
    size_t at;
    uint32_t rank; /* equal places: in this order */
    kt_buf text;
} edit;

typedef struct writing {
    kt_order_check *check;
    kt_view source;
    edit *edits;
    size_t count, room;
    kt_turn *turns;      /* of each qubit */
    kt_source *asked_at; /* where the observable of the turn stands */
    kt_error *err;
} writing;

static edit *edit_at(writing *w, size_t at)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->edits[i].at == at)
            return &w->edits[i];
    if (w->count == w->room) {
        const size_t room = w->room == 0 ? 16 : 2 * w->room;
        edit *grown = realloc(w->edits, room * sizeof(*grown));
        if (grown == NULL) {
            kt_fail_nomem(w->err, room * sizeof(*grown), "a program");
            return NULL;
        }
        w->edits = grown;
        w->room = room;
    }
    edit *e = &w->edits[w->count++];
    e->at = at;
    e->rank = (uint32_t)w->count;
    kt_buf_init(&e->text, 0);
    return e;
}

/* The byte at a line and column, which counts characters. */
static size_t offset_of(kt_view text, kt_source at)
{
    size_t i = 0;
    for (uint32_t line = 1; line < at.line && i < text.length; i++)
        line += text.data[i] == '\n';
    for (uint32_t column = 1; column < at.column && i < text.length; column++)
        do
            i++;
        while (i < text.length && ((unsigned char)text.data[i] & 0xC0) == 0x80);
    return i;
}

/* ---- pragmas ---- */

static bool is_result_pragma(kt_view line)
{
    const char *const words[] = { "pragma", "braket", "result" };
    kt_view rest = kt_view_trim(line);
    if (rest.length > 0 && rest.data[0] == '#')
        rest = (kt_view){ rest.data + 1, rest.length - 1 };
    for (size_t i = 0; i < KT_COUNT(words); i++) {
        const size_t length = strlen(words[i]);
        rest = kt_view_trim(rest);
        if (rest.length < length || memcmp(rest.data, words[i], length) != 0)
            return false;
        rest = (kt_view){ rest.data + length, rest.length - length };
    }
    return true;
}

static int comment_pragmas(writing *w)
{
    size_t start = 0;
    while (start < w->source.length) {
        const char *end = memchr(w->source.data + start, '\n', w->source.length - start);
        const size_t stop = end == NULL ? w->source.length : (size_t)(end - w->source.data);
        if (is_result_pragma((kt_view){ w->source.data + start, stop - start })) {
            edit *e = edit_at(w, start);
            if (e == NULL || kt_buf_adds(&e->text, "// ") < 0)
                return kt_fail_nomem(w->err, 16, "a program");
        }
        start = stop + 1;
    }
    return 0;
}

/* ---- turns ---- */

static int note_factor(writing *w, const kt_want *want, const kt_factor *factor, const uint32_t *qubits)
{
    kt_turn turns[KT_FACTOR_MOST_QUBITS];
    const uint32_t count = factor->qubit_count == 0 ? 1 : factor->qubit_count;
    kt_factor whole = *factor;
    kt_error own = { 0 };
    whole.qubit_count = count;
    double *values = malloc(((size_t)1 << count) * sizeof(*values));
    if (values == NULL)
        return kt_fail_nomem(w->err, sizeof(*values) << count, "an observable");
    const int rc = kt_observe_factor(&whole, values, turns, &own);
    free(values);
    if (rc == KT_E_UNSUPPORTED)
        SAY(w->check, want->source, "%s", own.message);
    else if (rc < 0)
        return kt_fail(w->err, (kt_code)rc, "%s", own.message);
    for (uint32_t i = 0; rc == 0 && i < count; i++)
        if (factor->kind != KT_OBS_I) {
            w->turns[qubits[i]] = turns[i];
            w->asked_at[qubits[i]] = want->source;
        }
    return 0;
}

static int note_want(writing *w, const kt_want *want)
{
    const uint32_t qubits = (uint32_t)kt_circuit_qubit_count(w->check->circuit);
    int rc = 0;
    if (want->all_qubits && want->term_count == 1)
        for (uint32_t q = 0; rc == 0 && q < qubits; q++)
            rc = note_factor(w, want, &want->terms[0].factors[0], &q);
    for (uint32_t t = 0; !want->all_qubits && t < want->term_count; t++)
        for (uint32_t f = 0; rc == 0 && f < want->terms[t].factor_count; f++)
            rc = note_factor(w, want, &want->terms[t].factors[f], want->terms[t].factors[f].qubits);
    return rc;
}

/* ---- names ---- */

/* What the text calls a qubit: registers stand one after another in labels. false: not known from the text alone. */
static bool name_qubit(const writing *w, uint32_t qubit, char *out, size_t bytes)
{
    const uint32_t label = kt_circuit_label(w->check->circuit, qubit);
    uint64_t first = 0;
    if (w->check->is_physical)
        return snprintf(out, bytes, "$%u", label) > 0;
    for (const kt_stmt *s = kt_program_ast(w->check->question->program)->statements; s != NULL; s = s->next) {
        if (s->kind != KT_STMT_DECL || s->type->kind != KT_TYPE_QUBIT)
            continue;
        const kt_expr *size = s->type->size;
        if (size == NULL && label == first)
            return (size_t)snprintf(out, bytes, "%.*s", KT_VIEW_ARG(s->name)) < bytes;
        if (size != NULL && (size->kind != KT_EXPR_INT || label < first + size->integer))
            return (size_t)snprintf(out, bytes, "%.*s[%llu]", KT_VIEW_ARG(s->name),
                                    (unsigned long long)(label - first)) < bytes;
        first += size == NULL ? 1 : size->integer;
    }
    return false;
}

/* ---- where ---- */

/* Devices that take whole verbatim boxes only want the turns in the box, in their own gates. */
static bool must_be_verbatim(const kt_order_check *c)
{
    return !kt_target_facts_of(c->target)->is_simulator &&
           json_is_false(json_object_get(c->target->openqasm, "supportsPartialVerbatimBox"));
}

/* Before the brace that closes the last verbatim box; SIZE_MAX: there is none. */
static size_t end_of_box(const writing *w)
{
    size_t count = 0;
    const kt_op *ops = kt_circuit_ops(w->check->circuit, &count);
    for (size_t i = count; i-- > 0;) {
        if (ops[i].kind != KT_OP_VERBATIM_END)
            continue;
        const size_t at = offset_of(w->source, ops[i].source);
        kt_lexer lexer;
        kt_token token;
        kt_view body;
        kt_lexer_init(&lexer, (kt_view){ w->source.data + at, w->source.length - at });
        do
            kt_lexer_next(&lexer, &token);
        while (token.kind != KT_TOK_LBRACE && token.kind != KT_TOK_END);
        if (token.kind == KT_TOK_LBRACE && kt_lexer_braced(&lexer, &body))
            return (size_t)(body.data - w->source.data) + body.length;
    }
    return SIZE_MAX;
}

/* The statement at the program's top level that a measurement stands in; NULL: in a block. */
static const kt_stmt *statement_of(const writing *w, kt_source at)
{
    const kt_stmt *found = NULL;
    for (const kt_stmt *s = kt_program_ast(w->check->question->program)->statements; s != NULL; s = s->next)
        if (s->source.file == at.file &&
            (s->source.line < at.line || (s->source.line == at.line && s->source.column <= at.column)))
            found = s;
    return found != NULL && at.file == 0 &&
                   (found->kind == KT_STMT_MEASURE || found->kind == KT_STMT_ASSIGN || found->kind == KT_STMT_DECL)
               ? found
               : NULL;
}

static const kt_op *measurement_of(const kt_order_check *c, uint32_t qubit)
{
    size_t count = 0;
    const kt_op *ops = kt_circuit_ops(c->circuit, &count);
    for (size_t i = 0; i < count; i++)
        if (ops[i].kind == KT_OP_MEASURE && ops[i].qubits[0] == qubit)
            return &ops[i];
    return NULL;
}

static int put_turn(writing *w, uint32_t qubit, size_t box_end)
{
    const kt_order_check *c = w->check;
    const bool in_box = box_end != SIZE_MAX && must_be_verbatim(c);
    const kt_json *gates = in_box ? json_object_get(c->target->paradigm, "nativeGateSet")
                                  : json_object_get(c->target->openqasm, "supportedOperations");
    const kt_op *measured = measurement_of(c, qubit);
    const kt_source asked_at = w->asked_at[qubit];
    size_t at = in_box ? box_end : w->source.length;
    char name[128];
    kt_error own = { 0 };
    if (asked_at.line == 0 || w->turns[qubit].theta == 0)
        return 0;
    if (!name_qubit(w, qubit, name, sizeof(name))) {
        SAY(c, asked_at, "qubit %u can't be named for its basis; declare registers by a literal size",
            kt_circuit_label(c->circuit, qubit));
        return 0;
    }
    if (measured != NULL && !in_box) {
        const kt_stmt *s = statement_of(w, measured->source);
        if (s == NULL) {
            SAY(c, measured->source, "the result is computed here from counts, so measure at the program's top level");
            return 0;
        }
        at = offset_of(w->source, s->source);
    }
    edit *e = edit_at(w, at);
    if (e == NULL)
        return KT_E_NOMEM;
    if (at == w->source.length && e->text.length == 0)
        kt_buf_adds(&e->text, "\n");
    const int rc = kt_observe_turn(w->turns[qubit], gates, name, &e->text, &own);
    if (rc == KT_E_UNSUPPORTED)
        SAY(c, asked_at, "%s", own.message);
    return rc == KT_E_UNSUPPORTED ? 0 : rc;
}

/* ---- measuring ---- */

/* What was asked for must be among what is measured; a program without a measurement measures everything, as Braket
 * does, but not every device measures what has no bit to go to. */
static int check_measured(writing *w)
{
    const kt_order_check *c = w->check;
    size_t count = 0;
    const kt_want *wants = kt_circuit_wants(c->circuit, &count);
    if (!kt_circuit_has_measure(c->circuit))
        return 0;
    for (uint32_t q = 0; q < (uint32_t)kt_circuit_qubit_count(c->circuit); q++)
        if (measurement_of(c, q) == NULL) {
            SAY(c, wants[0].source,
                "results are computed from counts, and qubit %u is not measured; measure it too, "
                "or nothing",
                kt_circuit_label(c->circuit, q));
            return 0;
        }
    return 0;
}

static int by_place(const void *a, const void *b)
{
    const edit *left = a, *right = b;
    return left->at != right->at ? (left->at < right->at ? -1 : 1) : (left->rank < right->rank ? -1 : 1);
}

static int write_text(writing *w, kt_buf *out)
{
    size_t done = 0;
    if (w->count > 1)
        qsort(w->edits, w->count, sizeof(*w->edits), by_place);
    for (size_t i = 0; i < w->count; i++) {
        kt_buf_add(out, w->source.data + done, w->edits[i].at - done);
        kt_buf_join(out, &w->edits[i].text);
        done = w->edits[i].at;
    }
    kt_buf_add(out, w->source.data + done, w->source.length - done);
    return kt_buf_check(out, w->err, "a program");
}

int kt_observe_text(kt_order_check *check, kt_buf *out, kt_error *err)
{
    const uint32_t qubits = (uint32_t)kt_circuit_qubit_count(check->circuit);
    size_t count = 0;
    const kt_want *wants = kt_circuit_wants(check->circuit, &count);
    writing w = { .check = check,
                  .source = check->question->source,
                  .turns = calloc(qubits + 1, sizeof(*w.turns)),
                  .asked_at = calloc(qubits + 1, sizeof(*w.asked_at)),
                  .err = err };
    int rc = w.turns == NULL || w.asked_at == NULL ? kt_fail_nomem(err, qubits * sizeof(*w.turns), "observables") : 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = note_want(&w, &wants[i]);
    if (rc == 0)
        rc = check_measured(&w);
    if (rc == 0)
        rc = comment_pragmas(&w);
    const size_t box_end = end_of_box(&w);
    for (uint32_t q = 0; rc == 0 && q < qubits; q++)
        rc = put_turn(&w, q, box_end);
    if (rc == 0)
        rc = write_text(&w, out);
    for (size_t i = 0; i < w.count; i++)
        kt_buf_fini(&w.edits[i].text);
    free(w.edits);
    free(w.turns);
    free(w.asked_at);
    return rc;
}
