/* SPDX-License-Identifier: Apache-2.0 */
/* error_site.h - places in a circuit where a device's gates may go wrong, for noisy.c and noisy_play.c. */
#ifndef KT_SANDBOX_ERROR_SITE_H
#define KT_SANDBOX_ERROR_SITE_H

#include "circuit/op.h"
#include "sandbox/device.h"

/* A place where an error may happen: behind operation `op`, on one or two qubits. */
typedef struct kt_error_site {
    size_t op;
    uint32_t qubits[2];
    uint8_t qubit_count;
    double chance; /* of a depolarizing error, the identity among its Paulis not counted */
} kt_error_site;

typedef struct kt_error_sites {
    const kt_sandbox_device *device;
    const uint32_t *places; /* by qubit: its label on the device */
    kt_error_site *items;   /* malloc'ed */
    size_t count, capacity;
} kt_error_sites;

/* Adds those of one gate or unitary, which is operation `index`. */
int kt_error_sites_add(kt_error_sites *sites, size_t index, const kt_op *op, kt_error *err);

#endif
