/* SPDX-License-Identifier: Apache-2.0 */
/* exec_pragma.c - Braket's pragmas: unitaries and noise become operations, wanted results are gathered. A bare register
 * under an observable stands for each of its qubits. */
#include "circuit/linalg.h"
#include "qasm/play.h"

#include <ketch/result.h>

#include <inttypes.h>
#include <string.h>

#define MATRIX_TOLERANCE 1e-5 /* as Braket's */

static int exec_unitary(kt_play *p, const kt_stmt *s)
{
    const kt_pragma *pragma = s->pragma;
    const kt_ast_matrix *m = pragma->matrices;
    uint32_t *qubits, count = 0;
    int rc = kt_operand_list(p, pragma->targets, &qubits, &count);
    if (rc == 0)
        rc = kt_distinct(p, qubits, count, s->source, s->length);
    if (rc < 0)
        return rc;
    if (count > 10)
        return kt_play_fail(p, s->source, s->length, KT_E_LIMIT, NULL,
                            "a unitary acts on at most 10 qubits, found %" PRIu32, count);
    if (m->rows != m->columns || m->rows != (uint64_t)1 << count)
        return kt_play_fail(
            p, m->source, 1, KT_E_INVALID, NULL,
            "a matrix of %" PRIu32 " x %" PRIu32 " for %" PRIu32 " qubit%s; %" PRIu64 " x %" PRIu64 " is wanted",
            m->rows, m->columns, count, count == 1 ? "" : "s", (uint64_t)1 << count, (uint64_t)1 << count);
    if (!kt_mat_is_unitary(m->rows, m->entries, MATRIX_TOLERANCE))
        return kt_play_fail(p, m->source, 1, KT_E_INVALID, NULL, "the matrix is not unitary");
    const kt_op op = { .kind = KT_OP_UNITARY,
                       .qubit_count = count,
                       .qubits = qubits,
                       .power = 1,
                       .matrix = m->entries,
                       .matrix_count = 1,
                       .source = s->source };
    return kt_emit(p, &op, s->length);
}

static int exec_kraus(kt_play *p, const kt_stmt *s)
{
    uint32_t *qubits, count = 0, matrices = 0;
    int rc = kt_operand_list(p, s->pragma->targets, &qubits, &count);
    if (rc == 0)
        rc = kt_distinct(p, qubits, count, s->source, s->length);
    if (rc < 0)
        return rc;
    const size_t n = (size_t)1 << (count < 3 ? count : 3);
    for (const kt_ast_matrix *m = s->pragma->matrices; m != NULL; m = m->next, matrices++)
        if (count > 2 || m->rows != n || m->columns != n)
            return kt_play_fail(p, m->source, 1, KT_E_INVALID, NULL,
                                "a Kraus operator of %" PRIu32 " x %" PRIu32 " for %" PRIu32
                                " qubit%s; 2 x 2 for one and 4 x 4 for two are taken",
                                m->rows, m->columns, count, count == 1 ? "" : "s");
    if (matrices > 16)
        return kt_play_fail(p, s->source, s->length, KT_E_LIMIT, NULL,
                            "at most 16 Kraus operators are taken, found %" PRIu32, matrices);
    kt_complex *all = kt_memory_take(&p->memory, (size_t)matrices * n * n * sizeof(*all));
    if (all == NULL)
        return kt_play_memory(p, "Kraus operators");
    size_t at = 0;
    for (const kt_ast_matrix *m = s->pragma->matrices; m != NULL; m = m->next, at += n * n)
        memcpy(all + at, m->entries, n * n * sizeof(*all));
    if (!kt_mat_is_complete(n, all, matrices, MATRIX_TOLERANCE))
        return kt_play_fail(p, s->source, s->length, KT_E_INVALID, NULL,
                            "the Kraus operators are no channel: the sum of K^dagger K is not the identity");
    const kt_op op = { .kind = KT_OP_KRAUS,
                       .qubit_count = count,
                       .qubits = qubits,
                       .power = 1,
                       .matrix = all,
                       .matrix_count = matrices,
                       .source = s->source };
    return kt_emit(p, &op, s->length);
}

