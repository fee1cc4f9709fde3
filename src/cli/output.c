/* SPDX-License-Identifier: Apache-2.0 */
/* output.c - one way to write for both places a result can go to. */
#include "cli/output.h"

#include <string.h>

int kt_output_open(kt_output *output, kt_cli *cli, const char *path, kt_error *err)
{
    *output = (kt_output){ .out = kt_out_file(cli->out) };
    if (path == NULL || strcmp(path, "-") == 0)
        return 0;
    const int rc = kt_file_out_open(path, &output->file, err);
    if (rc == 0)
        output->out = (kt_out){ kt_file_out_write, output->file };
    return rc;
}

int kt_output_close(kt_output *output, int rc, kt_error *err)
{
    kt_file_out *file = KT_GIVE(output->file);
    if (file == NULL)
        return rc;
    if (rc == 0)
        return kt_file_out_commit(file, err);
    kt_file_out_abandon(file);
    return rc;
}
