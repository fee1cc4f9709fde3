/* SPDX-License-Identifier: Apache-2.0 */
/* s3_copy.c - CopyObject. The source is read as it is at this moment; a file is linked, not copied, when it can be. */
#include "sandbox/s3_copy.h"

#include "sign/sigv4.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

/* ---- the source ---- */

/* "/bucket/key?versionId=..." with percent escapes; the slash in front may be missing. */
static kt_s3_code read_name(const kt_s3 *s3, kt_s3_copy_source *out, const char **text)
{
    KT_BUF_OWN decoded;
    kt_view raw = kt_s3_header(s3, "x-amz-copy-source");
    kt_buf_init(&decoded, 0);
    *text = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
    const char *mark = memmem(raw.data, raw.length, "?versionId=", 11);
    if (mark != NULL) {
        if (strcmp(mark, "?versionId=null") != 0)
            return KT_S3_NO_VERSIONS;
        raw.length = (size_t)(mark - raw.data);
    }
    const int rc = kt_uri_decode(raw, false, &decoded, NULL);
    if (rc == KT_E_NOMEM)
        kt_arena_fail(s3->call->arena);
    if (rc < 0)
        return KT_S3_INVALID_ARGUMENT;
    kt_view name = kt_buf_view(&decoded);
    if (name.length > 0 && name.data[0] == '/')
        name = (kt_view){ name.data + 1, name.length - 1 };
    const char *slash = name.length == 0 ? NULL : memchr(name.data, '/', name.length);
    if (slash == NULL || slash == name.data || slash + 1 == name.data + name.length)
        return KT_S3_INVALID_ARGUMENT;
    out->bucket = kt_s3_strdup(s3, (kt_view){ name.data, (size_t)(slash - name.data) });
    const kt_view key = { slash + 1, (size_t)(name.data + name.length - slash - 1) };
    out->key = (kt_view){ kt_s3_strdup(s3, key), key.length };
    return KT_S3_FINE;
}

static kt_view keep(const kt_s3 *s3, kt_view text)
{
    return (kt_view){ kt_s3_strdup(s3, text), text.length };
}

/* What lives longer than the row is copied; a file is opened now, so that it stays even when its row goes. */
static int take_row(const kt_s3 *s3, const kt_object_row *row, kt_s3_copy_source *out, kt_error *err)
{
    kt_arena *arena = s3->call->arena;
    const char *state_dir = kt_s3_sandbox(s3)->state_dir;
    out->bytes = row->bytes;
    out->etag = keep(s3, row->etag);
    out->checksums = keep(s3, row->checksums);
    out->meta = (kt_s3_meta){ keep(s3, row->content_type), keep(s3, row->meta), keep(s3, row->tags) };
    out->source = (kt_s3_source){ .fd = -1, .bytes = row->bytes };
    if (row->file.data == NULL) {
        const kt_view body = kt_object_row_body(row);
        out->source.memory = (kt_view){ kt_arena_strndup(arena, body.data, body.length), body.length };
    } else {
        char path[PATH_MAX];
        const int rc = kt_object_path(state_dir, row->file.data, path, sizeof path, err);
        if (rc < 0)
            return rc;
        out->path = kt_arena_strndup(arena, path, strlen(path));
        const int opened = kt_object_open(state_dir, row->file.data, &out->source.fd, err);
        if (opened < 0)
            return opened;
    }
    return kt_arena_failed(arena) ? kt_fail_nomem(err, row->bytes, "a copy") : 0;
}

static kt_s3_code judge(const kt_s3 *s3, const kt_object_row *row)
{
    const kt_s3_conditions conditions = { kt_s3_header(s3, "x-amz-copy-source-if-match"),
                                          kt_s3_header(s3, "x-amz-copy-source-if-none-match"),
                                          kt_s3_header(s3, "x-amz-copy-source-if-modified-since"),
                                          kt_s3_header(s3, "x-amz-copy-source-if-unmodified-since") };
    return kt_s3_judge(&conditions, row->etag, row->modified_ns) == KT_S3_GO ? KT_S3_FINE : KT_S3_PRECONDITION;
}

bool kt_s3_copy_open(const kt_s3 *s3, kt_s3_copy_source *out)
{
    kt_object_row row = { 0 };
    kt_error err = { 0 };
    const char *text = NULL;
    int rc = 1;
    *out = (kt_s3_copy_source){ .source.fd = -1 };
    kt_s3_code code = read_name(s3, out, &text);
    if (code == KT_S3_FINE)
        rc = kt_object_row_open(kt_s3_sandbox(s3)->read, out->bucket, out->key, &row, &err);
    if (code == KT_S3_FINE && rc > 0) {
        code = judge(s3, &row);
        text = NULL;
    } else if (code == KT_S3_FINE && rc == 0) {
        rc = kt_bucket_exists(kt_s3_sandbox(s3), out->bucket, &err);
        code = rc < 0 ? KT_S3_FINE : rc > 0 ? KT_S3_NO_SUCH_KEY : KT_S3_NO_SUCH_BUCKET;
        text = NULL;
    }
    if (code == KT_S3_FINE && rc > 0)
        rc = take_row(s3, &row, out, &err);
    kt_object_row_close(&row);
    if (code != KT_S3_FINE)
        kt_s3_refuse(s3, code, text);
    else if (rc < 0)
        kt_s3_failed(s3, &err);
    if (code == KT_S3_FINE && rc >= 0)
        return true;
    kt_s3_copy_close(out);
    return false;
}

void kt_s3_copy_close(kt_s3_copy_source *source)
{
    if (source->source.fd >= 0)
        close(source->source.fd);
    source->source.fd = -1;
}

