/* SPDX-License-Identifier: Apache-2.0 */
/* error_site.c - where a gate's errors may happen: behind it, one for each native gate that it would cost. */
#include "sandbox/error_site.h"

#include "circuit/gate.h"
#include "sandbox/device_priv.h"

#include <stdlib.h>
#include <string.h>

static int add_site(kt_error_sites *sites, size_t op, uint32_t a, uint32_t b, bool two, double chance, kt_error *err)
{
    if (chance <= 0)
        return 0;
    if (sites->count == sites->capacity) {
        size_t capacity = sites->capacity == 0 ? 256 : sites->capacity * 2;
        kt_error_site *grown = realloc(sites->items, capacity * sizeof *grown);
        if (grown == NULL)
            return kt_fail_nomem(err, capacity * sizeof *grown, "places of errors");
        sites->items = grown;
        sites->capacity = capacity;
    }
    sites->items[sites->count++] = (kt_error_site){ op, { a, b }, two ? 2 : 1, chance };
    return 0;
}

/* Native two-qubit gates that a gate costs, when that is not one. */
static int native_cost(const char *gate)
{
    static const struct {
        const char *name;
        int cost;
    } costs[] = {
        { "swap", 3 },          { "iswap", 2 },         { "pswap", 3 },         { "xy", 2 }, { "cphaseshift", 2 },
        { "cphaseshift00", 2 }, { "cphaseshift01", 2 }, { "cphaseshift10", 2 }, { "cv", 2 },
    };
    for (size_t i = 0; i < KT_COUNT(costs); i++)
        if (strcmp(costs[i].name, gate) == 0)
            return costs[i].cost;
    return 1;
}

/* Qubits that are not neighbours are brought together by swaps: three gates for each step between them. */
static int steps_between(const kt_sandbox_device *device, uint32_t from, uint32_t to)
{
    int distance[KT_DEVICE_PLACED_MOST];
    uint32_t queue[KT_DEVICE_PLACED_MOST], head = 0, tail = 0;
    for (uint32_t i = 0; i < device->qubit_count; i++) {
        distance[i] = device->labels[i] == from ? 0 : -1;
        if (distance[i] == 0)
            queue[tail++] = i;
    }
    while (head < tail) {
        uint32_t at = queue[head++];
        if (device->labels[at] == to)
            return distance[at];
        for (uint32_t i = 0; i < device->qubit_count; i++) {
            if (distance[i] < 0 && kt_device_coupled(device, device->labels[at], device->labels[i])) {
                distance[i] = distance[at] + 1;
                queue[tail++] = i;
            }
        }
    }
    return 1;
}

static int add_pair(kt_error_sites *sites, size_t op, uint32_t a, uint32_t b, const char *gate, int times,
                    kt_error *err)
{
    const kt_sandbox_device *device = sites->device;
    uint32_t from = sites->places[a], to = sites->places[b];
    if (!device->fully_connected && !kt_device_coupled(device, from, to))
        times += 3 * (steps_between(device, from, to) - 1);
    double chance = kt_device_noise_2q(device, from, to, gate).depolarizing;
    int rc = 0;
    for (int i = 0; rc == 0 && i < times; i++)
        rc = add_site(sites, op, a, b, true, chance, err);
    return rc;
}

/* Turns about z are turns of the frame: no pulse is played for them. */
static bool costs_nothing(const char *gate)
{
    static const char *const names[] = { "i", "rz", "z", "s", "si", "t", "ti", "phaseshift" };
    for (size_t i = 0; i < KT_COUNT(names); i++)
        if (strcmp(names[i], gate) == 0)
            return true;
    return false;
}

int kt_error_sites_add(kt_error_sites *sites, size_t index, const kt_op *op, kt_error *err)
{
    const char *gate = kt_op_name(op);
    const uint32_t *q = op->qubits;
    if (op->qubit_count == 1)
        return costs_nothing(gate) ? 0
                                   : add_site(sites, index, q[0], 0, false,
                                              kt_device_noise_1q(sites->device, sites->places[q[0]]).depolarizing, err);
    if (op->qubit_count == 2)
        return add_pair(sites, index, q[0], q[1], gate, native_cost(gate), err);
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i + 1 < op->qubit_count; i++) /* six to eight native gates for three qubits */
        rc = add_pair(sites, index, q[i], q[i + 1], "cz", 3, err);
    return rc;
}
