/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox.c - a sandbox's beginning and end. Parts begin in the order in which they need each other and end the other
 * way round; in between lies the writer's last delivery, after which nothing that was acknowledged is unwritten. */
#include "sandbox/route.h"
#include "sandbox/sandbox_priv.h"
#include "sandbox/schema.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ACCOUNT_DEFAULT "123456789012"

enum {
    HEADER_BYTES_MOST = 32 * 1024, /* S3 takes 8 KB of headers; session tokens and presigned URLs are long */
    ACCOUNT_DIGITS = 12,
    READER_CACHE_KIB = 8192,
    WRITER_CACHE_KIB = 8192,
};

/* ---- the writer ---- */

static void on_delivery(uv_async_t *delivery)
{
    kt_sandbox *sandbox = delivery->data;
    if (sandbox->writer != NULL)
        kt_db_writer_deliver(sandbox->writer);
}

/* On the writer's thread. */
static void wake_loop(void *ctx)
{
    uv_async_send(ctx);
}

static int open_database(kt_sandbox *sandbox, const kt_sandbox_options *options, kt_error *err)
{
    KT_BUF_OWN path;
    kt_db *writing = NULL;
    kt_buf_init(&path, 4096);
    kt_buf_addf(&path, "%s/sandbox.db", sandbox->state_dir);
    int rc = kt_buf_check(&path, err, "the state folder's name");
    if (rc < 0)
        return rc;
    const kt_db_options to_write = { .fsync_commits = options->fsync_commits, .cache_kib = WRITER_CACHE_KIB };
    const kt_db_options to_read = { .read_only = true, .cache_kib = READER_CACHE_KIB };
    rc = kt_db_open(path.data, &to_write, &writing, err);
    if (rc == 0)
        rc = kt_db_migrate(writing, kt_sandbox_schema, kt_sandbox_schema_count, err);
    if (rc == 0)
        rc = kt_db_open(path.data, &to_read, &sandbox->read, err);
    if (rc < 0) {
        kt_db_close(writing);
        return kt_wrap(err, rc, "state %s", path.data);
    }
    return kt_db_writer_new(writing, wake_loop, &sandbox->delivery, &sandbox->writer, err);
}

static int start_delivery(kt_sandbox *sandbox, kt_error *err)
{
    const int rc = uv_async_init(sandbox->loop, &sandbox->delivery, on_delivery);
    if (rc < 0)
        return kt_fail(err, KT_E_IO, "can't wake the loop: %s", uv_strerror(rc));
    sandbox->delivery.data = sandbox;
    sandbox->has_delivery = true;
    return 0;
}

/* ---- the parts ---- */

static int copy_text(const char *text, const char **out, kt_error *err)
{
    char *copy = strdup(text);
    if (copy == NULL)
        return kt_fail_nomem(err, strlen(text) + 1, "the sandbox's options");
    *out = copy;
    return 0;
}

static int copy_options(kt_sandbox *sandbox, const kt_sandbox_options *options, kt_error *err)
{
    const char *account = options->account == NULL ? ACCOUNT_DEFAULT : options->account;
    if (strlen(account) != ACCOUNT_DIGITS || strspn(account, "0123456789") != ACCOUNT_DIGITS)
        return kt_fail(err, KT_E_INVALID, "an account has twelve digits, as 123456789012, not '%s'", account);
    int rc = copy_text(account, &sandbox->account, err);
    if (rc == 0)
        rc = copy_text(options->state_dir, &sandbox->state_dir, err);
    if (rc == 0)
        rc = copy_text(options->host == NULL ? "127.0.0.1" : options->host, &sandbox->host, err);
    return rc;
}

/* The folder of the shipped devices; the price list lies beside it. */
static int find_devices(const char *data_dir, kt_buf *path, kt_error *err)
{
    if (data_dir == NULL)
        return kt_devices_data_dir(NULL, path, err);
    kt_buf_addf(path, "%s/devices", data_dir);
    return kt_buf_check(path, err, "the data folder's name");
}

static int load_data(kt_sandbox *sandbox, const kt_sandbox_options *options, kt_error *err)
{
    KT_BUF_OWN path;
    kt_buf_init(&path, 4096);
    int rc = find_devices(options->data_dir, &path, err);
    if (rc == 0)
        rc = kt_devices_load(path.data, options->devices_dir, &sandbox->devices, err);
    if (rc < 0)
        return rc;
    *strrchr(path.data, '/') = '\0';
    return kt_prices_load(path.data, &sandbox->prices, err);
}

