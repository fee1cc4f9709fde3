/* SPDX-License-Identifier: Apache-2.0 */
/* s3_get.c - GetObject and HeadObject: on the loop's thread, from one row and perhaps one file. */
#include "sandbox/object_priv.h"
#include "sandbox/s3_condition.h"
#include "sandbox/s3_header.h"
#include "sandbox/s3_tags.h"

#include <string.h>
#include <strings.h>

typedef struct reading {
    const kt_s3 *s3;
    bool is_head;
    kt_object_row row;
    kt_s3_range range;
    uint64_t offset, bytes; /* of what is given */
} reading;

static const struct {
    const char *query, *header;
} overrides[] = {
    { "response-content-type", "Content-Type" },
    { "response-content-language", "Content-Language" },
    { "response-expires", "Expires" },
    { "response-cache-control", "Cache-Control" },
    { "response-content-disposition", "Content-Disposition" },
    { "response-content-encoding", "Content-Encoding" },
};

static kt_view override_of(const kt_s3 *s3, const char *header)
{
    for (size_t i = 0; i < KT_COUNT(overrides); i++)
        if (strcasecmp(overrides[i].header, header) == 0)
            return kt_s3_query(s3, overrides[i].query);
    return (kt_view){ NULL, 0 };
}

static bool has_overrides(const kt_s3 *s3)
{
    for (size_t i = 0; i < KT_COUNT(overrides); i++)
        if (s3->call->request->query.length > 0 && kt_s3_query(s3, overrides[i].query).data != NULL)
            return true;
    return false;
}

/* A line end in one of them would begin another header. */
static bool is_header_text(kt_view text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] < ' ' || text.data[i] == '\x7f')
            return false;
    return true;
}

static kt_s3_code check_overrides(const kt_s3 *s3, const char **text)
{
    if (!has_overrides(s3))
        return KT_S3_FINE;
    *text = "Request specific response headers cannot be used for anonymous GET requests.";
    if (s3->call->access_key == NULL)
        return KT_S3_INVALID_REQUEST;
    *text = "Header value cannot be represented using ISO-8859-1.";
    for (size_t i = 0; i < KT_COUNT(overrides); i++)
        if (!is_header_text(kt_s3_query(s3, overrides[i].query)))
            return KT_S3_INVALID_ARGUMENT;
    return KT_S3_FINE;
}

/* Kept headers, with what the query puts in their place. */
static void add_kept(const reading *r, kt_s3_answer *answer)
{
    const size_t first = answer->count;
    kt_s3_answer_add(answer, "Content-Type", r->row.content_type);
    kt_s3_answer_lines(answer, r->row.meta);
    if (!has_overrides(r->s3))
        return;
    for (size_t i = 0; i < KT_COUNT(overrides); i++) {
        const kt_view value = override_of(r->s3, overrides[i].header);
        size_t at = first;
        while (at < answer->count &&
               (answer->headers[at].name.length != strlen(overrides[i].header) ||
                strncasecmp(answer->headers[at].name.data, overrides[i].header, answer->headers[at].name.length) != 0))
            at++;
        if (value.data != NULL && at < answer->count)
            answer->headers[at].value = value;
        else
            kt_s3_answer_add(answer, overrides[i].header, value);
    }
}

static void add_headers(const reading *r, kt_s3_answer *answer)
{
    kt_arena *arena = r->s3->call->arena;
    char *date = kt_arena_alloc(arena, KT_HTTP_DATE_BYTES);
    if (date != NULL)
        kt_http_date_text(r->row.modified_ns, date);
    kt_s3_answer_add(answer, "Last-Modified", kt_view_of(date));
    kt_s3_answer_etag(answer, r->row.etag);
    kt_s3_answer_add(answer, "Accept-Ranges", kt_view_of("bytes"));
    kt_s3_answer_encryption(answer, r->row.meta);
    if (kt_view_is(kt_s3_header(r->s3, "x-amz-checksum-mode"), "ENABLED") && r->range == KT_S3_WHOLE)
        kt_s3_answer_lines(answer, r->row.checksums);
    const size_t tags = kt_s3_tags_count(r->row.tags);
    if (tags > 0)
        kt_s3_answer_add(answer, "x-amz-tagging-count", kt_view_of(kt_arena_printf(arena, "%zu", tags)));
    if (r->range == KT_S3_PART)
        kt_s3_answer_add(answer, "Content-Range",
                         kt_view_of(kt_arena_printf(arena, "bytes %llu-%llu/%llu", (unsigned long long)r->offset,
                                                    (unsigned long long)(r->offset + r->bytes - 1),
                                                    (unsigned long long)r->row.bytes)));
    add_kept(r, answer);
}

