/* SPDX-License-Identifier: Apache-2.0 */
/* s3_list.c - ListObjects, both versions. Keys come from the index in order; what lies under a common prefix is skipped
 * by one seek, so a page costs as much as it shows. */
#include "sandbox/s3_list.h"

#include "base/text.h"
#include "sandbox/s3_header.h"
#include "sandbox/s3_sums.h"

#include <string.h>

enum { TOKEN_TEXT_BYTES = 2 * KT_S3_KEY_BYTES_MOST + 8 };

/* ---- what listings share ---- */

static kt_view or_empty(kt_view text)
{
    return text.data == NULL ? (kt_view){ "", 0 } : text;
}

bool kt_s3_page_read(const kt_s3 *s3, const char *most_name, kt_s3_page *out)
{
    const kt_view most = kt_s3_query(s3, most_name), encoding = kt_s3_query(s3, "encoding-type");
    uint64_t count = KT_S3_PAGE_MOST;
    *out = (kt_s3_page){ .prefix = or_empty(kt_s3_query(s3, "prefix")),
                         .delimiter = or_empty(kt_s3_query(s3, "delimiter")),
                         .is_encoded = kt_view_is(encoding, "url") };
    if (most.length > 0 && kt_parse_uint(most, 0, INT32_MAX, &count, NULL) < 0) {
        kt_s3_refuse(
            s3, KT_S3_INVALID_ARGUMENT,
            kt_arena_printf(s3->call->arena, "Argument %s must be an integer between 0 and 2147483647", most_name));
        return false;
    }
    if (encoding.length > 0 && !out->is_encoded) {
        kt_s3_refuse(s3, KT_S3_INVALID_ARGUMENT, "Invalid Encoding Method specified in Request");
        return false;
    }
    out->most = count > KT_S3_PAGE_MOST ? KT_S3_PAGE_MOST : (size_t)count;
    return true;
}

void kt_s3_page_text(const kt_s3_page *page, kt_buf *xml, const char *name, kt_view text)
{
    if (!page->is_encoded) {
        kt_xml_text(xml, name, text);
        return;
    }
    kt_xml_open(xml, name);
    kt_uri_encode(text, true, xml);
    kt_xml_close(xml, name);
}

kt_view kt_s3_page_common(const kt_s3_page *page, kt_view key)
{
    const size_t skip = page->prefix.length;
    if (page->delimiter.length == 0 || key.length < skip)
        return (kt_view){ key.data, 0 };
    const char *found = memmem(key.data + skip, key.length - skip, page->delimiter.data, page->delimiter.length);
    return (kt_view){ key.data, found == NULL ? 0 : (size_t)(found - key.data) + page->delimiter.length };
}

kt_view kt_s3_after_prefix(kt_arena *arena, kt_view prefix)
{
    size_t length = prefix.data == NULL ? 0 : prefix.length;
    while (length > 0 && (unsigned char)prefix.data[length - 1] == 0xff)
        length--;
    char *after = length == 0 ? NULL : kt_arena_strndup(arena, prefix.data, length);
    if (after == NULL)
        return (kt_view){ NULL, 0 };
    after[length - 1] = (char)((unsigned char)after[length - 1] + 1);
    return (kt_view){ after, length };
}

/* ---- objects ---- */

typedef struct listing {
    const kt_s3 *s3;
    kt_s3_page page;
    bool is_v2, with_owner;
    kt_view marker, token; /* as asked; v2: marker is start-after */
    kt_view from;          /* where the scan begins */
    bool is_inclusive;
    kt_buf contents, prefixes;
    size_t count;
    bool is_truncated;
    kt_view last; /* the last key or common prefix shown, in the arena */
} listing;

static void write_owner(const listing *l, kt_buf *xml)
{
    kt_xml_open(xml, "Owner");
    kt_xml_strz(xml, "ID", kt_s3_sandbox(l->s3)->account);
    kt_xml_close(xml, "Owner");
}

static void write_algorithm(kt_buf *xml, kt_view checksums)
{
    const kt_sum sum = checksums.length == 0
                           ? KT_SUM_COUNT
                           : kt_sum_find((kt_view){ checksums.data, strcspn(checksums.data, ":") }, true);
    if (sum == KT_SUM_COUNT)
        return;
    kt_xml_strz(xml, "ChecksumAlgorithm", kt_sum_rows[sum].upper);
    const bool is_composite = memmem(checksums.data, checksums.length, "COMPOSITE", 9) != NULL;
    kt_xml_strz(xml, "ChecksumType", is_composite ? "COMPOSITE" : "FULL_OBJECT");
}

