/* SPDX-License-Identifier: Apache-2.0 */
/* s3_upload_complete.c - CompleteMultipartUpload: the parts that the client lists are checked against those that are
 * there, joined into one file by a worker, and become the object if none of them changed meanwhile. Completing what was
 * completed is answered as the first time: a client that lost the answer asks again. */
#include "sandbox/s3_upload.h"

#include "base/text.h"
#include "sign/sigv4.h"

#include <stdio.h>
#include <string.h>

typedef struct listed_part {
    kt_view etag; /* as the client says */
    int64_t number;
    kt_digest md5, checksum; /* from the part's row */
    const char *file;
    uint64_t bytes;
    bool is_there;
} listed_part;

typedef struct complete_write {
    kt_s3_write write;
    kt_s3_upload upload;
    kt_s3_object_plan plan;
    listed_part *parts;
    size_t count;
    uint64_t bytes;
    bool is_gone; /* a part's file has gone since the parts were matched */
} complete_write;

/* ---- the client's list ---- */

static kt_s3_code read_list(const kt_s3 *s3, const kt_xml *root, complete_write *c)
{
    if (!kt_view_is(root->name, "CompleteMultipartUpload"))
        return KT_S3_MALFORMED_XML;
    c->parts = KT_ARENA_ARRAY(s3->call->arena, listed_part, KT_S3_PARTS_MOST);
    if (c->parts == NULL)
        return KT_S3_SLOW_DOWN;
    for (const kt_xml *node = kt_xml_child(root, "Part"); node != NULL; node = kt_xml_next(node->next, "Part")) {
        uint64_t number;
        const kt_view etag = kt_view_trim(kt_xml_child_text(node, "ETag"));
        if (c->count == KT_S3_PARTS_MOST || etag.length == 0 ||
            kt_parse_uint(kt_view_trim(kt_xml_child_text(node, "PartNumber")), 1, KT_S3_PARTS_MOST, &number, NULL) < 0)
            return KT_S3_MALFORMED_XML;
        if (c->count > 0 && c->parts[c->count - 1].number >= (int64_t)number)
            return KT_S3_INVALID_PART_ORDER;
        c->parts[c->count++] = (listed_part){ .etag = etag, .number = (int64_t)number };
    }
    return c->count == 0 ? KT_S3_MALFORMED_XML : KT_S3_FINE;
}

/* ---- the parts that are there ---- */

/* The value of the kept line "x-amz-checksum-...:value". */
static bool parse_checksum(kt_sum sum, kt_view lines, kt_digest *out)
{
    const char *colon = lines.length == 0 ? NULL : memchr(lines.data, ':', lines.length);
    const char *end = colon == NULL ? NULL : memchr(colon, '\n', (size_t)(lines.data + lines.length - colon));
    return end != NULL && kt_sum_find((kt_view){ lines.data, (size_t)(colon - lines.data) }, true) == sum &&
           kt_digest_parse(sum, (kt_view){ colon + 1, (size_t)(end - colon - 1) }, out);
}

static void match_part(const kt_s3 *s3, complete_write *c, const kt_db_stmt *s, size_t *at)
{
    const int64_t number = kt_db_int(s, 0);
    while (*at < c->count && c->parts[*at].number < number)
        ++*at;
    if (*at == c->count || c->parts[*at].number != number)
        return; /* a part that the client leaves out */
    listed_part *part = &c->parts[*at];
    part->is_there = kt_s3_etag_listed(part->etag, kt_db_text(s, 1)) && !kt_view_is(part->etag, "*") &&
                     kt_db_text(s, 1).length == 2 * kt_sum_rows[KT_SUM_MD5].bytes &&
                     kt_unhex(kt_db_text(s, 1), part->md5.bytes);
    part->bytes = (uint64_t)kt_db_int(s, 2);
    part->file = kt_s3_strdup(s3, kt_db_text(s, 3));
    if (c->upload.sum != KT_SUM_COUNT)
        part->is_there = part->is_there && parse_checksum(c->upload.sum, kt_db_text(s, 4), &part->checksum);
}

