/* SPDX-License-Identifier: Apache-2.0 */
/* store_test.c - what the store promises: what was acknowledged is there after it is opened again, orders move forward
 * only, and what can't be read is said. */
#include "store/store.h"

#include "tests/unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct home {
    char folder[64];
    kt_store *store;
} home;

static void ignore_wake(void *ctx)
{
    (void)ctx;
}

static void open_store(home *h)
{
    kt_error err = { 0 };
    if (kt_store_open(h->folder, ignore_wake, NULL, &h->store, &err) < 0)
        fail_msg("%s", err.message);
}

static home home_new(void)
{
    home h = { .folder = "/tmp/ketch-test-store-XXXXXX" };
    assert_non_null(mkdtemp(h.folder));
    open_store(&h);
    return h;
}

static void home_free(home *h)
{
    static const char *const names[] = { "ketch.db", "ketch.db-wal", "ketch.db-shm" };
    kt_store_free(h->store);
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s/%s", h->folder, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(h->folder), 0);
}

typedef struct heard {
    int count, rc;
} heard;

static void on_stored(void *ctx, int rc, const kt_error *err)
{
    heard *h = ctx;
    (void)err;
    h->count++;
    h->rc = rc;
}

static void wait_for(home *h, heard *heard)
{
    for (int i = 0; i < 5000 && heard->count == 0; i++) {
        kt_store_deliver(h->store);
        usleep(1000);
    }
    assert_int_equal(heard->count, 1);
}

static int put_run(home *h, const char *id)
{
    heard heard = { 0 };
    kt_run_row row = { .created_ns = 5, .about = "{\"files\":[\"bell.qasm\"]}" };
    snprintf(row.id, sizeof(row.id), "%s", id);
    assert_int_equal(kt_store_put_run(h->store, &row, on_stored, &heard, NULL), 0);
    wait_for(h, &heard);
    return heard.rc;
}

static int put_permit(home *h, const char *run, uint32_t index, const char *rid)
{
    heard heard = { 0 };
    kt_order_row row = { .run_id = run,
                         .index = index,
                         .operation = "CreateQuantumTask",
                         .region = "us-east-1",
                         .digest = { 1, 2, 3 },
                         .members = kt_view_of("{\"shots\":10}"),
                         .permitted_ns = 7 };
    snprintf(row.rid, sizeof(row.rid), "%s", rid);
    snprintf(row.token, sizeof(row.token), "token-%s", rid);
    assert_int_equal(kt_store_put_permit(h->store, &row, on_stored, &heard, NULL), 0);
    wait_for(h, &heard);
    return heard.rc;
}

static int move_order(home *h, const char *rid, kt_order_state state, const char *arn)
{
    heard heard = { 0 };
    assert_int_equal(kt_store_move_order(h->store, rid, state, arn, NULL, on_stored, &heard, NULL), 0);
    wait_for(h, &heard);
    return heard.rc;
}

typedef struct seen {
    int count;
    kt_order_state state;
    char arn[80], members[80], token[KT_RID_BYTES];
    uint8_t digest[32];
} seen;

static int see_order(void *ctx, const kt_order_row *row, kt_error *err)
{
    seen *s = ctx;
    (void)err;
    s->count++;
    s->state = row->state;
    snprintf(s->arn, sizeof(s->arn), "%s", row->arn);
    snprintf(s->members, sizeof(s->members), "%.*s", KT_VIEW_ARG(row->members));
    memcpy(s->token, row->token, sizeof(s->token));
    memcpy(s->digest, row->digest, sizeof(s->digest));
    return 0;
}

static seen look(home *h, const char *run)
{
    seen s = { 0 };
    assert_int_equal(kt_store_orders(h->store, run, see_order, &s, NULL), 0);
    return s;
}

static int count_run(void *ctx, const kt_run_row *run, kt_error *err)
{
    (void)err;
    assert_string_equal(run->about, "{\"files\":[\"bell.qasm\"]}");
    ++*(int *)ctx;
    return 0;
}

static int count_runs(home *h, bool only_open)
{
    int count = 0;
    assert_int_equal(kt_store_runs(h->store, only_open, count_run, &count, NULL), 0);
    return count;
}

