/* SPDX-License-Identifier: Apache-2.0 */
/* defaults.h - settings as the values of options that the command line doesn't give. */
#ifndef KT_CLI_DEFAULTS_H
#define KT_CLI_DEFAULTS_H

#include "cli/cli.h"
#include "settings/config.h"

/* Adds to args what the settings say; *config holds the values then and outlives args. NULL: the command has none. */
int kt_cli_add_defaults(kt_args *args, kt_config **config, kt_error *err);

#endif
