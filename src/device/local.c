/* SPDX-License-Identifier: Apache-2.0 */
/* local.c - kt_run_circuit and kt_run_program: options are settled, a program becomes a circuit if it has one, what the
 * device does not take is refused, and the simulator does the rest.
 * A program that reads measured values has no circuit: it is played into the simulator branch by branch. One with
 * output variables is played too, because their values are its own business. */
#include "base/clock.h"
#include "base/rng.h"
#include "base/text.h"
#include "circuit/pass.h"
#include "device/action.h"
#include "device/check.h"
#include "device/device.h"
#include "qasm/diag.h"
#include "sim/run.h"

#include <stdlib.h>
#include <string.h>

enum { SHOTS_DEFAULT = 1000, TICK_NS = 100000000 };
/* A circuit of this size takes next to nothing: the machine is not asked what it has, which would cost more than the
 * run. */
enum { SMALL_QUBITS = 16, SMALL_QUBITS_DENSITY = 8, SMALL_BYTES = 64 << 20 };
typedef enum device_choice { DEVICE_EITHER, DEVICE_SV, DEVICE_DM } device_choice;

/* One run, its options settled. */
typedef struct run {
    kt_run_options given;
    device_choice device;
    kt_sim_options sim;
    int64_t started_wall_ns, started_ns;
    int64_t ticked_ns; /* when progress was last told */
    double done;
} run;

static int64_t system_monotonic_ns(void *ctx)
{
    (void)ctx;
    return kt_clock_system()->monotonic_ns(kt_clock_system()->ctx);
}

/* The simulator's word on progress, kept for when the interpreter has the floor. */
static int pass_progress(void *ctx, double done)
{
    run *r = ctx;
    r->done = done;
    r->ticked_ns = system_monotonic_ns(NULL);
    return r->given.progress(r->given.progress_ctx, done);
}

/* While a program's classical part runs. */
static int tick(void *ctx, kt_error *err)
{
    run *r = ctx;
    if (r->given.progress == NULL || system_monotonic_ns(NULL) - r->ticked_ns < TICK_NS)
        return 0;
    if (pass_progress(r, r->done) != 0)
        return kt_fail(err, KT_E_CANCELLED, "cancelled while the program's classical part ran");
    return 0;
}

static int choose_device(const char *name, device_choice *out, kt_error *err)
{
    static const char *const names[] = { "local", "local:sv", "local:dm" };
    if (name == NULL)
        name = "local";
    kt_nearest nearest;
    kt_nearest_init(&nearest, kt_view_of(name));
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (device_choice)i;
            return 0;
        }
        kt_nearest_offer(&nearest, kt_view_of(names[i]));
    }
    char hint[96];
    kt_nearest_hint(&nearest, hint, sizeof hint);
    return kt_fail(err, KT_E_NOT_FOUND, "no device is named '%s'%s: there are local, local:sv and local:dm", name,
                   hint);
}

static int settle(const kt_run_options *options, run *r, kt_error *err)
{
    *r = (run){ .given = { .shots = KT_SHOTS_DEFAULT } };
    if (options != NULL)
        r->given = *options;
    const kt_clock *clock = kt_clock_system();
    r->started_wall_ns = clock->wall_ns(clock->ctx);
    r->started_ns = clock->monotonic_ns(clock->ctx);
    int rc = choose_device(r->given.device, &r->device, err);
    if (rc == 0 && r->given.shots < KT_SHOTS_DEFAULT)
        rc = kt_fail(err, KT_E_INVALID, "shots is %lld, it must be 0 or more", (long long)r->given.shots);
    if (rc == 0 && r->given.threads < 0)
        rc = kt_fail(err, KT_E_INVALID, "threads is %d, it must be 0 (one a processor) or more", r->given.threads);
    r->sim.seed = r->given.seed;
    if (rc == 0 && !r->given.has_seed)
        rc = kt_rng_system_seed(&r->sim.seed, err);
    if (rc == 0 && !r->given.has_seed)
        r->sim.seed >>= 11; /* 53 bits: a reader of JSON that knows only doubles can repeat it */
    r->sim.threads = r->given.threads;
    r->sim.instructions = r->given.instructions;
    r->sim.memory_bytes = r->given.memory_bytes;
    r->sim.progress = r->given.progress != NULL ? pass_progress : NULL;
    r->sim.progress_ctx = r;
    r->ticked_ns = r->started_ns;
    r->sim.monotonic_ns = system_monotonic_ns;
    return rc;
}

static void settle_shots(run *r, bool exact_only)
{
    if (r->given.shots == KT_SHOTS_DEFAULT)
        r->sim.shots = exact_only ? 0 : SHOTS_DEFAULT;
    else
        r->sim.shots = (uint64_t)r->given.shots;
}

