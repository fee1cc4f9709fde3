/* SPDX-License-Identifier: Apache-2.0 */
/* load.h - from the command line to a program with its inputs, for run, check, fmt and draw. */
#ifndef KT_CLI_LOAD_H
#define KT_CLI_LOAD_H

#include "base/map.h"
#include "cli/cli.h"
#include "qasm/program.h"

/* What --limit, --set, --inputs, --allow-outside and --syntax ask for. */
typedef struct kt_settings {
    kt_limits limits; /* no zeros */
    bool syntax_only, allow_outside;
    kt_inputs *inputs;
    kt_map *input_names; /* those that have a value */
    kt_inputs **sweep;   /* one for each object of a list that --inputs gives to `run`, with what the others give */
    size_t sweep_count;  /* 0: no list */
} kt_settings;
/* args may lack any of these options. Free with kt_settings_fini, after a failure too. */
int kt_settings_read(const kt_args *args, kt_settings *settings, kt_error *err);
void kt_settings_fini(kt_settings *settings);
#define KT_SETTINGS_OWN __attribute__((cleanup(kt_settings_fini))) kt_settings

/* Reads and parses the program at path ("-": standard input). *diagnostics is to be freed, after a failure too.
 * A workflow (.yaml) or action (.json) is KT_E_UNSUPPORTED. text: NULL, or gets the source. */
int kt_load(const char *path, const kt_settings *settings, kt_program **out, kt_diagnostics **diagnostics, kt_buf *text,
            kt_error *err);
/* An input variable of the program that has no value. */
bool kt_settings_miss_input(const kt_settings *settings, const kt_program *program);
/* One row a limit, for help and tests: "statements" and so on; NULL behind the last. */
const char *kt_limit_name(size_t index);

#endif
