/* SPDX-License-Identifier: Apache-2.0 */
/* device_parameters.h - deviceParameters of a task: the few that change what is computed. */
#ifndef KT_SANDBOX_DEVICE_PARAMETERS_H
#define KT_SANDBOX_DEVICE_PARAMETERS_H

#include "sandbox/device.h"

typedef struct kt_device_parameters {
    bool keeps_labels; /* disableQubitRewiring: q[3] is the device's qubit 3 */
    bool debiases;     /* IonQ's error mitigation */
} kt_device_parameters;

/* An empty text has none. KT_E_INVALID in words for the client: no JSON object, a member of the wrong kind, error
 * mitigation that the device does not have or that needs more shots. */
int kt_device_parameters_read(const kt_sandbox_device *device, kt_view text, int64_t shots, kt_device_parameters *out,
                              kt_error *err);

#endif
