/* SPDX-License-Identifier: Apache-2.0 */
/* output.h - standard output, or a file that appears whole or not at all. */
#ifndef KT_CLI_OUTPUT_H
#define KT_CLI_OUTPUT_H

#include "base/file.h"
#include "base/json.h"
#include "cli/cli.h"

typedef struct kt_output {
    kt_file_out *file; /* NULL: standard output */
    kt_out out;
} kt_output;

/* path NULL or "-": standard output. Opened before long work begins, so that a wrong path is told at once. */
int kt_output_open(kt_output *output, kt_cli *cli, const char *path, kt_error *err);
/* Ends it: the file appears when rc is 0, and is given up when rc is negative. Returns rc, or what went wrong. */
int kt_output_close(kt_output *output, int rc, kt_error *err);

#endif
