/* SPDX-License-Identifier: Apache-2.0 */
/* settings.h - which profile, region, endpoints and habits a client of AWS has: from arguments, the environment and
 * AWS's own files, in AWS's own order. Read once; the environment is handed in, so that tests have their own. */
#ifndef KT_AWS_SETTINGS_H
#define KT_AWS_SETTINGS_H

#include "aws/config_file.h"

/* The process's environment, or a test's. Never NULL; get returns NULL for a variable that is not set. */
typedef struct kt_environment {
    const char *(*get)(void *ctx, const char *name);
    void *ctx;
} kt_environment;
const kt_environment *kt_environment_process(void);

typedef struct kt_aws_choice {
    const char *profile, *region, *endpoint_url; /* NULL: not chosen on the command line or by the caller */
} kt_aws_choice;

typedef enum kt_aws_retry_mode { KT_AWS_RETRY_STANDARD, KT_AWS_RETRY_ADAPTIVE } kt_aws_retry_mode;

/* All texts live in the arena, or are NULL. `*_from` says where a value came from, for `ketch config` and `doctor`:
 * "argument", "AWS_REGION", "profile lab in ~/.aws/config". */
typedef struct kt_aws_settings {
    const kt_environment *environment;
    kt_aws_file *config, *credentials; /* NULL: there is no such file */
    const char *config_path, *credentials_path;
    const char *profile, *profile_from;
    bool profile_is_chosen; /* by an argument: then keys in the environment don't count */
    const char *region, *region_from;
    const char *endpoint_url; /* an argument: it counts for every service */
    bool ignores_configured_endpoints, use_fips, use_dualstack;
    const char *ca_bundle;
    kt_aws_retry_mode retry_mode;
    int attempts_most; /* tries in all; 3 unless told otherwise */
} kt_aws_settings;

/* Errors: KT_E_NOT_FOUND when a profile that was named stands in neither file (lists the nearest); KT_E_INVALID for a
 * value that can't be meant (AWS_MAX_ATTEMPTS=0); KT_E_IO, KT_E_LIMIT, KT_E_NOMEM. A missing file is fine. */
int kt_aws_settings_read(const kt_aws_choice *choice, const kt_environment *environment, const kt_log *log,
                         kt_arena *arena, kt_aws_settings *out, kt_error *err);
/* A key of the profile in use, the credentials file before the config file; NULL: none. */
const char *kt_aws_settings_get(const kt_aws_settings *settings, const char *key);
/* The same of any profile. */
const char *kt_aws_settings_of(const kt_aws_settings *settings, const char *profile, const char *key);

#endif
