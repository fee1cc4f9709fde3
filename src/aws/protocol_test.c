/* SPDX-License-Identifier: Apache-2.0 */
/* protocol_test.c - members on the wire and back, a row an operation. */
#include "aws/protocol.h"

#include "tests/unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TASK "arn:aws:braket:us-east-1:123456789012:quantum-task/1a-2b"
#define TASK_ON_WIRE "arn%3Aaws%3Abraket%3Aus-east-1%3A123456789012%3Aquantum-task%2F1a-2b"

static const kt_aws_endpoint custom = {
    .scheme = "http", .host = "127.0.0.1:4567", .base_path = "", .region = "us-east-1", .is_custom = true
};
static const kt_aws_endpoint regional = {
    .scheme = "https", .host = "s3.us-west-2.amazonaws.com", .base_path = "", .region = "us-west-2"
};
static const kt_aws_endpoint behind_prefix = {
    .scheme = "https", .host = "h", .base_path = "/base", .region = "us-east-1", .is_custom = true
};

/* expect: "METHOD host path?query|header: value|...|body". */
static const struct {
    const kt_aws_service *service;
    const char *operation, *members, *expect;
    const kt_aws_endpoint *endpoint;
} requests[] = {
    { &kt_aws_braket, "GetQuantumTask", "{\"quantumTaskArn\": \"" TASK "\"}",
      "GET 127.0.0.1:4567 /quantum-task/" TASK_ON_WIRE "?|", &custom },
    { &kt_aws_braket, "GetQuantumTask",
      "{\"quantumTaskArn\": \"" TASK "\", \"additionalAttributeNames\": [\"QueueInfo\", \"b\"]}",
      "GET h /base/quantum-task/" TASK_ON_WIRE "?additionalAttributeNames=QueueInfo&additionalAttributeNames=b|",
      &behind_prefix },
    { &kt_aws_braket, "CancelQuantumTask", "{\"quantumTaskArn\": \"a/b\", \"clientToken\": \"t\"}",
      "PUT 127.0.0.1:4567 /quantum-task/a%2Fb/cancel?|Content-Type: application/json|{\"clientToken\":\"t\"}",
      &custom },
    { &kt_aws_braket, "CancelJob", "{\"jobArn\": \"a\"}", "PUT 127.0.0.1:4567 /job/a/cancel?|", &custom },
    { &kt_aws_braket, "SearchDevices", "{\"filters\": []}",
      "POST 127.0.0.1:4567 /devices?|Content-Type: application/json|{\"filters\":[]}", &custom },
    { &kt_aws_braket, "UntagResource", "{\"resourceArn\": \"a\", \"tagKeys\": [\"x y\", \"\xc3\xbc\"]}",
      "DELETE 127.0.0.1:4567 /tags/a?tagKeys=x%20y&tagKeys=%C3%BC|", &custom },
    { &kt_aws_s3, "GetObject", "{\"Bucket\": \"lab-b\", \"Key\": \"a b/\xc3\xbc+%/~\", \"Range\": \"bytes=0-1\"}",
      "GET lab-b.s3.us-west-2.amazonaws.com /a%20b/%C3%BC%2B%25/~?|Range: bytes=0-1|", &regional },
    { &kt_aws_s3, "GetObject", "{\"Bucket\": \"lab.b\", \"Key\": \"k\"}", "GET s3.us-west-2.amazonaws.com /lab.b/k?|",
      &regional },
    { &kt_aws_s3, "GetObject", "{\"Bucket\": \"lab-b\", \"Key\": \"k\"}", "GET 127.0.0.1:4567 /lab-b/k?|", &custom },
    { &kt_aws_s3, "ListObjectsV2", "{\"Bucket\": \"lab-b\", \"Prefix\": \"a/\", \"MaxKeys\": 5}",
      "GET lab-b.s3.us-west-2.amazonaws.com /?list-type=2&prefix=a%2F&max-keys=5|", &regional },
    { &kt_aws_s3, "ListObjectsV2", "{\"Bucket\": \"lab-b\"}", "GET 127.0.0.1:4567 /lab-b?list-type=2|", &custom },
    { &kt_aws_s3, "PutObject",
      "{\"Bucket\": \"b-b\", \"Key\": \"k\", \"Metadata\": {\"who\": \"me\"}, \"IfNoneMatch\": \"*\"}",
      "PUT 127.0.0.1:4567 /b-b/k?|If-None-Match: *|x-amz-meta-who: me|", &custom },
    { &kt_aws_s3, "CreateBucket",
      "{\"Bucket\": \"b-b\", \"CreateBucketConfiguration\": {\"LocationConstraint\": \"eu-<w>\"}}",
      "PUT 127.0.0.1:4567 /b-b?|Content-Type: application/xml|<CreateBucketConfiguration "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>eu-&lt;w&gt;</LocationConstraint>"
      "</CreateBucketConfiguration>",
      &custom },
    { &kt_aws_s3, "CreateBucket", "{\"Bucket\": \"b-b\"}", "PUT 127.0.0.1:4567 /b-b?|", &custom },
    { &kt_aws_s3, "CreateMultipartUpload", "{\"Bucket\": \"b-b\", \"Key\": \"k\"}",
      "POST 127.0.0.1:4567 /b-b/k?uploads|", &custom },
    { &kt_aws_s3, "CompleteMultipartUpload",
      "{\"Bucket\": \"b-b\", \"Key\": \"k\", \"UploadId\": \"u/1\", \"MultipartUpload\": {\"Parts\": [{\"ETag\": "
      "\"\\\"e\\\"\", \"PartNumber\": 1}, {\"ETag\": \"f\", \"PartNumber\": 2}]}}",
      "POST 127.0.0.1:4567 /b-b/k?uploadId=u%2F1|Content-Type: application/xml|<CompleteMultipartUpload "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Part><ETag>&quot;e&quot;</ETag><PartNumber>1</PartNumber>"
      "</Part><Part><ETag>f</ETag><PartNumber>2</PartNumber></Part></CompleteMultipartUpload>",
      &custom },
    { &kt_aws_sts, "GetCallerIdentity", "{}",
      "POST 127.0.0.1:4567 /?|Content-Type: application/x-www-form-urlencoded; "
      "charset=utf-8|Action=GetCallerIdentity&Version=2011-06-15",
      &custom },
    { &kt_aws_sts, "AssumeRole",
      "{\"RoleArn\": \"r\", \"DurationSeconds\": 900, \"Tags\": [{\"Key\": \"a b\", \"Value\": \"+\"}]}",
      "POST 127.0.0.1:4567 /?|Content-Type: application/x-www-form-urlencoded; "
      "charset=utf-8|Action=AssumeRole&Version=2011-06-15&RoleArn=r&DurationSeconds=900&Tags.member.1.Key=a%20b&"
      "Tags.member.1.Value=%2B",
      &custom },
    { &kt_aws_sns, "Publish",
      "{\"Message\": \"m\", \"MessageAttributes\": {\"k\": {\"DataType\": \"String\", \"StringValue\": \"v\"}}}",
      "POST 127.0.0.1:4567 /?|Content-Type: application/x-www-form-urlencoded; "
      "charset=utf-8|Action=Publish&Version=2010-03-31&Message=m&MessageAttributes.entry.1.Name=k&"
      "MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=v",
      &custom },
    { &kt_aws_sqs, "ReceiveMessage", "{\"QueueUrl\": \"http://q\", \"WaitTimeSeconds\": 20}",
      "POST 127.0.0.1:4567 /?|X-Amz-Target: AmazonSQS.ReceiveMessage|Content-Type: "
      "application/x-amz-json-1.0|{\"QueueUrl\":\"http://q\",\"WaitTimeSeconds\":20}",
      &custom },
    { &kt_aws_logs, "DescribeLogStreams", "{\"limit\": 50, \"orderBy\": null}",
      "POST 127.0.0.1:4567 /?|X-Amz-Target: Logs_20140328.DescribeLogStreams|Content-Type: "
      "application/x-amz-json-1.1|{\"limit\":50}",
      &custom },
};

