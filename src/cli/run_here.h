/* SPDX-License-Identifier: Apache-2.0 */
/* run_here.h - executions on the simulators of this machine, one after the other. */
#ifndef KT_CLI_RUN_HERE_H
#define KT_CLI_RUN_HERE_H

#include "base/run_args.h"
#include "cli/cli.h"
#include <ketch/run.h>

typedef struct kt_run_here {
    kt_cli *cli;
    const kt_args *args;
    const kt_run_wish *wishes;
    size_t count;
    kt_run_options options; /* execution i of several has the seed `seed` + i */
    kt_run_format format;
    kt_out out;
    kt_diagnostics *diagnostics; /* what was wrong with a program, when it was; to be freed */
} kt_run_here;

/* All are checked before the first one is run. */
int kt_run_here_all(kt_run_here *run, kt_error *err);

#endif
