/* SPDX-License-Identifier: Apache-2.0 */
/* s3_upload_list.c - ListParts of an upload and ListMultipartUploads of a bucket. */
#include "base/text.h"
#include "sandbox/s3_list.h"
#include "sandbox/s3_upload.h"

#include <string.h>

static void write_person(const kt_s3 *s3, kt_buf *xml, const char *name)
{
    kt_xml_open(xml, name);
    kt_xml_strz(xml, "ID", kt_s3_sandbox(s3)->account);
    kt_xml_close(xml, name);
}

static void write_checksum_kind(const kt_s3_upload *upload, kt_buf *xml)
{
    if (upload->sum == KT_SUM_COUNT)
        return;
    kt_xml_strz(xml, "ChecksumAlgorithm", kt_sum_rows[upload->sum].upper);
    kt_xml_strz(xml, "ChecksumType", upload->is_full_object ? "FULL_OBJECT" : "COMPOSITE");
}

/* ---- ListParts ---- */

typedef struct part_page {
    const kt_s3 *s3;
    kt_s3_upload upload;
    uint64_t after, most, count, last;
    bool is_truncated;
    kt_buf parts;
} part_page;

static int write_parts(part_page *page, kt_error *err)
{
    static const char sql[] = "SELECT number, modified_ns, etag, bytes, checksums FROM part"
                              " WHERE upload_id = ? AND number > ? ORDER BY number LIMIT ?";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(kt_s3_sandbox(page->s3)->read, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(page->upload.id));
    kt_db_bind_int(s, 2, (int64_t)page->after);
    kt_db_bind_int(s, 3, (int64_t)page->most + 1);
    while ((rc = kt_db_step(s, err)) > 0) {
        if (page->count == page->most) {
            page->is_truncated = true;
            break;
        }
        page->count++;
        page->last = (uint64_t)kt_db_int(s, 0);
        kt_xml_open(&page->parts, "Part");
        kt_xml_int(&page->parts, "PartNumber", (int64_t)page->last);
        kt_xml_time(&page->parts, "LastModified", kt_db_int(s, 1));
        kt_s3_xml_etag(&page->parts, kt_db_text(s, 2));
        kt_xml_int(&page->parts, "Size", kt_db_int(s, 3));
        if (page->upload.sum != KT_SUM_COUNT)
            kt_s3_xml_checksums(&page->parts, kt_db_text(s, 4));
        kt_xml_close(&page->parts, "Part");
    }
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

static void answer_parts(const part_page *page)
{
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    kt_xml_root(&xml, "ListPartsResult");
    kt_xml_strz(&xml, "Bucket", page->s3->bucket);
    kt_xml_text(&xml, "Key", page->s3->key);
    kt_xml_strz(&xml, "UploadId", page->upload.id);
    write_person(page->s3, &xml, "Initiator");
    write_person(page->s3, &xml, "Owner");
    kt_xml_strz(&xml, "StorageClass", "STANDARD");
    kt_xml_int(&xml, "PartNumberMarker", (int64_t)page->after);
    kt_xml_int(&xml, "NextPartNumberMarker", (int64_t)page->last);
    kt_xml_int(&xml, "MaxParts", (int64_t)page->most);
    kt_xml_bool(&xml, "IsTruncated", page->is_truncated);
    write_checksum_kind(&page->upload, &xml);
    kt_buf_join(&xml, &page->parts);
    kt_xml_close(&xml, "ListPartsResult");
    kt_s3_reply_xml(page->s3, &xml);
}

void kt_s3_upload_parts(kt_s3 *s3)
{
    part_page page = { .s3 = s3, .most = KT_S3_PAGE_MOST };
    const kt_view after = kt_s3_query(s3, "part-number-marker"), most = kt_s3_query(s3, "max-parts");
    kt_error err = { 0 };
    if ((after.length > 0 && kt_parse_uint(after, 0, INT32_MAX, &page.after, NULL) < 0) ||
        (most.length > 0 && kt_parse_uint(most, 0, INT32_MAX, &page.most, NULL) < 0)) {
        kt_s3_refuse(s3, KT_S3_INVALID_ARGUMENT, "max-parts and part-number-marker must be integers from 0 on");
        return;
    }
    if (page.most > KT_S3_PAGE_MOST)
        page.most = KT_S3_PAGE_MOST;
    if (!kt_s3_upload_need(s3, &page.upload))
        return;
    if (write_parts(&page, &err) < 0)
        kt_s3_failed(s3, &err);
    else
        answer_parts(&page);
    kt_buf_fini(&page.parts);
}

/* ---- ListMultipartUploads ---- */

typedef struct upload_page {
    const kt_s3 *s3;
    kt_s3_page page;
    kt_view key_marker, id_marker;
    kt_view last_key, last_id; /* in the arena */
    kt_view common;            /* the last common prefix */
    size_t count;
    bool is_truncated;
    kt_buf uploads, prefixes;
} upload_page;

static void write_upload(upload_page *u, const kt_db_stmt *s)
{
    const kt_s3_upload upload = { .sum = kt_db_is_null(s, 3) ? KT_SUM_COUNT : kt_sum_find(kt_db_text(s, 3), false),
                                  .is_full_object = kt_view_is(kt_db_text(s, 4), "FULL_OBJECT") };
    kt_buf *xml = &u->uploads;
    kt_xml_open(xml, "Upload");
    kt_s3_page_text(&u->page, xml, "Key", kt_db_text(s, 0));
    kt_xml_text(xml, "UploadId", kt_db_text(s, 1));
    write_person(u->s3, xml, "Initiator");
    write_person(u->s3, xml, "Owner");
    kt_xml_strz(xml, "StorageClass", "STANDARD");
    kt_xml_time(xml, "Initiated", kt_db_int(s, 2));
    write_checksum_kind(&upload, xml);
    kt_xml_close(xml, "Upload");
}

static kt_view keep(const kt_s3 *s3, kt_view text)
{
    return (kt_view){ kt_s3_strdup(s3, text), text.length };
}

/* Shows one row, or counts its prefix once; false: the page was full. */
static bool take_upload(upload_page *u, const kt_db_stmt *s)
{
    const kt_view key = kt_db_text(s, 0), common = kt_s3_page_common(&u->page, key);
    const bool is_known = common.length > 0 && kt_view_equal(common, u->common);
    if (!is_known && u->count == u->page.most) {
        u->is_truncated = true;
        return false;
    }
    u->last_key = keep(u->s3, key);
    u->last_id = keep(u->s3, kt_db_text(s, 1));
    if (is_known)
        return true;
    u->count++;
    if (common.length == 0) {
        write_upload(u, s);
        return true;
    }
    u->common = keep(u->s3, common);
    kt_xml_open(&u->prefixes, "CommonPrefixes");
    kt_s3_page_text(&u->page, &u->prefixes, "Prefix", common);
    kt_xml_close(&u->prefixes, "CommonPrefixes");
    return true;
}

static int collect(upload_page *u, kt_error *err)
{
    static const char sql[] = "SELECT key, id, created_ns, checksum, checksum_type FROM upload"
                              " WHERE bucket = ?1 AND key >= ?2 AND (key > ?3 OR (key = ?3 AND id > ?4))"
                              " ORDER BY key, id";
    kt_db_stmt *s = NULL;
    const bool has_id = u->id_marker.length > 0;
    int rc = kt_db_begin(kt_s3_sandbox(u->s3)->read, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(u->s3->bucket));
    kt_db_bind_text(s, 2, u->page.prefix);
    kt_db_bind_text(s, 3, u->key_marker);
    kt_db_bind_text(s, 4, has_id || u->key_marker.length == 0 ? u->id_marker : (kt_view){ "\x7f", 1 }); /* after all */
    while ((rc = kt_db_step(s, err)) > 0) {
        const kt_view key = kt_db_text(s, 0), prefix = u->page.prefix;
        if (key.length < prefix.length || memcmp(key.data, prefix.data, prefix.length) != 0 || !take_upload(u, s))
            break;
    }
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

static void answer_uploads(const upload_page *u)
{
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    kt_xml_root(&xml, "ListMultipartUploadsResult");
    kt_xml_strz(&xml, "Bucket", u->s3->bucket);
    kt_s3_page_text(&u->page, &xml, "KeyMarker", u->key_marker);
    kt_xml_text(&xml, "UploadIdMarker", u->id_marker);
    if (u->is_truncated) {
        kt_s3_page_text(&u->page, &xml, "NextKeyMarker", u->last_key);
        kt_xml_text(&xml, "NextUploadIdMarker", u->last_id);
    }
    kt_s3_page_text(&u->page, &xml, "Prefix", u->page.prefix);
    if (u->page.delimiter.length > 0)
        kt_s3_page_text(&u->page, &xml, "Delimiter", u->page.delimiter);
    if (u->page.is_encoded)
        kt_xml_strz(&xml, "EncodingType", "url");
    kt_xml_int(&xml, "MaxUploads", (int64_t)u->page.most);
    kt_xml_bool(&xml, "IsTruncated", u->is_truncated);
    kt_buf_join(&xml, &u->uploads);
    kt_buf_join(&xml, &u->prefixes);
    kt_xml_close(&xml, "ListMultipartUploadsResult");
    kt_s3_reply_xml(u->s3, &xml);
}

static kt_view or_empty(kt_view text)
{
    return text.data == NULL ? (kt_view){ "", 0 } : text;
}

void kt_s3_uploads(kt_s3 *s3)
{
    kt_error err = { 0 };
    upload_page u = { .s3 = s3,
                      .key_marker = or_empty(kt_s3_query(s3, "key-marker")),
                      .id_marker = or_empty(kt_s3_query(s3, "upload-id-marker")) };
    if (!kt_s3_page_read(s3, "max-uploads", &u.page) || !kt_s3_need_bucket(s3))
        return;
    if (u.page.most > 0 && collect(&u, &err) < 0)
        kt_s3_failed(s3, &err);
    else if (kt_arena_failed(s3->call->arena))
        kt_s3_no_memory(s3);
    else
        answer_uploads(&u);
    kt_buf_fini(&u.uploads);
    kt_buf_fini(&u.prefixes);
}
