/* SPDX-License-Identifier: Apache-2.0 */
/* noisy.c - runs a circuit with a device's errors. Every gate is followed by depolarizing errors of the native gates
 * that it would cost; readout flips bits after the measurement, one shot at a time. */
#include "sandbox/noisy.h"

#include "base/rng.h"
#include "circuit/gate.h"
#include "circuit/pass.h"
#include "sandbox/error_site.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t ERROR_STREAM = UINT64_C(0x6572726f72), READ_STREAM = UINT64_C(0x72656164);

typedef struct noisy {
    const kt_noisy_order *order;
    kt_circuit *rotated; /* with the rotations into the observables' bases, without wanted results */
    uint32_t *places;
    kt_error_sites sites;
    kt_result *result;
    uint32_t columns;
    uint64_t *words;
    char *bits;
    double *flip_0, *flip_1; /* by column: chance that a 0 is read as 1, a 1 as 0 */
    kt_rng read_rng;
} noisy;

/* ---- where errors may happen ---- */

static int find_sites(noisy *n, kt_error *err)
{
    size_t count;
    const kt_op *ops = kt_circuit_ops(n->rotated, &count);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        if ((ops[i].kind == KT_OP_GATE || ops[i].kind == KT_OP_UNITARY) && ops[i].qubit_count > 0)
            rc = kt_error_sites_add(&n->sites, i, &ops[i], err);
    return rc;
}

/* ---- the circuit that is simulated ---- */

/* Operations and measurements of the rotated circuit without its wanted results; behind each operation what `behind`
 * adds. */
typedef int (*add_behind)(noisy *n, kt_circuit *out, size_t op, void *ctx, kt_error *err);

static int copy_with(noisy *n, add_behind behind, void *ctx, kt_circuit **out, kt_error *err)
{
    KT_OWN(kt_circuit) *copy = NULL;
    size_t count;
    const kt_op *ops = kt_circuit_ops(n->rotated, &count);
    int rc = kt_circuit_new_like(n->rotated, &copy, err);
    for (size_t i = 0; rc >= 0 && i < count; i++) {
        rc = kt_circuit_add_op(copy, &ops[i], err);
        if (rc >= 0)
            rc = behind(n, copy, i, ctx, err);
    }
    if (rc < 0)
        return rc;
    *out = KT_GIVE(copy);
    return 0;
}

/* Channels, for the density matrix. *ctx: the next site. */
static int add_channels(noisy *n, kt_circuit *out, size_t op, void *ctx, kt_error *err)
{
    size_t *next = ctx;
    int rc = 0;
    for (; rc >= 0 && *next < n->sites.count && n->sites.items[*next].op == op; ++*next) {
        const kt_error_site *s = &n->sites.items[*next];
        const kt_angle chance = { .value = s->chance };
        const kt_op channel = { .kind = KT_OP_NOISE,
                                .gate = s->qubit_count == 1 ? KT_NOISE_DEPOLARIZING : KT_NOISE_TWO_QUBIT_DEPOLARIZING,
                                .qubit_count = s->qubit_count,
                                .qubits = s->qubits,
                                .angle_count = 1,
                                .angles = &chance,
                                .power = 1 };
        rc = kt_circuit_add_op(out, &channel, err);
    }
    return rc < 0 ? rc : 0;
}

/* The errors of one trajectory: sites and the Pauli at each, 1 to 3 or 1 to 15. */
typedef struct drawn {
    uint32_t site;
    uint8_t pauli;
} drawn;
typedef struct trajectory {
    drawn *errors;
    size_t count, next;
} trajectory;

static int add_pauli(kt_circuit *out, uint32_t qubit, int pauli, kt_error *err)
{
    static const kt_gate gates[] = { KT_GATE_I, KT_GATE_X, KT_GATE_Y, KT_GATE_Z };
    return pauli == 0 ? 0 : kt_circuit_gate1(out, gates[pauli], (int)qubit, err);
}

static int add_errors(noisy *n, kt_circuit *out, size_t op, void *ctx, kt_error *err)
{
    trajectory *t = ctx;
    int rc = 0;
    for (; rc == 0 && t->next < t->count && n->sites.items[t->errors[t->next].site].op == op; t->next++) {
        const kt_error_site *s = &n->sites.items[t->errors[t->next].site];
        int pauli = t->errors[t->next].pauli;
        rc = add_pauli(out, s->qubits[0], s->qubit_count == 1 ? pauli : pauli / 4, err);
        if (rc == 0 && s->qubit_count == 2)
            rc = add_pauli(out, s->qubits[1], pauli % 4, err);
    }
    return rc;
}

