/* SPDX-License-Identifier: Apache-2.0 */
/* thread_test.c - threads leave signals to whoever started them. */
#include "base/thread.h"

#include "tests/unit.h"

static void *read_mask(void *arg)
{
    pthread_sigmask(SIG_SETMASK, NULL, arg);
    return NULL;
}

TEST(thread, blocks_every_signal_and_leaves_its_makers_mask)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGUSR1, SIGALRM, SIGPIPE };
    sigset_t inside, before, after;
    pthread_t thread;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    assert_int_equal(kt_thread_start(&thread, NULL, read_mask, &inside), 0);
    pthread_join(thread, NULL);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (size_t i = 0; i < KT_COUNT(numbers); i++) {
        assert_true(sigismember(&inside, numbers[i]) == 1);
        assert_int_equal(sigismember(&after, numbers[i]), sigismember(&before, numbers[i]));
    }
}
