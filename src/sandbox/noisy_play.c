/* SPDX-License-Identifier: Apache-2.0 */
/* noisy_play.c - a program that decides by measured values, with a device's errors: it is played anew for every shot.
 * Between the program and the simulator stands a sink that draws an error behind each gate and misreads each
 * measurement; what the program decides by, and what is reported, is what was read. A simulator may play a shot several
 * times before its measurements are decided, so a play draws from its shot's own stream, from the beginning. */
#include "sandbox/noisy.h"

#include "base/rng.h"
#include "qasm/diag.h"
#include "sandbox/device_priv.h"
#include "sandbox/error_site.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t PLAY_STREAM = UINT64_C(0x706c6179);
enum { SHOT_END = UINT32_MAX };

/* A column of the result, in order of discovery until all shots are done. */
typedef struct column {
    kt_cell cell;
    uint32_t label, rank; /* rank: its place among the cells */
} column;

typedef struct reading {
    kt_cell cell;
    uint32_t label;
    bool bit;
} reading;

typedef struct list { /* of anything; grown by `room` */
    void *items;
    size_t count, capacity;
} list;

typedef struct noisy_play {
    const kt_noisy_order *order;
    kt_play *play; /* of the present shot */
    kt_diagnostics *found;
    const kt_sink *inner;
    uint32_t places[KT_DEVICE_PLACED_MOST];
    kt_error_sites sites;
    uint64_t shot;
    kt_rng rng;
    list readings; /* of the present play */
    list columns;
    list ones; /* shot by shot the columns that were 1, and SHOT_END */
} noisy_play;

static int room(list *l, size_t item_bytes, kt_error *err)
{
    if (l->count < l->capacity)
        return 0;
    const size_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
    void *grown = realloc(l->items, capacity * item_bytes);
    if (grown == NULL)
        return kt_fail_nomem(err, capacity * item_bytes, "readings");
    l->items = grown;
    l->capacity = capacity;
    return 0;
}

/* ---- between the program and the simulator ---- */

static int find_places(noisy_play *n, const kt_op *op, kt_error *err)
{
    for (uint32_t i = 0; i < op->qubit_count; i++) {
        const uint32_t q = op->qubits[i], label = kt_play_label(n->play, q);
        if (q >= KT_DEVICE_PLACED_MOST)
            return kt_fail(err, KT_E_CAPACITY, "qubit %u: at most %d can be placed", q, KT_DEVICE_PLACED_MOST);
        if (!n->order->compiled->is_physical)
            continue; /* all of them were placed before */
        if (!kt_device_has_label(n->order->device, label))
            return kt_fail(err, KT_E_INVALID, "%s has no qubit $%u", n->order->device->name, label);
        n->places[q] = label;
    }
    return 0;
}

static int play_pauli(noisy_play *n, uint32_t qubit, uint64_t pauli, kt_error *err)
{
    static const uint8_t gates[] = { KT_GATE_I, KT_GATE_X, KT_GATE_Y, KT_GATE_Z };
    const kt_op op = { .kind = KT_OP_GATE, .gate = gates[pauli], .qubit_count = 1, .qubits = &qubit, .power = 1 };
    return pauli == 0 ? 0 : n->inner->op(n->inner->ctx, &op, err);
}

static int play_error(noisy_play *n, const kt_error_site *s, kt_error *err)
{
    if (kt_rng_uniform(&n->rng) >= s->chance)
        return 0;
    const uint64_t pauli = 1 + kt_rng_below(&n->rng, s->qubit_count == 1 ? 3 : 15);
    const int rc = play_pauli(n, s->qubits[0], s->qubit_count == 1 ? pauli : pauli / 4, err);
    return rc < 0 || s->qubit_count == 1 ? rc : play_pauli(n, s->qubits[1], pauli % 4, err);
}

static int on_op(void *ctx, const kt_op *op, kt_error *err)
{
    noisy_play *n = ctx;
    int rc = find_places(n, op, err);
    if (rc == 0)
        rc = n->inner->op(n->inner->ctx, op, err);
    n->sites.count = 0;
    if (rc == 0 && (op->kind == KT_OP_GATE || op->kind == KT_OP_UNITARY) && op->qubit_count > 0)
        rc = kt_error_sites_add(&n->sites, 0, op, err);
    for (size_t i = 0; rc == 0 && i < n->sites.count; i++)
        rc = play_error(n, &n->sites.items[i], err);
    return rc;
}

static int note_reading(noisy_play *n, const reading *r, kt_error *err)
{
    reading *known = n->readings.items;
    for (size_t i = 0; i < n->readings.count; i++)
        if (known[i].cell == r->cell) {
            known[i] = *r;
            return 0;
        }
    const int rc = room(&n->readings, sizeof *r, err);
    if (rc == 0)
        ((reading *)n->readings.items)[n->readings.count++] = *r;
    return rc;
}

static bool misread(noisy_play *n, uint32_t qubit, bool bit)
{
    double flip[2] = { 0, 0 };
    kt_device_readout(n->order->device, n->places[qubit], &flip[0], &flip[1]);
    return kt_rng_uniform(&n->rng) < flip[bit] ? !bit : bit;
}

