/* SPDX-License-Identifier: Apache-2.0 */
/* s3_upload.c - multipart uploads begun and aborted, and their parts: UploadPart, UploadPartCopy. A part is a file from
 * the beginning; completing joins them (s3_upload_complete.c). */
#include "sandbox/s3_upload.h"

#include "base/text.h"
#include "sandbox/s3_copy.h"

#include <string.h>

int kt_s3_upload_find(const kt_s3 *s3, kt_s3_upload *out, kt_error *err)
{
    static const char sql[] = "SELECT content_type, meta, tags_xml, checksum, checksum_type FROM upload"
                              " WHERE id = ? AND bucket = ? AND key = ?";
    const kt_view id = kt_s3_query(s3, "uploadId");
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(kt_s3_sandbox(s3)->read, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, id);
    kt_db_bind_text(s, 2, kt_view_of(s3->bucket));
    kt_db_bind_text(s, 3, s3->key);
    rc = kt_db_step(s, err);
    if (rc > 0) {
        kt_view kept[3];
        for (int i = 0; i < 3; i++)
            kept[i] = (kt_view){ kt_s3_strdup(s3, kt_db_text(s, i)), kt_db_text(s, i).length };
        *out = (kt_s3_upload){ .id = kt_s3_strdup(s3, id),
                               .meta = { kept[0], kept[1], kept[2] },
                               .sum = kt_db_is_null(s, 3) ? KT_SUM_COUNT : kt_sum_find(kt_db_text(s, 3), false),
                               .is_full_object = kt_view_is(kt_db_text(s, 4), "FULL_OBJECT") };
    }
    kt_db_end(s);
    return rc;
}

bool kt_s3_upload_need(const kt_s3 *s3, kt_s3_upload *out)
{
    kt_error err = { 0 };
    const int rc = kt_s3_upload_find(s3, out, &err);
    if (rc < 0)
        kt_s3_failed(s3, &err);
    else if (rc == 0 && kt_s3_need_bucket(s3))
        kt_s3_refuse(s3, KT_S3_NO_SUCH_UPLOAD, NULL);
    return rc > 0;
}

/* ---- CreateMultipartUpload ---- */

typedef struct create_write {
    kt_s3_write write;
    kt_s3_upload upload;
    char id[37];
} create_write;

static const char *type_of(const kt_s3_upload *upload)
{
    return upload->is_full_object ? "FULL_OBJECT" : "COMPOSITE";
}

static int apply_create(kt_s3_write *write, kt_db *db, kt_error *err)
{
    static const char sql[] =
        "INSERT INTO upload(id, bucket, key, created_ns, content_type, meta, tags_xml, checksum, checksum_type)"
        " SELECT ?1, name, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM bucket WHERE name = ?2";
    const create_write *c = (const create_write *)write;
    const bool has_sum = c->upload.sum != KT_SUM_COUNT;
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(c->id));
    kt_db_bind_text(s, 2, kt_view_of(write->s3->bucket));
    kt_db_bind_text(s, 3, write->s3->key);
    kt_db_bind_int(s, 4, write->s3->now_ns);
    kt_db_bind_text(s, 5, c->upload.meta.content_type);
    kt_db_bind_text(s, 6, c->upload.meta.lines);
    kt_db_bind_text(s, 7, c->upload.meta.tags);
    kt_db_bind_text(s, 8, kt_view_of(has_sum ? kt_sum_rows[c->upload.sum].name : NULL));
    kt_db_bind_text(s, 9, kt_view_of(has_sum ? type_of(&c->upload) : NULL));
    rc = kt_db_step(s, err);
    kt_db_end(s);
    if (rc == 0 && kt_db_changes(db) == 0)
        return kt_s3_write_refuse(write, KT_S3_NO_SUCH_BUCKET, NULL);
    return rc;
}