static int match_parts(const kt_s3 *s3, complete_write *c, kt_error *err)
{
    static const char sql[] =
        "SELECT number, etag, bytes, file, checksums FROM part WHERE upload_id = ? ORDER BY number";
    kt_db_stmt *s = NULL;
    size_t at = 0;
    int rc = kt_db_begin(kt_s3_sandbox(s3)->read, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(c->upload.id));
    while ((rc = kt_db_step(s, err)) > 0)
        match_part(s3, c, s, &at);
    kt_db_end(s);
    return rc;
}

static kt_s3_code check_parts(complete_write *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (!c->parts[i].is_there)
            return KT_S3_INVALID_PART;
    for (size_t i = 0; i < c->count; i++) {
        if (i + 1 < c->count && c->parts[i].bytes < KT_S3_PART_BYTES_LEAST)
            return KT_S3_ENTITY_TOO_SMALL;
        c->bytes += c->parts[i].bytes;
    }
    return KT_S3_FINE;
}

/* ---- sums of the whole ---- */

/* The sum of the parts' sums, "-N". */
static int sum_of_sums(const complete_write *c, kt_sum sum, kt_digest *out, kt_error *err)
{
    kt_summer summer;
    kt_digest digests[KT_SUM_COUNT];
    const int rc = kt_summer_init(&summer, c->write.ingest.tables, KT_SUM_BIT(sum), err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < c->count; i++) {
        const kt_digest *of = sum == KT_SUM_MD5 ? &c->parts[i].md5 : &c->parts[i].checksum;
        kt_summer_add(&summer, (kt_view){ (const char *)of->bytes, kt_sum_rows[sum].bytes });
    }
    kt_summer_end(&summer, digests);
    kt_summer_fini(&summer);
    *out = digests[sum];
    return 0;
}

static int plan_etag(complete_write *c, kt_error *err)
{
    kt_digest md5;
    const int rc = sum_of_sums(c, KT_SUM_MD5, &md5, err);
    if (rc < 0)
        return rc;
    kt_digest_hex(KT_SUM_MD5, &md5, c->plan.etag);
    snprintf(c->plan.etag + strlen(c->plan.etag), 8, "-%u", (unsigned)c->count % 100000);
    return 0;
}

static kt_s3_code check_said(const complete_write *c, const char *found)
{
    const kt_view said = kt_s3_header(c->write.s3, kt_sum_rows[c->upload.sum].header);
    return said.data == NULL || kt_view_is(said, found) ? KT_S3_FINE : KT_S3_BAD_CHECKSUM;
}

static int plan_checksum(complete_write *c, kt_error *err)
{
    const kt_sum sum = c->upload.sum;
    kt_digest digest = { 0 };
    char text[KT_SUM_TEXT_BYTES + 8];
    if (sum == KT_SUM_COUNT)
        return 0;
    if (c->upload.is_full_object)
        digest = c->write.ingest.sums.found[sum];
    const int rc = c->upload.is_full_object ? 0 : sum_of_sums(c, sum, &digest, err);
    if (rc < 0)
        return rc;
    kt_digest_base64(sum, &digest, text);
    if (!c->upload.is_full_object)
        snprintf(text + strlen(text), 8, "-%u", (unsigned)c->count % 100000);
    const kt_s3_code code = check_said(c, text);
    if (code != KT_S3_FINE)
        return kt_s3_write_refuse(&c->write, code, NULL);
    const int length = snprintf(c->plan.checksum_text, sizeof c->plan.checksum_text, "%s:%s\nx-amz-checksum-type:%s\n",
                                kt_sum_rows[sum].header, text, c->upload.is_full_object ? "FULL_OBJECT" : "COMPOSITE");
    c->plan.checksums = (kt_view){ c->plan.checksum_text, (size_t)length };
    return 0;
}

/* ---- the write ---- */

/* On a worker's thread. A part whose file has gone was replaced, aborted or completed meanwhile: the writer sees. */
static int prepare_complete(kt_s3_write *write, kt_error *err)
{
    complete_write *c = (complete_write *)write;
    int rc = kt_s3_ingest_run(&write->ingest, err);
    c->is_gone = rc == KT_E_NOT_FOUND;
    if (c->is_gone)
        return 0;
    if (rc == 0)
        rc = plan_etag(c, err);
    return rc == 0 ? plan_checksum(c, err) : rc;
}

