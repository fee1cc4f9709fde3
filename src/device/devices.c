/* SPDX-License-Identifier: Apache-2.0 */
/* devices.c - what the local devices are and can do, for `ketch devices` and for whoever asks from C. */
#include "circuit/gate.h"
#include "device/device.h"
#include "sim/state.h"

#include <ketch/version.h>

static const char *const gates[] = {
#define KT_GATE(id, name, qubits, angles, inverse, shape) name,
#include <ketch/gates.def>
#undef KT_GATE
    "unitary", NULL
};
static const char *const noises[] = {
#define KT_NOISE(id, name, qubits, parameters) name,
#include <ketch/noise.def>
#undef KT_NOISE
    "kraus", NULL
};
static const char *const modifiers[] = { "ctrl", "negctrl", "pow", "inv", NULL };
static const char *const sv_results[] = { "state_vector",   "amplitude",        "probability",
                                          "expectation",    "variance",         "sample",
                                          "density_matrix", "adjoint_gradient", NULL };
static const char *const dm_results[] = { "probability", "expectation", "variance", "sample", "density_matrix", NULL };

static const kt_device_info devices[] = {
    { .name = "local:sv",
      .about = "state vector simulator in this process",
      .shots_most = INT64_MAX,
      .gates = gates,
      .modifiers = modifiers,
      .result_types = sv_results },
    { .name = "local:dm",
      .about = "density matrix simulator in this process, with noise",
      .density = true,
      .takes_noise = true,
      .shots_most = INT64_MAX,
      .gates = gates,
      .noises = noises,
      .modifiers = modifiers,
      .result_types = dm_results },
};

bool kt_device_local(size_t index, kt_device_info *out)
{
    if (index >= KT_COUNT(devices))
        return false;
    *out = devices[index];
    out->memory_bytes = kt_device_memory_bytes();
    while (kt_state_bytes(out->qubits_most + 1, out->density) <= out->memory_bytes)
        out->qubits_most++;
    return true;
}
