/* SPDX-License-Identifier: Apache-2.0 */
/* s3.c - which bucket, key and operation a request is for. The path is cut raw and its key decoded once; the bucket is
 * its first piece, or stands in the Host. What S3 has and this end has not is refused by name, never mistaken for a
 * plain object. */
#include "sandbox/s3_priv.h"

#include "sign/sigv4.h"

#include <string.h>
#include <strings.h>

typedef enum level { SERVICE, BUCKET, OBJECT } level;

typedef struct operation {
    const char *method;
    level level;
    const char *query;  /* must be there; NULL: any */
    const char *header; /* the same */
    const char *name;
    kt_s3_handler *handle; /* NULL: not here */
} operation;

/* The first row that fits is it. */
static const operation operations[] = {
    { "GET", SERVICE, NULL, NULL, "ListBuckets", kt_s3_list_buckets },
    { "GET", BUCKET, "location", NULL, "GetBucketLocation", kt_s3_bucket_location },
    { "GET", BUCKET, "versioning", NULL, "GetBucketVersioning", kt_s3_bucket_versioning },
    { "GET", BUCKET, "tagging", NULL, "GetBucketTagging", kt_s3_get_bucket_tags },
    { "PUT", BUCKET, "tagging", NULL, "PutBucketTagging", kt_s3_put_bucket_tags },
    { "DELETE", BUCKET, "tagging", NULL, "DeleteBucketTagging", kt_s3_delete_bucket_tags },
    { "GET", BUCKET, "publicAccessBlock", NULL, "GetPublicAccessBlock", kt_s3_get_public_access },
    { "PUT", BUCKET, "publicAccessBlock", NULL, "PutPublicAccessBlock", kt_s3_put_public_access },
    { "DELETE", BUCKET, "publicAccessBlock", NULL, "DeletePublicAccessBlock", kt_s3_delete_public_access },
    { "GET", BUCKET, "uploads", NULL, "ListMultipartUploads", kt_s3_uploads },
    { "POST", BUCKET, "delete", NULL, "DeleteObjects", kt_s3_delete_many },
    { "GET", OBJECT, "tagging", NULL, "GetObjectTagging", kt_s3_get_object_tags },
    { "PUT", OBJECT, "tagging", NULL, "PutObjectTagging", kt_s3_put_object_tags },
    { "DELETE", OBJECT, "tagging", NULL, "DeleteObjectTagging", kt_s3_delete_object_tags },
    { "POST", OBJECT, "uploads", NULL, "CreateMultipartUpload", kt_s3_upload_create },
    { "PUT", OBJECT, "uploadId", "x-amz-copy-source", "UploadPartCopy", kt_s3_upload_part_copy },
    { "PUT", OBJECT, "uploadId", NULL, "UploadPart", kt_s3_upload_part },
    { "POST", OBJECT, "uploadId", NULL, "CompleteMultipartUpload", kt_s3_upload_complete },
    { "DELETE", OBJECT, "uploadId", NULL, "AbortMultipartUpload", kt_s3_upload_abort },
    { "GET", OBJECT, "uploadId", NULL, "ListParts", kt_s3_upload_parts },
    /* What S3 has besides: told by its query alone. */
    { NULL, BUCKET, "abac", NULL, "BucketAbac", NULL },
    { NULL, BUCKET, "accelerate", NULL, "BucketAccelerateConfiguration", NULL },
    { NULL, BUCKET, "acl", NULL, "BucketAcl", NULL },
    { NULL, BUCKET, "analytics", NULL, "BucketAnalyticsConfiguration", NULL },
    { NULL, BUCKET, "cors", NULL, "BucketCors", NULL },
    { NULL, BUCKET, "encryption", NULL, "BucketEncryption", NULL },
    { NULL, BUCKET, "intelligent-tiering", NULL, "BucketIntelligentTieringConfiguration", NULL },
    { NULL, BUCKET, "inventory", NULL, "BucketInventoryConfiguration", NULL },
    { NULL, BUCKET, "lifecycle", NULL, "BucketLifecycleConfiguration", NULL },
    { NULL, BUCKET, "logging", NULL, "BucketLogging", NULL },
    { NULL, BUCKET, "metadataTable", NULL, "BucketMetadataTableConfiguration", NULL },
    { NULL, BUCKET, "metadataConfiguration", NULL, "BucketMetadataConfiguration", NULL },
    { NULL, BUCKET, "metadataAnnotationTable", NULL, "BucketMetadataAnnotationTableConfiguration", NULL },
    { NULL, BUCKET, "metadataInventoryTable", NULL, "BucketMetadataInventoryTableConfiguration", NULL },
    { NULL, BUCKET, "metadataJournalTable", NULL, "BucketMetadataJournalTableConfiguration", NULL },
    { NULL, BUCKET, "metrics", NULL, "BucketMetricsConfiguration", NULL },
    { NULL, BUCKET, "notification", NULL, "BucketNotificationConfiguration", NULL },
    { NULL, BUCKET, "object-lock", NULL, "ObjectLockConfiguration", NULL },
    { NULL, BUCKET, "ownershipControls", NULL, "BucketOwnershipControls", NULL },
    { NULL, BUCKET, "policy", NULL, "BucketPolicy", NULL },
    { NULL, BUCKET, "policyStatus", NULL, "BucketPolicyStatus", NULL },
    { NULL, BUCKET, "replication", NULL, "BucketReplication", NULL },
    { NULL, BUCKET, "requestPayment", NULL, "BucketRequestPayment", NULL },
    { NULL, BUCKET, "session", NULL, "CreateSession", NULL },
    { NULL, BUCKET, "versioning", NULL, "PutBucketVersioning", NULL },
    { NULL, BUCKET, "versions", NULL, "ListObjectVersions", NULL },
    { NULL, BUCKET, "website", NULL, "BucketWebsite", NULL },
    { NULL, OBJECT, "acl", NULL, "ObjectAcl", NULL },
    { NULL, OBJECT, "annotation", NULL, "ObjectAnnotation", NULL },
    { NULL, OBJECT, "attributes", NULL, "GetObjectAttributes", NULL },
    { NULL, OBJECT, "encryption", NULL, "UpdateObjectEncryption", NULL },
    { NULL, OBJECT, "legal-hold", NULL, "ObjectLegalHold", NULL },
    { NULL, OBJECT, "retention", NULL, "ObjectRetention", NULL },
    { NULL, OBJECT, "restore", NULL, "RestoreObject", NULL },
    { NULL, OBJECT, "renameObject", NULL, "RenameObject", NULL },
    { NULL, OBJECT, "select", NULL, "SelectObjectContent", NULL },
    { NULL, OBJECT, "torrent", NULL, "GetObjectTorrent", NULL },
    /* What is left when no query says more. */
    { "GET", BUCKET, "list-type", NULL, "ListObjectsV2", kt_s3_list_v2 },
    { "GET", BUCKET, NULL, NULL, "ListObjects", kt_s3_list },
    { "PUT", BUCKET, NULL, NULL, "CreateBucket", kt_s3_create_bucket },
    { "HEAD", BUCKET, NULL, NULL, "HeadBucket", kt_s3_head_bucket },
    { "DELETE", BUCKET, NULL, NULL, "DeleteBucket", kt_s3_delete_bucket },
    { "GET", OBJECT, NULL, NULL, "GetObject", kt_s3_get },
    { "HEAD", OBJECT, NULL, NULL, "HeadObject", kt_s3_head },
    { "PUT", OBJECT, NULL, "x-amz-copy-source", "CopyObject", kt_s3_copy },
    { "PUT", OBJECT, NULL, NULL, "PutObject", kt_s3_put },
    { "DELETE", OBJECT, NULL, NULL, "DeleteObject", kt_s3_delete },
};

