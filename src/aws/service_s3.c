/* SPDX-License-Identifier: Apache-2.0 */
/* service_s3.c - the operations of Amazon S3 that Ketch uses. Members have S3's own names; "Body" is no member, it is
 * the body of the call (aws/call.h). Source: the service's public model 2006-03-01. */
#include "aws/service_priv.h"

#define QUERY(name_, wire_)                                                                                            \
    {                                                                                                                  \
        name_, wire_, KT_AWS_IN_QUERY                                                                                  \
    }
#define HEADER(name_, wire_)                                                                                           \
    {                                                                                                                  \
        name_, wire_, KT_AWS_IN_HEADER                                                                                 \
    }
#define OWNER HEADER("ExpectedBucketOwner", "x-amz-expected-bucket-owner")
#define UPLOAD_ID QUERY("UploadId", "uploadId")

static const kt_aws_member put_object[] = {
    HEADER("ContentType", "Content-Type"),
    HEADER("ContentMD5", "Content-MD5"),
    HEADER("ChecksumCRC32", "x-amz-checksum-crc32"),
    HEADER("ChecksumSHA256", "x-amz-checksum-sha256"),
    HEADER("IfMatch", "If-Match"),
    HEADER("IfNoneMatch", "If-None-Match"),
    HEADER("ServerSideEncryption", "x-amz-server-side-encryption"),
    HEADER("SSEKMSKeyId", "x-amz-server-side-encryption-aws-kms-key-id"),
    HEADER("Tagging", "x-amz-tagging"),
    { "Metadata", "x-amz-meta-", KT_AWS_IN_HEADER_MAP },
    OWNER,
};
static const kt_aws_member get_object[] = {
    HEADER("Range", "Range"),
    HEADER("IfMatch", "If-Match"),
    HEADER("IfNoneMatch", "If-None-Match"),
    HEADER("ChecksumMode", "x-amz-checksum-mode"),
    OWNER,
};
static const kt_aws_member list_objects[] = {
    QUERY("Prefix", "prefix"),
    QUERY("Delimiter", "delimiter"),
    QUERY("StartAfter", "start-after"),
    QUERY("ContinuationToken", "continuation-token"),
    QUERY("MaxKeys", "max-keys"),
    QUERY("EncodingType", "encoding-type"),
    OWNER,
};
static const kt_aws_member only_owner[] = { OWNER };
static const kt_aws_member upload_part[] = {
    QUERY("PartNumber", "partNumber"),
    UPLOAD_ID,
    HEADER("ContentMD5", "Content-MD5"),
    HEADER("ChecksumCRC32", "x-amz-checksum-crc32"),
    OWNER,
};
static const kt_aws_member one_upload[] = { UPLOAD_ID, OWNER };
static const kt_aws_member complete_upload[] = {
    UPLOAD_ID,
    OWNER,
    { "MultipartUpload", "CompleteMultipartUpload", KT_AWS_AS_PAYLOAD },
    { "Parts", "Part", KT_AWS_AS_ITEMS },
};
static const kt_aws_member public_access[] = { HEADER("ChecksumSHA256", "x-amz-checksum-sha256"), OWNER };
static const kt_aws_member create_bucket[] = {
    { "CreateBucketConfiguration", "CreateBucketConfiguration", KT_AWS_AS_PAYLOAD },
};

static const kt_aws_operation operations[] = {
    KT_AWS_ROW("PutObject", "PUT", "/{Bucket}/{Key+}", STATE, FREE, KT_AWS_MEMBERS(put_object)),
    KT_AWS_ROW("GetObject", "GET", "/{Bucket}/{Key+}", READ, FREE, .without_body = true, .raw_answer = true,
               KT_AWS_MEMBERS(get_object)),
    KT_AWS_ROW("HeadObject", "HEAD", "/{Bucket}/{Key+}", READ, FREE, .without_body = true, KT_AWS_MEMBERS(get_object)),
    KT_AWS_ROW("DeleteObject", "DELETE", "/{Bucket}/{Key+}", STATE, FREE, .without_body = true,
               KT_AWS_MEMBERS(only_owner)),
    KT_AWS_ROW("ListObjectsV2", "GET", "/{Bucket}?list-type=2", READ, FREE, .without_body = true,
               KT_AWS_MEMBERS(list_objects)),
    KT_AWS_ROW("CreateBucket", "PUT", "/{Bucket}", STATE, FREE, KT_AWS_MEMBERS(create_bucket)),
    KT_AWS_ROW("HeadBucket", "HEAD", "/{Bucket}", READ, FREE, .without_body = true, KT_AWS_MEMBERS(only_owner)),
    KT_AWS_ROW("GetBucketLocation", "GET", "/{Bucket}?location", READ, FREE, .without_body = true,
               KT_AWS_MEMBERS(only_owner)),
    KT_AWS_ROW("GetPublicAccessBlock", "GET", "/{Bucket}?publicAccessBlock", READ, FREE, .without_body = true,
               KT_AWS_MEMBERS(only_owner)),
    KT_AWS_ROW("PutPublicAccessBlock", "PUT", "/{Bucket}?publicAccessBlock", STATE, FREE,
               KT_AWS_MEMBERS(public_access)),
    KT_AWS_ROW("CreateMultipartUpload", "POST", "/{Bucket}/{Key+}?uploads", STATE, FREE, .without_body = true,
               KT_AWS_MEMBERS(put_object)),
    KT_AWS_ROW("UploadPart", "PUT", "/{Bucket}/{Key+}", STATE, FREE, KT_AWS_MEMBERS(upload_part)),
    KT_AWS_ROW("CompleteMultipartUpload", "POST", "/{Bucket}/{Key+}", STATE, FREE, KT_AWS_MEMBERS(complete_upload)),
    KT_AWS_ROW("AbortMultipartUpload", "DELETE", "/{Bucket}/{Key+}", STATE, FREE, .without_body = true,
               KT_AWS_MEMBERS(one_upload)),
};

const kt_aws_service kt_aws_s3 = {
    .id = "S3",
    .signing_name = "s3",
    .protocol = KT_AWS_REST_XML,
    .version = "2006-03-01",
    .host = "s3.{region}.amazonaws.com",
    .host_fips = "s3-fips.{region}.amazonaws.com",
    .host_dualstack = "s3.dualstack.{region}.amazonaws.com",
    .host_fips_dualstack = "s3-fips.dualstack.{region}.amazonaws.com",
    KT_AWS_OPERATIONS(operations),
};
