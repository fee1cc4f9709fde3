/* SPDX-License-Identifier: Apache-2.0 */
/* local_play.c - a program that is played into the simulator branch by branch, because it reads measured values or has
 * output variables, whose values are its own business. What a circuit is checked for at once is checked here as it
 * comes: noise operation by operation, wanted results at a play's end. */
#include "device/check.h"
#include "device/device.h"
#include "device/local_priv.h"
#include "qasm/diag.h"

/* Plays the program. What is going to be played again leaves no diagnostics behind: only the last play's count. */
static int play_afresh(kt_local_program *p, const kt_sink *sink, kt_error *err)
{
    kt_diagnostics *fresh = kt_diagnostics_new(0);
    if (fresh == NULL)
        return kt_fail_nomem(err, 0, "diagnostics");
    kt_diagnostics_free(p->diags);
    p->diags = fresh;
    return kt_play_run(p->play, sink, p->diags, err);
}

static uint32_t label_of(void *ctx, uint32_t qubit)
{
    return kt_play_label(((kt_local_program *)ctx)->play, qubit);
}

static bool has_outputs(void *ctx)
{
    return kt_play_has_output(((kt_local_program *)ctx)->play);
}

/* Two bases on one qubit, as kt_check_bases says it of a circuit. */
static int check_bases(kt_local_program *p, const kt_want *wants, size_t count, kt_source *at, kt_error *err)
{
    KT_OWN(kt_circuit) *bare = NULL;
    int rc = kt_circuit_new(0, &bare, err);
    for (uint32_t q = 0; rc >= 0 && q < kt_play_qubit_count(p->play); q++)
        rc = kt_circuit_add_qubit(bare, kt_play_label(p->play, q), err);
    for (size_t i = 0; rc >= 0 && i < count; i++)
        rc = kt_circuit_add_want(bare, &wants[i], err);
    return rc < 0 ? rc : kt_check_bases(bare, at, err);
}

static int ask_wants(void *ctx, uint32_t qubit_count, const kt_want **out, size_t *count, kt_error *err)
{
    kt_local_program *p = ctx;
    kt_source at = { 0 };
    kt_check check = { .density = p->run->sim.method == KT_SIM_DENSITY_MATRIX,
                       .shots = p->run->sim.shots,
                       .qubit_count = qubit_count };
    *out = kt_play_wants(p->play, count);
    int rc = kt_check_wants(&check, *out, *count, &at, err);
    if (rc == 0 && check.shots > 0)
        rc = check_bases(p, *out, *count, &at, err);
    if (rc < 0)
        kt_local_point_at(p, at, err);
    return rc;
}

/* The program's player with an eye on noise: the state-vector device refuses it, and `local` then starts again. */
typedef struct watched {
    kt_local_program *program;
    const kt_sink *sink;
} watched;

static int watch_op(void *ctx, const kt_op *op, kt_error *err)
{
    watched *w = ctx;
    if (op->kind == KT_OP_NOISE || op->kind == KT_OP_KRAUS) {
        w->program->saw_noise = true;
        if (w->program->run->sim.method != KT_SIM_DENSITY_MATRIX)
            return kt_check_noise(err);
    }
    return w->sink->op(w->sink->ctx, op, err);
}

static int watch_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    watched *w = ctx;
    return w->sink->measure(w->sink->ctx, op, outcome, err);
}

static int watch_output(void *ctx, const char *name, const char *json, kt_error *err)
{
    watched *w = ctx;
    return w->sink->output(w->sink->ctx, name, json, err);
}

static int watched_play(void *ctx, const kt_sink *sink, kt_error *err)
{
    kt_local_program *p = ctx;
    watched w = { p, sink };
    kt_sink outer = { watch_op, watch_measure, sink->output == NULL ? NULL : watch_output, &w };
    return play_afresh(p, &outer, err);
}

static int simulate(kt_local_program *p, kt_sim_method method, const kt_circuit *known, kt_result **out, kt_error *err)
{
    kt_player player = { watched_play, p };
    kt_sim_about about = { p, label_of, ask_wants, has_outputs };
    p->run->sim.method = method;
    p->saw_noise = false;
    int rc = kt_sim_check_memory(known, &p->run->sim, err);
    return rc < 0 ? rc : kt_sim_player(&player, &about, &p->run->sim, out, err);
}

/* Whether some pragma of the main file asks for what only exact runs have: known before anything is played. */
static bool asks_exact_only(const kt_program *program)
{
    for (const kt_stmt *s = kt_program_ast(program)->statements; s != NULL; s = s->next)
        if (s->kind == KT_STMT_PRAGMA && s->pragma->kind == KT_PRAGMA_RESULT &&
            kt_is_exact_only(s->pragma->result_type))
            return true;
    return false;
}

int kt_local_play(kt_local_program *p, const kt_circuit *known, kt_result **out, kt_error *err)
{
    kt_local *r = p->run;
    kt_local_settle_shots(r, asks_exact_only(p->program));
    if (r->given.memory_bytes == 0)
        r->sim.memory_bytes = kt_device_memory_bytes();
    bool density = r->device == KT_LOCAL_DM || (r->device == KT_LOCAL_EITHER && kt_circuit_has_noise(known));
    int rc = simulate(p, density ? KT_SIM_DENSITY_MATRIX : KT_SIM_STATE_VECTOR, known, out, err);
    if (rc < 0 && p->saw_noise && r->device == KT_LOCAL_EITHER && !density) {
        kt_error_clear(err);
        rc = simulate(p, KT_SIM_DENSITY_MATRIX, known, out, err);
    }
    return rc;
}
