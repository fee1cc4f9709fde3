/* SPDX-License-Identifier: Apache-2.0 */
/* s3_header.c - reading headers that are kept with an object, and giving them back. */
#include "sandbox/s3_header.h"

#include "sandbox/s3_sums.h"
#include "sandbox/s3_tags.h"
#include "sandbox/s3_write.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { META_BYTES_MOST = 2048, META_COUNT_MOST = 72 };

static const char meta_prefix[] = "x-amz-meta-";

/* Kept as they come. */
static const char *const kept[] = { "cache-control", "content-disposition", "content-language", "expires",
                                    "x-amz-website-redirect-location" };

static const char *const storage_classes[] = { "STANDARD",   "REDUCED_REDUNDANCY",  "STANDARD_IA",
                                               "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER",
                                               "GLACIER_IR", "DEEP_ARCHIVE" };
static const char *const encryptions[] = { "AES256", "aws:kms", "aws:kms:dsse" };

/* What says more than this end can do; a quiet disregard would be a wrong answer. */
static const char *const not_here[] = { "x-amz-server-side-encryption-customer-algorithm", "x-amz-object-lock-mode",
                                        "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold",
                                        "x-amz-write-offset-bytes" };
static const char *const grants[] = { "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp",
                                      "x-amz-grant-write", "x-amz-grant-write-acp" };

static bool is_one_of(kt_view value, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (kt_view_is(value, list[i]))
            return true;
    return false;
}

static void add_line(kt_buf *lines, const char *name, kt_view value)
{
    if (value.data == NULL)
        return;
    kt_buf_adds(lines, name);
    kt_buf_addc(lines, ':');
    kt_buf_add(lines, value.data, value.length);
    kt_buf_addc(lines, '\n');
}

static kt_s3_code check_access(const kt_s3 *s3)
{
    const kt_view acl = kt_s3_header(s3, "x-amz-acl");
    for (size_t i = 0; i < KT_COUNT(not_here); i++)
        if (kt_s3_has_header(s3, not_here[i]))
            return KT_S3_NOT_IMPLEMENTED;
    for (size_t i = 0; i < KT_COUNT(grants); i++)
        if (kt_s3_has_header(s3, grants[i]))
            return KT_S3_ACL_NOT_SUPPORTED;
    const bool is_owner =
        acl.data == NULL || kt_view_is(acl, "private") || kt_view_is(acl, "bucket-owner-full-control");
    return is_owner ? KT_S3_FINE : KT_S3_ACL_NOT_SUPPORTED;
}

/* Names come back as names of headers. Source: RFC 9110, section 5.6.2. */
static bool is_header_name(kt_view name)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < name.length; i++) {
        const char c = name.data[i];
        const bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_word && memchr(others, c, sizeof others - 1) == NULL)
            return false;
    }
    return true;
}

static kt_s3_code read_user_meta(const kt_s3 *s3, kt_buf *lines)
{
    const size_t prefix = strlen(meta_prefix);
    size_t bytes = 0, count = 0;
    for (size_t i = 0; i < s3->call->request->header_count; i++) {
        const kt_http_header *h = &s3->call->request->headers[i];
        if (h->name.length <= prefix || strncasecmp(h->name.data, meta_prefix, prefix) != 0)
            continue;
        bytes += h->name.length - prefix + h->value.length;
        if (bytes > META_BYTES_MOST || ++count > META_COUNT_MOST)
            return KT_S3_METADATA_TOO_LARGE;
        if (!is_header_name(h->name))
            return KT_S3_INVALID_ARGUMENT;
        for (size_t c = 0; c < h->name.length; c++)
            kt_buf_addc(lines, (char)tolower((unsigned char)h->name.data[c]));
        kt_buf_addc(lines, ':');
        kt_buf_add(lines, h->value.data, h->value.length);
        kt_buf_addc(lines, '\n');
    }
    return KT_S3_FINE;
}

/* "aws-chunked" is how the body came, not what it is. */
static void add_encoding(kt_buf *lines, kt_view encoding)
{
    static const char chunked[] = "aws-chunked";
    const size_t length = sizeof chunked - 1;
    if (encoding.length >= length && strncasecmp(encoding.data, chunked, length) == 0) {
        encoding = kt_view_trim((kt_view){ encoding.data + length, encoding.length - length });
        if (encoding.length > 0 && encoding.data[0] == ',')
            encoding = kt_view_trim((kt_view){ encoding.data + 1, encoding.length - 1 });
    }
    if (encoding.length > 0)
        add_line(lines, "content-encoding", encoding);
}

