/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_version.c - `ketch version`: the program and both libraries, each asked itself. */
#include "cli/cli.h"
#include "cli/full.h"
#include <ketch/version.h>

static int write_json(kt_cli *cli, const char *full_version)
{
    kt_jw w;
    kt_error err = { 0 };
    kt_jw_init(&w, kt_out_file(cli->out), 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "ketch");
    kt_jw_strz(&w, KETCH_VERSION);
    kt_jw_key(&w, "libketch_core");
    kt_jw_strz(&w, kt_version());
    kt_jw_key(&w, "libketch");
    kt_jw_strz(&w, full_version);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, &err) < 0 ? kt_cli_error(cli, &err) : KT_EXIT_DONE;
}

int kt_cmd_version(kt_cli *cli, const kt_args *args)
{
    KT_FULL_OWN full = { 0 };
    kt_error err = { 0 };
    const bool json = kt_args_has(args, "json");
    if (kt_full_open(&full, &err) < 0)
        return kt_cli_fail(cli, &err, NULL, json);
    if (json)
        return write_json(cli, full.version());
    fprintf(cli->out, "ketch          %s\nlibketch-core  %s\nlibketch       %s\n", KETCH_VERSION, kt_version(),
            full.version());
    return KT_EXIT_DONE;
}
