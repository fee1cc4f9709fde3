# SPDX-License-Identifier: Apache-2.0
"""Bodies on their way into S3: checksums that clients send along, in headers and behind chunks, and chunks themselves."""
import base64
import hashlib
import hmac
import os
import zlib

import botocore.auth
import botocore.awsrequest
import pytest
from objects import MIB, read, refused

# ---- checksums ----


@pytest.mark.parametrize("size", [10, 2 * MIB])
@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksums_are_verified_and_returned(s3, bucket, algorithm, size):
    body = os.urandom(size)
    put = s3.put_object(Bucket=bucket, Key="k", Body=body, ChecksumAlgorithm=algorithm)
    member = f"Checksum{algorithm}"
    assert put["ChecksumType"] == "FULL_OBJECT"
    assert s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")[member] == put[member]
    wrong = base64.b64encode(bytes(len(base64.b64decode(put[member])))).decode()
    assert refused(s3.put_object, Bucket=bucket, Key="k", Body=body, **{member: wrong}) == ("BadDigest", 400)
    assert refused(s3.put_object, Bucket=bucket, Key="k", Body=body, **{member: "x"}) == ("InvalidRequest", 400)


@pytest.mark.parametrize("header, check", [("x-amz-checksum-crc32c", "4waSgw=="), ("x-amz-checksum-crc64nvme", "rosUhgp5mIg=")])
def test_checksums_that_botocore_leaves_to_awscrt(sandbox, s3, bucket, header, check):
    put = sandbox.signed("PUT", f"/{bucket}/k", b"123456789", service="s3", headers={header: check})
    assert put.status == 200, put.body
    assert sandbox.signed("PUT", f"/{bucket}/k", b"1234567890", service="s3", headers={header: check}).status == 400
    got = sandbox.signed("GET", f"/{bucket}/k", service="s3", headers={"x-amz-checksum-mode": "ENABLED"})
    assert got.headers[header] == check


def test_an_object_without_a_checksum_gets_crc64nvme(sandbox, s3, bucket):
    assert sandbox.signed("PUT", f"/{bucket}/k", b"123456789", service="s3").headers[
        "x-amz-checksum-crc64nvme"] == "rosUhgp5mIg="


@pytest.mark.parametrize("size", [10, 2 * MIB])
def test_content_md5(sandbox, s3, bucket, size):
    body = os.urandom(size)
    right, wrong = (base64.b64encode(hashlib.md5(text).digest()).decode() for text in (body, b"other"))
    for value, status, code in ((right, 200, b""), (wrong, 400, b"BadDigest"), ("x", 400, b"InvalidDigest")):
        answer = sandbox.signed("PUT", f"/{bucket}/k", body, service="s3", headers={"Content-MD5": value})
        assert answer.status == status
        assert code in answer.body


@pytest.mark.parametrize("size", [10, 2 * MIB])
def test_a_body_that_is_not_what_was_signed(sandbox, s3, bucket, size):
    body = os.urandom(size)
    request = botocore.awsrequest.AWSRequest("PUT", f"{sandbox.url}/{bucket}/k", {}, body)
    botocore.auth.S3SigV4Auth(sandbox.key, "s3", "us-east-1").add_auth(request)
    answer = sandbox.http("PUT", f"/{bucket}/k", body[:-1] + bytes([body[-1] ^ 1]), dict(request.headers.items()))
    assert (answer.status, b"XAmzContentSHA256Mismatch" in answer.body) == (400, True)
    assert refused(s3.head_object, Bucket=bucket, Key="k") == ("404", 404)


# ---- aws-chunked ----


def chunked(pieces, trailer=()):
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return body + b"0\r\n" + b"".join(b"%s:%s\r\n" % line for line in trailer) + b"\r\n"


def put_chunked(sandbox, bucket, body, framed, **headers):
    class Unsigned(botocore.auth.S3SigV4Auth):
        def payload(self, request):
            return "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

    headers = {"Content-Encoding": "aws-chunked", "x-amz-decoded-content-length": str(len(body)),
               "x-amz-trailer": "x-amz-checksum-crc32", **headers}
    request = botocore.awsrequest.AWSRequest("PUT", f"{sandbox.url}/{bucket}/k", headers, framed)
    Unsigned(sandbox.key, "s3", "us-east-1").add_auth(request)
    return sandbox.http("PUT", f"/{bucket}/k", framed, dict(request.headers.items()))


