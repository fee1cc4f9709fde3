/* SPDX-License-Identifier: Apache-2.0 */
/* covalent.h - a Covalent configuration file as settings of Ketch. */
#ifndef KT_SETTINGS_COVALENT_H
#define KT_SETTINGS_COVALENT_H

#include "base/buf.h"

typedef enum kt_import_fate { KT_IMPORT_TAKEN, KT_IMPORT_DEFAULT, KT_IMPORT_NOT_NEEDED } kt_import_fate;
typedef void kt_import_tell(void *ctx, const char *key, kt_import_fate fate, const char *why);

/* The keys of [executors.braket] as YAML: those that differ from the defaults. `tell` hears of every key in the file.
 * KT_E_SYNTAX with file, line and column for what is no TOML; KT_E_INVALID for a value that is none of its key's. */
int kt_covalent_import(kt_view text, const char *file, kt_buf *yaml, kt_import_tell *tell, void *ctx, kt_error *err);

#endif
