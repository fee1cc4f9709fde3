/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - the table of settings, and the sources in their order. Values stay text: whoever uses one parses it as it
 * would a flag's; here it is only checked that it is of its kind, because here is known where it stands. */
#include "settings/config_priv.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDERS_FILE "ketch.yaml"
enum { FILE_BYTES_MOST = 1 << 20 };

#define BRAKET(name_, kind_, value_, about_)                                                                           \
    {                                                                                                                  \
        "executors.braket." name_, kind_, value_, about_                                                               \
    }

const kt_setting kt_settings_table[] = {
    { "device", KT_SETTING_TEXT, "local", "what 'ketch run' runs on" },
    { "shots", KT_SETTING_COUNT, NULL, "how often it runs a circuit" },
    { "top", KT_SETTING_COUNT, NULL, "outcomes shown" },
    { "threads", KT_SETTING_COUNT, NULL, "threads of the local simulator" },
    { "memory", KT_SETTING_SIZE, NULL, "most memory for its states" },
    { "state", KT_SETTING_TEXT, NULL, "folder in which runs are remembered" },
    { "s3", KT_SETTING_S3, NULL, "where Braket puts results" },
    { "region", KT_SETTING_TEXT, NULL, "AWS region, where a device leaves a choice" },
    { "profile", KT_SETTING_TEXT, NULL, "profile of ~/.aws/config" },
    { "endpoint_url", KT_SETTING_URL, NULL, "where every call to AWS goes" },
    BRAKET("credentials", KT_SETTING_TEXT, "", "path of the credentials file"),
    BRAKET("profile", KT_SETTING_TEXT, "", "profile in it"),
    BRAKET("region", KT_SETTING_TEXT, "", "region of the jobs"),
    BRAKET("s3_bucket_name", KT_SETTING_TEXT, "amazon-braket-covalent-job-resources",
           "bucket of functions and results"),
    BRAKET("ecr_image_uri", KT_SETTING_TEXT, "", "container image of the jobs"),
    BRAKET("braket_job_execution_role_name", KT_SETTING_TEXT, "CovalentBraketJobsExecutionRole", "role of the jobs"),
    BRAKET("quantum_device", KT_SETTING_TEXT, "arn:aws:braket:::device/quantum-simulator/amazon/sv1",
           "device of the jobs"),
    BRAKET("classical_device", KT_SETTING_TEXT, "ml.m5.large", "instance type of the jobs"),
    BRAKET("storage", KT_SETTING_COUNT, "30", "its volume in GB"),
    BRAKET("time_limit", KT_SETTING_SECONDS, "300", "most seconds that a job may run"),
    BRAKET("poll_freq", KT_SETTING_SECONDS, "10", "seconds between looks at a job"),
    BRAKET("cache_dir", KT_SETTING_TEXT, "/tmp/covalent", "folder for what is sent"),
    BRAKET("log_group_name", KT_SETTING_TEXT, "", "log group of the jobs"),
};
const size_t kt_setting_count = KT_COUNT(kt_settings_table);

struct kt_config {
    struct {
        char *value, *origin; /* NULL: the default's */
    } given[KT_COUNT(kt_settings_table)];
};

static bool is_named(kt_view name, const char *setting)
{
    size_t i = 0;
    for (; i < name.length && setting[i] != '\0'; i++)
        if (name.data[i] != setting[i] && !(name.data[i] == '-' && setting[i] == '_'))
            return false;
    return i == name.length && setting[i] == '\0';
}

int kt_setting_find(kt_view name)
{
    for (size_t i = 0; i < kt_setting_count; i++)
        if (is_named(name, kt_settings_table[i].name))
            return (int)i;
    return -1;
}

/* ---- kinds ---- */

static bool is_count(kt_view text)
{
    size_t i = 0;
    while (i < text.length && isdigit((unsigned char)text.data[i]))
        i++;
    return i > 0 && i == text.length && i < 19;
}

