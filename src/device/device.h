/* SPDX-License-Identifier: Apache-2.0 */
/* device.h - one interface to whatever runs circuits. Today the local simulators; later Amazon Braket. */
#ifndef KT_DEVICE_DEVICE_H
#define KT_DEVICE_DEVICE_H

#include "circuit/circuit.h"
#include "qasm/program.h"
#include <ketch/run.h>

typedef struct kt_device_info {
    const char *name;  /* "local:sv" */
    const char *about; /* one line */
    bool density, takes_noise;
    int qubits_most; /* what fits into `memory_bytes` of this machine now */
    uint64_t memory_bytes;
    int64_t shots_most;
    const char *const *gates;  /* NULL-terminated */
    const char *const *noises; /* NULL-terminated; NULL: none */
    const char *const *modifiers;
    const char *const *result_types;
} kt_device_info;

/* The local devices: index 0, 1, ...; false behind the last. Strings are constant. */
bool kt_device_local(size_t index, kt_device_info *out);
/* Memory that states may take on this machine: the smaller of what is available and of any cgroup limit, less a
 * reserve. */
uint64_t kt_device_memory_bytes(void);

#endif
