/* SPDX-License-Identifier: Apache-2.0 */
/* ctx.c - a ctx from its making to its end: the loop, on its own or within the caller's, and waiting. */
#include "api/api_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_MS = 2000 };

/* ---- making ---- */

static void on_log(void *ctx, kt_log_level level, const char *message)
{
    const kt_ctx *c = ctx;
    c->write_log(c->user, (int)level, message);
}

static int on_ask_mfa(void *ctx, const char *serial, char *code, size_t bytes, kt_error *err)
{
    const kt_ctx *c = ctx;
    return c->ask_mfa(c->user, serial, code, bytes, err);
}

static int copy_text(char **out, const char *text, kt_error *err)
{
    if (text == NULL)
        return 0;
    *out = strdup(text);
    return *out == NULL ? kt_fail_nomem(err, strlen(text), "an option") : 0;
}

static int copy_options(kt_ctx *ctx, const kt_ctx_options *options, kt_error *err)
{
    if (options->log_level < 0 || options->log_level > KT_LOG_DEBUG || options->poll_ms < 0)
        return kt_fail(err, KT_E_INVALID, "%s of a ctx: found %lld, expected %s",
                       options->poll_ms < 0 ? "poll_ms" : "log_level",
                       options->poll_ms < 0 ? (long long)options->poll_ms : (long long)options->log_level,
                       options->poll_ms < 0 ? "0 or more" : "0 to 3");
    ctx->write_log = options->log;
    ctx->ask_mfa = options->ask_mfa;
    ctx->user = options->user;
    ctx->poll_ms = options->poll_ms;
    ctx->asks_queue = options->asks_queue != 0;
    if (options->log != NULL)
        ctx->log = (kt_log){ .level = (kt_log_level)options->log_level, .write = on_log, .ctx = ctx };
    int rc = copy_text(&ctx->s3, options->s3, err);
    if (rc == 0)
        rc = copy_text(&ctx->state_dir, options->state_dir, err);
    if (rc == 0)
        rc = copy_text(&ctx->name, options->name == NULL ? "C API" : options->name, err);
    return rc;
}

static int open_loop(kt_ctx *ctx, kt_error *err)
{
    int rc = uv_loop_init(&ctx->loop);
    if (rc < 0)
        return kt_fail_sys(err, KT_E_IO, -rc, "can't make an event loop");
    ctx->has_loop = true;
    uv_timer_init(&ctx->loop, &ctx->patience);
    ctx->patience.data = ctx;
    return 0;
}

static int open_aws(kt_ctx *ctx, const kt_ctx_options *options, kt_error *err)
{
    const kt_aws_options aws = {
        .loop = &ctx->loop,
        .choice = { .profile = options->profile, .region = options->region, .endpoint_url = options->endpoint_url },
        .log = ctx->log.write == NULL ? NULL : &ctx->log,
        .access_key = options->access_key,
        .secret_key = options->secret_key,
        .session_token = options->session_token,
        .ask_mfa = options->ask_mfa == NULL ? NULL : on_ask_mfa,
        .ctx = ctx,
    };
    if ((options->access_key == NULL) != (options->secret_key == NULL))
        return kt_fail(err, KT_E_INVALID, "an access key and its secret key are given together, or neither of them");
    return kt_aws_new(&aws, &ctx->aws, err);
}

int kt_ctx_new(const kt_ctx_options *options, kt_ctx **out, kt_error *err)
{
    const kt_ctx_options none = { 0 };
    kt_ctx *ctx = calloc(1, sizeof(*ctx));
    if (ctx == NULL)
        return kt_fail_nomem(err, sizeof(*ctx), "a ctx");
    if (options == NULL)
        options = &none;
    int rc = copy_options(ctx, options, err);
    if (rc == 0)
        rc = open_loop(ctx, err);
    if (rc == 0)
        rc = open_aws(ctx, options, err);
    if (rc < 0) {
        kt_ctx_free(ctx);
        return rc;
    }
    *out = ctx;
    return 0;
}

static void on_stored(uv_async_t *async)
{
    const kt_ctx *ctx = async->data;
    if (ctx->store != NULL)
        kt_store_deliver(ctx->store);
}

static void wake(void *ctx)
{
    uv_async_send(&((kt_ctx *)ctx)->stored);
}

int kt_api_open_store(kt_ctx *ctx, kt_error *err)
{
    const kt_clock *clock = kt_clock_system();
    if (ctx->guard != NULL)
        return 0;
    if (!ctx->has_async) {
        const int problem = uv_async_init(&ctx->loop, &ctx->stored, on_stored);
        if (problem < 0)
            return kt_fail_sys(err, KT_E_IO, -problem, "can't watch the store");
        ctx->has_async = true;
        ctx->stored.data = ctx;
    }
    int rc = ctx->store != NULL ? 0 : kt_store_open(ctx->state_dir, wake, ctx, &ctx->store, err);
    const kt_guard_options guard = { .store = ctx->store, .clock = clock };
    return rc < 0 ? rc : kt_guard_new(&guard, &ctx->guard, err);
}