/* A number and a unit as kt_parse_size takes them: "8GiB", "2 GB", "1e9". */
static bool is_size(kt_view text)
{
    kt_view number = text;
    double value;
    if (number.length > 0 && number.data[number.length - 1] == 'B')
        number.length--;
    if (number.length > 0 && number.data[number.length - 1] == 'i')
        number.length--;
    if (number.length > 0 && strchr("kKMGTP", number.data[number.length - 1]) != NULL)
        number.length--;
    return kt_parse_double(kt_view_trim(number), &value, NULL) == 0 && value >= 0;
}

static bool is_url(kt_view text)
{
    return kt_view_starts(text, "http://") || kt_view_starts(text, "https://");
}

static bool is_s3(kt_view text)
{
    return kt_view_starts(text, "s3://") && text.length > 5;
}

static const struct {
    bool (*is)(kt_view text); /* NULL: any text is */
    const char *expected;
} kinds[] = {
    [KT_SETTING_TEXT] = { NULL, "a text" },
    [KT_SETTING_COUNT] = { is_count, "a whole number" },
    [KT_SETTING_SIZE] = { is_size, "a size such as 8GiB" },
    [KT_SETTING_SECONDS] = { is_count, "a whole number of seconds" },
    [KT_SETTING_URL] = { is_url, "a URL such as http://127.0.0.1:4567" },
    [KT_SETTING_S3] = { is_s3, "a place such as s3://bucket/prefix" },
};

/* ---- one value ---- */

int kt_config_set(kt_config *config, int index, kt_view value, const char *origin, kt_error *err)
{
    const kt_setting *setting = &kt_settings_table[index];
    if (memchr(value.data == NULL ? "" : value.data, '\0', value.length) != NULL)
        return kt_fail(err, KT_E_INVALID, "%s: %s has a zero byte in it", origin, setting->name);
    if (kinds[setting->kind].is != NULL && !kinds[setting->kind].is(value))
        return kt_fail(err, KT_E_INVALID, "%s: %s is '%.*s', expected %s", origin, setting->name,
                       (int)(value.length < 80 ? value.length : 80), value.data == NULL ? "" : value.data,
                       kinds[setting->kind].expected);
    char *copy = strndup(value.data == NULL ? "" : value.data, value.length), *from = strdup(origin);
    if (copy == NULL || from == NULL) {
        free(copy);
        free(from);
        return kt_fail_nomem(err, value.length, "a setting");
    }
    free(config->given[index].value);
    free(config->given[index].origin);
    config->given[index].value = copy;
    config->given[index].origin = from;
    return 0;
}

int kt_config_unknown(kt_view name, const char *origin, kt_error *err)
{
    kt_nearest nearest;
    char hint[96];
    kt_nearest_init(&nearest, name);
    for (size_t i = 0; i < kt_setting_count; i++)
        kt_nearest_offer(&nearest, kt_view_of(kt_settings_table[i].name));
    kt_nearest_hint(&nearest, hint, sizeof(hint));
    return kt_fail(err, KT_E_INVALID, "%s: there is no setting '%.*s'%s; 'ketch config' lists them", origin,
                   (int)(name.length < 80 ? name.length : 80), name.data, hint);
}

/* ---- sources ---- */

int kt_config_new(kt_config **out, kt_error *err)
{
    *out = calloc(1, sizeof(**out));
    return *out == NULL ? kt_fail_nomem(err, sizeof(**out), "settings") : 0;
}

void kt_config_free(kt_config *config)
{
    if (config == NULL)
        return;
    for (size_t i = 0; i < kt_setting_count; i++) {
        free(config->given[i].value);
        free(config->given[i].origin);
    }
    free(config);
}

static int add_file(kt_config *config, const char *path, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    if (access(path, F_OK) != 0) /* also in a folder of somebody else's, as HOME may be under sudo */
        return 0;
    const int rc = kt_file_read_regular(path, FILE_BYTES_MOST, &text, err);
    return rc < 0 ? rc : kt_config_add_yaml(config, kt_buf_view(&text), path, err);
}