/* ---- reading ---- */

static int64_t monotonic_ns(void *ctx)
{
    (void)ctx;
    return kt_clock_system()->monotonic_ns(kt_clock_system()->ctx);
}

/* Whether the program says what it measures. Without a measurement every qubit has a column, in their order, and the
 * simulation numbers them anew. */
static bool has_measurement(const kt_circuit *circuit)
{
    size_t count;
    const kt_op *ops = kt_circuit_ops(circuit, &count);
    for (size_t i = 0; i < count; i++)
        if (ops[i].kind == KT_OP_MEASURE)
            return true;
    return false;
}

/* Columns of the result, from the first simulation; a device keeps its qubits' labels. */
static int open_result(noisy *n, const kt_result *from, kt_error *err)
{
    const bool is_measured = has_measurement(n->rotated);
    n->columns = (uint32_t)kt_result_column_count(from);
    uint32_t *labels = calloc(n->columns + 1, sizeof *labels);
    n->words = calloc(n->columns / 64 + 1, sizeof *n->words);
    n->bits = malloc(n->columns + 1);
    n->flip_0 = calloc(n->columns + 1, sizeof *n->flip_0);
    n->flip_1 = calloc(n->columns + 1, sizeof *n->flip_1);
    int rc = labels == NULL || n->words == NULL || n->bits == NULL || n->flip_0 == NULL || n->flip_1 == NULL
                 ? kt_fail_nomem(err, n->columns, "measured qubits")
                 : kt_result_new(&n->result, err);
    for (uint32_t c = 0; rc == 0 && c < n->columns; c++) {
        labels[c] = is_measured ? kt_result_measured_qubit(from, (int)c) : kt_circuit_label(n->rotated, c);
        uint32_t q = 0;
        while (q + 1 < (uint32_t)kt_circuit_qubit_count(n->rotated) && kt_circuit_label(n->rotated, q) != labels[c])
            q++;
        kt_device_readout(n->order->device, n->places[q], &n->flip_0[c], &n->flip_1[c]);
    }
    if (rc == 0)
        rc = kt_result_set_columns(n->result, n->columns, labels, err);
    free(labels);
    return rc;
}

/* One shot that gave n->bits, as it is read. */
static int read_shot(noisy *n, kt_error *err)
{
    memset(n->words, 0, (n->columns / 64 + 1) * sizeof *n->words);
    for (uint32_t c = 0; c < n->columns; c++) {
        bool bit = n->bits[c] == '1';
        double chance = bit ? n->flip_1[c] : n->flip_0[c];
        if (chance > 0 && kt_rng_uniform(&n->read_rng) < chance)
            bit = !bit;
        n->words[c / 64] |= (uint64_t)bit << (63 - c % 64);
    }
    return kt_result_add_outcome(n->result, n->words, 1, NULL, err);
}

static int simulate(noisy *n, const kt_circuit *circuit, kt_sim_method method, uint64_t shots, uint64_t seed,
                    kt_error *err)
{
    const kt_noisy_order *order = n->order;
    const kt_sim_options options = { .method = method,
                                     .shots = shots,
                                     .seed = seed,
                                     .threads = order->threads,
                                     .memory_bytes = order->memory_bytes,
                                     .progress = order->progress,
                                     .progress_ctx = order->progress_ctx,
                                     .monotonic_ns = monotonic_ns };
    KT_OWN(kt_result) *part = NULL;
    int rc = kt_sim_circuit(circuit, &options, &part, err);
    if (rc == 0 && n->result == NULL)
        rc = open_result(n, part, err);
    for (size_t i = 0; rc == 0 && i < kt_result_outcome_count(part); i++) {
        uint64_t times = kt_result_outcome(part, i, n->bits);
        for (uint64_t shot = 0; rc == 0 && shot < times; shot++)
            rc = read_shot(n, err);
    }
    return rc;
}

static int run_density(noisy *n, kt_error *err)
{
    KT_OWN(kt_circuit) *circuit = NULL;
    size_t next = 0;
    int rc = copy_with(n, add_channels, &next, &circuit, err);
    return rc < 0 ? rc : simulate(n, circuit, KT_SIM_DENSITY_MATRIX, n->order->shots, n->order->seed, err);
}

/* Draws one shot's errors. The gap to the next error is drawn for the largest chance and thinned, so a shot costs as
 * many draws as it could have errors, not as there are gates. */