static const struct {
    const char *code, *message;
    int status;
} errors[KT_S3_CODE_COUNT] = {
#define KT_S3_ERROR_ROW(name, code, status, message) [KT_S3_##name] = { code, message, status },
    KT_S3_ERRORS(KT_S3_ERROR_ROW)
#undef KT_S3_ERROR_ROW
};

/* ---- the target ---- */

static bool has_at(kt_view text, size_t at, const char *part)
{
    const size_t length = strlen(part);
    return at <= text.length && text.length - at >= length && strncasecmp(text.data + at, part, length) == 0;
}

/* Where the name of the service begins, with a dot before it, behind the bucket: its last place, as a bucket's name may
 * hold the same letters. A name of this machine ends in ".localhost". The host's length: nowhere. */
static size_t service_place(kt_view host)
{
    static const char local[] = ".localhost";
    const char *colon = host.length == 0 ? NULL : memchr(host.data, ':', host.length);
    const kt_view name = { host.data, colon == NULL ? host.length : (size_t)(colon - host.data) };
    const size_t local_at = name.length - (sizeof(local) - 1);
    if (name.length >= sizeof(local) && has_at(name, local_at, local))
        return local_at > 3 && has_at(name, local_at - 3, ".s3") ? local_at - 3 : local_at;
    for (size_t at = name.length; at-- > 0;)
        if (has_at(name, at, ".s3.") || has_at(name, at, ".s3-"))
            return at;
    return host.length;
}