static kt_s3_code read_lines(const kt_s3 *s3, kt_buf *lines, const char **text)
{
    const kt_view storage = kt_s3_header(s3, "x-amz-storage-class");
    const kt_view encryption = kt_s3_header(s3, "x-amz-server-side-encryption");
    for (size_t i = 0; i < KT_COUNT(kept); i++)
        add_line(lines, kept[i], kt_s3_header(s3, kept[i]));
    add_encoding(lines, kt_s3_header(s3, "content-encoding"));
    if (storage.data != NULL && !is_one_of(storage, storage_classes, KT_COUNT(storage_classes)))
        return KT_S3_INVALID_STORAGE_CLASS;
    if (storage.data != NULL && !kt_view_is(storage, "STANDARD"))
        add_line(lines, "x-amz-storage-class", storage);
    if (encryption.data != NULL && !is_one_of(encryption, encryptions, KT_COUNT(encryptions))) {
        *text = "The encryption method specified is not supported";
        return KT_S3_INVALID_ARGUMENT;
    }
    if (encryption.data != NULL && !kt_view_is(encryption, "AES256")) {
        add_line(lines, "x-amz-server-side-encryption", encryption);
        add_line(lines, "x-amz-server-side-encryption-aws-kms-key-id",
                 kt_s3_header(s3, "x-amz-server-side-encryption-aws-kms-key-id"));
    }
    return read_user_meta(s3, lines);
}

bool kt_s3_meta_read(const kt_s3 *s3, kt_s3_meta *out)
{
    KT_BUF_OWN lines;
    const char *text = NULL;
    const kt_view type = kt_s3_header(s3, "content-type");
    kt_buf_init(&lines, 0);
    *out = (kt_s3_meta){ .content_type = type.length > 0 ? type : kt_view_of("binary/octet-stream") };
    kt_s3_code code = check_access(s3);
    if (code == KT_S3_FINE)
        code = read_lines(s3, &lines, &text);
    if (code == KT_S3_FINE)
        code = kt_s3_tags_header(s3, kt_s3_header(s3, "x-amz-tagging"), &out->tags, &text);
    if (code != KT_S3_FINE) {
        kt_s3_refuse(s3, code, text);
        return false;
    }
    if (lines.length > 0)
        out->lines = (kt_view){ kt_arena_strndup(s3->call->arena, lines.data, lines.length), lines.length };
    if (lines.failed < 0 || kt_arena_failed(s3->call->arena)) {
        kt_s3_no_memory(s3);
        return false;
    }
    return true;
}

/* ---- an answer's ---- */

void kt_s3_answer_add(kt_s3_answer *answer, const char *name, kt_view value)
{
    if (value.data != NULL && answer->count < KT_S3_HEADERS_MOST)
        answer->headers[answer->count++] = (kt_http_header){ kt_view_of(name), value };
}

void kt_s3_answer_etag(kt_s3_answer *answer, kt_view etag)
{
    kt_s3_answer_add(answer, "ETag",
                     kt_view_of(kt_arena_printf(answer->s3->call->arena, "\"%.*s\"", KT_VIEW_ARG(etag))));
}

/* The next line of `rest`; false at the end. */
static bool next_line(kt_view *rest, kt_view *name, kt_view *value)
{
    if (rest->length == 0)
        return false;
    const char *end = memchr(rest->data, '\n', rest->length);
    const size_t length = end == NULL ? rest->length : (size_t)(end - rest->data);
    const char *colon = memchr(rest->data, ':', length);
    if (colon == NULL)
        return false;
    *name = (kt_view){ rest->data, (size_t)(colon - rest->data) };
    *value = (kt_view){ colon + 1, length - name->length - 1 };
    const size_t used = end == NULL ? length : length + 1;
    *rest = (kt_view){ rest->data + used, rest->length - used };
    return true;
}

void kt_s3_answer_lines(kt_s3_answer *answer, kt_view lines)
{
    kt_view name, value;
    while (answer->count < KT_S3_HEADERS_MOST && next_line(&lines, &name, &value))
        answer->headers[answer->count++] = (kt_http_header){ name, value };
}

void kt_s3_answer_encryption(kt_s3_answer *answer, kt_view lines)
{
    static const char header[] = "x-amz-server-side-encryption";
    if (lines.data == NULL || memmem(lines.data, lines.length, header, sizeof header - 1) == NULL)
        kt_s3_answer_add(answer, header, kt_view_of("AES256"));
}

void kt_s3_answer_send(const kt_s3_answer *answer, int status)
{
    const kt_http_reply reply = { .status = status, .headers = answer->headers, .header_count = answer->count };
    kt_call_reply(answer->s3->call, &reply);
}

void kt_s3_xml_etag(kt_buf *out, kt_view etag)
{
    kt_buf_adds(out, "<ETag>&quot;");
    kt_xml_escape(out, etag);
    kt_buf_adds(out, "&quot;</ETag>");
}

void kt_s3_xml_checksums(kt_buf *out, kt_view lines)
{
    kt_view name, value;
    while (next_line(&lines, &name, &value)) {
        const kt_sum sum = kt_sum_find(name, true);
        kt_xml_text(out, sum == KT_SUM_COUNT ? "ChecksumType" : kt_sum_rows[sum].element, value);
    }
}