/* Whether every part still has the file that was joined. */
static int is_unchanged(const complete_write *c, kt_db *db, bool *out, kt_error *err)
{
    static const char sql[] = "SELECT 1 FROM part WHERE upload_id = ? AND number = ? AND file = ?";
    int rc = 1;
    for (size_t i = 0; i < c->count && rc > 0; i++) {
        kt_db_stmt *s = NULL;
        rc = kt_db_begin(db, sql, &s, err);
        if (rc < 0)
            return rc;
        kt_db_bind_text(s, 1, kt_view_of(c->upload.id));
        kt_db_bind_int(s, 2, c->parts[i].number);
        kt_db_bind_text(s, 3, kt_view_of(c->parts[i].file));
        rc = kt_db_step(s, err);
        kt_db_end(s);
    }
    *out = rc > 0;
    return rc < 0 ? rc : 0;
}

/* Perhaps the same completion was asked for twice at once, and the other one was first: then the answer is its answer,
 * and what was joined here is not needed. */
static int check_first(kt_s3_write *write, kt_db *db, kt_error *err)
{
    complete_write *c = (complete_write *)write;
    kt_s3_object_plan *plan = &c->plan;
    kt_object_row row = { 0 };
    const int rc = kt_object_row_open(db, write->s3->bucket, write->s3->key, &row, err);
    const bool is_done = rc > 0 && kt_view_is(row.upload_id, c->upload.id) && row.etag.length < sizeof plan->etag &&
                         row.checksums.length < sizeof plan->checksum_text;
    if (is_done) {
        memcpy(plan->etag, row.etag.data, row.etag.length + 1);
        memcpy(plan->checksum_text, row.checksums.length == 0 ? "" : row.checksums.data, row.checksums.length + 1);
        plan->checksums = (kt_view){ plan->checksum_text, row.checksums.length };
        kt_s3_ingest_fini(&write->ingest);
    }
    kt_object_row_close(&row);
    return rc < 0 ? rc : is_done ? 0 : kt_s3_write_refuse(write, KT_S3_INVALID_PART, NULL);
}

static int apply_complete(kt_s3_write *write, kt_db *db, kt_error *err)
{
    complete_write *c = (complete_write *)write;
    kt_db_stmt *s = NULL;
    bool is_same = false;
    int rc = c->is_gone ? 0 : is_unchanged(c, db, &is_same, err);
    if (rc == 0 && !is_same)
        return check_first(write, db, err);
    if (rc == 0)
        rc = kt_s3_store(write, &c->plan, db, err);
    if (rc == 0)
        rc = kt_db_begin(db, "DELETE FROM upload WHERE id = ?", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(c->upload.id));
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc;
}

static void answer(const kt_s3 *s3, kt_view etag, kt_view checksums)
{
    KT_BUF_OWN xml;
    KT_BUF_OWN place;
    kt_buf_init(&xml, 0);
    kt_buf_init(&place, 0);
    const kt_view host = kt_s3_header(s3, "host");
    kt_buf_addf(&place, "http://%.*s/%s/", (int)host.length, host.data == NULL ? "" : host.data, s3->bucket);
    kt_uri_encode(s3->key, true, &place);
    xml.failed = place.failed;
    kt_xml_root(&xml, "CompleteMultipartUploadResult");
    kt_xml_text(&xml, "Location", kt_buf_view(&place));
    kt_xml_strz(&xml, "Bucket", s3->bucket);
    kt_xml_text(&xml, "Key", s3->key);
    kt_s3_xml_etag(&xml, etag);
    kt_s3_xml_checksums(&xml, checksums);
    kt_xml_close(&xml, "CompleteMultipartUploadResult");
    kt_s3_reply_xml(s3, &xml);
}

static void answer_complete(kt_s3_write *write)
{
    const complete_write *c = (const complete_write *)write;
    answer(write->s3, kt_view_of(c->plan.etag), c->plan.checksums);
}

