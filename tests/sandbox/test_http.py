# SPDX-License-Identifier: Apache-2.0
"""Calls that nobody means: seeded random ones to every route that the models of botocore and the sandbox's own list of
admin calls have, with methods, paths, encodings, headers and bodies that are wrong in one place or in many. None crashes
the sandbox, none is answered with 500, and every answer is of a kind that is documented. KETCH_SANDBOX_CALLS: how many
of each kind."""
import json
import os
import random
import re
import socket
import urllib.parse

import calls
import model
import pytest
from sandboxes import ACCOUNT, BELL, GARNET, SV1, segment

CALLS = int(os.environ.get("KETCH_SANDBOX_CALLS", "300"))
TASK = f"arn:aws:braket:us-east-1:{ACCOUNT}:quantum-task/00000000-0000-4000-8000-000000000000"

SIGNING = {"InvalidSignatureException", "UnrecognizedClientException", "ExpiredTokenException",
           "MissingAuthenticationTokenException", "IncompleteSignatureException", "SignatureDoesNotMatch",
           "MissingAuthenticationToken", "IncompleteSignature", "InvalidClientTokenId", "InvalidAccessKeyId", "ExpiredToken"}
KNOWN = {
    "braket": {*model.ERRORS, *SIGNING, "SerializationException", "UnknownOperationException",
               "RequestEntityTooLargeException"},
    "s3": {"AccessDenied", "BadRequest", "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError", "BadDigest",
           "BucketAlreadyExists", "BucketAlreadyOwnedByYou", "BucketNotEmpty", "EntityTooLarge", "EntityTooSmall",
           "IllegalLocationConstraintException", "IncompleteBody", "InvalidArgument", "InvalidBucketName", "InvalidDigest",
           "InvalidLocationConstraint", "InvalidPart", "InvalidPartOrder", "InvalidRange", "InvalidRequest",
           "InvalidTag", "InvalidURI", "KeyTooLongError", "MalformedXML", "MaxMessageLengthExceeded", "MetadataTooLarge",
           "MethodNotAllowed", "MissingContentLength", "MissingRequestBodyError", "NoSuchBucket", "NoSuchKey",
           "NoSuchPublicAccessBlockConfiguration", "NoSuchTagSet", "NoSuchUpload", "NotImplemented",
           "PreconditionFailed", "RequestTimeTooSkewed", "XAmzContentSHA256Mismatch", "InvalidChunkSizeError",
           "MalformedTrailerError", "IllegalVersioningConfigurationException", "NotModified", "InvalidSecurity",
           "NoSuchVersion", "ConditionalRequestConflict", *SIGNING},
    "sts": {"InvalidAction", "ValidationError", "AccessDenied", "MissingAction", "MalformedQueryString",
            "NoSuchEntity", "InvalidParameterValue", "MissingParameter", "NotImplemented", *SIGNING},
    "ecr": {"InvalidParameterException", "RepositoryNotFoundException", "UnknownOperationException",
            "SerializationException", "ValidationException", "MissingAction", "NotImplemented", *SIGNING},
}
KNOWN["iam"] = KNOWN["sts"]
ADMIN = {"ValidationException", "SerializationException", "MethodNotAllowed", "NotFound", "Forbidden", "Unauthorized"}

TEXTS = ["", "0", "-1", "null", "\u0000", "\u00e4\u4e2d\U0001f600", "../..", "%", "%zz", "%2F", "a" * 5000, "' OR 1=1 --",
         "<x>&", "*", "arn:aws:braket:::", SV1, GARNET, TASK, "2026-01-01T00:00:00Z", "\ud7ff", "a\nb"]
JSONS = [None, True, False, 0, -1, 1, 2**31, 2**53, 2**63 - 1, -(2**63), 1.5, 1e308, [], {}, [[]], {"a": {}}, *TEXTS]
METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "BREW"]


def spoiled(random_, value):
    """The value with something else in one place, however deep."""
    if isinstance(value, dict) and value and random_.random() < 0.8:
        name = random_.choice(sorted(value))
        if random_.random() < 0.15:
            return {key: inner for key, inner in value.items() if key != name}
        return {**value, name: spoiled(random_, value[name])}
    if isinstance(value, list) and value and random_.random() < 0.7:
        i = random_.randrange(len(value))
        return [*value[:i], spoiled(random_, value[i]), *value[i + 1:]]
    return random_.choice(JSONS)


def error_of(answer):
    """The code that an error's body or head gives."""
    if "x-amzn-ErrorType" in answer.headers:
        return answer.headers["x-amzn-ErrorType"]
    found = re.search(rb"<Code>([^<]*)</Code>", answer.body)
    return found and found.group(1).decode()


