/* SPDX-License-Identifier: Apache-2.0 */
/* s3_bucket.c - buckets: made, shown, deleted, listed, and where they are. All belong to one account and every region
 * reaches them, as AWS's clients do by following redirects. */
#include "base/text.h"
#include "sandbox/s3_header.h"
#include "sandbox/s3_list.h"
#include "sandbox/s3_write.h"

#include <string.h>

enum { NAME_LEAST = 3, NAME_MOST = 63, REGION_MOST = 32, BUCKETS_MOST = 10000 };

static const char *const bad_starts[] = { "xn--", "sthree-", "amzn-s3-demo-" };
static const char *const bad_ends[] = { "-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3" };

/* "192.168.5.4" and what looks like it. */
static bool looks_like_address(kt_view name)
{
    size_t dots = 0;
    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] != '.' && (name.data[i] < '0' || name.data[i] > '9'))
            return false;
        dots += name.data[i] == '.';
    }
    return dots == 3;
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_bucket_name(kt_view name)
{
    if (name.length < NAME_LEAST || name.length > NAME_MOST || !is_letter_or_digit(name.data[0]) ||
        !is_letter_or_digit(name.data[name.length - 1]) || looks_like_address(name))
        return false;
    for (size_t i = 0; i < name.length; i++)
        if ((!is_letter_or_digit(name.data[i]) && name.data[i] != '-' && name.data[i] != '.') ||
            (name.data[i] == '.' && name.data[i + 1] == '.'))
            return false;
    for (size_t i = 0; i < KT_COUNT(bad_starts); i++)
        if (kt_view_starts(name, bad_starts[i]))
            return false;
    for (size_t i = 0; i < KT_COUNT(bad_ends); i++) {
        const size_t length = strlen(bad_ends[i]);
        if (name.length >= length && memcmp(name.data + name.length - length, bad_ends[i], length) == 0)
            return false;
    }
    return true;
}

/* ---- CreateBucket ---- */

typedef struct create_write {
    kt_s3_write write;
    const char *region;
} create_write;

static bool is_us_east_1(const char *region)
{
    return strcmp(region, "us-east-1") == 0;
}

/* The region that the caller signs for, and the one the request names. */
static kt_s3_code choose_region(const kt_s3 *s3, kt_view named, const char **out, const char **text)
{
    const char *own = s3->call->region == NULL ? "us-east-1" : s3->call->region;
    if (named.length == 0) {
        *out = own;
        *text = "The unspecified location constraint is incompatible for the region specific endpoint this request was "
                "sent to.";
        return is_us_east_1(own) ? KT_S3_FINE : KT_S3_ILLEGAL_LOCATION;
    }
    if (kt_view_is(named, "us-east-1") || named.length > REGION_MOST)
        return KT_S3_INVALID_LOCATION;
    for (size_t i = 0; i < named.length; i++)
        if (!is_letter_or_digit(named.data[i]) && named.data[i] != '-' && !kt_view_is(named, "EU"))
            return KT_S3_INVALID_LOCATION;
    *out = kt_view_is(named, "EU") ? "eu-west-1" : kt_s3_strdup(s3, named);
    *text = kt_arena_printf(s3->call->arena,
                            "The %.*s location constraint is incompatible for the region specific endpoint this "
                            "request was sent to.",
                            KT_VIEW_ARG(named));
    return is_us_east_1(own) || kt_view_is(kt_view_of(*out), own) ? KT_S3_FINE : KT_S3_ILLEGAL_LOCATION;
}

static int apply_create(kt_s3_write *write, kt_db *db, kt_error *err)
{
    const create_write *c = (const create_write *)write;
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, "INSERT OR IGNORE INTO bucket(name, region, created_ns) VALUES(?, ?, ?)", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(write->s3->bucket));
    kt_db_bind_text(s, 2, kt_view_of(c->region));
    kt_db_bind_int(s, 3, write->s3->now_ns);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    /* In us-east-1 making one's own bucket again has always been answered with 200. */
    if (rc == 0 && kt_db_changes(db) == 0 && !is_us_east_1(write->s3->call->region))
        return kt_s3_write_refuse(write, KT_S3_BUCKET_EXISTS, NULL);
    return rc;
}