static void write_object(listing *l, const kt_db_stmt *s)
{
    kt_buf *xml = &l->contents;
    kt_xml_open(xml, "Contents");
    kt_s3_page_text(&l->page, xml, "Key", kt_db_text(s, 0));
    kt_xml_time(xml, "LastModified", kt_db_int(s, 3));
    kt_s3_xml_etag(xml, kt_db_text(s, 1));
    write_algorithm(xml, kt_db_text(s, 4));
    kt_xml_int(xml, "Size", kt_db_int(s, 2));
    if (l->with_owner)
        write_owner(l, xml);
    kt_xml_strz(xml, "StorageClass", "STANDARD");
    kt_xml_close(xml, "Contents");
}

static void write_prefix(listing *l, kt_view prefix)
{
    kt_xml_open(&l->prefixes, "CommonPrefixes");
    kt_s3_page_text(&l->page, &l->prefixes, "Prefix", prefix);
    kt_xml_close(&l->prefixes, "CommonPrefixes");
}

static int bind_scan(const listing *l, kt_db_stmt **out, kt_error *err)
{
    static const char after[] = "SELECT key, etag, bytes, modified_ns, checksums FROM object"
                                " WHERE bucket = ?1 AND key > ?2 ORDER BY key";
    static const char from[] = "SELECT key, etag, bytes, modified_ns, checksums FROM object"
                               " WHERE bucket = ?1 AND key >= ?2 ORDER BY key";
    const int rc = kt_db_begin(kt_s3_sandbox(l->s3)->read, l->is_inclusive ? from : after, out, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(*out, 1, kt_view_of(l->s3->bucket));
    kt_db_bind_text(*out, 2, l->from);
    return 0;
}

static bool starts_with(kt_view text, kt_view prefix)
{
    return text.length >= prefix.length && memcmp(text.data, prefix.data, prefix.length) == 0;
}

static kt_view keep(const listing *l, kt_view text)
{
    return (kt_view){ kt_arena_strndup(l->s3->call->arena, text.data, text.length), text.length };
}

/* From one seek to the next: 1 when there is more to seek for (l->from is set), 0 when the page is done. */
static int scan(listing *l, kt_db_stmt *s, kt_error *err)
{
    for (;;) {
        const int rc = kt_db_step(s, err);
        if (rc <= 0)
            return rc;
        const kt_view key = kt_db_text(s, 0);
        if (!starts_with(key, l->page.prefix))
            return 0;
        if (l->count == l->page.most) {
            l->is_truncated = true;
            return 0;
        }
        const kt_view common = kt_s3_page_common(&l->page, key);
        l->count++;
        if (common.length == 0) {
            write_object(l, s);
            if (l->count == l->page.most)
                l->last = keep(l, key);
            continue;
        }
        l->last = keep(l, common);
        write_prefix(l, common);
        l->from = kt_s3_after_prefix(l->s3->call->arena, common);
        l->is_inclusive = true;
        return l->from.data != NULL;
    }
}

static int collect(listing *l, kt_error *err)
{
    int rc = l->page.most > 0;
    while (rc > 0) {
        kt_db_stmt *s = NULL;
        rc = bind_scan(l, &s, err);
        if (rc == 0)
            rc = scan(l, s, err);
        kt_db_end(s);
    }
    return rc;
}

/* ---- continuation: the last key or prefix shown, in hexadecimal, with what it was ---- */

static kt_view make_token(const listing *l)
{
    const bool is_prefix = kt_s3_page_common(&l->page, l->last).length == l->last.length && l->last.length > 0;
    char *token = kt_arena_alloc(l->s3->call->arena, 2 * l->last.length + 2);
    if (token == NULL)
        return (kt_view){ "", 0 };
    token[0] = is_prefix ? 'p' : 'k';
    kt_hex((const uint8_t *)l->last.data, l->last.length, token + 1);
    return (kt_view){ token, 2 * l->last.length + 1 };
}

/* Sets where to begin; false: nobody here made this token. */
static bool use_token(listing *l)
{
    const kt_view token = l->token;
    if (token.length < 3 || token.length > TOKEN_TEXT_BYTES || token.length % 2 == 0 ||
        (token.data[0] != 'p' && token.data[0] != 'k'))
        return false;
    char *text = kt_arena_alloc(l->s3->call->arena, token.length / 2 + 1);
    if (text == NULL || !kt_unhex((kt_view){ token.data + 1, token.length - 1 }, (uint8_t *)text))
        return false;
    l->from = (kt_view){ text, token.length / 2 };
    l->is_inclusive = token.data[0] == 'p';
    if (l->is_inclusive)
        l->from = kt_s3_after_prefix(l->s3->call->arena, l->from);
    return l->from.data != NULL;
}

/* Version 1 has no token: a marker that is a common prefix stands for all that is under it. */
static void use_marker(listing *l)
{
    const kt_view common = kt_s3_page_common(&l->page, l->marker);
    l->from = l->marker;
    l->is_inclusive = false;
    if (!l->is_v2 && common.length > 0 && common.length == l->marker.length && starts_with(common, l->page.prefix)) {
        l->from = kt_s3_after_prefix(l->s3->call->arena, common);
        l->is_inclusive = true;
    }
}

static bool set_start(listing *l)
{
    if (l->token.data != NULL) {
        if (!use_token(l))
            return false;
    } else if (l->marker.length > 0) {
        use_marker(l);
    }
    /* Never before the prefix. */
    if (l->from.data == NULL || kt_view_compare(l->from, l->page.prefix) < 0) {
        l->from = l->page.prefix;
        l->is_inclusive = true;
    }
    return true;
}

/* ---- the answer ---- */

static void write_head(const listing *l, kt_buf *xml)
{
    const kt_s3_page *page = &l->page;
    kt_xml_root(xml, "ListBucketResult");
    kt_xml_strz(xml, "Name", l->s3->bucket);
    kt_s3_page_text(page, xml, "Prefix", page->prefix);
    if (l->is_v2) {
        if (l->marker.length > 0)
            kt_s3_page_text(page, xml, "StartAfter", l->marker);
        if (l->token.data != NULL)
            kt_xml_text(xml, "ContinuationToken", l->token);
        if (l->is_truncated)
            kt_xml_text(xml, "NextContinuationToken", make_token(l));
        kt_xml_int(xml, "KeyCount", (int64_t)l->count);
    } else {
        kt_s3_page_text(page, xml, "Marker", l->marker);
        if (l->is_truncated && page->delimiter.length > 0)
            kt_s3_page_text(page, xml, "NextMarker", l->last);
    }
    kt_xml_int(xml, "MaxKeys", (int64_t)page->most);
    if (page->delimiter.length > 0)
        kt_s3_page_text(page, xml, "Delimiter", page->delimiter);
    if (page->is_encoded)
        kt_xml_strz(xml, "EncodingType", "url");
    kt_xml_bool(xml, "IsTruncated", l->is_truncated);
}

static void answer_listing(listing *l)
{
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    write_head(l, &xml);
    kt_buf_join(&xml, &l->contents);
    kt_buf_join(&xml, &l->prefixes);
    kt_xml_close(&xml, "ListBucketResult");
    if (l->contents.failed < 0 || l->prefixes.failed < 0)
        xml.failed = KT_E_NOMEM;
    kt_s3_reply_xml(l->s3, &xml);
}

static void list_objects(listing *l)
{
    kt_error err = { 0 };
    if (!kt_s3_page_read(l->s3, "max-keys", &l->page) || !kt_s3_need_bucket(l->s3))
        return;
    if (!set_start(l)) {
        kt_s3_refuse(l->s3, KT_S3_INVALID_ARGUMENT, "The continuation token provided is incorrect");
        return;
    }
    if (collect(l, &err) < 0)
        kt_s3_failed(l->s3, &err);
    else if (kt_arena_failed(l->s3->call->arena))
        kt_s3_no_memory(l->s3);
    else
        answer_listing(l);
}

void kt_s3_list(kt_s3 *s3)
{
    listing l = { .s3 = s3, .with_owner = true, .marker = or_empty(kt_s3_query(s3, "marker")) };
    list_objects(&l);
    kt_buf_fini(&l.contents);
    kt_buf_fini(&l.prefixes);
}

void kt_s3_list_v2(kt_s3 *s3)
{
    listing l = { .s3 = s3,
                  .is_v2 = true,
                  .with_owner = kt_view_is(kt_s3_query(s3, "fetch-owner"), "true"),
                  .marker = or_empty(kt_s3_query(s3, "start-after")),
                  .token = kt_s3_query(s3, "continuation-token") };
    if (!kt_view_is(kt_s3_query(s3, "list-type"), "2")) {
        kt_s3_refuse(s3, KT_S3_INVALID_ARGUMENT, "Invalid List Type specified in Request");
        return;
    }
    list_objects(&l);
    kt_buf_fini(&l.contents);
    kt_buf_fini(&l.prefixes);
}