static void give(const reading *r)
{
    const kt_s3 *s3 = r->s3;
    kt_s3_answer answer = { .s3 = s3 };
    kt_error err = { 0 };
    int fd = -1;
    add_headers(r, &answer);
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_http_reply reply = { .status = r->range == KT_S3_PART ? 206 : 200,
                            .headers = answer.headers,
                            .header_count = answer.count,
                            .is_head = r->is_head,
                            .content_bytes = r->bytes };
    if (r->is_head) {
        kt_call_reply(s3->call, &reply);
        return;
    }
    if (r->row.file.data == NULL) {
        const kt_view whole = kt_object_row_body(&r->row);
        if (kt_buf_add(&body, whole.data + r->offset, r->bytes) < 0)
            kt_buf_check(&body, &err, "an object");
        reply.take_body = &body;
    } else if (kt_object_open(kt_s3_sandbox(s3)->state_dir, r->row.file.data, &fd, &err) == 0) {
        reply.has_file = true;
        reply.take_file = fd;
        reply.file_offset = r->offset;
        reply.file_bytes = r->bytes;
    }
    if (err.code != KT_OK)
        kt_s3_failed(s3, &err);
    else
        kt_call_reply(s3->call, &reply);
}

static void answer_not_modified(const reading *r)
{
    kt_s3_answer answer = { .s3 = r->s3 };
    char date[KT_HTTP_DATE_BYTES];
    kt_http_date_text(r->row.modified_ns, date);
    kt_s3_answer_etag(&answer, r->row.etag);
    kt_s3_answer_add(&answer, "Last-Modified", kt_view_of(date));
    kt_s3_answer_send(&answer, 304);
}

static void judge_and_give(reading *r)
{
    const kt_s3 *s3 = r->s3;
    const kt_s3_conditions conditions = { kt_s3_header(s3, "if-match"), kt_s3_header(s3, "if-none-match"),
                                          kt_s3_header(s3, "if-modified-since"),
                                          kt_s3_header(s3, "if-unmodified-since") };
    const kt_view part = kt_s3_query(s3, "partNumber");
    switch (kt_s3_judge(&conditions, r->row.etag, r->row.modified_ns)) {
    case KT_S3_FAILED: kt_s3_refuse(s3, KT_S3_PRECONDITION, NULL); return;
    case KT_S3_NOT_MODIFIED: answer_not_modified(r); return;
    case KT_S3_GO: break;
    }
    const char *text = NULL;
    const kt_s3_code code = check_overrides(s3, &text);
    if (code != KT_S3_FINE) {
        kt_s3_refuse(s3, code, text);
        return;
    }
    if (part.data != NULL && (!kt_view_is(part, "1") || memchr(r->row.etag.data, '-', r->row.etag.length) != NULL)) {
        kt_s3_refuse(s3, KT_S3_NOT_IMPLEMENTED, "The sandbox gives objects whole or by range, not by part number.");
        return;
    }
    r->bytes = r->row.bytes;
    r->range = kt_s3_range_read(kt_s3_header(s3, "range"), r->row.bytes, &r->offset, &r->bytes);
    if (r->range == KT_S3_OUTSIDE)
        kt_s3_refuse(s3, KT_S3_INVALID_RANGE, NULL);
    else
        give(r);
}

static void read_object(const kt_s3 *s3, bool is_head)
{
    reading r = { .s3 = s3, .is_head = is_head };
    kt_error err = { 0 };
    const int rc = kt_object_row_open(kt_s3_sandbox(s3)->read, s3->bucket, s3->key, &r.row, &err);
    if (rc < 0)
        kt_s3_failed(s3, &err);
    else if (rc > 0)
        judge_and_give(&r);
    else if (kt_s3_need_bucket(s3))
        kt_s3_refuse(s3, KT_S3_NO_SUCH_KEY, NULL);
    kt_object_row_close(&r.row);
}

void kt_s3_get(kt_s3 *s3)
{
    read_object(s3, false);
}

void kt_s3_head(kt_s3 *s3)
{
    read_object(s3, true);
}
