/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_args.h - what `ketch doctor` hands over to libketch, which has AWS. As run_args.h, the contract lies here
 * because src/cli and src/full don't know each other. Everything is borrowed. */
#ifndef KT_BASE_DOCTOR_ARGS_H
#define KT_BASE_DOCTOR_ARGS_H

#include "base/json.h"

typedef struct kt_doctor_args {
    const char *s3, *region, *profile, *endpoint_url, *state_dir; /* NULL: not given */
    const char *program_version;                                  /* of who calls */
    kt_out out;
    int (*flush)(void *ctx); /* after each line for a person, which may have to wait for the next; NULL: not needed */
    void *ctx;
    bool json, unicode, colour;
} kt_doctor_args;

/* Returns the exit status, or a negative code with *err filled, which the caller tells. */
typedef int kt_doctor_function(const kt_doctor_args *args, kt_error *err);
kt_doctor_function kt_cmd_doctor;

#endif
