/* SPDX-License-Identifier: Apache-2.0 */
/* process.h - a child process on the loop, with the parent's standard streams. */
#ifndef KT_IO_PROCESS_H
#define KT_IO_PROCESS_H

#include "base/error.h"

#include <uv.h>

typedef struct kt_process kt_process;
typedef struct kt_process_options {
    char *const *argv;            /* argv[0] is looked up in PATH */
    const char *const *env_set;   /* "NAME=value", NULL-terminated: added to, or put in place of, the own environment */
    const char *const *env_unset; /* names, NULL-terminated; NULL: none */
    /* Once, when it has ended: its exit status, or 128 + signal. */
    void (*ended)(void *ctx, int status);
    void *ctx;
} kt_process_options;
/* Errors: KT_E_NOT_FOUND (no such program), KT_E_INVALID (may not be executed), KT_E_IO. */
int kt_process_start(uv_loop_t *loop, const kt_process_options *options, kt_process **out, kt_error *err);
int kt_process_signal(kt_process *process, int signal_number, kt_error *err);
void kt_process_free(kt_process *process); /* after `ended` */

#endif