/* Says in the result what ran where, when and for how long. */
static int describe(const run *r, kt_result *result, const char *action, kt_error *err)
{
    const kt_clock *clock = kt_clock_system();
    kt_result_info info = { .device = r->sim.method == KT_SIM_DENSITY_MATRIX ? "local:dm" : "local:sv",
                            .shots = r->sim.shots,
                            .seed = r->sim.seed,
                            .qubit_count = (uint32_t)kt_result_qubit_count(result),
                            .elapsed_ns = clock->monotonic_ns(clock->ctx) - r->started_ns,
                            .started_wall_ns = r->started_wall_ns,
                            .ended_wall_ns = clock->wall_ns(clock->ctx),
                            .action_json = action };
    return kt_result_set_info(result, &info, err);
}

/* ---- a circuit ---- */

static bool wants_exact_only(const kt_circuit *circuit)
{
    size_t count;
    const kt_want *wants = kt_circuit_wants(circuit, &count);
    for (size_t i = 0; i < count; i++)
        if (kt_is_exact_only(wants[i].type))
            return true;
    return false;
}

/* Where the first channel of noise stands. */
static kt_source noise_source(const kt_circuit *circuit)
{
    size_t count;
    const kt_op *ops = kt_circuit_ops(circuit, &count);
    for (size_t i = 0; i < count; i++)
        if (ops[i].kind == KT_OP_NOISE || ops[i].kind == KT_OP_KRAUS)
            return ops[i].source;
    return (kt_source){ 0 };
}

/* Within what the caller allows, or what the machine has. */
static int simulate(run *r, const kt_circuit *circuit, kt_result **out, kt_error *err)
{
    int most = r->sim.method == KT_SIM_DENSITY_MATRIX ? SMALL_QUBITS_DENSITY : SMALL_QUBITS;
    if (r->given.memory_bytes == 0 && kt_circuit_qubit_count(circuit) <= most) {
        r->sim.memory_bytes = SMALL_BYTES;
        int rc = kt_sim_circuit(circuit, &r->sim, out, err);
        if (rc != KT_E_CAPACITY)
            return rc;
        kt_error_clear(err);
    }
    if (r->given.memory_bytes == 0)
        r->sim.memory_bytes = kt_device_memory_bytes();
    return kt_sim_circuit(circuit, &r->sim, out, err);
}

/* Runs a circuit whose qubits are all in use. *at gets where a refusal belongs. */
static int run_static(run *r, const kt_circuit *circuit, kt_source *at, kt_result **out, kt_error *err)
{
    bool noise = kt_circuit_has_noise(circuit);
    if (noise && r->device == DEVICE_SV) {
        *at = noise_source(circuit);
        return kt_check_noise(err);
    }
    r->sim.method = noise || r->device == DEVICE_DM ? KT_SIM_DENSITY_MATRIX : KT_SIM_STATE_VECTOR;
    settle_shots(r, wants_exact_only(circuit));
    size_t count;
    const kt_want *wants = kt_circuit_wants(circuit, &count);
    kt_check check = { .density = r->sim.method == KT_SIM_DENSITY_MATRIX,
                       .shots = r->sim.shots,
                       .counts_known = true,
                       .qubit_count = (uint32_t)kt_circuit_qubit_count(circuit) };
    int rc = kt_check_wants(&check, wants, count, at, err);
    if (rc == 0 && r->sim.shots > 0)
        rc = kt_check_bases(circuit, at, err);
    return rc < 0 ? rc : simulate(r, circuit, out, err);
}

int kt_run_circuit(const kt_circuit *circuit, const kt_run_options *options, kt_result **out, kt_error *err)
{
    run r;
    kt_source at = { 0 };
    KT_OWN(kt_result) *result = NULL;
    KT_BUF_OWN action;
    kt_buf_init(&action, 0);
    int rc = settle(options, &r, err);
    if (rc == 0)
        rc = run_static(&r, circuit, &at, &result, err);
    /* Not every circuit can be written as a program that Braket takes: then its result says nothing about it. */
    if (rc == 0 && kt_action_of_circuit(circuit, &action, NULL) < 0)
        kt_buf_clear(&action);
    if (rc == 0)
        rc = describe(&r, result, action.length > 0 ? action.data : NULL, err);
    if (rc < 0)
        return rc;
    *out = KT_GIVE(result);
    return 0;
}

/* ---- a program ---- */

typedef struct program_run {
    run *run;
    const kt_program *program;
    kt_play *play;
    kt_diagnostics *diags;
    kt_circuit *circuit; /* being built */
    bool saw_noise;
} program_run;