/* ---- CopyObject ---- */

typedef struct copy_write {
    kt_s3_write write;
    kt_s3_copy_source from;
    kt_s3_object_plan plan;
    bool keeps_etag; /* and checksums: the same bytes have the same */
} copy_write;

static int apply_copy(kt_s3_write *write, kt_db *db, kt_error *err)
{
    copy_write *c = (copy_write *)write;
    int rc = 0;
    if (c->keeps_etag) {
        memcpy(c->plan.etag, c->from.etag.data, c->from.etag.length + 1);
        c->plan.checksums = c->from.checksums;
    } else {
        rc = kt_s3_plan_sums(&c->plan, &write->ingest.sums, err);
    }
    return rc < 0 ? rc : kt_s3_store(write, &c->plan, db, err);
}

static void release_copy(kt_s3_write *write)
{
    kt_s3_copy_close(&((copy_write *)write)->from);
}

static void answer_copy(kt_s3_write *write)
{
    const copy_write *c = (const copy_write *)write;
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    kt_xml_root(&xml, "CopyObjectResult");
    kt_xml_time(&xml, "LastModified", write->s3->now_ns);
    kt_s3_xml_etag(&xml, kt_view_of(c->plan.etag));
    kt_s3_xml_checksums(&xml, c->plan.checksums);
    kt_xml_close(&xml, "CopyObjectResult");
    kt_s3_reply_xml(write->s3, &xml);
}

/* "COPY" or "REPLACE"; absent is COPY. */
static bool read_directive(const kt_s3 *s3, const char *header, bool *is_replaced)
{
    const kt_view text = kt_s3_header(s3, header);
    *is_replaced = kt_view_is(text, "REPLACE");
    return text.data == NULL || *is_replaced || kt_view_is(text, "COPY");
}

/* Which headers the copy gets: the request's or the source's. */
static bool choose_meta(const kt_s3 *s3, copy_write *c)
{
    bool is_new_meta, is_new_tags;
    kt_s3_meta own;
    if (!read_directive(s3, "x-amz-metadata-directive", &is_new_meta) ||
        !read_directive(s3, "x-amz-tagging-directive", &is_new_tags)) {
        kt_s3_refuse(s3, KT_S3_INVALID_ARGUMENT, "Unknown metadata directive.");
        return false;
    }
    if (!kt_s3_meta_read(s3, &own))
        return false;
    const bool is_itself = strcmp(s3->bucket, c->from.bucket) == 0 && kt_view_equal(s3->key, c->from.key);
    if (is_itself && !is_new_meta && !kt_s3_has_header(s3, "x-amz-storage-class") &&
        !kt_s3_has_header(s3, "x-amz-server-side-encryption") &&
        !kt_s3_has_header(s3, "x-amz-website-redirect-location")) {
        kt_s3_refuse(s3, KT_S3_COPY_TO_ITSELF, NULL);
        return false;
    }
    c->plan.meta = is_new_meta ? own : c->from.meta;
    c->plan.meta.tags = is_new_tags ? own.tags : c->from.meta.tags;
    return true;
}

static bool choose_sums(const kt_s3 *s3, copy_write *c)
{
    kt_sums *sums = &c->write.ingest.sums;
    const kt_view asked = kt_s3_header(s3, "x-amz-checksum-algorithm");
    const kt_sum sum = asked.data == NULL ? KT_SUM_COUNT : kt_sum_find(asked, false);
    if (asked.data != NULL && sum == KT_SUM_COUNT) {
        kt_s3_refuse(s3, KT_S3_INVALID_REQUEST, "Checksum algorithm provided is unsupported.");
        return false;
    }
    c->keeps_etag = asked.data == NULL && memchr(c->from.etag.data, '-', c->from.etag.length) == NULL;
    if (!c->keeps_etag) {
        sums->kept = KT_SUM_BIT(asked.data == NULL ? KT_SUM_CRC64NVME : sum);
        sums->wanted = sums->kept | KT_SUM_BIT(KT_SUM_MD5);
    }
    return true;
}

static bool plan_copy(const kt_s3 *s3, copy_write *c)
{
    const kt_s3_code code = kt_s3_guard_read(s3, &c->plan.guard);
    if (code != KT_S3_FINE) {
        kt_s3_refuse(s3, code, NULL);
        return false;
    }
    if (c->from.bytes > KT_S3_OBJECT_BYTES_MOST) {
        kt_s3_refuse(s3, KT_S3_COPY_SOURCE_TOO_LARGE, NULL);
        return false;
    }
    return choose_meta(s3, c) && choose_sums(s3, c);
}

void kt_s3_copy(kt_s3 *s3)
{
    copy_write *c = KT_ARENA_NEW(s3->call->arena, copy_write);
    if (c == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    c->write = (kt_s3_write){ .s3 = s3, .apply = apply_copy, .answer = answer_copy, .release = release_copy };
    if (!kt_s3_need_bucket(s3) || !kt_s3_copy_open(s3, &c->from))
        return;
    if (!plan_copy(s3, c)) {
        kt_s3_copy_close(&c->from);
        return;
    }
    kt_s3_ingest *in = &c->write.ingest;
    in->state_dir = kt_s3_sandbox(s3)->state_dir;
    in->tables = &kt_s3_sandbox(s3)->objects->tables;
    in->sources = &c->from.source;
    in->source_count = 1;
    in->memory_most = KT_OBJECT_ROW_BYTES_MOST;
    in->bytes_most = KT_S3_OBJECT_BYTES_MOST;
    in->link_from = c->from.path;
    kt_s3_write_start(&c->write, c->from.path != NULL);
}
