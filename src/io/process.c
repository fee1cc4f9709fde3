/* SPDX-License-Identifier: Apache-2.0 */
/* process.c - a child process: its environment made of the own one, changes applied; its end told once. */
#include "io/process.h"

#include "base/buf.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kt_process {
    uv_process_t handle;
    void (*ended)(void *ctx, int status);
    void *ctx;
    bool has_ended;
};

/* Whether `entry` ("NAME=value") is of that name; name_entry may itself be "NAME=..." . */
static bool is_named(const char *entry, const char *name_entry)
{
    const size_t length = strcspn(name_entry, "=");
    return strncmp(entry, name_entry, length) == 0 && entry[length] == '=';
}

static bool is_listed(const char *entry, const char *const *list)
{
    for (; list != NULL && *list != NULL; list++)
        if (is_named(entry, *list))
            return true;
    return false;
}

static size_t count_of(const char *const *list)
{
    size_t count = 0;
    while (list != NULL && list[count] != NULL)
        count++;
    return count;
}

/* A list of borrowed texts, to be freed; NULL when there is no memory. */
static char **make_environment(const kt_process_options *options)
{
    const size_t most = count_of((const char *const *)environ) + count_of(options->env_set) + 1;
    char **made = calloc(most, sizeof(*made));
    if (made == NULL)
        return NULL;
    size_t count = 0;
    for (char **at = environ; at != NULL && *at != NULL; at++)
        if (!is_listed(*at, options->env_set) && !is_listed(*at, options->env_unset))
            made[count++] = *at;
    for (const char *const *at = options->env_set; at != NULL && *at != NULL; at++)
        made[count++] = (char *)(uintptr_t)*at;
    return made;
}

static void on_end(uv_process_t *handle, int64_t status, int term_signal)
{
    kt_process *process = handle->data;
    process->has_ended = true;
    process->ended(process->ctx, term_signal != 0 ? 128 + term_signal : (int)status);
}

static int tell_failure(int rc, const char *program, kt_error *err)
{
    switch (rc) {
    case UV_ENOENT: return kt_fail(err, KT_E_NOT_FOUND, "there is no program '%s'; check its name and PATH", program);
    case UV_EACCES: return kt_fail(err, KT_E_INVALID, "'%s' may not be executed", program);
    default: return kt_fail(err, KT_E_IO, "can't run '%s': %s", program, uv_strerror(rc));
    }
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

int kt_process_start(uv_loop_t *loop, const kt_process_options *options, kt_process **out, kt_error *err)
{
    kt_process *process = calloc(1, sizeof(*process));
    char **environment = make_environment(options);
    if (process == NULL || environment == NULL) {
        free(process);
        free(environment);
        return kt_fail_nomem(err, sizeof(*process), "a process");
    }
    process->ended = options->ended;
    process->ctx = options->ctx;
    process->handle.data = process;
    uv_stdio_container_t streams[3];
    for (int i = 0; i < 3; i++)
        streams[i] = (uv_stdio_container_t){ .flags = UV_INHERIT_FD, .data.fd = i };
    const uv_process_options_t spawn = { .exit_cb = on_end,
                                         .file = options->argv[0],
                                         .args = (char **)(uintptr_t)options->argv,
                                         .env = environment,
                                         .stdio_count = 3,
                                         .stdio = streams };
    const int rc = uv_spawn(loop, &process->handle, &spawn);
    free(environment);
    if (rc < 0) {
        uv_close((uv_handle_t *)&process->handle, on_closed);
        return tell_failure(rc, options->argv[0], err);
    }
    *out = process;
    return 0;
}

int kt_process_signal(kt_process *process, int signal_number, kt_error *err)
{
    if (process->has_ended)
        return 0;
    const int rc = uv_process_kill(&process->handle, signal_number);
    if (rc < 0 && rc != UV_ESRCH)
        return kt_fail(err, KT_E_IO, "can't pass signal %d on: %s", signal_number, uv_strerror(rc));
    return 0;
}

void kt_process_free(kt_process *process)
{
    if (process != NULL)
        uv_close((uv_handle_t *)&process->handle, on_closed);
}