/* ---- in the caller's loop ---- */

int kt_ctx_fd(const kt_ctx *ctx)
{
    return uv_backend_fd(&ctx->loop);
}

int kt_ctx_timeout_ms(kt_ctx *ctx)
{
    if (!uv_loop_alive(&ctx->loop))
        return -1;
    uv_update_time(&ctx->loop); /* which stood still while the caller's own loop waited */
    return uv_backend_timeout(&ctx->loop);
}

static int enter(kt_ctx *ctx, kt_error *err)
{
    if (ctx->is_running)
        return kt_fail(err, KT_E_INVALID, "a callback of a ctx can't run the ctx; return first");
    ctx->is_running = true;
    return 0;
}

static void leave(kt_ctx *ctx)
{
    ctx->is_running = false;
    kt_api_reap(ctx);
}

int kt_ctx_dispatch(kt_ctx *ctx, kt_error *err)
{
    const int rc = enter(ctx, err);
    if (rc < 0)
        return rc;
    uv_run(&ctx->loop, UV_RUN_NOWAIT);
    leave(ctx);
    return ctx->unended > 0 || ctx->lookups > 0 || ctx->runs != NULL;
}

/* ---- waiting ---- */

static void on_late(uv_timer_t *timer)
{
    kt_ctx *ctx = timer->data;
    ctx->is_late = true;
}

int kt_api_wait(kt_ctx *ctx, kt_api_is_so *is_so, const void *of, int64_t timeout_ms, kt_error *err)
{
    const int rc = enter(ctx, err);
    if (rc < 0)
        return rc;
    uv_update_time(&ctx->loop);
    ctx->is_late = false;
    if (timeout_ms >= 0)
        uv_timer_start(&ctx->patience, on_late, (uint64_t)timeout_ms, 0);
    bool has_work = true;
    while (!is_so(of) && !ctx->is_late && has_work)
        has_work = uv_run(&ctx->loop, UV_RUN_ONCE) != 0;
    uv_timer_stop(&ctx->patience);
    leave(ctx);
    if (is_so(of))
        return 1;
    return ctx->is_late ? 0 : kt_fail(err, KT_E_INTERNAL, "nothing is under way that could end a wait");
}

static bool settled_are_over(const void *of)
{
    const kt_ctx *ctx = of;
    for (const kt_api_run *run = ctx->runs; run != NULL; run = run->next)
        if (!run->is_over && kt_api_run_is_settled(run))
            return false;
    return true;
}

/* That a run is over gets to the disk too, or the next `ketch` would tell of an unfinished one. */
static void record_ends(kt_ctx *ctx)
{
    if (!settled_are_over(ctx))
        kt_api_wait(ctx, settled_are_over, ctx, RECORD_MS, NULL);
}

static bool all_have_ended(const void *of)
{
    const kt_ctx *ctx = of;
    return ctx->unended == 0;
}

static bool has_any(const void *of)
{
    const kt_ctx *ctx = of;
    return ctx->first_ended != NULL || ctx->unended == 0;
}

int kt_ctx_wait_all(kt_ctx *ctx, int64_t timeout_ms, kt_error *err)
{
    const int rc = kt_api_wait(ctx, all_have_ended, ctx, timeout_ms, err);
    if (rc == 1)
        record_ends(ctx);
    return rc;
}

int kt_ctx_wait_any(kt_ctx *ctx, int64_t timeout_ms, kt_quantum_task **out, kt_error *err)
{
    const int rc = kt_api_wait(ctx, has_any, ctx, timeout_ms, err);
    if (rc != 1)
        return rc;
    kt_quantum_task *task = ctx->first_ended;
    if (task != NULL) {
        ctx->first_ended = task->next_ended;
        if (ctx->first_ended == NULL)
            ctx->last_ended = NULL;
        task->next_ended = NULL;
    }
    *out = task;
    return 1;
}

/* ---- the end ---- */

/* The batches go first, then what they write, then whom they ask; each step's last answers come before the next one. */
void kt_ctx_free(kt_ctx *ctx)
{
    if (ctx == NULL)
        return;
    ctx->is_closing = true;
    record_ends(ctx);
    while (ctx->first != NULL)
        kt_api_task_free(ctx->first);
    for (kt_api_run *run = ctx->runs; run != NULL; run = run->next) {
        kt_batch_free(run->batch);
        run->batch = NULL;
    }
    kt_store_free(ctx->store); /* delivers what is committed to runs and guard, which are still there */
    ctx->store = NULL;
    while (ctx->runs != NULL)
        kt_api_run_free(ctx->runs);
    kt_guard_free(ctx->guard);
    kt_aws_close(ctx->aws);
    if (ctx->has_async)
        uv_close((uv_handle_t *)&ctx->stored, NULL);
    if (ctx->has_loop) {
        uv_close((uv_handle_t *)&ctx->patience, NULL);
        uv_run(&ctx->loop, UV_RUN_DEFAULT);
        uv_loop_close(&ctx->loop);
    }
    free(ctx->s3);
    free(ctx->state_dir);
    free(ctx->name);
    free(ctx);
}