static int start_server(kt_sandbox *sandbox, const kt_sandbox_options *options, kt_error *err)
{
    return kt_http_server_new(sandbox->loop,
                              &(kt_http_server_options){ .host = sandbox->host,
                                                         .port = options->port,
                                                         .header_bytes_most = HEADER_BYTES_MOST,
                                                         .temp_dir = sandbox->state_dir,
                                                         .body_most = kt_route_body_most,
                                                         .handle = kt_route_handle,
                                                         .ctx = sandbox },
                              &sandbox->server, err);
}

static int start_parts(kt_sandbox *sandbox, const kt_sandbox_options *options, kt_error *err)
{
    int rc = copy_options(sandbox, options, err);
    if (rc == 0)
        rc = kt_state_lock(sandbox->state_dir, &sandbox->lock_fd, err);
    if (rc == 0)
        rc = start_delivery(sandbox, err);
    if (rc == 0)
        rc = open_database(sandbox, options, err);
    if (rc == 0)
        rc = kt_world_new(sandbox->loop, options, &sandbox->world, err);
    if (rc == 0)
        rc = kt_auth_new(sandbox, options, &sandbox->auth, err);
    if (rc == 0)
        rc = load_data(sandbox, options, err);
    if (rc == 0)
        rc = kt_objects_new(sandbox, &sandbox->objects, err);
    if (rc == 0)
        rc = kt_tasks_new(sandbox, &sandbox->tasks, err);
    if (rc == 0)
        rc = start_server(sandbox, options, err);
    return rc;
}

int kt_sandbox_new(uv_loop_t *loop, const kt_sandbox_options *options, kt_sandbox **out, kt_error *err)
{
    kt_sandbox *sandbox = calloc(1, sizeof(*sandbox));
    if (sandbox == NULL)
        return kt_fail_nomem(err, sizeof(*sandbox), "a sandbox");
    sandbox->loop = loop;
    sandbox->log = options->log;
    sandbox->lock_fd = -1;
    const int rc = start_parts(sandbox, options, err);
    if (rc < 0) {
        kt_sandbox_close(sandbox);
        return rc;
    }
    *out = sandbox;
    return 0;
}

/* ---- what one may ask it ---- */

uint16_t kt_sandbox_port(const kt_sandbox *sandbox)
{
    return kt_http_server_port(sandbox->server);
}

const char *kt_sandbox_account(const kt_sandbox *sandbox)
{
    return sandbox->account;
}

const char *kt_sandbox_access_key(const kt_sandbox *sandbox)
{
    return kt_auth_access_key(sandbox->auth);
}

const char *kt_sandbox_secret_key(const kt_sandbox *sandbox)
{
    return kt_auth_secret_key(sandbox->auth);
}

const char *kt_sandbox_session_token(const kt_sandbox *sandbox)
{
    return kt_auth_session_token(sandbox->auth);
}

const char *kt_sandbox_admin_token(const kt_sandbox *sandbox)
{
    return kt_auth_keys_given(sandbox->auth) ? kt_auth_admin_token(sandbox->auth) : NULL;
}

/* ---- its end ---- */

static void release(kt_sandbox *sandbox)
{
    free((char *)(uintptr_t)sandbox->account);
    free((char *)(uintptr_t)sandbox->state_dir);
    free((char *)(uintptr_t)sandbox->host);
    free(sandbox);
}

static void on_delivery_closed(uv_handle_t *handle)
{
    release(handle->data);
}

void kt_sandbox_close(kt_sandbox *sandbox)
{
    if (sandbox == NULL)
        return;
    kt_http_server_close(sandbox->server);
    kt_tasks_free(sandbox->tasks);
    kt_db_writer_free(sandbox->writer); /* what it delivers may put more, so it is known by its name until then */
    sandbox->writer = NULL;
    kt_objects_free(sandbox->objects);
    kt_prices_free(sandbox->prices);
    kt_devices_free(sandbox->devices);
    kt_auth_free(sandbox->auth);
    kt_world_close(sandbox->world);
    kt_db_close(sandbox->read);
    if (sandbox->lock_fd >= 0) /* at once: the next attempt need not wait for the loop */
        close(sandbox->lock_fd);
    if (sandbox->has_delivery)
        uv_close((uv_handle_t *)&sandbox->delivery, on_delivery_closed);
    else
        release(sandbox);
}
