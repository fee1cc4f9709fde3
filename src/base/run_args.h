/* SPDX-License-Identifier: Apache-2.0 */
/* run_args.h - what `ketch run --device` (on Braket) and `ketch resume` hand over to libketch, which has AWS. As
 * sandbox_args.h, the contract lies here because src/cli and src/full don't know each other. Everything is borrowed. */
#ifndef KT_BASE_RUN_ARGS_H
#define KT_BASE_RUN_ARGS_H

#include "base/json.h"
#include <ketch/program.h>
#include <ketch/result.h>

typedef enum kt_run_format { KT_RUN_TEXT, KT_RUN_JSON, KT_RUN_BRAKET } kt_run_format;

/* One execution: a program, once, with these inputs; or an action, which is run by itself. */
typedef struct kt_run_wish {
    const char *file;          /* as given, for messages and for who resumes */
    const kt_program *program; /* NULL: an action */
    const kt_inputs *inputs;
    kt_view source;     /* the program's text, or the action's */
    int64_t list_index; /* which of a list of inputs; -1: there is no list */
} kt_run_wish;

typedef struct kt_run_args {
    const char *run_id; /* of resume; NULL: the newest that is open */
    const char *device; /* an ARN, a short name or a rule */
    const kt_run_wish *wishes;
    size_t count;
    kt_view device_parameters;                                    /* JSON text; empty: none */
    int64_t shots;                                                /* KT_SHOTS_DEFAULT */
    const char *s3, *region, *profile, *endpoint_url, *state_dir; /* NULL: not given */
    kt_run_format format;
    kt_out out;                   /* where the result goes */
    bool err_terminal;            /* progress is shown on standard error, and Ctrl-C asks */
    kt_diagnostics **diagnostics; /* what the device would refuse; the caller's to free */
    int (*show)(void *ctx, const kt_result *result, kt_buf *text, kt_error *err); /* for a person */
    void *ctx;
} kt_run_args;

/* What stands above one result of several: "a.qasm  theta=0.1". inputs: an object, or NULL. */
void kt_run_heading(kt_buf *out, const char *file, const kt_json *inputs);

/* Return the exit status, or a negative code with *err filled, which the caller tells. */
typedef int kt_run_function(const kt_run_args *args, kt_error *err);
kt_run_function kt_cmd_run_braket, kt_cmd_resume;

#endif