def check(answer, service, about):
    assert answer.status < 500 or answer.status == 501, (about, answer.status, answer.body[:300])
    assert 200 <= answer.status, about
    if answer.status >= 400 and answer.body:
        assert error_of(answer) in (KNOWN[service] if service in KNOWN else ADMIN), (about, answer.body[:300])


@pytest.mark.parametrize("operation", list(model.OPERATIONS))
def test_spoiled_calls_of_braket_are_refused_by_the_book(sandbox, operation):
    random_ = random.Random(f"braket {operation}")
    known = {"deviceArn": SV1, "action": BELL, "shots": 10, "quantumTaskArn": TASK, "resourceArn": TASK,
             "outputS3Bucket": sandbox.bucket(), "deviceParameters": "{}"}
    base = {**model.sample(model.OPERATIONS[operation].input_shape)}
    base = {name: known.get(name, value) for name, value in base.items()}
    documented = {shape.name for shape in model.OPERATIONS[operation].error_shapes} | SIGNING | {"SerializationException"}
    for i in range(CALLS // 5):
        members = spoiled(random_, base)
        outer = [name for name, member in model.OPERATIONS[operation].input_shape.members.items()
                 if member.serialization.get("location")]
        if not isinstance(members, dict) or any(
                not isinstance(members.get(name), str if name.endswith("Arn") else list) for name in outer) or any(
                members.get(name) == "" for name in outer):
            continue
        if any(not all(isinstance(item, str) for item in members[name]) for name in outer if name[-3:] != "Arn"):
            continue
        answer = sandbox.signed(*model.request(operation, members))
        check(answer, "braket", (operation, i, members))
        assert answer.status < 300 or error_of(answer) in documented, (operation, members, answer.body)


# What the sandbox has of services whose models have more; the rest is refused by name.
SERVED = {
    "s3": {"AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateBucket", "CreateMultipartUpload",
           "DeleteBucket", "DeleteBucketTagging", "DeleteObject", "DeleteObjectTagging", "DeleteObjects",
           "DeletePublicAccessBlock", "GetBucketLocation", "GetBucketTagging", "GetBucketVersioning", "GetObject",
           "GetObjectTagging", "GetPublicAccessBlock", "HeadBucket", "HeadObject", "ListBuckets", "ListMultipartUploads",
           "ListObjects", "ListObjectsV2", "ListParts", "PutBucketTagging", "PutObject", "PutObjectTagging",
           "PutPublicAccessBlock", "UploadPart", "UploadPartCopy"},
    "sts": {"AssumeRole", "GetCallerIdentity", "GetSessionToken"},
    "iam": {"GetRole", "ListRoles"},
    "ecr": {"BatchGetImage", "GetAuthorizationToken"},
}
# Of another host, which are not told apart by what is sent.
OF_OTHER_HOSTS = {"ListDirectoryBuckets", "WriteGetObjectResponse"}
UNSERVED = {"s3": (501, "NotImplemented"), "sts": (400, "InvalidAction"), "iam": (400, "InvalidAction"),
            "ecr": (400, "UnknownOperationException")}


def made(sandbox):
    """A bucket and an object for calls to meet; the values of their members."""
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="calls")
    s3.put_object(Bucket="calls", Key="key", Body=b"kept")
    return {"Bucket": "calls", "Key": "key", "CopySource": "calls/key", "repositoryName": "amazon-braket-base-jobs",
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/x", "deviceArn": SV1, "action": BELL, "quantumTaskArn": TASK}


def ask(sandbox, call):
    """The answer to a signed call; None when http.client does not send such."""
    try:
        return sandbox.signed(call.method, call.target, call.body, service=call.service, headers=call.headers)
    except (ValueError, UnicodeError):
        return None


@pytest.mark.parametrize("service", SERVED)
def test_what_the_models_have_is_served_or_refused_and_mistaken_for_nothing_else(sandbox, service):
    known, refused = made(sandbox), set()
    for call in calls.calls_of(service, known, is_bare=True):
        if call.operation in OF_OTHER_HOSTS | {"DeleteBucket", "DeleteObject"}:
            continue
        answer = ask(sandbox, call)
        check(answer, service, call)
        if (answer.status, error_of(answer)) == UNSERVED[service]:
            refused.add(call.operation)
    names = set(calls.service_model(service).operation_names) - OF_OTHER_HOSTS
    assert names - refused == SERVED[service]
    assert sandbox.client("s3").get_object(Bucket="calls", Key="key")["Body"].read() in (b"kept", b"")  # PutObject's


@pytest.mark.parametrize("service", ["braket", "s3", "sts", "iam", "ecr"])
def test_spoiled_calls_of_every_operation_are_refused_by_the_book(sandbox, service):
    random_ = random.Random(f"spoiled {service}")
    known = made(sandbox)
    whole = [call for is_bare in (True, False) for call in calls.calls_of(service, known, is_bare)]
    for _ in range(max(1, 3 * CALLS // len(whole))):
        for call in whole:
            spoiled_call = calls.spoil_call(random_, call, TEXTS, METHODS)
            if spoiled_call.target.startswith("/_sandbox"):
                continue
            answer = ask(sandbox, spoiled_call)
            if answer is not None:
                check(answer, service, spoiled_call)
    assert sandbox.is_alive


def random_target(random_):
    heads = ["quantum-task", "quantum-tasks", "device", "devices", "tags", "job", "jobs", "spending-limit", "",
             "spending-limits", "offers", "bucket", "amazon-braket", "_sandbox", "%71uantum-task", "..", "*"]
    pieces = [random_.choice(heads)]
    for _ in range(random_.randrange(4)):
        piece = random_.choice([*TEXTS, "cancel", "update", "delete", "quantum-task", "bill", "clock", "scenario", "key"])
        pieces.append(random_.choice([segment, lambda text: urllib.parse.quote(text, safe="/:%"),
                                      lambda text: "".join(f"%{byte:02x}" for byte in text.encode()[:300])])(piece))
    target = random_.choice(["/", "/", "/", "//"]) + "/".join(pieces)
    if random_.random() < 0.5:
        names = ["additionalAttributeNames", "tagKeys", "list-type", "uploads", "uploadId", "partNumber", "prefix",
                 "max-keys", "delete", "tagging", "versioning", "publicAccessBlock", "location", "versionId",
                 "device", "since", "limit", "", "a%zz"]
        target += "?" + "&".join(
            random_.choice(names) + random_.choice(["", "=", "=" + urllib.parse.quote(random_.choice(TEXTS))])
            for _ in range(random_.randrange(1, 4)))
    return target


def random_headers(random_):
    values = {"Content-Type": ["application/json", "application/xml", "application/x-www-form-urlencoded", "text/plain; x", ""],
              "Content-MD5": ["x", "1B2M2Y8AsgTpgAmY7PhCfg=="], "Range": ["bytes=0-0", "bytes=5-1", "bytes=-0", "lines=1-2"],
              "If-Match": ["*", '"x"'], "If-None-Match": ["*"], "If-Modified-Since": ["yesterday", "Wed, 11 Mar 2026 10:00:00 GMT"],
              "x-amz-copy-source": ["", "/", "bucket/key", "%zz", "/a/b?versionId=1"], "x-amz-acl": ["private", "odd"],
              "x-amz-decoded-content-length": ["-1", "99999999999999999999", "3"], "Content-Encoding": ["aws-chunked", "gzip"],
              "x-amz-content-sha256": ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                                       "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "0" * 64, "x"],
              "x-amz-checksum-crc32": ["x", "AAAAAA=="], "x-amz-tagging": ["a=b&a=b", "%zz"], "x-amz-meta-x": ["a" * 3000],
              "X-Amz-Target": ["AmazonEC2ContainerRegistry_V20150921.BatchGetImage", "x.y", "."],
              "Accept-Encoding": ["gzip"], "x-amz-trailer": ["x-amz-checksum-crc32", "nonsense"]}
    return {name: random_.choice(values[name]) for name in random_.sample(sorted(values), random_.randrange(4))}


def random_body(random_):
    return random_.choice([
        b"", b"{", b"[]", b"{}", b'"', b"\xff\xfe", b"<a", b"<Delete><Object></Object></Delete>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        b"<CompleteMultipartUpload><Part><PartNumber>0</PartNumber></Part></CompleteMultipartUpload>",
        b"<" * 2000, b"[" * 5000, b"{" + b'"a":{' * 3000, b"Action=GetCallerIdentity", b"Action=&Version=", b"a=%zz&&&",
        b"5\r\nhello\r\n0\r\n\r\n", b"ffffffffffffffff;chunk-signature=x\r\n", json.dumps(random_.choice(JSONS)).encode(),
        bytes(random_.randrange(256) for _ in range(random_.randrange(200)))])


@pytest.mark.parametrize("service", ["braket", "s3", "sts", "iam", "ecr"])
def test_signed_nonsense_is_refused_by_the_book(sandbox, service):
    random_ = random.Random(service)
    for i in range(CALLS):
        method, target, body = random_.choice(METHODS), random_target(random_), random_body(random_)
        headers = random_headers(random_)
        if target.startswith("/_sandbox"):
            continue
        try:
            answer = sandbox.signed(method, target, body, service=service, headers=headers)
        except ValueError:  # http.client does not send what has control characters
            continue
        check(answer, service, (i, method, target, headers, body[:100]))
    assert sandbox.is_alive


def test_unsigned_nonsense_gets_no_further_than_the_door(sandbox):
    random_ = random.Random("unsigned")
    for i in range(CALLS):
        method, target = random_.choice(METHODS), random_target(random_)
        answer = sandbox.http(method, target, random_body(random_), random_headers(random_))
        assert 400 <= answer.status < 500 or answer.status == 501 or target.startswith(("/_sandbox", "/offers")), (i, method, target)
        assert answer.status != 500, (method, target, answer.body)
    assert sandbox.is_alive


def test_admin_nonsense_changes_nothing(sandbox):
    random_ = random.Random("admin")
    scenario = {"seed": 5, "faults": [{"operation": "GetDevice", "times": 0, "latency_s": [0, 1], "error": {"code": "X"}}],
                "devices": {"*": {"queue_s": 1}}, "quotas": {"*": {"per_second": 1e6, "burst": 1e6}},
                "events": [{"after_s": 3600, "set": {"cancel_too_late": True}}], "clock": {"speed": 1}}
    sandbox.admin("PUT", "scenario", scenario)
    before = sandbox.admin("GET", "scenario")
    listed = calls.admin_calls(sandbox)
    paths = sorted({path for _, path in listed}) + ["/_sandbox/", "/_sandbox/nothing", "/_sandbox"]
    assert {"/_sandbox/health", "/_sandbox/bill", "/_sandbox/clock", "/_sandbox/scenario", "/_sandbox/faults"} <= set(paths)
    for i in range(CALLS):
        path = paths[i % len(paths)] + random_.choice(["", "", "?limit=-1", "?since=x", "?a=%zz", "?lines=0"])
        body = json.dumps(spoiled(random_, scenario)).encode() if random_.random() < 0.7 else random_body(random_)
        method = random_.choice(METHODS)
        answer = sandbox.http(method, path, body)
        check(answer, "admin", (method, path, body))
        if answer.status != 200 and method != "HEAD":
            assert sandbox.admin("GET", "scenario") == before, (method, path, body)
        elif "scenario" in path:
            sandbox.admin("PUT", "scenario", scenario)
    assert sandbox.is_alive


def test_every_admin_call_takes_its_methods_and_no_others(sandbox):
    listed = calls.admin_calls(sandbox)
    for path in {path for _, path in listed}:
        for method in METHODS[:-1]:
            answer = sandbox.http(method, path, b"")
            if method == "HEAD":
                assert answer.status < 500, (method, path)
            elif (method, path) in listed:
                assert answer.status in (200, 400), (method, path, answer.body)
            else:
                assert answer.status in (404, 405, 403), (method, path, answer.body)


# What no client library sends: bytes for a socket, and whether an answer must come.
RAW = [
    b"", b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00\x01\x02\x03" * 50, b"GET " + b"/a" * 40000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 5000 + b"\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200000 + b"\r\n\r\n",
    b"POST /quantum-task HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /quantum-task HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /quantum-task HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /quantum-task HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nshort",
    b"POST /q HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /%00%ff HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n", b"GET http://other/device HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /device/x HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 Credential=////,SignedHeaders=,Signature=\r\n\r\n",
    b"GET /device/x HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 " + b"=," * 5000 + b"\r\n\r\n",
]


@pytest.mark.parametrize("sent", RAW, ids=lambda sent: repr(sent[:30]))
def test_bytes_that_are_no_http_hurt_nobody(sandbox, sent):
    with socket.create_connection(("127.0.0.1", sandbox.port), 1) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65536)
        except OSError:  # the server may hang up first, or wait for the rest
            answer = b""
    assert not answer or (answer.startswith(b"HTTP/1.") and b" 500 " not in answer.split(b"\r\n")[0])
    assert sandbox.is_alive


def test_admin_calls_from_pages_of_others_are_refused(sandbox, start):
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        assert sandbox.http("GET", "/_sandbox/bill", headers=headers).status == 403
    assert sandbox.http("GET", "/_sandbox/bill", headers={"Origin": sandbox.url}).status == 200
    guarded = start("--key", "AKIAIOSFODNN7EXAMPLE:hush", state="guarded")
    assert guarded.http("GET", "/_sandbox/bill").status == 401
    assert guarded.http("GET", "/_sandbox/bill", headers={"x-sandbox-token": "wrong"}).status == 401
    assert guarded.is_alive


def test_without_auth_any_signature_or_none_does(start):
    free = start("--no-auth")
    assert free.http("GET", f"/device/{segment(SV1)}").status == 200
    assert free.signed("GET", f"/device/{segment(SV1)}").status == 200
    scope = "AKIAIOSFODNN7EXAMPLE/20200101/eu-north-1/braket/aws4_request"
    wrong = {"X-Amz-Date": "20200101T000000Z", "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"}
    assert free.http("GET", f"/device/{segment(GARNET)}", headers=wrong).status == 200
