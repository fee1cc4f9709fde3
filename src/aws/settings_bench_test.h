/* SPDX-License-Identifier: Apache-2.0 */
/* settings_bench_test.h - for the tests of this folder: an environment and AWS's files of a test's own. */
#ifndef KT_AWS_SETTINGS_BENCH_TEST_H
#define KT_AWS_SETTINGS_BENCH_TEST_H

#include "tests/unit.h"

#include "aws/settings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VARIABLES_MOST = 12 };

typedef struct settings_bench {
    char config_path[64], credentials_path[64];
    char config_variable[96], credentials_variable[128];
    const char *variables[VARIABLES_MOST]; /* "NAME=value", NULL behind the last */
    kt_environment environment;
    kt_arena *arena;
    kt_aws_settings settings;
} settings_bench;

static inline const char *bench_variable(void *ctx, const char *name)
{
    const settings_bench *b = ctx;
    const size_t length = strlen(name);
    for (size_t i = 0; i < VARIABLES_MOST && b->variables[i] != NULL; i++)
        if (strncmp(b->variables[i], name, length) == 0 && b->variables[i][length] == '=')
            return b->variables[i] + length + 1;
    return NULL;
}

static inline void bench_file(char path[64], char *variable, size_t bytes, const char *name, const char *text)
{
    snprintf(path, 64, "/tmp/ketch-settings-XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    snprintf(variable, bytes, "%s=%s", name, path);
}

static inline void settings_bench_open(settings_bench *b, const char *config, const char *credentials)
{
    *b = (settings_bench){ .arena = kt_arena_new(0) };
    b->environment = (kt_environment){ bench_variable, b };
    bench_file(b->config_path, b->config_variable, sizeof(b->config_variable), "AWS_CONFIG_FILE", config);
    bench_file(b->credentials_path, b->credentials_variable, sizeof(b->credentials_variable),
               "AWS_SHARED_CREDENTIALS_FILE", credentials);
    b->variables[0] = b->config_variable;
    b->variables[1] = b->credentials_variable;
}

static inline void settings_bench_set(settings_bench *b, const char *variable)
{
    size_t i = 0;
    while (b->variables[i] != NULL)
        i++;
    assert_true(i + 1 < VARIABLES_MOST);
    b->variables[i] = variable;
}

static inline int settings_bench_read(settings_bench *b, const kt_aws_choice *choice, kt_error *err)
{
    return kt_aws_settings_read(choice, &b->environment, NULL, b->arena, &b->settings, err);
}

static inline void settings_bench_close(settings_bench *b)
{
    unlink(b->config_path);
    unlink(b->credentials_path);
    kt_arena_free(b->arena);
}

#endif
