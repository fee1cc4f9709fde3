/* SPDX-License-Identifier: Apache-2.0 */
/* api_test.c - what a ctx does without a network: options, an idle loop, names and runs that are none. Everything that
 * asks Braket is in tests/braket/test_capi.py. */
#include "api/api_priv.h"

#include "tests/unit.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static kt_ctx *ctx_in(const char *state_dir)
{
    const kt_ctx_options options = { .region = "us-east-1",
                                     .access_key = "AKIDEXAMPLE",
                                     .secret_key = "hush",
                                     .endpoint_url = "http://127.0.0.1:9",
                                     .state_dir = state_dir };
    kt_ctx *ctx = NULL;
    assert_int_equal(kt_ctx_new(&options, &ctx, NULL), 0);
    return ctx;
}

TEST(api, options_are_checked)
{
    kt_ctx *ctx = NULL;
    kt_error err;
    assert_int_equal(kt_ctx_new(&(kt_ctx_options){ .log_level = 4 }, &ctx, &err), KT_E_INVALID);
    assert_string_equal(err.message, "log_level of a ctx: found 4, expected 0 to 3");
    assert_int_equal(kt_ctx_new(&(kt_ctx_options){ .poll_ms = -1 }, &ctx, &err), KT_E_INVALID);
    assert_int_equal(kt_ctx_new(&(kt_ctx_options){ .access_key = "half" }, &ctx, &err), KT_E_INVALID);
    assert_null(ctx);
    kt_ctx_free(NULL);
    kt_braket_device_free(NULL);
    kt_quantum_task_free(NULL);
}

TEST(api, an_idle_loop_rests)
{
    kt_ctx *ctx = ctx_in(NULL);
    struct pollfd fd = { .fd = kt_ctx_fd(ctx), .events = POLLIN };
    kt_quantum_task *any = (kt_quantum_task *)ctx;
    assert_true(fd.fd >= 0);
    assert_int_equal(kt_ctx_timeout_ms(ctx), -1);
    assert_int_equal(poll(&fd, 1, 0), 0);
    assert_int_equal(kt_ctx_dispatch(ctx, NULL), 0);
    assert_int_equal(kt_ctx_wait_all(ctx, 0, NULL), 1);
    assert_int_equal(kt_ctx_wait_any(ctx, -1, &any, NULL), 1);
    assert_null(any);
    assert_null(kt_ctx_next_task(ctx, NULL));
    kt_ctx_free(ctx);
}

TEST(api, names_that_are_none_are_refused)
{
    kt_ctx *ctx = ctx_in(NULL);
    kt_braket_device *device = NULL;
    kt_error err;
    assert_int_equal(kt_braket_open(ctx, "local:sv", &device, &err), KT_E_INVALID);
    assert_int_equal(kt_braket_open(ctx, "any:colour=blue", &device, &err), KT_E_INVALID);
    assert_null(device);
    kt_ctx_free(ctx);
}

TEST(api, runs_that_are_none_are_not_found)
{
    char folder[] = "/tmp/ketch-api-XXXXXX", path[64];
    kt_error err;
    assert_non_null(mkdtemp(folder));
    kt_ctx *ctx = ctx_in(folder);
    assert_int_equal(kt_ctx_resume(ctx, NULL, NULL, NULL, NULL, &err), KT_E_NOT_FOUND);
    assert_int_equal(kt_ctx_resume(ctx, "r-nowhere", NULL, NULL, NULL, &err), KT_E_NOT_FOUND);
    kt_ctx_free(ctx);
    snprintf(path, sizeof(path), "%s/ketch.db", folder);
    unlink(path);
    rmdir(folder);
}

TEST(api, states_have_words)
{
    assert_string_equal(kt_braket_state_text(KT_BRAKET_WAITING), "waiting");
    assert_string_equal(kt_braket_state_text(KT_BRAKET_UNSURE), "unsure");
    assert_string_equal(kt_braket_state_text((kt_braket_state)99), "unknown");
}
