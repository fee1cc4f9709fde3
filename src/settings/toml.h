/* SPDX-License-Identifier: Apache-2.0 */
/* toml.h - TOML 1.0, read. */
#ifndef KT_SETTINGS_TOML_H
#define KT_SETTINGS_TOML_H

#include "base/json.h"

enum { KT_TOML_BYTES_MOST = 1 << 20, KT_TOML_DEPTH_MOST = 64 };

/* The root table. Dates and times are texts as they stand; inf and nan, which JSON has not, are texts, too.
 * KT_E_SYNTAX, KT_E_LIMIT and what else is wrong with file, line and column; KT_E_NOMEM. */
int kt_toml_parse(kt_view text, const char *file, kt_json **out, kt_error *err);

#endif