@pytest.mark.parametrize("size", [0, 10, 200000, 3 * MIB])
def test_chunks_with_a_trailer(sandbox, s3, bucket, size):
    body = os.urandom(size)
    pieces = [body[i:i + 65536] for i in range(0, size, 65536)]
    crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big"))
    answer = put_chunked(sandbox, bucket, body, chunked(pieces, [(b"x-amz-checksum-crc32", crc)]))
    assert answer.status == 200, answer.body
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == body
    assert "ContentEncoding" not in got
    assert got["ChecksumCRC32"] == crc.decode()


@pytest.mark.parametrize("size", [10, 3 * MIB])
def test_chunks_that_are_wrong(sandbox, s3, bucket, size):
    body = os.urandom(size)
    crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big"))
    for framed, code in ((chunked([body], [(b"x-amz-checksum-crc32", b"AAAAAA==")]), b"BadDigest"),
                         (chunked([body], []), b""), (chunked([body[:-1]], [(b"x-amz-checksum-crc32", crc)]), b""),
                         (b"zz\r\n" + body, b"IncompleteBody"),
                         (chunked([body], [(b"x-amz-checksum-crc32", crc)])[:-8], b"")):
        answer = put_chunked(sandbox, bucket, body, framed)
        assert answer.status == 400
        assert code in answer.body
    assert refused(s3.head_object, Bucket=bucket, Key="k") == ("404", 404)


def signed_chunks(sandbox, bucket, pieces, spoil=False):
    """STREAMING-AWS4-HMAC-SHA256-PAYLOAD: each chunk signed with the signature before it."""
    class Streaming(botocore.auth.S3SigV4Auth):
        def payload(self, request):
            return "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"

    headers = {"Content-Encoding": "aws-chunked", "x-amz-decoded-content-length": str(sum(map(len, pieces)))}
    request = botocore.awsrequest.AWSRequest("PUT", f"{sandbox.url}/{bucket}/k", headers, b"")
    auth = Streaming(sandbox.key, "s3", "us-east-1")
    auth.add_auth(request)
    signature = request.headers["Authorization"].rpartition("Signature=")[2]
    date = request.headers["X-Amz-Date"]
    scope, empty = f"{date[:8]}/us-east-1/s3/aws4_request", hashlib.sha256(b"").hexdigest()
    key = b"AWS4" + sandbox.key.secret_key.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    framed = b""
    for piece in [*pieces, b""]:
        text = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", date, scope, signature, empty, hashlib.sha256(piece).hexdigest()])
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        sent = piece[:-1] + b"!" if spoil and piece else piece
        framed += b"%x;chunk-signature=%s\r\n%s\r\n" % (len(piece), signature.encode(), sent)
    return sandbox.http("PUT", f"/{bucket}/k", framed, {**dict(request.headers.items()), "Content-Length": str(len(framed))})


def test_signed_chunks(sandbox, s3, bucket):
    pieces = [os.urandom(65536), os.urandom(70000), b"end"]
    assert signed_chunks(sandbox, bucket, pieces).status == 200
    assert read(s3, bucket, "k") == b"".join(pieces)
    answer = signed_chunks(sandbox, bucket, [b"a" * 100], spoil=True)
    assert (answer.status, b"SignatureDoesNotMatch" in answer.body) == (403, True)
    assert read(s3, bucket, "k") == b"".join(pieces)


def test_all_in_one_chunk(sandbox, s3, bucket):
    """As the clients of some languages send it, however long it is."""
    body = bytes(17 * MIB)
    crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big"))
    assert put_chunked(sandbox, bucket, body, chunked([body], [(b"x-amz-checksum-crc32", crc)])).status == 200
    assert s3.head_object(Bucket=bucket, Key="k")["ContentLength"] == len(body)