/* Noise on one qubit goes to each of the targets. */
static int exec_noise(kt_play *p, const kt_stmt *s)
{
    const kt_pragma *pragma = s->pragma;
    const int noise = kt_noise_find(pragma->name);
    kt_angle parameters[4];
    double numbers[4];
    uint32_t *qubits, count = 0;
    uint8_t n = 0;
    kt_error why = { 0 };
    int rc = kt_operand_list(p, pragma->targets, &qubits, &count);
    for (const kt_expr *e = pragma->arguments; e != NULL && rc == 0 && n < 4; e = e->next) {
        kt_value v;
        rc = kt_eval(p, e, &v);
        if (rc == 0 && (kt_value_check(&v, &why) < 0 || !kt_value_is_real(&v)))
            rc = kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "a probability is a number");
        numbers[n] = rc == 0 ? kt_value_number(&v) : 0;
        parameters[n] = (kt_angle){ .value = numbers[n] };
        n++;
    }
    if (rc < 0)
        return rc;
    if (kt_noise_check((kt_noise)noise, numbers, &why) < 0)
        return kt_play_fail(p, s->source, s->length, KT_E_INVALID, NULL, "%s", why.message);
    const uint32_t each = kt_noise_rows[noise].qubit_count;
    if (each == 2 && count != 2)
        return kt_play_fail(p, s->source, s->length, KT_E_INVALID, NULL, "noise %s acts on 2 qubits, found %" PRIu32,
                            kt_noise_rows[noise].name, count);
    rc = each == 2 ? kt_distinct(p, qubits, count, s->source, s->length) : 0;
    for (uint32_t i = 0; i < count && rc == 0; i += each) {
        const kt_op op = { .kind = KT_OP_NOISE,
                           .gate = (uint8_t)noise,
                           .angle_count = n,
                           .qubit_count = each,
                           .qubits = qubits + i,
                           .power = 1,
                           .angles = parameters,
                           .source = s->source };
        rc = kt_emit(p, &op, s->length);
    }
    return rc;
}

/* ---- results ---- */

static int add_want(kt_play *p, const kt_want *want)
{
    if (!kt_play_grow((void **)&p->wants, &p->want_room, p->want_count, sizeof(p->wants[0])))
        return kt_play_nomem(p);
    p->wants[p->want_count++] = *want;
    return kt_play_count_more(p, want->source, 1);
}

/* A list of qubits that stays with the wanted result. */
static int want_qubits(kt_play *p, const kt_expr *list, const uint32_t **out, uint32_t *count, const kt_stmt *s)
{
    uint32_t *qubits = NULL;
    int rc = kt_operand_list(p, list, &qubits, count);
    if (rc == 0)
        rc = kt_distinct(p, qubits, *count, s->source, s->length);
    if (rc < 0)
        return rc;
    *out = *count == 0 ? NULL : kt_arena_copy(p->want_arena, qubits, *count * sizeof(*qubits));
    return *count > 0 && *out == NULL ? kt_play_nomem(p) : 0;
}

/* "expectation z(q[0])": the pragma without the words in front. */
static const char *want_text(kt_play *p, const kt_pragma *pragma)
{
    kt_view text = kt_view_trim(pragma->text);
    static const char *const words[] = { "braket", "result" };
    for (size_t i = 0; i < KT_COUNT(words); i++) {
        if (!kt_view_starts(text, words[i]))
            continue;
        const size_t length = strlen(words[i]);
        text = kt_view_trim((kt_view){ text.data + length, text.length - length });
    }
    return kt_arena_strndup(p->want_arena, text.data, text.length);
}

static int check_factor(kt_play *p, const kt_ast_factor *f, uint32_t count)
{
    if (f->kind != KT_OBS_HERMITIAN)
        return 0;
    const uint64_t n = (uint64_t)1 << (count == 0 ? 1 : count > 6 ? 7 : count);
    const kt_ast_matrix *m = f->matrix;
    if (count > 6 || m->rows != n || m->columns != n)
        return kt_play_fail(p, m->source, 1, KT_E_INVALID, NULL,
                            "a hermitian matrix of %" PRIu32 " x %" PRIu32 " for %" PRIu32 " qubit%s (at most 6)",
                            m->rows, m->columns, count == 0 ? 1 : count, count == 1 ? "" : "s");
    if (!kt_mat_is_hermitian(m->rows, m->entries, MATRIX_TOLERANCE))
        return kt_play_fail(p, m->source, 1, KT_E_INVALID, NULL, "the matrix of the observable is not hermitian");
    return 0;
}

/* The factors of a term; *each is set when a single one-qubit factor stands over several qubits, or over all. */
static int want_factors(kt_play *p, const kt_stmt *s, const kt_ast_term *t, kt_term *out, uint32_t *each)
{
    uint32_t count = 0;
    for (const kt_ast_factor *f = t->factors; f != NULL; f = f->next)
        count++;
    kt_factor *factors = KT_ARENA_ARRAY(p->want_arena, kt_factor, count);
    if (factors == NULL)
        return kt_play_nomem(p);
    *out = (kt_term){ .coefficient = t->coefficient, .factor_count = count, .factors = factors };
    for (const kt_ast_factor *f = t->factors; f != NULL; f = f->next, factors++) {
        int rc = want_qubits(p, f->targets, &factors->qubits, &factors->qubit_count, s);
        if (rc == 0)
            rc = check_factor(p, f, factors->qubit_count);
        if (rc < 0)
            return rc;
        factors->kind = f->kind;
        factors->matrix = f->matrix == NULL ? NULL : f->matrix->entries;
        factors->source = f->source;
        if (f->kind == KT_OBS_HERMITIAN && factors->qubit_count != 0)
            continue;
        if (factors->qubit_count != 1 && count > 1)
            return kt_play_fail(p, f->source, 1, KT_E_INVALID, "name one qubit of it",
                                "in a product each factor acts on one qubit, found %" PRIu32, factors->qubit_count);
        if (factors->qubit_count != 1)
            *each = factors->qubit_count == 0 ? UINT32_MAX : factors->qubit_count;
    }
    return 0;
}