TEST(store, has_what_it_acknowledged_when_it_is_opened_again)
{
    home h = home_new();
    assert_int_equal(put_run(&h, "r-one"), 0);
    assert_int_equal(put_permit(&h, "r-one", 0, "a"), 0);
    assert_int_equal(move_order(&h, "a", KT_ORDER_CREATED, "arn:task"), 0);
    kt_store_free(h.store);
    open_store(&h);
    const seen s = look(&h, "r-one");
    assert_int_equal(s.count, 1);
    assert_int_equal(s.state, KT_ORDER_CREATED);
    assert_string_equal(s.arn, "arn:task");
    assert_string_equal(s.members, "{\"shots\":10}");
    assert_string_equal(s.token, "token-a");
    assert_int_equal(s.digest[2], 3);
    home_free(&h);
}

TEST(store, moves_an_order_forward_only)
{
    home h = home_new();
    put_run(&h, "r-one");
    put_permit(&h, "r-one", 0, "a");
    move_order(&h, "a", KT_ORDER_COMPLETED, "arn:task");
    move_order(&h, "a", KT_ORDER_CREATED, "arn:another");
    move_order(&h, "a", KT_ORDER_FAILED, NULL);
    const seen s = look(&h, "r-one");
    assert_int_equal(s.state, KT_ORDER_COMPLETED);
    assert_string_equal(s.arn, "arn:task");
    home_free(&h);
}

TEST(store, refuses_a_second_permit_for_the_same_item_and_one_without_a_run)
{
    home h = home_new();
    put_run(&h, "r-one");
    assert_int_equal(put_permit(&h, "r-one", 3, "a"), 0);
    assert_int_equal(put_permit(&h, "r-one", 3, "b"), KT_E_INVALID);
    assert_int_equal(put_permit(&h, "r-none", 0, "c"), KT_E_INVALID);
    assert_int_equal(look(&h, "r-one").count, 1);
    home_free(&h);
}

TEST(store, lists_open_runs_and_all_runs)
{
    home h = home_new();
    heard heard = { 0 };
    put_run(&h, "r-one");
    put_run(&h, "r-two");
    assert_int_equal(count_runs(&h, true), 2);
    assert_int_equal(kt_store_end_run(h.store, "r-one", KT_RUN_DONE, on_stored, &heard, NULL), 0);
    wait_for(&h, &heard);
    assert_int_equal(count_runs(&h, true), 1);
    assert_int_equal(count_runs(&h, false), 2);
    home_free(&h);
}

TEST(store, says_which_run_it_does_not_have)
{
    home h = home_new();
    kt_error err = { 0 };
    int count = 0;
    assert_int_equal(kt_store_run(h.store, "r-none", count_run, &count, &err), KT_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "r-none"));
    home_free(&h);
}

TEST(store, is_for_its_owner_only)
{
    home h = home_new();
    struct stat info;
    char path[128];
    snprintf(path, sizeof(path), "%s/ketch.db", h.folder);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    home_free(&h);
}

TEST(store, can_be_open_twice)
{
    home h = home_new(), other = h;
    open_store(&other);
    put_run(&h, "r-one");
    put_run(&other, "r-two");
    assert_int_equal(count_runs(&h, false), 2);
    kt_store_free(other.store);
    home_free(&h);
}

TEST(store, says_that_a_file_is_no_store)
{
    home h = home_new();
    kt_error err = { 0 };
    char path[128];
    kt_store *again = NULL;
    kt_store_free(h.store);
    h.store = NULL;
    snprintf(path, sizeof(path), "%s/ketch.db", h.folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is no database ", file);
    fclose(file);
    assert_int_equal(kt_store_open(h.folder, ignore_wake, NULL, &again, &err), KT_E_IO);
    assert_non_null(strstr(err.message, path));
    assert_null(again);
    home_free(&h);
}

TEST(store, makes_names_that_differ)
{
    char a[KT_RID_BYTES], b[KT_RID_BYTES], run[KT_RUN_ID_BYTES];
    assert_int_equal(kt_store_new_rid(a, NULL), 0);
    assert_int_equal(kt_store_new_rid(b, NULL), 0);
    assert_string_not_equal(a, b);
    assert_int_equal(strlen(a), 36);
    assert_int_equal(a[14], '4');
    assert_int_equal(kt_store_new_run_id(run, NULL), 0);
    assert_int_equal(strlen(run), 18);
}
