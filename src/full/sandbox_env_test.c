/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_env_test.c - the lines that a shell is given. */
#include "tests/unit.h"

#include "full/sandbox_env.h"
#include <stdlib.h>
#include <string.h>

static void print(const kt_sandbox_place *place, kt_buf *out)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    const char *const *env = kt_sandbox_env(place, arena);
    assert_non_null(env);
    kt_sandbox_env_print(env, out);
}

TEST(sandbox_env, exports_what_clients_read)
{
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    print(&(kt_sandbox_place){ .url = "http://127.0.0.1:4567", .access_key = "AK", .secret_key = "a/b+c" }, &out);
    assert_non_null(strstr(out.data, "export AWS_ENDPOINT_URL=http://127.0.0.1:4567\n"));
    assert_non_null(strstr(out.data, "export AWS_SECRET_ACCESS_KEY=a/b+c\n"));
    assert_non_null(strstr(out.data, "export BRAKET_PRICE_OFFERS_URL=http://127.0.0.1:4567/offers/v1.0/aws/AmazonBraket"
                                     "/current/index.csv\n"));
    assert_non_null(strstr(out.data, "unset AWS_PROFILE "));
    assert_null(strstr(out.data, "export AWS_SESSION_TOKEN"));
    assert_null(strstr(out.data, "KETCH_SANDBOX_TOKEN"));
    assert_null(strstr(out.data, "KETCH_SANDBOX_PID"));
}

TEST(sandbox_env, tells_which_process_to_end)
{
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    print(&(kt_sandbox_place){ .url = "u", .access_key = "A", .secret_key = "b", .pid = 4321 }, &out);
    assert_non_null(strstr(out.data, "export KETCH_SANDBOX_PID=4321\n"));
}

TEST(sandbox_env, quotes_for_the_shell)
{
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    print(&(kt_sandbox_place){ .url = "u", .access_key = "A", .secret_key = "it's $HOME", .session_token = "a b" },
          &out);
    assert_non_null(strstr(out.data, "export AWS_SECRET_ACCESS_KEY='it'\\''s $HOME'\n"));
    assert_non_null(strstr(out.data, "export AWS_SESSION_TOKEN='a b'\n"));
}

TEST(sandbox_env, goes_around_a_proxy)
{
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    setenv("http_proxy", "http://proxy:1", 1);
    setenv("no_proxy", "lab", 1);
    print(&(kt_sandbox_place){ .url = "u", .access_key = "A", .secret_key = "b" }, &out);
    unsetenv("http_proxy");
    unsetenv("no_proxy");
    assert_non_null(strstr(out.data, "export no_proxy=lab,127.0.0.1,localhost,::1\n"));
}
