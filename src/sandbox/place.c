/* SPDX-License-Identifier: Apache-2.0 */
/* place.c - where on a device a circuit's qubits lie: the connected group with the least expected error among those
 * that grow from each qubit, nearest and best neighbours first. */
#include "sandbox/noisy.h"

#include "circuit/pass.h"
#include "sandbox/device_priv.h"

#include <math.h>
#include <stdlib.h>

enum { LABELS_MOST = KT_DEVICE_PLACED_MOST, STARTS_MOST = 12 };

/* How bad a qubit is to have. */
static double badness(const kt_sandbox_device *device, uint32_t label)
{
    double read_1 = 0, read_0 = 0;
    kt_device_readout(device, label, &read_1, &read_0);
    return kt_device_noise_1q(device, label).depolarizing * 10 + read_1 + read_0;
}

/* How bad the way from one qubit to another is; infinite when they are not coupled. */
static double badness_between(const kt_sandbox_device *device, uint32_t a, uint32_t b)
{
    if (!device->fully_connected && !kt_device_coupled(device, a, b))
        return INFINITY;
    return 10 * kt_device_noise_2q(device, a, b, NULL).depolarizing;
}

/* Grows a group from labels[start] until it has `wanted` members; false: its island is too small. cost[i] is what qubit
 * i would add: its own badness and that of its best coupling to the group. */
static bool grow(const kt_sandbox_device *device, const double *bad, uint32_t start, uint32_t wanted, uint32_t *group,
                 double *total)
{
    bool in_group[LABELS_MOST] = { false };
    double cost[LABELS_MOST];
    for (uint32_t i = 0; i < device->qubit_count; i++)
        cost[i] = INFINITY;
    group[0] = start;
    in_group[start] = true;
    *total = bad[start];
    for (uint32_t size = 1; size < wanted; size++) {
        uint32_t best = start;
        cost[start] = INFINITY;
        for (uint32_t i = 0; i < device->qubit_count; i++) {
            if (in_group[i])
                continue;
            double between = badness_between(device, device->labels[group[size - 1]], device->labels[i]);
            cost[i] = fmin(cost[i], bad[i] + between);
            best = cost[i] < cost[best] ? i : best;
        }
        if (best == start)
            return false;
        group[size] = best;
        in_group[best] = true;
        *total += cost[best];
    }
    return true;
}

static int choose_group(const kt_sandbox_device *device, uint32_t wanted, uint32_t *places, kt_error *err)
{
    double bad[LABELS_MOST], least = INFINITY;
    uint32_t group[LABELS_MOST];
    for (uint32_t i = 0; i < device->qubit_count; i++)
        bad[i] = badness(device, device->labels[i]);
    uint32_t step = wanted <= STARTS_MOST ? 1 : device->qubit_count / STARTS_MOST + 1;
    for (uint32_t offset = 0; offset < step && least == INFINITY; offset++) { /* others when no group was found */
        for (uint32_t start = offset; start < device->qubit_count; start += step) {
            double total;
            if (!grow(device, bad, start, wanted, group, &total) || total >= least)
                continue;
            least = total;
            for (uint32_t q = 0; q < wanted; q++)
                places[q] = device->labels[group[q]];
        }
    }
    if (least == INFINITY)
        return kt_fail(err, KT_E_CAPACITY, "%s has no %u connected qubits", device->name, wanted);
    return 0;
}

int kt_place_qubits(const kt_sandbox_device *device, const kt_compiled *compiled, uint32_t *places, kt_error *err)
{
    uint32_t count = (uint32_t)kt_circuit_qubit_count(compiled->circuit);
    if (device->labels == NULL || device->qubit_count > LABELS_MOST || count > device->qubit_count)
        return kt_fail(err, KT_E_INVALID, "%u qubits can't be placed on %s", count, device->name);
    if (!compiled->is_physical)
        return count == 0 ? 0 : choose_group(device, count, places, err);
    for (uint32_t q = 0; q < count; q++)
        places[q] = kt_circuit_label(compiled->circuit, q);
    return 0;
}

/* Operations of the rotated circuit, and a measurement of every qubit where the program names none. */
static int copy_placed(const kt_circuit *rotated, const uint32_t *places, kt_circuit *out, kt_error *err)
{
    size_t count;
    const kt_op *ops = kt_circuit_ops(rotated, &count);
    int rc = kt_circuit_set_labels(out, places, err);
    for (size_t i = 0; rc >= 0 && i < count; i++)
        rc = kt_circuit_add_op(out, &ops[i], err);
    for (int q = 0; rc >= 0 && !kt_circuit_has_measure(rotated) && q < kt_circuit_qubit_count(rotated); q++)
        rc = kt_circuit_measure(out, q, q, err);
    return rc < 0 ? rc : 0;
}

int kt_place_circuit(const kt_sandbox_device *device, const kt_compiled *compiled, kt_circuit **out, kt_error *err)
{
    KT_OWN(kt_circuit) *rotated = NULL, *placed = NULL;
    uint32_t *places = calloc((size_t)kt_circuit_qubit_count(compiled->circuit) + 1, sizeof *places);
    int rc = places == NULL ? kt_fail_nomem(err, 0, "places") : kt_place_qubits(device, compiled, places, err);
    if (rc == 0)
        rc = kt_pass_measure_basis(compiled->circuit, &rotated, err);
    if (rc == 0)
        rc = kt_circuit_new_like(rotated, &placed, err);
    if (rc == 0)
        rc = copy_placed(rotated, places, placed, err);
    free(places);
    if (rc == 0)
        *out = KT_GIVE(placed);
    return rc;
}
