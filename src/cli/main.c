/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the program `ketch`. All it does is in cli.c, where tests can reach it, but for what concerns the process as
 * a whole: it holds keys in memory, so it leaves no core behind. (libketch does nothing of the kind: that is for the
 * program that links it to decide.) */
#include "cli/cli.h"

#include <sys/prctl.h>
#include <sys/resource.h>

/* Only the soft limit: what `ketch sandbox -- COMMAND` starts may raise its own again. */
static void dump_no_core(void)
{
    struct rlimit core;
    if (getrlimit(RLIMIT_CORE, &core) == 0) {
        core.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &core);
    }
    prctl(PR_SET_DUMPABLE, 0);
}

int main(int argc, char **argv)
{
    dump_no_core();
    kt_cli cli;
    kt_cli_init(&cli);
    return kt_cli_main(&cli, argc, argv);
}
