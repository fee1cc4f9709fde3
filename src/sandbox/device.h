/* SPDX-License-Identifier: Apache-2.0 */
/* device.h - the devices: one JSON data file each (data/devices/), shipped or the user's own. A device knows what it
 * advertises, who may run what on it, and how noisy it is. */
#ifndef KT_SANDBOX_DEVICE_H
#define KT_SANDBOX_DEVICE_H

#include "base/json.h"
#include "sandbox/sandbox.h"

typedef enum kt_device_kind { KT_DEVICE_SV1, KT_DEVICE_DM1, KT_DEVICE_GATE_QPU, KT_DEVICE_ANALOG } kt_device_kind;

typedef struct kt_qpu_window {
    char day[12]; /* Everyday, Weekdays, Weekend, Monday ... */
    int start_s, end_s;
} kt_qpu_window;

typedef struct kt_sandbox_device {
    const char *arn, *name, *provider, *type /* QPU, SIMULATOR */, *status /* ONLINE, OFFLINE, RETIRED */;
    const char *region;         /* its own; "" for simulators, which are in `regions` */
    const char *const *regions; /* NULL-terminated: where it answers */
    kt_device_kind kind;
    uint32_t qubit_count;
    int64_t shots_least, shots_most;
    int64_t programs_most; /* executables of a program set; 0: takes no program sets */
    int64_t program_shots_most;
    const uint32_t *labels; /* qubit_count physical labels, ascending; NULL for simulators */
    bool fully_connected;
    const kt_qpu_window *windows;
    size_t window_count;
    int64_t queue_ns, task_ns;   /* how long a task waits and runs, unless the scenario says otherwise */
    const char *metadata_member; /* "iqmMetadata" ...; NULL: simulatorMetadata */
    const char *price_key;       /* its name in the price list */
} kt_sandbox_device;

typedef struct kt_devices kt_devices;
/* Reads *.json of data_dir (NULL: kt_devices_data_dir), then of own_dir (may be NULL); a file replaces the device of
 * the same ARN. Errors name file and member. The format of the files: doc/devices.md. */
int kt_devices_load(const char *data_dir, const char *own_dir, kt_devices **out, kt_error *err);
void kt_devices_free(kt_devices *devices);
KT_DEFINE_FREEP(kt_devices)
/* Where the shipped device files lie: `given` when not NULL; else share/ketch/devices beside the library as installed,
 * else data/devices of the source tree that this was built in. KT_E_NOT_FOUND names the places. */
int kt_devices_data_dir(const char *given, kt_buf *path, kt_error *err);
size_t kt_devices_count(const kt_devices *devices);
const kt_sandbox_device *kt_devices_at(const kt_devices *devices, size_t index);
const kt_sandbox_device *kt_devices_find(const kt_devices *devices, kt_view arn); /* NULL: none */
/* GetDevice's deviceCapabilities, as the JSON string that goes into the answer (quoted and escaped); without the
 * OpenQASM actions for callers whose User-Agent lacks BraketSchemas >= 1.8.0. Made at first use and kept; lives as long
 * as the devices. */
int kt_device_capabilities(const kt_sandbox_device *device, bool with_openqasm, kt_view *quoted, kt_error *err);
bool kt_device_in_region(const kt_sandbox_device *device, const char *region);
bool kt_device_has_label(const kt_sandbox_device *device, uint32_t label);
bool kt_device_coupled(const kt_sandbox_device *device, uint32_t a, uint32_t b);
bool kt_device_is_native(const kt_sandbox_device *device, const char *gate);
bool kt_device_supports_gate(const kt_sandbox_device *device, const char *gate);     /* supportedOperations */
bool kt_device_supports_result(const kt_sandbox_device *device, const char *result); /* "Expectation" */
/* Whether it is in one of its windows at this time; *next_ns gets when the next one opens (now when open). */
bool kt_device_is_open(const kt_sandbox_device *device, int64_t wall_ns, int64_t *next_ns);

/* Chances of error from the calibration, by physical label: what a gate on these qubits costs. Depolarizing
 * probability p of the channel after the gate; readout flips. */
typedef struct kt_gate_noise {
    double depolarizing; /* for a one-qubit gate; two_qubit_depolarizing for two */
} kt_gate_noise;
kt_gate_noise kt_device_noise_1q(const kt_sandbox_device *device, uint32_t label);
kt_gate_noise kt_device_noise_2q(const kt_sandbox_device *device, uint32_t a, uint32_t b, const char *gate);
void kt_device_readout(const kt_sandbox_device *device, uint32_t label, double *p_1_given_0, double *p_0_given_1);

#endif
