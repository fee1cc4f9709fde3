/* SPDX-License-Identifier: Apache-2.0 */
/* config_priv.h - between the settings and the file that they are read from. */
#ifndef KT_SETTINGS_CONFIG_PRIV_H
#define KT_SETTINGS_CONFIG_PRIV_H

#include "settings/config.h"

/* origin: "ketch.yaml:3", where errors say that the value stands. */
int kt_config_set(kt_config *config, int index, kt_view value, const char *origin, kt_error *err);
int kt_config_unknown(kt_view name, const char *origin, kt_error *err);

#endif
