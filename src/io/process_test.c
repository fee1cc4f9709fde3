/* SPDX-License-Identifier: Apache-2.0 */
/* process_test.c - exit statuses, environment and signals of a child process. */
#include "tests/unit.h"

#include "io/process.h"
#include <signal.h>
#include <stdlib.h>

typedef struct child_end {
    int calls, status;
    kt_process *process;
} child_end;

static void note_end(void *ctx, int status)
{
    child_end *end = ctx;
    end->calls++;
    end->status = status;
    kt_process_free(end->process);
}

static int run_child(const kt_process_options *options, int signal_number)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    child_end end = { 0 };
    kt_process_options own = *options;
    own.ended = note_end;
    own.ctx = &end;
    kt_error err = { 0 };
    assert_int_equal(kt_process_start(&loop, &own, &end.process, &err), 0);
    if (signal_number != 0)
        assert_int_equal(kt_process_signal(end.process, signal_number, &err), 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(end.calls, 1);
    assert_int_equal(uv_loop_close(&loop), 0);
    return end.status;
}

TEST(process, passes_the_exit_status_on)
{
    char *const argv[] = { "sh", "-c", "exit 7", NULL };
    assert_int_equal(run_child(&(kt_process_options){ .argv = argv }, 0), 7);
}

TEST(process, sets_and_unsets_the_environment)
{
    setenv("KT_TEST_STAYS", "1", 1);
    setenv("KT_TEST_GOES", "1", 1);
    setenv("KT_TEST_CHANGES", "old", 1);
    char *const argv[] = { "sh", "-c",
                           "test \"$KT_TEST_STAYS$KT_TEST_CHANGES$KT_TEST_NEW${KT_TEST_GOES-gone}\" = 1newmadegone",
                           NULL };
    const char *const set[] = { "KT_TEST_CHANGES=new", "KT_TEST_NEW=made", NULL };
    const char *const unset[] = { "KT_TEST_GOES", NULL };
    assert_int_equal(run_child(&(kt_process_options){ .argv = argv, .env_set = set, .env_unset = unset }, 0), 0);
}

TEST(process, reports_the_signal_that_ended_it)
{
    char *const argv[] = { "sleep", "10", NULL };
    assert_int_equal(run_child(&(kt_process_options){ .argv = argv }, SIGTERM), 128 + SIGTERM);
}

TEST(process, says_that_there_is_no_such_program)
{
    static const struct {
        const char *program;
        int code;
    } bad[] = { { "ketch-no-such-program", KT_E_NOT_FOUND }, { "/etc/passwd", KT_E_INVALID } };
    for (size_t i = 0; i < KT_COUNT(bad); i++) {
        uv_loop_t loop;
        uv_loop_init(&loop);
        char *const argv[] = { (char *)(uintptr_t)bad[i].program, NULL };
        child_end end = { 0 };
        kt_error err = { 0 };
        const kt_process_options options = { .argv = argv, .ended = note_end, .ctx = &end };
        assert_int_equal(kt_process_start(&loop, &options, &end.process, &err), bad[i].code);
        uv_run(&loop, UV_RUN_DEFAULT);
        assert_int_equal(end.calls, 0);
        assert_int_equal(uv_loop_close(&loop), 0);
    }
}