static void answer_create(kt_s3_write *write)
{
    kt_s3_answer answer = { .s3 = write->s3 };
    kt_s3_answer_add(&answer, "Location",
                     kt_view_of(kt_arena_printf(write->s3->call->arena, "/%s", write->s3->bucket)));
    kt_s3_answer_send(&answer, 200);
}

void kt_s3_create_bucket(kt_s3 *s3)
{
    const char *text = NULL;
    create_write *c = KT_ARENA_NEW(s3->call->arena, create_write);
    if (c == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    if (!is_bucket_name(kt_view_of(s3->bucket))) {
        kt_s3_refuse(s3, KT_S3_INVALID_BUCKET_NAME, NULL);
        return;
    }
    if (kt_view_is(kt_s3_header(s3, "x-amz-bucket-object-lock-enabled"), "true")) {
        kt_s3_refuse(s3, KT_S3_NOT_IMPLEMENTED, "The sandbox does not lock objects.");
        return;
    }
    const bool has_body = s3->call->request->body_bytes > 0;
    const kt_xml *root = has_body ? kt_s3_read_xml(s3, KT_S3_SUMS_CHECKED) : NULL;
    if (has_body && root == NULL)
        return;
    if (root != NULL && !kt_view_is(root->name, "CreateBucketConfiguration")) {
        kt_s3_refuse(s3, KT_S3_MALFORMED_XML, NULL);
        return;
    }
    const kt_view named = kt_view_trim(kt_xml_child_text(root, "LocationConstraint"));
    const kt_s3_code code = choose_region(s3, named, &c->region, &text);
    if (code != KT_S3_FINE) {
        kt_s3_refuse(s3, code, text);
        return;
    }
    c->write = (kt_s3_write){ .s3 = s3, .apply = apply_create, .answer = answer_create };
    kt_s3_write_start(&c->write, false);
}

/* ---- DeleteBucket ---- */

/* Uploads that were begun and not completed go with it; objects keep it. */
static int apply_delete(kt_s3_write *write, kt_db *db, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, "SELECT 1 FROM object WHERE bucket = ? LIMIT 1", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(write->s3->bucket));
    rc = kt_db_step(s, err);
    kt_db_end(s);
    if (rc > 0)
        return kt_s3_write_refuse(write, KT_S3_BUCKET_NOT_EMPTY, NULL);
    if (rc == 0)
        rc = kt_db_begin(db, "DELETE FROM bucket WHERE name = ?", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(write->s3->bucket));
    rc = kt_db_step(s, err);
    kt_db_end(s);
    if (rc == 0 && kt_db_changes(db) == 0)
        return kt_s3_write_refuse(write, KT_S3_NO_SUCH_BUCKET, NULL);
    return rc;
}

static void answer_delete(kt_s3_write *write)
{
    kt_s3_empty(write->s3, 204);
}

