/* SPDX-License-Identifier: Apache-2.0 */
/* permit_test.c - what a permit promises: it is on disk before it is handed out, is for one request, once, and can be
 * given again while its token is trusted. */
#include "guard/permit.h"

#include "tests/unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct scene {
    char folder[64];
    kt_store *store;
    kt_guard *guard;
    kt_clock clock;
    int64_t now_ns;
    /* what was heard last */
    int count, rc;
    kt_permit *permit;
    kt_json *members;
} scene;

static int64_t fake_wall(void *ctx)
{
    return ((scene *)ctx)->now_ns;
}

static void ignore_wake(void *ctx)
{
    (void)ctx;
}

static void scene_open(scene *s)
{
    assert_int_equal(kt_store_open(s->folder, ignore_wake, NULL, &s->store, NULL), 0);
    const kt_guard_options options = { .store = s->store, .clock = &s->clock };
    assert_int_equal(kt_guard_new(&options, &s->guard, NULL), 0);
}

static void scene_close(scene *s)
{
    kt_guard_free(s->guard);
    kt_store_free(s->store);
}

static void drain(scene *s, const int *count)
{
    for (int i = 0; i < 5000 && *count == 0; i++) {
        kt_store_deliver(s->store);
        usleep(1000);
    }
    assert_int_equal(*count, 1);
}

static void count_stored(void *ctx, int rc, const kt_error *err)
{
    (void)err;
    assert_int_equal(rc, 0);
    ++*(int *)ctx;
}

static void scene_new(scene *s)
{
    int count = 0;
    *s = (scene){ .folder = "/tmp/ketch-test-guard-XXXXXX", .now_ns = INT64_C(1800000000000000000) };
    s->clock = (kt_clock){ .wall_ns = fake_wall, .monotonic_ns = fake_wall, .ctx = s };
    assert_non_null(mkdtemp(s->folder));
    scene_open(s);
    const kt_run_row run = { .id = "r-one", .about = "{}" };
    assert_int_equal(kt_store_put_run(s->store, &run, count_stored, &count, NULL), 0);
    drain(s, &count);
}

static void drop_permit(scene *s)
{
    if (s->permit != NULL)
        s->permit->free(s->permit);
    kt_json_free(s->members);
    s->permit = NULL;
    s->members = NULL;
}

static void scene_free(scene *s)
{
    static const char *const names[] = { "ketch.db", "ketch.db-wal", "ketch.db-shm" };
    drop_permit(s);
    scene_close(s);
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s/%s", s->folder, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(s->folder), 0);
}

static void on_permit(void *ctx, int rc, kt_permit *take_permit, kt_json *members, const kt_error *err)
{
    scene *s = ctx;
    (void)err;
    s->count++;
    s->rc = rc;
    s->permit = take_permit;
    s->members = members == NULL ? NULL : json_incref(members);
}

static void issue(scene *s)
{
    kt_json *members = json_pack("{s:i,s:s}", "shots", 10, "deviceArn", "arn");
    const kt_permit_order order = {
        .run_id = "r-one", .operation = "CreateQuantumTask", .region = "us-east-1", .members = members
    };
    s->count = 0;
    assert_int_equal(kt_guard_issue(s->guard, &order, on_permit, s, NULL), 0);
    kt_json_free(members);
    drain(s, &s->count);
    assert_int_equal(s->rc, 0);
}

static int use(scene *s, const kt_json *members, kt_error *err)
{
    char *text = json_dumps(members, JSON_COMPACT | JSON_SORT_KEYS);
    const int rc = s->permit->use(s->permit, text, strlen(text), err);
    free(text);
    return rc;
}

TEST(permit, is_used_once_for_the_request_that_it_was_issued_for)
{
    scene s;
    scene_new(&s);
    issue(&s);
    kt_json *other = json_deep_copy(s.members);
    json_object_set_new(other, "shots", json_integer(11));
    assert_int_equal(use(&s, other, NULL), KT_E_INTERNAL);
    assert_int_equal(use(&s, s.members, NULL), 0);
    assert_int_equal(use(&s, s.members, NULL), KT_E_INTERNAL);
    assert_string_equal(json_string_value(json_object_get(json_object_get(s.members, "tags"), "ketch:rid")),
                        s.permit->rid);
    kt_json_free(other);
    scene_free(&s);
}

typedef struct again {
    scene *scene;
    int rc;
} again;

static int renew_row(void *ctx, const kt_order_row *row, kt_error *err)
{
    again *a = ctx;
    a->scene->count = 0;
    a->rc = kt_guard_renew(a->scene->guard, row, on_permit, a->scene, err);
    return 0;
}

static int renew(scene *s)
{
    again a = { .scene = s };
    assert_int_equal(kt_store_orders(s->store, "r-one", renew_row, &a, NULL), 0);
    if (a.rc == 0)
        drain(s, &s->count);
    return a.rc;
}

TEST(permit, is_on_disk_when_it_is_handed_out_and_can_be_given_again_as_it_was)
{
    scene s;
    char rid[KT_RID_BYTES], token[KT_RID_BYTES];
    scene_new(&s);
    issue(&s);
    snprintf(rid, sizeof(rid), "%s", s.permit->rid);
    snprintf(token, sizeof(token), "%s", s.permit->token);
    kt_json *members = json_incref(s.members);
    drop_permit(&s);
    scene_close(&s);
    scene_open(&s);
    s.now_ns += INT64_C(599) * 1000000000;
    assert_int_equal(renew(&s), 0);
    assert_string_equal(s.permit->rid, rid);
    assert_string_equal(s.permit->token, token);
    assert_true(json_equal(s.members, members));
    assert_int_equal(use(&s, members, NULL), 0);
    kt_json_free(members);
    scene_free(&s);
}

TEST(permit, is_not_given_again_when_its_token_is_too_old_or_the_clock_went_back)
{
    static const int64_t later_s[] = { 600, 86400, -1 };
    scene s;
    scene_new(&s);
    issue(&s);
    drop_permit(&s);
    const int64_t then_ns = s.now_ns;
    for (size_t i = 0; i < KT_COUNT(later_s); i++) {
        s.now_ns = then_ns + later_s[i] * 1000000000;
        assert_int_equal(renew(&s), KT_E_INVALID);
    }
    scene_free(&s);
}

TEST(permit, of_a_run_that_is_not_there_is_not_handed_out)
{
    scene s;
    scene_new(&s);
    kt_json *members = json_object();
    const kt_permit_order order = { .run_id = "r-none", .operation = "x", .region = "y", .members = members };
    assert_int_equal(kt_guard_issue(s.guard, &order, on_permit, &s, NULL), 0);
    drain(&s, &s.count);
    assert_int_equal(s.rc, KT_E_INVALID);
    assert_null(s.permit);
    kt_json_free(members);
    scene_free(&s);
}
