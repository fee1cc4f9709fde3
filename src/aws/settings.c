/* SPDX-License-Identifier: Apache-2.0 */
/* settings.c - the order in which AWS's clients look for what they are told. Both AWS_REGION (the SDKs' and the Braket
 * SDK's) and AWS_DEFAULT_REGION (botocore's) count, the first before the second.
 * Source: the AWS SDK reference; botocore 1.44's configprovider. */
#include "aws/settings.h"

#include "base/file.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ATTEMPTS_DEFAULT = 3, ATTEMPTS_MOST = 100 };

static const char *get_process(void *ctx, const char *name)
{
    (void)ctx;
    return getenv(name);
}

const kt_environment *kt_environment_process(void)
{
    static const kt_environment process = { .get = get_process };
    return &process;
}

typedef struct reader {
    kt_aws_settings *out;
    const kt_aws_choice *choice;
    const kt_log *log;
    kt_arena *arena;
} reader;

/* An empty variable is an unset one. */
static const char *variable(const reader *r, const char *name)
{
    const char *value = r->out->environment->get(r->out->environment->ctx, name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

/* ---- files ---- */

static const char *file_path(const reader *r, const char *name, const char *in_home)
{
    const char *path = variable(r, name), *home = variable(r, "HOME");
    if (path == NULL)
        path = in_home;
    if (path[0] != '~')
        return path;
    return home == NULL ? NULL : kt_arena_printf(r->arena, "%s%s", home, path + 1);
}

static int read_file(const reader *r, const char *path, kt_aws_file_kind kind, kt_aws_file **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    if (path == NULL)
        return 0;
    const int rc = kt_file_read(path, KT_AWS_FILE_BYTES_MOST, &text, err);
    if (rc == KT_E_NOT_FOUND)
        return 0;
    return rc < 0 ? rc : kt_aws_file_parse(kt_buf_view(&text), path, kind, r->log, r->arena, out, err);
}

static int read_files(reader *r, kt_error *err)
{
    r->out->config_path = file_path(r, "AWS_CONFIG_FILE", "~/.aws/config");
    r->out->credentials_path = file_path(r, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
    const int rc = read_file(r, r->out->config_path, KT_AWS_FILE_CONFIG, &r->out->config, err);
    return rc < 0 ? rc : read_file(r, r->out->credentials_path, KT_AWS_FILE_CREDENTIALS, &r->out->credentials, err);
}

/* ---- the profile ---- */

static bool profile_exists(const kt_aws_settings *s, const char *profile)
{
    const kt_view name = kt_view_of(profile);
    return kt_aws_file_has(s->config, KT_AWS_PROFILE, name) || kt_aws_file_has(s->credentials, KT_AWS_PROFILE, name);
}

static int fail_profile(const kt_aws_settings *s, kt_error *err)
{
    const kt_aws_file *const files[] = { s->config, s->credentials };
    kt_nearest nearest;
    char hint[96];
    kt_nearest_init(&nearest, kt_view_of(s->profile));
    for (size_t i = 0; i < KT_COUNT(files); i++) {
        size_t cursor = 0;
        const char *name;
        while (kt_aws_file_next(files[i], KT_AWS_PROFILE, &cursor, &name))
            kt_nearest_offer(&nearest, kt_view_of(name));
    }
    kt_nearest_hint(&nearest, hint, sizeof(hint));
    return kt_fail(err, KT_E_NOT_FOUND, "the profile '%.60s' (from %s) stands neither in %s nor in %s%s", s->profile,
                   s->profile_from, s->config_path == NULL ? "~/.aws/config" : s->config_path,
                   s->credentials_path == NULL ? "~/.aws/credentials" : s->credentials_path, hint);
}

static int read_profile(reader *r, kt_error *err)
{
    static const char *const names[] = { "AWS_DEFAULT_PROFILE", "AWS_PROFILE" };
    kt_aws_settings *out = r->out;
    out->profile = r->choice->profile;
    out->profile_from = "argument";
    out->profile_is_chosen = out->profile != NULL;
    for (size_t i = 0; i < KT_COUNT(names) && out->profile == NULL; i++) {
        out->profile = variable(r, names[i]);
        out->profile_from = names[i];
    }
    if (out->profile == NULL) {
        out->profile = out->profile_from = "default";
        return 0;
    }
    return profile_exists(out, out->profile) ? 0 : fail_profile(out, err);
}

const char *kt_aws_settings_of(const kt_aws_settings *settings, const char *profile, const char *key)
{
    const kt_view name = kt_view_of(profile);
    const char *value = kt_aws_file_get(settings->credentials, KT_AWS_PROFILE, name, NULL, key);
    return value != NULL ? value : kt_aws_file_get(settings->config, KT_AWS_PROFILE, name, NULL, key);
}

const char *kt_aws_settings_get(const kt_aws_settings *settings, const char *key)
{
    return kt_aws_settings_of(settings, settings->profile, key);
}

/* ---- what the rest is made of: a variable, then a key of the profile ---- */

static const char *variable_or_key(const reader *r, const char *name, const char *key)
{
    const char *value = variable(r, name);
    return value != NULL ? value : kt_aws_settings_get(r->out, key);
}

static int read_region(reader *r, kt_error *err)
{
    static const char *const names[] = { "AWS_REGION", "AWS_DEFAULT_REGION" };
    kt_aws_settings *out = r->out;
    out->region = r->choice->region;
    out->region_from = "argument";
    for (size_t i = 0; i < KT_COUNT(names) && out->region == NULL; i++) {
        out->region = variable(r, names[i]);
        out->region_from = names[i];
    }
    if (out->region != NULL)
        return 0;
    out->region = kt_aws_settings_get(out, "region");
    out->region_from = kt_arena_printf(r->arena, "profile %s in %s", out->profile,
                                       out->config_path == NULL ? "~/.aws/config" : out->config_path);
    return out->region_from == NULL ? kt_fail_nomem(err, 64, "settings") : 0;
}

static int read_flag(const reader *r, const char *name, const char *key, bool *out, kt_error *err)
{
    const char *value = variable_or_key(r, name, key);
    if (value != NULL && strcasecmp(value, "true") != 0 && strcasecmp(value, "false") != 0)
        return kt_fail(err, KT_E_INVALID, "%s (or %s in a profile) is '%.40s'; expected true or false", name, key,
                       value);
    *out = value != NULL && strcasecmp(value, "true") == 0;
    return 0;
}

/* "legacy" is what AWS's clients did before there was a standard; it is answered with the standard one. */
static int read_retries(reader *r, kt_error *err)
{
    const char *mode = variable_or_key(r, "AWS_RETRY_MODE", "retry_mode");
    const char *most = variable_or_key(r, "AWS_MAX_ATTEMPTS", "max_attempts");
    uint64_t attempts = ATTEMPTS_DEFAULT;
    if (mode != NULL && strcmp(mode, "standard") != 0 && strcmp(mode, "adaptive") != 0 && strcmp(mode, "legacy") != 0)
        return kt_fail(err, KT_E_INVALID,
                       "AWS_RETRY_MODE (or retry_mode in a profile) is '%.40s'; expected standard, adaptive or legacy",
                       mode);
    r->out->retry_mode = mode != NULL && strcmp(mode, "adaptive") == 0 ? KT_AWS_RETRY_ADAPTIVE : KT_AWS_RETRY_STANDARD;
    if (most != NULL) {
        const int rc = kt_parse_uint(kt_view_of(most), 1, ATTEMPTS_MOST, &attempts, err);
        if (rc < 0)
            return kt_wrap(err, rc, "AWS_MAX_ATTEMPTS (or max_attempts in a profile)");
    }
    r->out->attempts_most = (int)attempts;
    return 0;
}

int kt_aws_settings_read(const kt_aws_choice *choice, const kt_environment *environment, const kt_log *log,
                         kt_arena *arena, kt_aws_settings *out, kt_error *err)
{
    kt_aws_settings made = { .environment = environment, .endpoint_url = choice->endpoint_url };
    reader r = { .out = &made, .choice = choice, .log = log, .arena = arena };
    const struct {
        const char *name, *key;
        bool *out;
    } flags[] = {
        { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls",
          &made.ignores_configured_endpoints },
        { "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", &made.use_fips },
        { "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", &made.use_dualstack },
    };
    int rc = read_files(&r, err);
    if (rc == 0)
        rc = read_profile(&r, err);
    if (rc == 0)
        rc = read_region(&r, err);
    for (size_t i = 0; i < KT_COUNT(flags) && rc == 0; i++)
        rc = read_flag(&r, flags[i].name, flags[i].key, flags[i].out, err);
    if (rc == 0)
        rc = read_retries(&r, err);
    if (rc < 0)
        return rc;
    made.ca_bundle = variable_or_key(&r, "AWS_CA_BUNDLE", "ca_bundle");
    *out = made;
    return 0;
}