/* An upload that is not there: perhaps it became this very object. */
static void answer_again(const kt_s3 *s3)
{
    kt_object_row row = { 0 };
    kt_error err = { 0 };
    const int rc = kt_object_row_open(kt_s3_sandbox(s3)->read, s3->bucket, s3->key, &row, &err);
    if (rc < 0)
        kt_s3_failed(s3, &err);
    else if (rc > 0 && row.upload_id.length > 0 && kt_view_equal(row.upload_id, kt_s3_query(s3, "uploadId")))
        answer(s3, row.etag, row.checksums);
    else if (kt_s3_need_bucket(s3))
        kt_s3_refuse(s3, KT_S3_NO_SUCH_UPLOAD, NULL);
    kt_object_row_close(&row);
}

static bool set_sources(complete_write *c)
{
    const kt_s3 *s3 = c->write.s3;
    kt_s3_ingest *in = &c->write.ingest;
    kt_s3_source *sources = KT_ARENA_ARRAY(s3->call->arena, kt_s3_source, c->count);
    if (sources == NULL)
        return false;
    for (size_t i = 0; i < c->count; i++)
        sources[i] = (kt_s3_source){ .fd = -1, .file = c->parts[i].file, .bytes = c->parts[i].bytes };
    in->sources = sources;
    in->source_count = c->count;
    in->state_dir = kt_s3_sandbox(s3)->state_dir;
    in->tables = &kt_s3_sandbox(s3)->objects->tables;
    in->bytes_most = UINT64_MAX;
    if (c->bytes <= KT_OBJECT_ROW_BYTES_MOST)
        in->memory_most = KT_OBJECT_ROW_BYTES_MOST;
    else
        in->needs_file = true;
    if (c->count == 1)
        in->link_from = kt_arena_printf(s3->call->arena, "%s/objects/%s", in->state_dir, c->parts[0].file);
    if (c->upload.is_full_object)
        in->sums.wanted = KT_SUM_BIT(c->upload.sum);
    return !kt_arena_failed(s3->call->arena); /* a part whose name was lost would be taken for an empty one */
}

static kt_s3_code check_size(const complete_write *c)
{
    const kt_view said = kt_s3_header(c->write.s3, "x-amz-mp-object-size");
    uint64_t bytes;
    if (said.data == NULL)
        return KT_S3_FINE;
    return kt_parse_uint(said, 0, UINT64_MAX, &bytes, NULL) == 0 && bytes == c->bytes ? KT_S3_FINE
                                                                                      : KT_S3_INVALID_REQUEST;
}

void kt_s3_upload_complete(kt_s3 *s3)
{
    kt_error err = { 0 };
    complete_write *c = KT_ARENA_NEW(s3->call->arena, complete_write);
    if (c == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    c->write =
        (kt_s3_write){ .s3 = s3, .prepare = prepare_complete, .apply = apply_complete, .answer = answer_complete };
    const kt_xml *root = kt_s3_read_xml(s3, KT_S3_SUMS_OF_OBJECT);
    if (root == NULL)
        return;
    kt_s3_code code = read_list(s3, root, c);
    if (code == KT_S3_FINE)
        code = kt_s3_guard_read(s3, &c->plan.guard);
    int rc = code == KT_S3_FINE ? kt_s3_upload_find(s3, &c->upload, &err) : 1;
    if (rc == 0) {
        answer_again(s3);
        return;
    }
    if (code == KT_S3_FINE && rc > 0)
        rc = match_parts(s3, c, &err);
    if (code == KT_S3_FINE && rc >= 0)
        code = check_parts(c);
    if (code == KT_S3_INVALID_PART && rc >= 0 && kt_s3_upload_find(s3, &c->upload, &err) == 0) {
        answer_again(s3); /* it was completed between the two looks at it */
        return;
    }
    if (code == KT_S3_FINE && rc >= 0)
        code = check_size(c);
    c->plan.meta = c->upload.meta;
    c->plan.upload_id = kt_view_of(c->upload.id);
    if (code != KT_S3_FINE)
        kt_s3_refuse(s3, code, NULL);
    else if (rc < 0)
        kt_s3_failed(s3, &err);
    else if (!set_sources(c))
        kt_s3_no_memory(s3);
    else
        kt_s3_write_start(&c->write, true);
}
