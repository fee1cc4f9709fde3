/* SPDX-License-Identifier: Apache-2.0 */
/* s3_priv.h - what the files of the S3 service share: one request taken apart, S3's errors, a write on its way.
 *   s3.c           which operation a request is      s3_xml.c       reading and writing XML
 *   s3_header.c    headers kept and given back       s3_condition.c If-Match and the like, ranges, dates
 *   s3_sums.c      checksums, sent and computed      s3_ingest.c    a body on its way into a row or file
 *   s3_body.c      a request's body, made ready      s3_write.c     worker, then writer, then answer
 *   s3_put.c, s3_get.c, s3_copy.c, s3_delete.c, s3_list*.c, s3_tags.c, s3_upload*.c, s3_bucket*.c   the operations */
#ifndef KT_SANDBOX_S3_PRIV_H
#define KT_SANDBOX_S3_PRIV_H

#include "sandbox/call.h"
#include "sandbox/s3.h"
#include "sandbox/sandbox_priv.h"

/* S3's error codes as far as this end uses them. One code may have several messages, one message one row. */
#define KT_S3_ERRORS(X)                                                                                                \
    X(ACL_NOT_SUPPORTED, "AccessControlListNotSupported", 400, "The bucket does not allow ACLs")                       \
    X(BAD_REQUEST, "BadRequest", 400, "Bad Request")                                                                   \
    X(BAD_DIGEST, "BadDigest", 400, "The Content-MD5 you specified did not match what we received.")                   \
    X(BAD_CHECKSUM, "BadDigest", 400, "A checksum you specified did not match the calculated checksum.")               \
    X(BUCKET_EXISTS, "BucketAlreadyOwnedByYou", 409,                                                                   \
      "Your previous request to create the named bucket succeeded and you already own it.")                            \
    X(BUCKET_NOT_EMPTY, "BucketNotEmpty", 409, "The bucket you tried to delete is not empty")                          \
    X(CHUNK_SIGNATURE, "SignatureDoesNotMatch", 403,                                                                   \
      "The request signature we calculated does not match the signature you provided. Check your key and signing "     \
      "method.")                                                                                                       \
    X(COPY_SOURCE_TOO_LARGE, "InvalidRequest", 400,                                                                    \
      "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120")             \
    X(COPY_TO_ITSELF, "InvalidRequest", 400,                                                                           \
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's "   \
      "metadata, storage class, website redirect location or encryption attributes.")                                  \
    X(ENTITY_TOO_LARGE, "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size")                \
    X(ENTITY_TOO_SMALL, "EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size")        \
    X(ILLEGAL_LOCATION, "IllegalLocationConstraintException", 400,                                                     \
      "The location constraint is incompatible for the region specific endpoint this request was sent to.")            \
    X(INCOMPLETE_BODY, "IncompleteBody", 400,                                                                          \
      "You did not provide the number of bytes specified by the Content-Length HTTP header")                           \
    X(INVALID_ARGUMENT, "InvalidArgument", 400, "Invalid Argument")                                                    \
    X(INVALID_BUCKET_NAME, "InvalidBucketName", 400, "The specified bucket is not valid.")                             \
    X(INVALID_CHECKSUM, "InvalidRequest", 400, "Value for x-amz-checksum header is invalid.")                          \
    X(INVALID_DIGEST, "InvalidDigest", 400, "The Content-MD5 you specified was invalid.")                              \
    X(INVALID_LOCATION, "InvalidLocationConstraint", 400, "The specified location-constraint is not valid")            \
    X(INVALID_PART, "InvalidPart", 400,                                                                                \
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified " \
      "entity tag may not match the part's entity tag.")                                                               \
    X(INVALID_PART_ORDER, "InvalidPartOrder", 400,                                                                     \
      "The list of parts was not in ascending order. Parts must be ordered by part number.")                           \
    X(INVALID_RANGE, "InvalidRange", 416, "The requested range is not satisfiable")                                    \
    X(INVALID_REQUEST, "InvalidRequest", 400, "Invalid Request")                                                       \
    X(INVALID_STORAGE_CLASS, "InvalidStorageClass", 400, "The storage class you specified is not valid")               \
    X(INVALID_TAG, "InvalidTag", 400, "The tag provided was not a valid tag.")                                         \
    X(INVALID_URI, "InvalidURI", 400, "Couldn't parse the specified URI.")                                             \
    X(KEY_TOO_LONG, "KeyTooLongError", 400, "Your key is too long")                                                    \
    X(MALFORMED_XML, "MalformedXML", 400,                                                                              \
      "The XML you provided was not well-formed or did not validate against our published schema")                     \
    X(METADATA_TOO_LARGE, "MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size")   \
    X(METHOD_NOT_ALLOWED, "MethodNotAllowed", 405, "The specified method is not allowed against this resource.")       \
    X(MISSING_CHECKSUM, "InvalidRequest", 400,                                                                         \
      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")                                     \
    X(MISSING_LENGTH, "MissingContentLength", 411, "You must provide the Content-Length HTTP header.")                 \
    X(NO_SUCH_BUCKET, "NoSuchBucket", 404, "The specified bucket does not exist")                                      \
    X(NO_SUCH_KEY, "NoSuchKey", 404, "The specified key does not exist.")                                              \
    X(NO_PUBLIC_ACCESS_BLOCK, "NoSuchPublicAccessBlockConfiguration", 404,                                             \
      "The public access block configuration was not found")                                                           \
    X(NO_SUCH_TAG_SET, "NoSuchTagSet", 404, "The TagSet does not exist")                                               \
    X(NO_SUCH_UPLOAD, "NoSuchUpload", 404,                                                                             \
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "     \
      "completed.")                                                                                                    \
    X(NOT_IMPLEMENTED, "NotImplemented", 501,                                                                          \
      "A header or query you provided implies functionality that is not implemented in the sandbox.")                  \
    X(NO_VERSIONS, "NotImplemented", 501, "The sandbox does not keep versions of objects.")                            \
    X(PAYLOAD_MISMATCH, "XAmzContentSHA256Mismatch", 400,                                                              \
      "The provided 'x-amz-content-sha256' header does not match what was computed.")                                  \
    X(PRECONDITION, "PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold")        \
    X(SLOW_DOWN, "SlowDown", 503, "Please reduce your request rate.")                                                  \
    X(TOO_MANY_PARTS, "InvalidArgument", 400, "Part number must be an integer between 1 and 10000, inclusive")

typedef enum kt_s3_code {
    KT_S3_FINE,
#define KT_S3_CODE_ENUM(name, code, status, message) KT_S3_##name,
    KT_S3_ERRORS(KT_S3_CODE_ENUM)
#undef KT_S3_CODE_ENUM
        KT_S3_CODE_COUNT
} kt_s3_code;

enum {
    KT_S3_KEY_BYTES_MOST = 1024,
    KT_S3_PAGE_MOST = 1000,
    KT_S3_PARTS_MOST = 10000,
    KT_S3_XML_BYTES_MOST = 4 << 20,
    KT_S3_HEADERS_MOST = 96 /* of an answer */
};
#define KT_S3_OBJECT_BYTES_MOST (5ull << 30) /* of one PUT, one part, one copy */
#define KT_S3_PART_BYTES_LEAST (5ull << 20)

/* One request. It lives in the call's arena. */
typedef struct kt_s3 {
    kt_call *call;
    const char *bucket; /* NULL: none */
    kt_view key;        /* decoded once; data NULL: none; NUL-terminated */
    int64_t now_ns;
} kt_s3;

/* Answers. `text` NULL: the message of the table. */
void kt_s3_refuse(const kt_s3 *s3, kt_s3_code code, const char *text);
void kt_s3_error_words(kt_s3_code code, const char **name, const char **message);
void kt_s3_failed(const kt_s3 *s3, const kt_error *err);
void kt_s3_no_memory(const kt_s3 *s3);         /* the same with KT_E_NOMEM */
void kt_s3_empty(const kt_s3 *s3, int status); /* no body, no headers */
void kt_s3_reply_xml(const kt_s3 *s3, kt_buf *take_body);

/* A request header; data NULL: absent. */
static inline kt_view kt_s3_header(const kt_s3 *s3, const char *name)
{
    return kt_http_header_get(s3->call->request, name);
}
static inline bool kt_s3_has_header(const kt_s3 *s3, const char *name)
{
    return kt_s3_header(s3, name).data != NULL;
}
static inline kt_view kt_s3_query(const kt_s3 *s3, const char *name)
{
    return kt_call_query(s3->call, name, 0);
}
static inline kt_sandbox *kt_s3_sandbox(const kt_s3 *s3)
{
    return s3->call->sandbox;
}
/* A NUL-terminated copy in the call's arena; NULL when out of memory or when the view's data is NULL. */
const char *kt_s3_strdup(const kt_s3 *s3, kt_view text);

/* Whether the bucket is there; refuses the call when not. */
bool kt_s3_need_bucket(const kt_s3 *s3);

/* The operations; each answers its call. */
typedef void kt_s3_handler(kt_s3 *s3);
kt_s3_handler kt_s3_list_buckets, kt_s3_create_bucket, kt_s3_head_bucket, kt_s3_delete_bucket, kt_s3_bucket_location,
    kt_s3_bucket_versioning, kt_s3_get_bucket_tags, kt_s3_put_bucket_tags, kt_s3_delete_bucket_tags,
    kt_s3_get_public_access, kt_s3_put_public_access, kt_s3_delete_public_access;
kt_s3_handler kt_s3_put, kt_s3_get, kt_s3_head, kt_s3_copy, kt_s3_delete, kt_s3_delete_many, kt_s3_list, kt_s3_list_v2;
kt_s3_handler kt_s3_get_object_tags, kt_s3_put_object_tags, kt_s3_delete_object_tags;
kt_s3_handler kt_s3_upload_create, kt_s3_upload_part, kt_s3_upload_part_copy, kt_s3_upload_complete, kt_s3_upload_abort,
    kt_s3_upload_parts, kt_s3_uploads;

#endif
