/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - what a local device refuses before anything is computed, as Amazon's local simulator does. */
#ifndef KT_DEVICE_CHECK_H
#define KT_DEVICE_CHECK_H

#include "circuit/circuit.h"

typedef struct kt_check {
    bool density;
    uint64_t shots;
    bool counts_known;    /* false: qubit_count is not final, amplitudes' lengths are checked later */
    uint32_t qubit_count; /* qubits in use */
} kt_check;

/* The wants, one after another; *at (may be NULL) gets where the refused one stands. KT_E_INVALID, KT_E_UNSUPPORTED. */
int kt_check_wants(const kt_check *check, const kt_want *wants, size_t count, kt_source *at, kt_error *err);
/* With shots a qubit can be measured in one basis only. The circuit's wants are looked at; *at as above. */
int kt_check_bases(const kt_circuit *circuit, kt_source *at, kt_error *err);
/* A noise channel on the state-vector device. */
int kt_check_noise(kt_error *err);
/* The state vector and density matrix that only exact runs have, and gradients. */
bool kt_is_exact_only(uint8_t type);

#endif