static int make(size_t row, kt_arena *arena, kt_aws_request *out, kt_error *err)
{
    KT_OWN(kt_json) *members = NULL;
    const kt_aws_operation *operation = kt_aws_operation_find(requests[row].service, requests[row].operation);
    assert_non_null(operation);
    assert_int_equal(kt_json_parse(kt_view_of(requests[row].members), &members, NULL), 0);
    return kt_aws_request_make(requests[row].service, operation, requests[row].endpoint, members, arena, out, err);
}

TEST(protocol, puts_every_member_where_it_belongs)
{
    for (size_t i = 0; i < KT_COUNT(requests); i++) {
        KT_BUF_OWN found;
        kt_arena *arena = kt_arena_new(0);
        kt_aws_request request;
        kt_error err = { 0 };
        kt_buf_init(&found, 0);
        if (make(i, arena, &request, &err) < 0)
            fail_msg("%s", err.message);
        kt_buf_addf(&found, "%s %s %s?%s|", request.method, request.host, request.path, request.query);
        for (size_t n = 0; n < request.header_count; n++)
            kt_buf_addf(&found, "%.*s: %.*s|", KT_VIEW_ARG(request.headers[n].name),
                        KT_VIEW_ARG(request.headers[n].value));
        kt_buf_add(&found, request.body.data, request.body.length);
        if (strcmp(found.data, requests[i].expect) != 0)
            fail_msg("%s:\n%s\ninstead of\n%s", requests[i].operation, found.data, requests[i].expect);
        kt_aws_request_fini(&request);
        kt_arena_free(arena);
    }
}