static size_t draw_errors(const noisy *n, kt_rng *rng, double largest, drawn *errors)
{
    size_t count = 0;
    double log_miss = log1p(-largest), at = -1;
    while (largest > 0) {
        at += 1 + floor(log1p(-kt_rng_uniform(rng)) / log_miss);
        if (!(at < (double)n->sites.count))
            break;
        const kt_error_site *s = &n->sites.items[(size_t)at];
        if (kt_rng_uniform(rng) * largest < s->chance)
            errors[count++] = (drawn){ (uint32_t)at, (uint8_t)(1 + kt_rng_below(rng, s->qubit_count == 1 ? 3 : 15)) };
    }
    return count;
}

static bool is_cancelled(const kt_noisy_order *order, uint64_t shot)
{
    return order->progress != NULL && order->progress(order->progress_ctx, (double)shot / (double)order->shots) != 0;
}

/* Shots without any error share one state; each of the others has a circuit of its own. */
static int run_trajectories(noisy *n, kt_error *err)
{
    double largest = 0;
    for (size_t i = 0; i < n->sites.count; i++)
        largest = fmax(largest, n->sites.items[i].chance);
    drawn *errors = calloc(n->sites.count + 1, sizeof *errors);
    if (errors == NULL)
        return kt_fail_nomem(err, n->sites.count * sizeof *errors, "errors of a shot");
    kt_rng rng;
    kt_rng_seed_stream(&rng, n->order->seed, ERROR_STREAM);
    uint64_t clean = 0;
    int rc = 0;
    for (uint64_t shot = 0; rc == 0 && shot < n->order->shots; shot++) {
        trajectory t = { errors, draw_errors(n, &rng, largest, errors), 0 };
        clean += t.count == 0;
        if (t.count == 0)
            continue;
        if (is_cancelled(n->order, shot)) { /* a simulation this short does not ask by itself */
            rc = kt_fail(err, KT_E_CANCELLED, "cancelled");
            break;
        }
        KT_OWN(kt_circuit) *circuit = NULL;
        rc = copy_with(n, add_errors, &t, &circuit, err);
        if (rc == 0)
            rc = simulate(n, circuit, KT_SIM_STATE_VECTOR, 1, n->order->seed + shot + 1, err);
    }
    trajectory none = { errors, 0, 0 };
    KT_OWN(kt_circuit) *circuit = NULL;
    if (rc == 0 && clean > 0)
        rc = copy_with(n, add_errors, &none, &circuit, err);
    if (rc == 0 && clean > 0)
        rc = simulate(n, circuit, KT_SIM_STATE_VECTOR, clean, n->order->seed, err);
    free(errors);
    return rc;
}

static int run(noisy *n, kt_error *err)
{
    const kt_circuit *circuit = n->order->compiled->circuit;
    uint32_t qubits = (uint32_t)kt_circuit_qubit_count(circuit);
    n->places = calloc(qubits + 1, sizeof *n->places);
    int rc = n->places == NULL ? kt_fail_nomem(err, qubits * sizeof *n->places, "places") : 0;
    if (rc == 0)
        rc = kt_place_qubits(n->order->device, n->order->compiled, n->places, err);
    n->sites = (kt_error_sites){ .device = n->order->device, .places = n->places };
    if (rc == 0)
        rc = kt_pass_measure_basis(circuit, &n->rotated, err);
    if (rc == 0)
        rc = find_sites(n, err);
    if (rc == 0)
        rc = qubits <= KT_DENSITY_QUBITS_MOST ? run_density(n, err) : run_trajectories(n, err);
    if (rc == 0)
        rc = kt_result_seal(n->result, n->order->seed, err);
    kt_result_info info = {
        .device = n->order->device->name, .shots = n->order->shots, .seed = n->order->seed, .qubit_count = qubits
    };
    if (rc == 0)
        rc = kt_result_set_info(n->result, &info, err);
    return rc < 0 ? rc : kt_observe(circuit, n->result, err);
}

int kt_noisy_run(const kt_noisy_order *order, kt_result **out, kt_error *err)
{
    noisy n = { .order = order };
    kt_rng_seed_stream(&n.read_rng, order->seed, READ_STREAM);
    int rc = run(&n, err);
    kt_circuit_free(n.rotated);
    free(n.places);
    free(n.sites.items);
    free(n.words);
    free(n.bits);
    free(n.flip_0);
    free(n.flip_1);
    if (rc == 0)
        *out = n.result;
    else
        kt_result_free(n.result);
    return rc;
}
