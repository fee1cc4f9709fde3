/* SPDX-License-Identifier: Apache-2.0 */
/* local.c - kt_run_circuit and kt_run_program: options are settled, a program becomes a circuit if it has one, what the
 * device does not take is refused, and the simulator does the rest. What has no circuit is played: local_play.c. */
#include "base/clock.h"
#include "base/rng.h"
#include "base/text.h"
#include "device/action.h"
#include "device/check.h"
#include "device/device.h"
#include "device/local_priv.h"
#include "qasm/diag.h"

#include <string.h>

enum { SHOTS_DEFAULT = 1000, TICK_NS = 100000000 };
/* A circuit of this size takes next to nothing: the machine is not asked what it has, which would cost more than the
 * run. */
enum { SMALL_QUBITS = 16, SMALL_QUBITS_DENSITY = 8, SMALL_BYTES = 64 << 20 };

static int64_t system_monotonic_ns(void *ctx)
{
    (void)ctx;
    return kt_clock_system()->monotonic_ns(kt_clock_system()->ctx);
}

/* The simulator's word on progress, kept for when the interpreter has the floor. */
static int pass_progress(void *ctx, double done)
{
    kt_local *r = ctx;
    r->done = done;
    r->ticked_ns = system_monotonic_ns(NULL);
    return r->given.progress(r->given.progress_ctx, done);
}

/* While a program's classical part runs. */
static int tick(void *ctx, kt_error *err)
{
    kt_local *r = ctx;
    if (r->given.progress == NULL || system_monotonic_ns(NULL) - r->ticked_ns < TICK_NS)
        return 0;
    if (pass_progress(r, r->done) != 0)
        return kt_fail(err, KT_E_CANCELLED, "cancelled while the program's classical part ran");
    return 0;
}

static int choose_device(const char *name, kt_local_choice *out, kt_error *err)
{
    static const char *const names[] = { "local", "local:sv", "local:dm" };
    if (name == NULL)
        name = "local";
    kt_nearest nearest;
    kt_nearest_init(&nearest, kt_view_of(name));
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (kt_local_choice)i;
            return 0;
        }
        kt_nearest_offer(&nearest, kt_view_of(names[i]));
    }
    char hint[96];
    kt_nearest_hint(&nearest, hint, sizeof hint);
    return kt_fail(err, KT_E_NOT_FOUND, "no device is named '%s'%s: there are local, local:sv and local:dm", name,
                   hint);
}

static int settle(const kt_run_options *options, kt_local *r, kt_error *err)
{
    *r = (kt_local){ .given = { .shots = KT_SHOTS_DEFAULT } };
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

void kt_local_settle_shots(kt_local *r, bool exact_only)
{
    if (r->given.shots == KT_SHOTS_DEFAULT)
        r->sim.shots = exact_only ? 0 : SHOTS_DEFAULT;
    else
        r->sim.shots = (uint64_t)r->given.shots;
}

/* Says in the result what ran where, when and for how long. */
static int describe(const kt_local *r, kt_result *result, const char *action, kt_error *err)
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
static int simulate(kt_local *r, const kt_circuit *circuit, kt_result **out, kt_error *err)
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
static int run_static(kt_local *r, const kt_circuit *circuit, kt_source *at, kt_result **out, kt_error *err)
{
    bool noise = kt_circuit_has_noise(circuit);
    if (noise && r->device == KT_LOCAL_SV) {
        *at = noise_source(circuit);
        return kt_check_noise(err);
    }
    r->sim.method = noise || r->device == KT_LOCAL_DM ? KT_SIM_DENSITY_MATRIX : KT_SIM_STATE_VECTOR;
    kt_local_settle_shots(r, wants_exact_only(circuit));
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
    kt_local r;
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

void kt_local_point_at(const kt_local_program *p, kt_source at, const kt_error *err)
{
    if (at.line > 0 && kt_diagnostics_count(p->diags) == 0)
        kt_diag(p->diags, kt_program_file(p->program, at.file), at, 1, err->code, NULL, "%s", err->message);
}

/* A program that reads measured values has no circuit, and the values of output variables are a play's business. */
static int run_program(kt_local_program *p, kt_result **out, kt_error *err)
{
    KT_OWN(kt_circuit) *circuit = NULL;
    KT_OWN(kt_circuit) *until_read = NULL;
    kt_error own = { 0 };
    kt_source at = { 0 };
    int rc = kt_play_circuit(p->play, p->diags, &circuit, &until_read, &own);
    if (rc == KT_E_DYNAMIC || (rc == 0 && kt_play_has_output(p->play) && p->run->given.shots != 0)) {
        kt_error_clear(&own);
        rc = kt_local_play(p, rc == 0 ? circuit : until_read, out, &own);
    } else if (rc == 0) {
        rc = run_static(p->run, circuit, &at, out, &own);
    }
    if (rc < 0) {
        kt_local_point_at(p, at, &own);
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
    kt_local r;
    KT_OWN(kt_result) *result = NULL;
    KT_OWN(kt_play) *play = NULL;
    KT_BUF_OWN action;
    kt_buf_init(&action, 0);
    kt_local_program p = { .run = &r, .program = program, .diags = kt_diagnostics_new(0) };
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