static const struct {
    const kt_aws_service *service;
    const char *operation, *members, *message;
} refused[] = {
    { &kt_aws_braket, "GetDevice", "{}", "GetDevice: the member 'deviceArn' is missing" },
    { &kt_aws_braket, "GetDevice", "{\"deviceArn\": \"\"}", "the member 'deviceArn' is missing" },
    { &kt_aws_braket, "GetDevice", "{\"deviceArn\": {}}", "must be a text, a number or a boolean" },
    { &kt_aws_braket, "GetDevice", "{\"deviceArn\": \"a\", \"clientToken\": \"t\"}", "takes no member 'clientToken'" },
    { &kt_aws_s3, "PutObject", "{\"Bucket\": \"b\", \"Key\": \"k\", \"ContentType\": \"a\\r\\nX: y\"}",
      "can't hold a control character" },
    { &kt_aws_s3, "PutObject", "{\"Bucket\": \"b\", \"Key\": \"k\", \"Metadata\": {\"a: b\": \"c\"}}",
      "can't be part of a header's name" },
    { &kt_aws_s3, "PutObject", "{\"Bucket\": \"b\", \"Key\": \"k\", \"Body\": \"c\"}", "takes no member 'Body'" },
};

TEST(protocol, names_the_member_that_is_wrong)
{
    for (size_t i = 0; i < KT_COUNT(refused); i++) {
        KT_OWN(kt_json) *members = NULL;
        kt_arena *arena = kt_arena_new(0);
        kt_aws_request request;
        kt_error err = { 0 };
        assert_int_equal(kt_json_parse(kt_view_of(refused[i].members), &members, NULL), 0);
        assert_int_equal(kt_aws_request_make(refused[i].service,
                                             kt_aws_operation_find(refused[i].service, refused[i].operation), &custom,
                                             members, arena, &request, &err),
                         KT_E_INVALID);
        if (strstr(err.message, refused[i].message) == NULL)
            fail_msg("%s: %s", refused[i].members, err.message);
        kt_arena_free(arena);
    }
}

