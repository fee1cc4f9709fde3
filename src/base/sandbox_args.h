/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_args.h - what `ketch sandbox` was asked for, on its way from the command line to libketch.
 * src/cli reads the options and finds the functions below by name in libketch; src/full has them. Neither folder knows
 * the other, so the contract lies here. Every pointer is borrowed from the command line and outlives the call. */
#ifndef KT_BASE_SANDBOX_ARGS_H
#define KT_BASE_SANDBOX_ARGS_H

#include "base/error.h"

typedef struct kt_sandbox_args {
    const char *listen;      /* HOST:PORT as given, never NULL; checked by whoever listens */
    const char *state_dir;   /* NULL: $XDG_STATE_HOME/ketch/sandbox */
    const char *account;     /* twelve digits; NULL: the sandbox's own choice */
    const char *const *keys; /* each ID:SECRET with both parts; in the order given */
    size_t key_count;        /* 0 together with no_auth */
    bool no_auth;            /* take unsigned requests too */
    const char *quotas;      /* a name such as "aws"; NULL: none */
    const char *scenario;    /* a file; NULL: none */
    bool fsync;              /* what is acknowledged survives a power cut too */
    bool verbose;            /* every call is told on standard error */
    const char *devices_dir; /* NULL: the built-in devices */
    char *const *command;    /* argv of what stood behind `--`, ends in NULL; NULL: none */
    bool json;               /* what is said on standard output is JSON */
    const char *endpoint;    /* of the bill only: the URL of a running sandbox; NULL: it listens at `listen` */
} kt_sandbox_args;

/* Return the exit status, or a negative code with *err filled, which the caller tells. They write to stdout. */
typedef int kt_sandbox_function(const kt_sandbox_args *args, kt_error *err);
kt_sandbox_function kt_cmd_sandbox;      /* `ketch sandbox`: serves until it is interrupted or the command ends */
kt_sandbox_function kt_cmd_sandbox_bill; /* `ketch sandbox bill`: what a running sandbox has charged so far */

#endif
