/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the program `ketch`. All it does is in cli.c, where tests can reach it. */
#include "cli/cli.h"

int main(int argc, char **argv)
{
    kt_cli cli;
    kt_cli_init(&cli);
    return kt_cli_main(&cli, argc, argv);
}