/* expect: the members as JSON; or "fault CODE: message"; or "error". */
static const struct {
    const kt_aws_service *service;
    const char *operation, *body, *expect;
} answers[] = {
    { &kt_aws_braket, "CreateQuantumTask", "{\"quantumTaskArn\": \"a\"}", "{\"quantumTaskArn\":\"a\"}" },
    { &kt_aws_braket, "TagResource", "", "{}" },
    { &kt_aws_braket, "TagResource", " {} ", "{}" },
    { &kt_aws_braket, "TagResource", "[]", "error" },
    { &kt_aws_braket, "TagResource", "<html>", "error" },
    { &kt_aws_sts, "GetCallerIdentity",
      "<GetCallerIdentityResponse xmlns=\"x\"><GetCallerIdentityResult><Account>1</Account><Arn>a</Arn>"
      "</GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
      "</GetCallerIdentityResponse>",
      "{\"Account\":\"1\",\"Arn\":\"a\"}" },
    { &kt_aws_sns, "DeleteTopic", "<DeleteTopicResponse><ResponseMetadata/></DeleteTopicResponse>", "{}" },
    { &kt_aws_sns, "ListTopics",
      "<ListTopicsResponse><ListTopicsResult><Topics><member><TopicArn>a</TopicArn></member></Topics>"
      "</ListTopicsResult></ListTopicsResponse>",
      "{\"Topics\":[{\"TopicArn\":\"a\"}]}" },
    { &kt_aws_s3, "ListObjectsV2",
      "<?xml version=\"1.0\"?>\n<ListBucketResult><Name>b</Name><Contents><Key>a &amp; b</Key></Contents>"
      "</ListBucketResult>",
      "{\"Name\":\"b\",\"Contents\":[{\"Key\":\"a & b\"}]}" },
    { &kt_aws_s3, "GetBucketLocation", "<LocationConstraint>eu-west-2</LocationConstraint>",
      "{\"LocationConstraint\":\"eu-west-2\"}" },
    { &kt_aws_s3, "CompleteMultipartUpload", "<Error><Code>InternalError</Code><Message>m</Message></Error>",
      "fault InternalError: m" },
    { &kt_aws_s3, "ListObjectsV2", "<ListBucketResult><Name>b</Name>", "error" },
    { &kt_aws_s3, "ListObjectsV2", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "error" },
};

TEST(protocol, reads_what_services_answer)
{
    for (size_t i = 0; i < KT_COUNT(answers); i++) {
        kt_json *members = NULL;
        kt_aws_fault fault;
        bool is_fault = false;
        char found[512] = "error";
        const kt_aws_operation *operation = kt_aws_operation_find(answers[i].service, answers[i].operation);
        const int rc = kt_aws_answer_read(answers[i].service, operation, kt_view_of(answers[i].body), &members,
                                          &is_fault, &fault, NULL);
        if (rc == 0 && is_fault) {
            snprintf(found, sizeof(found), "fault %s: %s", fault.code, fault.message);
        } else if (rc == 0) {
            char *text = json_dumps(members, JSON_COMPACT);
            snprintf(found, sizeof(found), "%s", text);
            free(text);
        }
        kt_json_free(members);
        if (strcmp(found, answers[i].expect) != 0)
            fail_msg("%s\n%s\ninstead of\n%s", answers[i].body, found, answers[i].expect);
    }
}

static const struct {
    const kt_aws_service *service;
    int status;
    const char *type, *body, *code, *message;
} faults[] = {
    { &kt_aws_braket, 400, "ValidationException:http://x", "{\"message\": \"m\"}", "ValidationException", "m" },
    { &kt_aws_braket, 404, "", "{\"__type\": \"com.amazonaws.braket#ResourceNotFoundException\", \"Message\": \"m\"}",
      "ResourceNotFoundException", "m" },
    { &kt_aws_braket, 429, "", "{\"code\": \"ThrottlingException\"}", "ThrottlingException", "" },
    { &kt_aws_braket, 502, "", "<html>bad gateway</html>", "502", "" },
    { &kt_aws_braket, 500, "", "", "500", "" },
    { &kt_aws_braket, 500, "", "{\"message\": 5}", "500", "" },
    { &kt_aws_s3, 404, "", "<Error><Code>NoSuchKey</Code><Message>m</Message></Error>", "NoSuchKey", "m" },
    { &kt_aws_s3, 404, "", "", "404", "" },
    { &kt_aws_s3, 400, "", "<Error><Code>", "400", "" },
    { &kt_aws_sts, 403, "",
      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>m</Message></Error></ErrorResponse>", "AccessDenied",
      "m" },
    { &kt_aws_sqs, 400, "", "{\"__type\": \"com.amazonaws.sqs#QueueDoesNotExist\", \"message\": \"m\"}",
      "QueueDoesNotExist", "m" },
};

TEST(protocol, reads_what_services_refuse)
{
    for (size_t i = 0; i < KT_COUNT(faults); i++) {
        kt_aws_fault fault;
        kt_aws_fault_read(faults[i].service, faults[i].status, kt_view_of(faults[i].type), kt_view_of(faults[i].body),
                          &fault);
        assert_string_equal(fault.code, faults[i].code);
        assert_string_equal(fault.message, faults[i].message);
    }
}