static bool is_noise(const kt_op *op)
{
    return op->kind == KT_OP_NOISE || op->kind == KT_OP_KRAUS;
}

/* Plays the program. What is going to be played again leaves no diagnostics behind: only the last play's count. */
static int play_afresh(program_run *p, const kt_sink *sink, kt_error *err)
{
    kt_diagnostics *fresh = kt_diagnostics_new(0);
    if (fresh == NULL)
        return kt_fail_nomem(err, 0, "diagnostics");
    kt_diagnostics_free(p->diags);
    p->diags = fresh;
    return kt_play_run(p->play, sink, p->diags, err);
}

/* Adds qubits until the circuit has that one. */
static int reach_qubit(kt_circuit *circuit, uint32_t qubit, kt_error *err)
{
    int rc = 0;
    while (rc >= 0 && (uint32_t)kt_circuit_qubit_count(circuit) <= qubit)
        rc = kt_circuit_add_qubit(circuit, (uint32_t)kt_circuit_qubit_count(circuit), err);
    return rc < 0 ? rc : 0;
}

static int build_op(void *ctx, const kt_op *op, kt_error *err)
{
    program_run *p = ctx;
    p->saw_noise = p->saw_noise || is_noise(op);
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < op->qubit_count; i++)
        rc = reach_qubit(p->circuit, op->qubits[i], err);
    return rc < 0 ? rc : kt_circuit_add_op(p->circuit, op, err);
}

static int build_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    *outcome = KT_OUTCOME_UNKNOWN;
    return build_op(ctx, op, err);
}

static int add_parameters(program_run *p, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; rc >= 0 && i < kt_play_parameter_count(p->play); i++)
        rc = kt_circuit_add_parameter(p->circuit, kt_play_parameter_name(p->play, i), err);
    return rc < 0 ? rc : 0;
}

static int reach_want(kt_circuit *circuit, const kt_want *want, kt_error *err)
{
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < want->target_count; i++)
        rc = reach_qubit(circuit, want->targets[i], err);
    for (uint32_t t = 0; t < want->term_count; t++)
        for (uint32_t f = 0; f < want->terms[t].factor_count; f++)
            for (uint32_t i = 0; rc == 0 && i < want->terms[t].factors[f].qubit_count; i++)
                rc = reach_qubit(circuit, want->terms[t].factors[f].qubits[i], err);
    return rc;
}

/* Wants and labels, when the program has been played to its end. */
static int finish_circuit(program_run *p, kt_source *at, kt_error *err)
{
    size_t count;
    const kt_want *wants = kt_play_wants(p->play, &count);
    int rc = add_parameters(p, err);
    for (size_t i = 0; rc >= 0 && i < count; i++) {
        rc = reach_want(p->circuit, &wants[i], err);
        if (rc == 0)
            rc = kt_circuit_add_want(p->circuit, &wants[i], err);
        if (rc < 0)
            *at = wants[i].source;
    }
    uint32_t qubits = (uint32_t)kt_circuit_qubit_count(p->circuit);
    uint32_t *labels = malloc((qubits + 1) * sizeof *labels);
    if (rc >= 0 && labels == NULL)
        rc = kt_fail_nomem(err, qubits * sizeof *labels, "labels of qubits");
    for (uint32_t q = 0; rc >= 0 && q < qubits; q++)
        labels[q] = kt_play_label(p->play, q);
    if (rc >= 0 && qubits > 0)
        rc = kt_circuit_set_labels(p->circuit, labels, err);
    if (rc >= 0)
        kt_circuit_set_bound(p->circuit);
    free(labels);
    return rc < 0 ? rc : 0;
}

/* The program as a circuit of the qubits it uses. KT_E_DYNAMIC: it has none. */
static int build(program_run *p, kt_circuit **out, kt_source *at, kt_error *err)
{
    kt_sink sink = { .op = build_op, .measure = build_measure, .ctx = p };
    int rc = kt_circuit_new(0, &p->circuit, err);
    if (rc == 0)
        rc = add_parameters(p, err);
    if (rc == 0)
        rc = play_afresh(p, &sink, err);
    if (rc == 0)
        rc = finish_circuit(p, at, err);
    if (rc == 0)
        rc = kt_pass_compact(p->circuit, out, err);
    kt_circuit_free(p->circuit);
    p->circuit = NULL;
    return rc;
}

/* ---- a program that is played ---- */

static uint32_t label_of(void *ctx, uint32_t qubit)
{
    return kt_play_label(((program_run *)ctx)->play, qubit);
}

static bool has_outputs(void *ctx)
{
    return kt_play_has_output(((program_run *)ctx)->play);
}

