/* SPDX-License-Identifier: Apache-2.0 */
/* listing_test.h - for tests: what a program does, as text. A program is played into a sink that writes one word for
 * each operation; measurements get the outcomes that the test gives, in turn.
 *     "h 0; cnot 0 1; rx(0.5) 2; c1 x 0 1; M0 b0.1"     (c: controls and their states; M: outcome; b: cell) */
#ifndef KT_QASM_LISTING_TEST_H
#define KT_QASM_LISTING_TEST_H

#include "base/buf.h"
#include "circuit/gate.h"
#include "qasm/program.h"

#include "tests/unit.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct listing {
    kt_buf text;
    const char *outcomes; /* "01": in turn; behind the last, or NULL: not known */
    size_t measured;
    int fails_after; /* operations, then KT_E_FAILED; 0: never */
} listing;

static inline void list_word(listing *l, const kt_op *op)
{
    static const char *const names[] = {
        [KT_OP_UNITARY] = "unitary",       [KT_OP_KRAUS] = "kraus", [KT_OP_RESET] = "reset",
        [KT_OP_BARRIER] = "barrier",       [KT_OP_DELAY] = "delay", [KT_OP_VERBATIM_BEGIN] = "verbatim{",
        [KT_OP_VERBATIM_END] = "}verbatim"
    };
    kt_buf *b = &l->text;
    if (b->length > 0)
        kt_buf_adds(b, "; ");
    if (op->control_count > 0)
        kt_buf_adds(b, "c");
    for (uint32_t k = 0; k < op->control_count; k++)
        kt_buf_addc(b, (op->control_states >> k & 1) != 0 ? '1' : '0');
    kt_buf_adds(b, op->control_count > 0 ? " " : "");
    kt_buf_adds(b, op->kind == KT_OP_GATE    ? kt_gate_rows[op->gate].name
                   : op->kind == KT_OP_NOISE ? kt_noise_rows[op->gate].name
                                             : names[op->kind]);
    for (uint32_t i = 0; i < op->angle_count; i++) {
        kt_buf_addf(b, "%s%.6g", i == 0 ? "(" : ",", op->angles[i].value);
        for (uint32_t t = 0; t < op->angles[i].term_count; t++)
            kt_buf_addf(b, "%+.4g*p%" PRIu32, op->angles[i].terms[t].factor, op->angles[i].terms[t].parameter);
    }
    kt_buf_adds(b, op->angle_count > 0 ? ")" : "");
    if (op->power != 1)
        kt_buf_addf(b, "^%.4g", op->power);
    for (uint32_t i = 0; i < op->qubit_count; i++)
        kt_buf_addf(b, " %" PRIu32, op->qubits[i]);
}

static inline int list_op(void *ctx, const kt_op *op, kt_error *err)
{
    listing *l = ctx;
    if (l->fails_after > 0 && --l->fails_after == 0)
        return kt_fail(err, KT_E_FAILED, "the sink has had enough");
    list_word(l, op);
    return 0;
}

static inline int list_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    listing *l = ctx;
    const bool known = l->outcomes != NULL && l->measured < strlen(l->outcomes);
    *outcome = known ? l->outcomes[l->measured++] - '0' : KT_OUTCOME_UNKNOWN;
    if (l->fails_after > 0 && --l->fails_after == 0)
        return kt_fail(err, KT_E_FAILED, "the sink has had enough");
    kt_buf_adds(&l->text, l->text.length > 0 ? "; " : "");
    kt_buf_addf(&l->text, "M%" PRIu32, op->qubits[0]);
    if (op->cell != KT_CELL_NONE && op->cell < KT_CELL_ANONYMOUS)
        kt_buf_addf(&l->text, " b%" PRIu64 ".%" PRIu64, op->cell >> 32, op->cell & UINT32_MAX);
    else if (op->cell != KT_CELL_NONE)
        kt_buf_addf(&l->text, " a%" PRIu64, op->cell - KT_CELL_ANONYMOUS);
    return 0;
}

static inline int list_output(void *ctx, const char *name, const char *json, kt_error *err)
{
    listing *l = ctx;
    (void)err;
    kt_buf_addf(&l->text, "%s%s=%s", l->text.length > 0 ? "; " : "", name, json);
    return 0;
}

static inline kt_sink listing_sink(listing *l)
{
    return (kt_sink){ list_op, list_measure, list_output, l };
}

/* Whole program texts stand as they are; else three qubits `q` come first. */
static inline const char *whole_program(const char *body, char *room, size_t bytes)
{
    if (strncmp(body, "OPENQASM", 8) == 0)
        return body;
    snprintf(room, bytes, "OPENQASM 3.0;\nqubit[3] q;\n%s", body);
    return room;
}

typedef struct played {
    int rc;
    kt_error err;
    char text[4096];
    uint32_t line, column; /* of the first diagnostic, or 0 */
    size_t diagnostics;
} played;

/* Parses and plays; inputs: JSON or NULL. */
static inline played play_text(const char *body, const char *inputs_json, const char *outcomes, const kt_limits *limits)
{
    char room[8192];
    played p = { 0 };
    listing l = { .outcomes = outcomes };
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_inputs) *inputs = NULL;
    KT_OWN(kt_play) *play = NULL;
    KT_OWN(kt_diagnostics) *diags = NULL;
    const char *source = whole_program(body, room, sizeof(room));
    const kt_parse_options options = { .limits = limits };
    kt_buf_init(&l.text, 0);
    p.rc = kt_program_parse(source, strlen(source), &options, &program, &diags, &p.err);
    assert_int_equal(kt_inputs_new(&inputs, NULL), 0);
    if (inputs_json != NULL)
        assert_int_equal(kt_inputs_json(inputs, inputs_json, strlen(inputs_json), NULL), 0);
    if (p.rc == 0)
        p.rc = kt_play_new(program, inputs, limits, &play, &p.err);
    const kt_sink sink = listing_sink(&l);
    if (p.rc == 0)
        p.rc = kt_play_run(play, &sink, diags, &p.err);
    snprintf(p.text, sizeof(p.text), "%s", l.text.data == NULL ? "" : l.text.data);
    p.diagnostics = kt_diagnostics_count(diags);
    if (p.diagnostics > 0) {
        p.line = kt_diagnostics_get(diags, 0)->line;
        p.column = kt_diagnostics_get(diags, 0)->column;
    }
    kt_buf_fini(&l.text);
    return p;
}

#endif