/* One want for each qubit of a register that is not all there is. */
static int want_each(kt_play *p, const kt_want *want, const kt_factor *over, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        kt_factor *factor = kt_arena_copy(p->want_arena, over, sizeof(*over));
        kt_term *term = kt_arena_copy(p->want_arena, want->terms, sizeof(*term));
        if (factor == NULL || term == NULL)
            return kt_play_nomem(p);
        factor->qubits = over->qubits + i;
        factor->qubit_count = 1;
        term->factors = factor;
        kt_want one = *want;
        one.terms = term;
        one.text = NULL;
        int rc = add_want(p, &one);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int want_observable(kt_play *p, const kt_stmt *s, kt_want *want)
{
    uint32_t count = 0, each = 0;
    for (const kt_ast_term *t = s->pragma->terms; t != NULL; t = t->next)
        count++;
    kt_term *terms = KT_ARENA_ARRAY(p->want_arena, kt_term, count);
    if (terms == NULL)
        return kt_play_nomem(p);
    want->terms = terms;
    want->term_count = count;
    for (const kt_ast_term *t = s->pragma->terms; t != NULL; t = t->next) {
        int rc = want_factors(p, s, t, terms++, &each);
        if (rc < 0)
            return rc;
    }
    if (each == 0)
        return add_want(p, want);
    if (count > 1)
        return kt_play_fail(p, s->source, s->length, KT_E_INVALID, "name one qubit in each factor",
                            "in a sum each factor acts on named qubits");
    kt_factor *over = (kt_factor *)(uintptr_t)want->terms[0].factors; /* made above */
    if (each != UINT32_MAX && each != p->qubit_count)
        return want_each(p, want, over, each);
    over->qubits = NULL;
    over->qubit_count = 0;
    want->all_qubits = true;
    return add_want(p, want);
}

static int want_parameters(kt_play *p, const kt_pragma *pragma, kt_want *want)
{
    uint32_t count = 0;
    for (const kt_expr *e = pragma->parameters; e != NULL; e = e->next)
        count++;
    const bool all = count == 0;
    if (all)
        count = p->program->parameter_count;
    uint32_t *numbers = KT_ARENA_ARRAY(p->want_arena, uint32_t, (size_t)count + 1);
    if (numbers == NULL)
        return kt_play_nomem(p);
    const kt_expr *e = pragma->parameters;
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = all ? i : (uint32_t)e->slot;
        e = all ? NULL : e->next;
    }
    want->parameters = numbers;
    want->parameter_count = count;
    return 0;
}

static int want_states(kt_play *p, const kt_pragma *pragma, kt_want *want)
{
    uint32_t count = 0;
    for (const kt_expr *e = pragma->states; e != NULL; e = e->next)
        count++;
    const char **states = KT_ARENA_ARRAY(p->want_arena, const char *, (size_t)count + 1);
    if (states == NULL)
        return kt_play_nomem(p);
    want->states = states;
    want->state_count = count;
    for (const kt_expr *e = pragma->states; e != NULL; e = e->next, states++) {
        *states = kt_arena_strndup(p->want_arena, e->text.data, e->text.length);
        if (*states == NULL)
            return kt_play_nomem(p);
    }
    return 0;
}

static int exec_result(kt_play *p, const kt_stmt *s)
{
    const kt_pragma *pragma = s->pragma;
    if (p->want_arena == NULL)
        p->want_arena = kt_arena_new(p->limits.memory_bytes);
    kt_want want = { .type = pragma->result_type, .source = s->source };
    want.text = p->want_arena == NULL ? NULL : want_text(p, pragma);
    if (want.text == NULL)
        return kt_play_nomem(p);
    int rc = 0;
    switch ((kt_result_type)pragma->result_type) {
    case KT_RESULT_PROBABILITY:
    case KT_RESULT_DENSITY_MATRIX:
        rc = want_qubits(p, pragma->targets, &want.targets, &want.target_count, s);
        want.all_qubits = want.target_count == 0;
        break;
    case KT_RESULT_AMPLITUDE: rc = want_states(p, pragma, &want); break;
    case KT_RESULT_ADJOINT_GRADIENT:
        rc = want_parameters(p, pragma, &want);
        return rc < 0 ? rc : want_observable(p, s, &want);
    case KT_RESULT_EXPECTATION:
    case KT_RESULT_VARIANCE:
    case KT_RESULT_SAMPLE: return want_observable(p, s, &want);
    default: break;
    }
    return rc < 0 ? rc : add_want(p, &want);
}

int kt_exec_pragma(kt_play *p, const kt_stmt *s)
{
    switch ((kt_pragma_kind)s->pragma->kind) {
    case KT_PRAGMA_VERBATIM: p->verbatim_next = true; return 0;
    case KT_PRAGMA_UNITARY: return exec_unitary(p, s);
    case KT_PRAGMA_NOISE: return exec_noise(p, s);
    case KT_PRAGMA_KRAUS: return exec_kraus(p, s);
    case KT_PRAGMA_RESULT: return exec_result(p, s);
    default: return 0;
    }
}