static void point_at(program_run *p, kt_source at, const kt_error *err)
{
    if (at.line > 0 && kt_diagnostics_count(p->diags) == 0)
        kt_diag(p->diags, kt_program_file(p->program, at.file), at, 1, err->code, NULL, "%s", err->message);
}

/* Two bases on one qubit, as kt_check_bases says it of a circuit. */
static int check_bases(program_run *p, const kt_want *wants, size_t count, kt_source *at, kt_error *err)
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
    program_run *p = ctx;
    kt_source at = { 0 };
    kt_check check = { .density = p->run->sim.method == KT_SIM_DENSITY_MATRIX,
                       .shots = p->run->sim.shots,
                       .qubit_count = qubit_count };
    *out = kt_play_wants(p->play, count);
    int rc = kt_check_wants(&check, *out, *count, &at, err);
    if (rc == 0 && check.shots > 0)
        rc = check_bases(p, *out, *count, &at, err);
    if (rc < 0)
        point_at(p, at, err);
    return rc;
}

/* The program's player with an eye on noise: the state-vector device refuses it, and `local` then starts again. */
typedef struct watched {
    program_run *program_run;
    const kt_sink *sink;
} watched;

static int watch_op(void *ctx, const kt_op *op, kt_error *err)
{
    watched *w = ctx;
    if (is_noise(op)) {
        w->program_run->saw_noise = true;
        if (w->program_run->run->sim.method != KT_SIM_DENSITY_MATRIX)
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
    program_run *p = ctx;
    watched w = { p, sink };
    kt_sink outer = { watch_op, watch_measure, sink->output == NULL ? NULL : watch_output, &w };
    return play_afresh(p, &outer, err);
}

static int play_dynamic(program_run *p, kt_result **out, kt_error *err)
{
    kt_player player = { watched_play, p };
    kt_sim_about about = { p, label_of, ask_wants, has_outputs };
    return kt_sim_player(&player, &about, &p->run->sim, out, err);
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

static int run_dynamic(program_run *p, kt_result **out, kt_error *err)
{
    run *r = p->run;
    settle_shots(r, asks_exact_only(p->program));
    if (r->given.memory_bytes == 0)
        r->sim.memory_bytes = kt_device_memory_bytes();
    bool density = r->device == DEVICE_DM || (r->device == DEVICE_EITHER && p->saw_noise);
    r->sim.method = density ? KT_SIM_DENSITY_MATRIX : KT_SIM_STATE_VECTOR;
    p->saw_noise = false;
    int rc = play_dynamic(p, out, err);
    if (rc < 0 && p->saw_noise && r->device == DEVICE_EITHER && !density) {
        kt_error_clear(err);
        r->sim.method = KT_SIM_DENSITY_MATRIX;
        rc = play_dynamic(p, out, err);
    }
    return rc;
}

static int run_program(program_run *p, kt_result **out, kt_error *err)
{
    KT_OWN(kt_circuit) *circuit = NULL;
    kt_error own = { 0 };
    kt_source at = { 0 };
    int rc = build(p, &circuit, &at, &own);
    if (rc == KT_E_DYNAMIC || (rc == 0 && kt_play_has_output(p->play) && p->run->given.shots != 0)) {
        kt_error_clear(&own);
        rc = run_dynamic(p, out, &own);
    } else if (rc == 0) {
        rc = run_static(p->run, circuit, &at, out, &own);
    }
    if (rc < 0) {
        point_at(p, at, &own);
        if (at.line > 0)
            kt_diag_to_error(p->diags, &own);
        if (err != NULL)
            *err = own;
    }
    return rc;
}

int kt_run_program(const kt_program *program, const kt_inputs *inputs, const kt_run_options *options, kt_result **out,
                   kt_diagnostics **diagnostics, kt_error *err)
{
    run r;
    KT_OWN(kt_result) *result = NULL;
    KT_OWN(kt_play) *play = NULL;
    KT_BUF_OWN action;
    kt_buf_init(&action, 0);
    program_run p = { .run = &r, .program = program, .diags = kt_diagnostics_new(0) };
    int rc = p.diags == NULL ? kt_fail_nomem(err, 0, "diagnostics") : settle(options, &r, err);
    if (rc == 0)
        rc = kt_play_new(program, inputs, r.given.limits, &play, err);
    p.play = play;
    if (rc == 0)
        kt_play_set_tick(play, tick, &r);
    if (rc == 0)
        rc = run_program(&p, &result, err);
    if (rc == 0)
        rc = kt_action_of_program(program, inputs, &action, err);
    if (rc == 0)
        rc = describe(&r, result, action.data, err);
    if (diagnostics != NULL)
        *diagnostics = p.diags;
    else
        kt_diagnostics_free(p.diags);
    if (rc == 0)
        *out = KT_GIVE(result);
    return rc;
}