void kt_s3_delete_bucket(kt_s3 *s3)
{
    kt_s3_write *write = KT_ARENA_NEW(s3->call->arena, kt_s3_write);
    if (write == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    *write = (kt_s3_write){ .s3 = s3, .apply = apply_delete, .answer = answer_delete };
    kt_s3_write_start(write, false);
}

/* ---- reading ---- */

/* The region of the call's bucket in the arena; NULL: refused. */
static const char *region_of(const kt_s3 *s3)
{
    kt_db_stmt *s = NULL;
    kt_error err = { 0 };
    const char *region = NULL;
    int rc = kt_db_begin(kt_s3_sandbox(s3)->read, "SELECT region FROM bucket WHERE name = ?", &s, &err);
    if (rc == 0) {
        kt_db_bind_text(s, 1, kt_view_of(s3->bucket));
        rc = kt_db_step(s, &err);
    }
    if (rc > 0)
        region = kt_s3_strdup(s3, kt_db_text(s, 0));
    kt_db_end(s);
    if (rc == 0)
        kt_s3_refuse(s3, KT_S3_NO_SUCH_BUCKET, NULL);
    else if (rc < 0)
        kt_s3_failed(s3, &err);
    return region;
}

void kt_s3_head_bucket(kt_s3 *s3)
{
    kt_s3_answer answer = { .s3 = s3 };
    const char *region = region_of(s3);
    if (region == NULL)
        return;
    kt_s3_answer_add(&answer, "x-amz-bucket-region", kt_view_of(region));
    kt_s3_answer_add(&answer, "x-amz-access-point-alias", kt_view_of("false"));
    kt_s3_answer_add(&answer, "Content-Type", kt_view_of("application/xml"));
    kt_s3_answer_send(&answer, 200);
}

/* us-east-1 is the empty name. */
void kt_s3_bucket_location(kt_s3 *s3)
{
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    const char *region = region_of(s3);
    if (region == NULL)
        return;
    kt_xml_root(&xml, "LocationConstraint");
    if (!is_us_east_1(region))
        kt_xml_escape(&xml, kt_view_of(region));
    kt_xml_close(&xml, "LocationConstraint");
    kt_s3_reply_xml(s3, &xml);
}

/* A bucket whose versioning was never set says nothing of it. */
void kt_s3_bucket_versioning(kt_s3 *s3)
{
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    if (!kt_s3_need_bucket(s3))
        return;
    kt_xml_root(&xml, "VersioningConfiguration");
    kt_xml_close(&xml, "VersioningConfiguration");
    kt_s3_reply_xml(s3, &xml);
}

typedef struct bucket_page {
    kt_view prefix, region;
    uint64_t most;
} bucket_page;

static int write_buckets(const kt_s3 *s3, const bucket_page *page, kt_buf *xml, kt_view *next, kt_error *err)
{
    static const char sql[] = "SELECT name, region, created_ns FROM bucket WHERE name > ?1 ORDER BY name";
    kt_db_stmt *s = NULL;
    const kt_view after = kt_s3_query(s3, "continuation-token");
    int rc = kt_db_begin(kt_s3_sandbox(s3)->read, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, after.data == NULL ? (kt_view){ "", 0 } : after);
    for (uint64_t count = 0; (rc = kt_db_step(s, err)) > 0;) {
        const kt_view name = kt_db_text(s, 0), region = kt_db_text(s, 1);
        if ((page->region.length > 0 && !kt_view_equal(page->region, region)) || name.length < page->prefix.length ||
            (page->prefix.length > 0 && memcmp(name.data, page->prefix.data, page->prefix.length) != 0))
            continue;
        if (count++ == page->most)
            break;
        kt_xml_open(xml, "Bucket");
        kt_xml_text(xml, "Name", name);
        kt_xml_time(xml, "CreationDate", kt_db_int(s, 2));
        kt_xml_text(xml, "BucketRegion", region);
        kt_xml_close(xml, "Bucket");
        *next = (kt_view){ kt_s3_strdup(s3, name), name.length };
    }
    if (rc == 0)
        *next = (kt_view){ NULL, 0 }; /* all have been shown */
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

void kt_s3_list_buckets(kt_s3 *s3)
{
    KT_BUF_OWN xml;
    kt_view next = { NULL, 0 };
    kt_error err = { 0 };
    const kt_view most = kt_s3_query(s3, "max-buckets");
    bucket_page page = { kt_s3_query(s3, "prefix"), kt_s3_query(s3, "bucket-region"), BUCKETS_MOST };
    kt_buf_init(&xml, 0);
    if (most.data != NULL && kt_parse_uint(most, 1, BUCKETS_MOST, &page.most, NULL) < 0) {
        kt_s3_refuse(s3, KT_S3_INVALID_ARGUMENT, "Argument max-buckets must be an integer between 1 and 10000");
        return;
    }
    kt_xml_root(&xml, "ListAllMyBucketsResult");
    kt_xml_open(&xml, "Owner");
    kt_xml_strz(&xml, "ID", kt_s3_sandbox(s3)->account);
    kt_xml_close(&xml, "Owner");
    kt_xml_open(&xml, "Buckets");
    int rc = write_buckets(s3, &page, &xml, &next, &err);
    if (rc == 0 && kt_arena_failed(s3->call->arena))
        rc = kt_fail_nomem(&err, 0, "names of buckets");
    if (rc < 0) {
        kt_s3_failed(s3, &err);
        return;
    }
    kt_xml_close(&xml, "Buckets");
    if (next.data != NULL)
        kt_xml_text(&xml, "ContinuationToken", next);
    if (page.prefix.length > 0)
        kt_xml_text(&xml, "Prefix", page.prefix);
    kt_xml_close(&xml, "ListAllMyBucketsResult");
    kt_s3_reply_xml(s3, &xml);
}
