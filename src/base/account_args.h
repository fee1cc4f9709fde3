/* SPDX-License-Identifier: Apache-2.0 */
/* account_args.h - what the commands that look at an account (devices, tasks, jobs, result, cancel) hand over to
 * libketch. As sandbox_args.h, the contract lies here because src/cli and src/full don't know each other. */
#ifndef KT_BASE_ACCOUNT_ARGS_H
#define KT_BASE_ACCOUNT_ARGS_H

#include "base/run_args.h"

typedef struct kt_account_args {
    const char *const *names; /* devices: a name or none; result and cancel: ARNs */
    size_t name_count;
    const char *const *regions; /* none: all that have Braket */
    size_t region_count;
    const char *device, *status, *day, *tag, *type; /* filters; NULL: any */
    bool all;                                       /* retired devices too */
    uint64_t limit;                                 /* rows shown; 0: all */
    int64_t wait_s;                                 /* for a cancellation to be confirmed */
    bool is_casual;                                 /* devices: nobody asked for Braket's, so having no keys is fine */
    const char *profile, *endpoint_url;
    bool colour;
    int width;
    kt_run_format format;
    kt_out out;
    int (*show)(void *ctx, const kt_result *result, kt_buf *text, kt_error *err); /* of result, for a person */
    void *ctx;
} kt_account_args;

/* Return the exit status, or a negative code with *err filled, which the caller tells. */
typedef int kt_account_function(const kt_account_args *args, kt_error *err);
kt_account_function kt_cmd_account_devices, kt_cmd_tasks, kt_cmd_jobs, kt_cmd_result, kt_cmd_cancel;

#endif
