/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - Ketch's settings and where each came from. Later sources win:
 *   defaults < /etc/ketch/config.yaml < ~/.config/ketch/config.yaml < ./ketch.yaml < KETCH_*
 * and flags win over all of them, which is the command line's business. AWS's settings are AWS's own. */
#ifndef KT_SETTINGS_CONFIG_H
#define KT_SETTINGS_CONFIG_H

#include "base/base.h"
#include "base/view.h"
#include <ketch/error.h>

typedef enum kt_setting_kind {
    KT_SETTING_TEXT,
    KT_SETTING_COUNT,   /* a whole number */
    KT_SETTING_SIZE,    /* bytes: "8GiB" */
    KT_SETTING_SECONDS, /* a whole number of them */
    KT_SETTING_URL,
    KT_SETTING_S3 /* "s3://bucket/prefix" */
} kt_setting_kind;

typedef struct kt_setting {
    const char *name; /* "endpoint_url", "executors.braket.region"; in the environment KETCH_EXECUTORS_BRAKET_REGION */
    kt_setting_kind kind;
    const char *value; /* the default; NULL: there is none */
    const char *about;
} kt_setting;
extern const kt_setting kt_settings_table[];
extern const size_t kt_setting_count;
/* -1: there is none of that name ('-' counts as '_'). */
int kt_setting_find(kt_view name);

typedef struct kt_config kt_config;
/* Reads all sources; a file that isn't there is none. KT_E_INVALID with file, line and column for what is no setting or
 * no value of its kind, KT_E_SYNTAX for what is no YAML, KT_E_LIMIT for a file above 1 MiB. */
int kt_config_load(kt_config **out, kt_error *err);
/* One more source that wins over those before; file: for messages and origins. For tests and fuzzing, too. */
int kt_config_add_yaml(kt_config *config, kt_view text, const char *file, kt_error *err);
int kt_config_new(kt_config **out, kt_error *err); /* the defaults */
void kt_config_free(kt_config *config);            /* NULL is fine */
KT_DEFINE_FREEP(kt_config)

const char *kt_config_value(const kt_config *config, size_t index); /* NULL: not set */
/* "default", "/etc/ketch/config.yaml:3", "KETCH_SHOTS". */
const char *kt_config_origin(const kt_config *config, size_t index);

#endif