kt_view kt_s3_host_bucket(kt_view host)
{
    const kt_view none = { "", 0 }, bucket = { host.data, service_place(host) };
    return bucket.length == host.length || kt_view_is(bucket, "s3") || kt_view_is(bucket, "www") ? none : bucket;
}

typedef struct target {
    kt_view bucket, key; /* raw */
    level level;
} target;

static target split_target(const kt_http_request *request)
{
    kt_view rest = request->path;
    if (rest.length > 0 && rest.data[0] == '/')
        rest = (kt_view){ rest.data + 1, rest.length - 1 };
    target t = { .bucket = kt_s3_host_bucket(kt_http_header_get(request, "Host")), .key = rest };
    if (t.bucket.length == 0) {
        const char *slash = rest.length == 0 ? NULL : memchr(rest.data, '/', rest.length);
        t.bucket = (kt_view){ rest.data, slash == NULL ? rest.length : (size_t)(slash - rest.data) };
        t.key = slash == NULL ? (kt_view){ "", 0 } : (kt_view){ slash + 1, rest.length - t.bucket.length - 1 };
    }
    t.level = t.bucket.length == 0 && t.key.length == 0 ? SERVICE : t.key.length == 0 ? BUCKET : OBJECT;
    return t;
}

static const operation *find_operation(const kt_call *call, level at)
{
    for (size_t i = 0; i < KT_COUNT(operations); i++) {
        const operation *o = &operations[i];
        if (o->level == at && (o->method == NULL || kt_view_is(call->request->method, o->method)) &&
            (o->query == NULL || (call->request->query.length > 0 && kt_call_query(call, o->query, 0).data != NULL)) &&
            (o->header == NULL || kt_http_header_get(call->request, o->header).data != NULL))
            return o;
    }
    return NULL;
}

const char *kt_s3_operation(const kt_call *call)
{
    const operation *o = find_operation(call, split_target(call->request).level);
    return o == NULL ? "Unknown" : o->name;
}

/* A PUT of an object or part may be as large as S3 allows, with room for the framing of chunks; XML is short. */
uint64_t kt_s3_body_most(const kt_http_request *head)
{
    const bool is_object = kt_view_is(head->method, "PUT") && split_target(head).level == OBJECT;
    return is_object ? KT_S3_OBJECT_BYTES_MOST + (KT_S3_OBJECT_BYTES_MOST >> 6) : KT_S3_XML_BYTES_MOST;
}

/* ---- answers that all give ---- */

void kt_s3_refuse(const kt_s3 *s3, kt_s3_code code, const char *text)
{
    kt_call_error(s3->call, errors[code].status, errors[code].code, "%s", text == NULL ? errors[code].message : text);
}

void kt_s3_error_words(kt_s3_code code, const char **name, const char **message)
{
    *name = errors[code].code;
    *message = errors[code].message;
}

void kt_s3_failed(const kt_s3 *s3, const kt_error *err)
{
    kt_call_failed(s3->call, err);
}