/* How a bit is misread depends on it: the simulator must decide now, as if the program had asked for it. */
static int on_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    noisy_play *n = ctx;
    int rc = find_places(n, op, err);
    if (rc == 0)
        rc = n->inner->measure(n->inner->ctx, op, outcome, err);
    if (rc < 0)
        return rc;
    if (*outcome == KT_OUTCOME_UNKNOWN)
        return kt_fail(err, KT_E_DYNAMIC, "a measured value is read out");
    *outcome = misread(n, op->qubits[0], *outcome != 0);
    const reading r = { op->cell, kt_play_label(n->play, op->qubits[0]), *outcome != 0 };
    return op->cell == KT_CELL_NONE ? 0 : note_reading(n, &r, err);
}

static int play_afresh(void *ctx, const kt_sink *sink, kt_error *err)
{
    noisy_play *n = ctx;
    const kt_sink outer = { .op = on_op, .measure = on_measure, .ctx = n };
    kt_diagnostics *found = kt_diagnostics_new(0);
    if (found == NULL)
        return kt_fail_nomem(err, 0, "diagnostics");
    kt_diagnostics_free(n->found);
    n->found = found;
    n->inner = sink;
    n->readings.count = 0;
    kt_rng_seed_stream(&n->rng, n->order->seed + n->shot, PLAY_STREAM);
    return kt_play_run(n->play, &outer, found, err);
}

/* ---- shots ---- */

static int column_of(noisy_play *n, const reading *r, uint32_t *out, kt_error *err)
{
    column *columns = n->columns.items;
    for (size_t i = 0; i < n->columns.count; i++)
        if (columns[i].cell == r->cell) {
            columns[i].label = r->label;
            *out = (uint32_t)i;
            return 0;
        }
    const int rc = room(&n->columns, sizeof(column), err);
    if (rc < 0)
        return rc;
    *out = (uint32_t)n->columns.count;
    ((column *)n->columns.items)[n->columns.count++] = (column){ r->cell, r->label, 0 };
    return 0;
}

static int add_one(noisy_play *n, uint32_t index, kt_error *err)
{
    const int rc = room(&n->ones, sizeof(uint32_t), err);
    if (rc == 0)
        ((uint32_t *)n->ones.items)[n->ones.count++] = index;
    return rc;
}

static int keep_shot(noisy_play *n, kt_error *err)
{
    const reading *readings = n->readings.items;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n->readings.count; i++) {
        uint32_t index = 0;
        rc = column_of(n, &readings[i], &index, err);
        if (rc == 0 && readings[i].bit)
            rc = add_one(n, index, err);
    }
    return rc < 0 ? rc : add_one(n, SHOT_END, err);
}

/* A program that measures into nothing has all its qubits measured at its end: the simulator did that. */
static int read_all(noisy_play *n, const kt_result *part, kt_error *err)
{
    const int columns = kt_result_column_count(part);
    char *bits = malloc((size_t)columns + 1);
    int rc = bits == NULL ? kt_fail_nomem(err, (size_t)columns, "readings") : 0;
    if (rc == 0)
        kt_result_outcome(part, 0, bits);
    for (int c = 0; rc == 0 && c < columns; c++) {
        const uint32_t label = kt_result_measured_qubit(part, c);
        uint32_t q = 0;
        while (q + 1 < kt_play_qubit_count(n->play) && kt_play_label(n->play, q) != label)
            q++;
        const reading r = { KT_CELL_ANONYMOUS + label, label, misread(n, q, bits[c] == '1') };
        rc = note_reading(n, &r, err);
    }
    free(bits);
    return rc;
}

static uint32_t label_of(void *ctx, uint32_t qubit)
{
    return kt_play_label(((noisy_play *)ctx)->play, qubit);
}

static int64_t monotonic_ns(void *ctx)
{
    (void)ctx;
    return kt_clock_system()->monotonic_ns(kt_clock_system()->ctx);
}

static int run_shot(noisy_play *n, kt_error *err)
{
    const kt_noisy_order *order = n->order;
    const kt_sim_options options = { .method = KT_SIM_STATE_VECTOR,
                                     .shots = 1,
                                     .seed = order->seed + n->shot,
                                     .threads = order->threads,
                                     .memory_bytes = order->memory_bytes,
                                     .progress = order->progress,
                                     .progress_ctx = order->progress_ctx,
                                     .monotonic_ns = monotonic_ns };
    const kt_player player = { play_afresh, n };
    const kt_sim_about about = { .ctx = n, .label = label_of };
    KT_OWN(kt_result) *part = NULL;
    kt_play_free(KT_GIVE(n->play)); /* its statements are counted: each shot has as many as it may */
    int rc = kt_play_new(order->compiled->program, order->inputs, NULL, &n->play, err);
    if (rc == 0)
        rc = kt_sim_player(&player, &about, &options, &part, err);
    if (rc == 0 && n->readings.count == 0)
        rc = read_all(n, part, err);
    return rc < 0 ? rc : keep_shot(n, err);
}