/* "KETCH_EXECUTORS_BRAKET_REGION" */
static void variable_name(const char *setting, char name[96])
{
    size_t length = (size_t)snprintf(name, 96, "KETCH_%s", setting);
    for (size_t i = 0; i < length; i++)
        name[i] = name[i] == '.' ? '_' : (char)toupper((unsigned char)name[i]);
}

/* The plugin has a variable for its bucket's default. */
static int add_plugin_default(kt_config *config, kt_error *err)
{
    static const char name[] = "BRAKET_COVALENT_S3";
    const char *bucket = getenv(name);
    if (bucket == NULL || bucket[0] == '\0')
        return 0;
    return kt_config_set(config, kt_setting_find(kt_view_of("executors.braket.s3_bucket_name")), kt_view_of(bucket),
                         name, err);
}

static int add_environment(kt_config *config, kt_error *err)
{
    char name[96];
    int rc = 0;
    for (size_t i = 0; i < kt_setting_count && rc == 0; i++) {
        variable_name(kt_settings_table[i].name, name);
        const char *value = getenv(name);
        if (value != NULL && value[0] != '\0')
            rc = kt_config_set(config, (int)i, kt_view_of(value), name, err);
    }
    return rc;
}

static int add_users_file(kt_config *config, kt_error *err)
{
    const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    KT_BUF_OWN path;
    kt_buf_init(&path, 0);
    if (base != NULL && base[0] == '/')
        kt_buf_addf(&path, "%s/ketch/config.yaml", base);
    else if (home != NULL && home[0] == '/')
        kt_buf_addf(&path, "%s/.config/ketch/config.yaml", home);
    else
        return 0;
    const int rc = kt_buf_check(&path, err, "a path");
    return rc < 0 ? rc : add_file(config, path.data, err);
}

/* A stranger's folder must not lead requests that are signed to a stranger's host. */
static int check_folders_endpoint(const kt_config *config, kt_error *err)
{
    static const char *const own[] = { "127.0.0.1", "localhost", "[::1]" };
    const int index = kt_setting_find(kt_view_of("endpoint_url"));
    const char *url = config->given[index].value, *origin = config->given[index].origin;
    const char *host = url == NULL ? NULL : strstr(url, "://");
    if (host == NULL || strncmp(origin, FOLDERS_FILE ":", strlen(FOLDERS_FILE) + 1) != 0)
        return 0;
    host += 3;
    const bool has_user = memchr(host, '@', strcspn(host, "/")) != NULL; /* http://localhost:x@elsewhere */
    for (size_t i = 0; i < KT_COUNT(own) && !has_user; i++) {
        const size_t length = strlen(own[i]);
        if (strncmp(host, own[i], length) == 0 && (host[length] == '\0' || strchr(":/", host[length]) != NULL))
            return 0;
    }
    return kt_fail(err, KT_E_INVALID,
                   "%s: endpoint_url is '%.80s'; a file in the working folder may name this machine only (127.0.0.1, "
                   "localhost), KETCH_ENDPOINT_URL any other",
                   origin, url);
}

int kt_config_load(kt_config **out, kt_error *err)
{
    KT_OWN(kt_config) *config = NULL;
    int rc = kt_config_new(&config, err);
    if (rc == 0)
        rc = add_plugin_default(config, err);
    if (rc == 0)
        rc = add_file(config, "/etc/ketch/config.yaml", err);
    if (rc == 0)
        rc = add_users_file(config, err);
    if (rc == 0)
        rc = add_file(config, FOLDERS_FILE, err);
    if (rc == 0)
        rc = check_folders_endpoint(config, err);
    if (rc == 0)
        rc = add_environment(config, err);
    if (rc == 0)
        *out = KT_GIVE(config);
    return rc;
}

const char *kt_config_value(const kt_config *config, size_t index)
{
    return config->given[index].value != NULL ? config->given[index].value : kt_settings_table[index].value;
}

const char *kt_config_origin(const kt_config *config, size_t index)
{
    return config->given[index].origin != NULL ? config->given[index].origin : "default";
}