void kt_s3_no_memory(const kt_s3 *s3)
{
    kt_s3_failed(s3, &(kt_error){ .code = KT_E_NOMEM, .message = "out of memory" });
}

void kt_s3_empty(const kt_s3 *s3, int status)
{
    kt_call_reply(s3->call, &(kt_http_reply){ .status = status });
}

void kt_s3_reply_xml(const kt_s3 *s3, kt_buf *take_body)
{
    kt_error err = { 0 };
    if (kt_buf_check(take_body, &err, "an answer") < 0) {
        kt_buf_fini(take_body);
        kt_s3_failed(s3, &err);
        return;
    }
    kt_call_xml(s3->call, 200, take_body);
}

const char *kt_s3_strdup(const kt_s3 *s3, kt_view text)
{
    return text.data == NULL ? NULL : kt_arena_strndup(s3->call->arena, text.data, text.length);
}

bool kt_s3_need_bucket(const kt_s3 *s3)
{
    kt_error err = { 0 };
    const int rc = kt_bucket_exists(kt_s3_sandbox(s3), s3->bucket, &err);
    if (rc < 0)
        kt_s3_failed(s3, &err);
    else if (rc == 0)
        kt_s3_refuse(s3, KT_S3_NO_SUCH_BUCKET, NULL);
    return rc > 0;
}

/* ---- one request ---- */

static bool is_utf8(kt_view text)
{
    for (size_t at = 0; at < text.length;)
        if (kt_utf8_next(text, &at) < 0)
            return false;
    return true;
}

/* Decoded, in the arena; data NULL: broken, or out of memory, which the arena remembers. */
static kt_view decode(const kt_call *call, kt_view raw)
{
    KT_BUF_OWN decoded;
    kt_buf_init(&decoded, 0);
    const int rc = kt_uri_decode(raw, false, &decoded, NULL);
    if (rc == KT_E_NOMEM)
        kt_arena_fail(call->arena);
    if (rc < 0 || !is_utf8(kt_buf_view(&decoded)))
        return (kt_view){ NULL, 0 };
    return (kt_view){ kt_arena_strndup(call->arena, kt_buf_view(&decoded).data, decoded.length), decoded.length };
}

static kt_s3_code read_target(kt_s3 *s3, const target *t)
{
    const kt_view version = kt_s3_query(s3, "versionId");
    if (t->level == SERVICE)
        return KT_S3_FINE;
    const kt_view bucket = decode(s3->call, t->bucket);
    if (bucket.data == NULL)
        return KT_S3_INVALID_URI;
    s3->bucket = bucket.data;
    if (t->level == BUCKET)
        return KT_S3_FINE;
    s3->key = decode(s3->call, t->key);
    if (s3->key.data == NULL)
        return KT_S3_INVALID_URI;
    if (s3->key.length > KT_S3_KEY_BYTES_MOST)
        return KT_S3_KEY_TOO_LONG;
    return version.data != NULL && !kt_view_is(version, "null") ? KT_S3_NO_VERSIONS : KT_S3_FINE;
}

void kt_s3_handle(kt_call *call)
{
    const target t = split_target(call->request);
    const operation *o = find_operation(call, t.level);
    kt_s3 *s3 = KT_ARENA_NEW(call->arena, kt_s3);
    if (s3 == NULL) {
        kt_call_failed(call, &(kt_error){ .code = KT_E_NOMEM, .message = "out of memory" });
        return;
    }
    *s3 = (kt_s3){ .call = call, .now_ns = kt_world_now_ns(call->sandbox->world) };
    const kt_s3_code code = read_target(s3, &t);
    if (code != KT_S3_FINE)
        kt_s3_refuse(s3, code, NULL);
    else if (o == NULL)
        kt_s3_refuse(s3, KT_S3_METHOD_NOT_ALLOWED, NULL);
    else if (o->handle == NULL)
        kt_s3_refuse(s3, KT_S3_NOT_IMPLEMENTED,
                     kt_arena_printf(call->arena, "The sandbox does not implement S3's %s.", o->name));
    else
        o->handle(s3);
}