/* ---- where the qubits lie ---- */

static int skip_op(void *ctx, const kt_op *op, kt_error *err)
{
    (void)ctx, (void)op, (void)err;
    return 0;
}

static int skip_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    (void)ctx, (void)op, (void)err;
    *outcome = 0;
    return 0;
}

/* Registers are declared before anything is decided; what is written with $n is where it says. */
static int place(noisy_play *n, kt_error *err)
{
    const kt_sink nowhere = { .op = skip_op, .measure = skip_measure };
    KT_OWN(kt_circuit) *bare = NULL;
    if (n->order->compiled->is_physical)
        return 0;
    n->found = kt_diagnostics_new(0);
    int rc = n->found == NULL ? kt_fail_nomem(err, 0, "diagnostics")
                              : kt_play_new(n->order->compiled->program, n->order->inputs, NULL, &n->play, err);
    if (rc == 0)
        rc = kt_play_run(n->play, &nowhere, n->found, err);
    if (rc == 0 && kt_play_qubit_count(n->play) > KT_DEVICE_PLACED_MOST)
        rc = kt_fail(err, KT_E_CAPACITY, "%u qubits: at most %d can be placed", kt_play_qubit_count(n->play),
                     KT_DEVICE_PLACED_MOST);
    if (rc == 0)
        rc = kt_circuit_new((int)kt_play_qubit_count(n->play), &bare, err);
    const kt_compiled registers = { .circuit = bare };
    return rc < 0 ? rc : kt_place_qubits(n->order->device, &registers, n->places, err);
}

/* ---- the whole ---- */

static int set_columns(noisy_play *n, kt_result *result, kt_error *err)
{
    column *columns = n->columns.items;
    uint32_t *labels = calloc(n->columns.count + 1, sizeof *labels);
    if (labels == NULL)
        return kt_fail_nomem(err, n->columns.count, "measured qubits");
    for (size_t i = 0; i < n->columns.count; i++) {
        for (size_t k = 0; k < n->columns.count; k++)
            columns[i].rank += columns[k].cell < columns[i].cell;
        labels[columns[i].rank] = columns[i].label;
    }
    const int rc = kt_result_set_columns(result, (uint32_t)n->columns.count, labels, err);
    free(labels);
    return rc;
}

static int add_shots(const noisy_play *n, kt_result *result, kt_error *err)
{
    const column *columns = n->columns.items;
    const uint32_t *ones = n->ones.items;
    const size_t words_bytes = (n->columns.count / 64 + 1) * sizeof(uint64_t);
    uint64_t *words = calloc(1, words_bytes);
    int rc = words == NULL ? kt_fail_nomem(err, words_bytes, "a shot") : 0;
    for (size_t i = 0; rc == 0 && i < n->ones.count; i++) {
        if (ones[i] != SHOT_END) {
            const uint32_t rank = columns[ones[i]].rank;
            words[rank / 64] |= UINT64_C(1) << (63 - rank % 64);
            continue;
        }
        rc = kt_result_add_outcome(result, words, 1, NULL, err);
        memset(words, 0, words_bytes);
    }
    free(words);
    return rc;
}

static int make_result(noisy_play *n, kt_result **out, kt_error *err)
{
    KT_OWN(kt_result) *result = NULL;
    const kt_result_info info = { .device = n->order->device->name,
                                  .shots = n->order->shots,
                                  .seed = n->order->seed,
                                  .qubit_count = kt_play_qubit_count(n->play) };
    int rc = kt_result_new(&result, err);
    if (rc == 0)
        rc = set_columns(n, result, err);
    if (rc == 0)
        rc = add_shots(n, result, err);
    if (rc == 0)
        rc = kt_result_seal(result, n->order->seed, err);
    if (rc == 0)
        rc = kt_result_set_info(result, &info, err);
    if (rc == 0)
        *out = KT_GIVE(result);
    return rc;
}

int kt_noisy_play(const kt_noisy_order *order, kt_result **out, kt_error *err)
{
    noisy_play *n = calloc(1, sizeof *n);
    if (n == NULL)
        return kt_fail_nomem(err, sizeof *n, "a program's shots");
    n->order = order;
    n->sites = (kt_error_sites){ .device = order->device, .places = n->places };
    int rc = place(n, err);
    for (n->shot = 0; rc == 0 && n->shot < order->shots; n->shot++) {
        rc = run_shot(n, err);
        if (rc == 0 && order->progress != NULL &&
            order->progress(order->progress_ctx, (double)n->shot / (double)order->shots) != 0)
            rc = kt_fail(err, KT_E_CANCELLED, "cancelled");
    }
    if (rc == 0)
        rc = make_result(n, out, err);
    kt_play_free(n->play);
    kt_diagnostics_free(n->found);
    free(n->sites.items);
    free(n->readings.items);
    free(n->columns.items);
    free(n->ones.items);
    free(n);
    return rc;
}
