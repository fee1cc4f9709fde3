/* SPDX-License-Identifier: Apache-2.0 */
/* vendor.h - what a result carries in its additionalMetadata beside the action: the part of the device's vendor. */
#ifndef KT_SANDBOX_VENDOR_H
#define KT_SANDBOX_VENDOR_H

#include "circuit/result.h"
#include "sandbox/compile.h"

typedef struct kt_vendor_question {
    const kt_sandbox_device *device;
    const kt_compiled *compiled;
    kt_view source; /* the program as it was written */
    const kt_result *result;
    bool is_debiased;
} kt_vendor_question;

/* {"iqmMetadata": {header, "compiledProgram"}}: the circuit on its places, or the source of a program that has no
 * circuit. IonQ: {"ionqMetadata": {header, "sharpenedProbabilities"}} of debiased tasks. NULL: nothing is said. In
 * malloc'ed memory. */
int kt_vendor_json(const kt_vendor_question *question, char **out, kt_error *err);

#endif