static void answer_create(kt_s3_write *write)
{
    const create_write *c = (const create_write *)write;
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    kt_s3_answer answer = { .s3 = write->s3 };
    kt_buf_adds(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    kt_xml_root(&xml, "InitiateMultipartUploadResult");
    kt_xml_strz(&xml, "Bucket", write->s3->bucket);
    kt_xml_text(&xml, "Key", write->s3->key);
    kt_xml_strz(&xml, "UploadId", c->id);
    kt_xml_close(&xml, "InitiateMultipartUploadResult");
    kt_s3_answer_add(&answer, "Content-Type", kt_view_of("application/xml"));
    kt_s3_answer_encryption(&answer, c->upload.meta.lines);
    if (c->upload.sum != KT_SUM_COUNT) {
        kt_s3_answer_add(&answer, "x-amz-checksum-algorithm", kt_view_of(kt_sum_rows[c->upload.sum].upper));
        kt_s3_answer_add(&answer, "x-amz-checksum-type", kt_view_of(type_of(&c->upload)));
    }
    const kt_http_reply reply = {
        .status = 200, .headers = answer.headers, .header_count = answer.count, .take_body = &xml
    };
    kt_call_reply(write->s3->call, &reply);
}

/* A CRC can be of the whole object or of the parts; a SHA of the parts alone, CRC64NVME of the whole alone. */
static kt_s3_code choose_sum(const kt_s3 *s3, kt_s3_upload *upload, const char **text)
{
    const kt_view name = kt_s3_header(s3, "x-amz-checksum-algorithm"), type = kt_s3_header(s3, "x-amz-checksum-type");
    upload->sum = name.data == NULL ? KT_SUM_COUNT : kt_sum_find(name, false);
    if (upload->sum == KT_SUM_COUNT) {
        *text = name.data == NULL
                    ? "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
                      "header."
                    : "Checksum algorithm provided is unsupported. Please try again with any of the valid "
                      "types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]";
        return name.data == NULL && type.data == NULL ? KT_S3_FINE : KT_S3_INVALID_REQUEST;
    }
    const bool is_sha = upload->sum == KT_SUM_SHA1 || upload->sum == KT_SUM_SHA256;
    const bool is_64 = upload->sum == KT_SUM_CRC64NVME;
    upload->is_full_object = type.data == NULL ? is_64 : kt_view_is(type, "FULL_OBJECT");
    *text = kt_arena_printf(s3->call->arena, "The %.*s checksum type cannot be used with the %s checksum algorithm.",
                            (int)type.length, type.data == NULL ? "" : type.data, kt_sum_rows[upload->sum].name);
    if ((type.data != NULL && !upload->is_full_object && !kt_view_is(type, "COMPOSITE")) ||
        (upload->is_full_object ? is_sha : is_64))
        return KT_S3_INVALID_REQUEST;
    return KT_S3_FINE;
}

void kt_s3_upload_create(kt_s3 *s3)
{
    create_write *c = KT_ARENA_NEW(s3->call->arena, create_write);
    const char *text = NULL;
    if (c == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    if (!kt_s3_need_bucket(s3) || !kt_s3_meta_read(s3, &c->upload.meta))
        return;
    const kt_s3_code code = choose_sum(s3, &c->upload, &text);
    if (code != KT_S3_FINE) {
        kt_s3_refuse(s3, code, text);
        return;
    }
    c->write = (kt_s3_write){ .s3 = s3, .apply = apply_create, .answer = answer_create };
    kt_world_uuid(kt_s3_sandbox(s3)->world, c->id);
    kt_s3_write_start(&c->write, false);
}

/* ---- AbortMultipartUpload ---- */

static int apply_abort(kt_s3_write *write, kt_db *db, kt_error *err)
{
    const kt_s3 *s3 = write->s3;
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, "DELETE FROM upload WHERE id = ? AND bucket = ? AND key = ?", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_s3_query(s3, "uploadId"));
    kt_db_bind_text(s, 2, kt_view_of(s3->bucket));
    kt_db_bind_text(s, 3, s3->key);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc == 0 && kt_db_changes(db) == 0 ? kt_s3_write_refuse(write, KT_S3_NO_SUCH_UPLOAD, NULL) : rc;
}

static void answer_abort(kt_s3_write *write)
{
    kt_s3_empty(write->s3, 204);
}

void kt_s3_upload_abort(kt_s3 *s3)
{
    kt_s3_write *write = KT_ARENA_NEW(s3->call->arena, kt_s3_write);
    if (write == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    *write = (kt_s3_write){ .s3 = s3, .apply = apply_abort, .answer = answer_abort };
    if (kt_s3_need_bucket(s3))
        kt_s3_write_start(write, false);
}

/* ---- parts ---- */

typedef struct part_write {
    kt_s3_write write;
    kt_s3_upload upload;
    kt_s3_copy_source from; /* of UploadPartCopy */
    kt_s3_object_plan plan; /* etag and checksums */
    int64_t number;
} part_write;

static int store_part(part_write *p, kt_db *db, kt_error *err)
{
    static const char sql[] =
        "INSERT INTO part(upload_id, number, etag, bytes, modified_ns, checksums, file)"
        " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM upload WHERE id = ?1"
        " ON CONFLICT(upload_id, number) DO UPDATE SET etag = ?3, bytes = ?4, modified_ns = ?5, checksums = ?6,"
        " file = ?7";
    const kt_s3_ingest *in = &p->write.ingest;
    kt_db_stmt *s = NULL;
    int rc = kt_db_fsyncs(db) ? kt_object_sync(in->state_dir, in->file, err) : 0;
    if (rc == 0)
        rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(p->upload.id));
    kt_db_bind_int(s, 2, p->number);
    kt_db_bind_text(s, 3, kt_view_of(p->plan.etag));
    kt_db_bind_int(s, 4, (int64_t)in->bytes);
    kt_db_bind_int(s, 5, p->write.s3->now_ns);
    kt_db_bind_text(s, 6, p->plan.checksums);
    kt_db_bind_text(s, 7, kt_view_of(in->file));
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc;
}

static int apply_part(kt_s3_write *write, kt_db *db, kt_error *err)
{
    part_write *p = (part_write *)write;
    int rc = kt_s3_plan_sums(&p->plan, &write->ingest.sums, err);
    if (rc == 0 && p->plan.checksums.length > 0) /* the first line: a part's checksum has no type of its own */
        p->plan.checksums.length = strcspn(p->plan.checksum_text, "\n") + 1;
    if (rc == 0)
        rc = store_part(p, db, err);
    return rc == 0 && kt_db_changes(db) == 0 ? kt_s3_write_refuse(write, KT_S3_NO_SUCH_UPLOAD, NULL) : rc;
}

static void answer_part(kt_s3_write *write)
{
    const part_write *p = (const part_write *)write;
    kt_s3_answer answer = { .s3 = write->s3 };
    kt_s3_answer_etag(&answer, kt_view_of(p->plan.etag));
    kt_s3_answer_lines(&answer, p->plan.checksums);
    kt_s3_answer_encryption(&answer, p->upload.meta.lines);
    kt_s3_answer_send(&answer, 200);
}

/* The upload that the query names, the part's number, and what both ways of giving a part share; NULL: refused. */
static part_write *begin_part(const kt_s3 *s3)
{
    uint64_t number = 0;
    part_write *p = KT_ARENA_NEW(s3->call->arena, part_write);
    const kt_view text = kt_s3_query(s3, "partNumber");
    if (p == NULL) {
        kt_s3_no_memory(s3);
        return NULL;
    }
    p->from.source.fd = -1;
    if (kt_parse_uint(text, 1, KT_S3_PARTS_MOST, &number, NULL) < 0) {
        kt_s3_refuse(s3, KT_S3_TOO_MANY_PARTS, NULL);
        return NULL;
    }
    p->number = (int64_t)number;
    p->write = (kt_s3_write){ .s3 = s3, .apply = apply_part, .answer = answer_part };
    p->write.ingest.needs_file = true;
    p->write.ingest.bytes_most = KT_S3_OBJECT_BYTES_MOST;
    return kt_s3_upload_need(s3, &p->upload) ? p : NULL;
}

/* The checksum that the upload was begun with is kept of each part, sent or not. */
static void keep_sum(part_write *p)
{
    kt_sums *sums = &p->write.ingest.sums;
    sums->wanted |= KT_SUM_BIT(KT_SUM_MD5);
    if (p->upload.sum == KT_SUM_COUNT)
        return;
    sums->kept = KT_SUM_BIT(p->upload.sum);
    sums->wanted |= sums->kept;
}

void kt_s3_upload_part(kt_s3 *s3)
{
    part_write *p = begin_part(s3);
    if (p == NULL || !kt_s3_ingest_request(&p->write, 0))
        return;
    keep_sum(p);
    const kt_sums *sums = &p->write.ingest.sums;
    const unsigned sent = (sums->expected | sums->trailing) & ~KT_SUM_BIT(KT_SUM_MD5);
    if (p->upload.sum != KT_SUM_COUNT && sent != 0 && sent != KT_SUM_BIT(p->upload.sum)) {
        kt_s3_refuse(s3, KT_S3_INVALID_REQUEST,
                     kt_arena_printf(s3->call->arena,
                                     "Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum "
                                     "Type: %s",
                                     kt_sum_rows[p->upload.sum].name, kt_sum_rows[__builtin_ctz(sent)].name));
        return;
    }
    kt_s3_write_start(&p->write, kt_s3_write_is_slow(&p->write));
}

/* ---- UploadPartCopy ---- */

static void release_part_copy(kt_s3_write *write)
{
    kt_s3_copy_close(&((part_write *)write)->from);
}

static void answer_part_copy(kt_s3_write *write)
{
    const part_write *p = (const part_write *)write;
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    kt_xml_root(&xml, "CopyPartResult");
    kt_xml_time(&xml, "LastModified", write->s3->now_ns);
    kt_s3_xml_etag(&xml, kt_view_of(p->plan.etag));
    kt_s3_xml_checksums(&xml, p->plan.checksums);
    kt_xml_close(&xml, "CopyPartResult");
    kt_s3_reply_xml(write->s3, &xml);
}

/* x-amz-copy-source-range: first and last byte, both given and both inside. */
static kt_s3_code cut_source(const kt_s3 *s3, kt_s3_copy_source *from, const char **text)
{
    const kt_view range = kt_s3_header(s3, "x-amz-copy-source-range");
    uint64_t offset = 0, bytes = from->bytes;
    if (range.data != NULL) {
        *text = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
                "zero-based offsets of the first and last bytes to copy";
        if (range.length < 9 || range.data[6] == '-' || range.data[range.length - 1] == '-' ||
            kt_s3_range_read(range, UINT64_MAX, &offset, &bytes) != KT_S3_PART)
            return KT_S3_INVALID_ARGUMENT;
        *text = kt_arena_printf(s3->call->arena, "Range specified is not valid for source object of size: %llu",
                                (unsigned long long)from->bytes);
        if (offset >= from->bytes || bytes > from->bytes - offset)
            return KT_S3_INVALID_ARGUMENT;
        from->path = NULL;
    }
    if (bytes > KT_S3_OBJECT_BYTES_MOST)
        return KT_S3_COPY_SOURCE_TOO_LARGE;
    if (from->source.fd < 0)
        from->source.memory = (kt_view){ from->source.memory.data + offset, bytes };
    from->source.offset = offset;
    from->source.bytes = bytes;
    return KT_S3_FINE;
}

void kt_s3_upload_part_copy(kt_s3 *s3)
{
    const char *text = NULL;
    part_write *p = begin_part(s3);
    if (p == NULL || !kt_s3_copy_open(s3, &p->from))
        return;
    const kt_s3_code code = cut_source(s3, &p->from, &text);
    if (code != KT_S3_FINE) {
        kt_s3_copy_close(&p->from);
        kt_s3_refuse(s3, code, code == KT_S3_COPY_SOURCE_TOO_LARGE ? NULL : text);
        return;
    }
    kt_s3_ingest *in = &p->write.ingest;
    p->write.answer = answer_part_copy;
    p->write.release = release_part_copy;
    in->state_dir = kt_s3_sandbox(s3)->state_dir;
    in->tables = &kt_s3_sandbox(s3)->objects->tables;
    in->sources = &p->from.source;
    in->source_count = 1;
    in->link_from = p->from.path;
    keep_sum(p);
    kt_s3_write_start(&p->write, p->from.source.fd >= 0);
}
