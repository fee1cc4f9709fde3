# SPDX-License-Identifier: Apache-2.0
"""URLs that are signed beforehand in the older way, which boto3 and the AWS CLI make of themselves; those of SigV4 are in
test_s3.py."""
import boto3
import pytest


@pytest.fixture
def url_of(sandbox, bucket):
    """url_of("get_object", Key="k", ...): as boto3 makes it when nobody says how, without the host."""
    def make(name, seconds=60, session=None, **members):
        s3 = (session or sandbox.session()).client("s3", endpoint_url=sandbox.url)
        whole = s3.generate_presigned_url(name, {"Bucket": bucket, "Key": "\u00fc k+&", **members}, seconds)
        assert "AWSAccessKeyId=" in whole and "X-Amz-" not in whole
        return whole.removeprefix(sandbox.url)

    return make


def test_they_do_what_they_were_signed_for(sandbox, url_of):
    assert sandbox.http("PUT", url_of("put_object"), b"by anybody").status == 200
    typed = url_of("put_object", ContentType="text/x", Metadata={"a_b": "1"})
    assert sandbox.http("PUT", typed, b"typed", {"Content-Type": "text/x", "x-amz-meta-a_b": "1"}).status == 200
    assert sandbox.http("GET", url_of("get_object")).body == b"typed"
    head = sandbox.http("HEAD", url_of("head_object"))
    assert (head.status, head.headers["Content-Type"], head.headers["x-amz-meta-a_b"]) == (200, "text/x", "1")
    answer = sandbox.http("GET", url_of("get_object", ResponseContentType="text/z", ResponseCacheControl="no-cache, a=b"))
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("text/z", "no-cache, a=b")
    assert sandbox.http("GET", url_of("get_object_tagging")).status == 200
    assert sandbox.http("DELETE", url_of("delete_object")).status == 204
    assert sandbox.http("GET", url_of("get_object")).status == 404


def test_they_hold_for_what_they_name_alone(sandbox, s3, bucket, url_of):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    good = url_of("get_object", Key="k")
    for spoiled, code in ((good.replace("/k?", "/other?"), b"SignatureDoesNotMatch"),
                          (good + "&acl", b"SignatureDoesNotMatch"),
                          (good.replace("Signature=", "Signature=x"), b"SignatureDoesNotMatch"),
                          (good.replace("AWSAccessKeyId=", "AWSAccessKeyId=x"), b"InvalidAccessKeyId"),
                          (good.replace("Expires=", "Expires=9"), b"AccessDenied"),
                          (good.replace("Expires=", "Expires=x"), b"AccessDenied"),
                          (url_of("get_object", -5, Key="k"), b"Request has expired")):
        answer = sandbox.http("GET", spoiled)
        assert answer.status == 403 and code in answer.body, spoiled
    assert sandbox.http("PUT", good, b"y").status == 403
    assert sandbox.http("GET", good, headers={"x-amz-meta-more": "1"}).status == 403
    assert sandbox.http("GET", good).body == b"x"
    sandbox.admin("POST", "clock", {"advance_s": 61})
    assert b"Request has expired" in sandbox.http("GET", good).body


def test_they_are_s3s_alone(sandbox, url_of):
    query = url_of("get_object").partition("?")[2]
    for target in ("/devices", "/device/x", "/quantum-task/x", "/"):
        assert sandbox.http("GET", f"{target}?{query}").status in (403, 404)
        assert sandbox.http("POST", f"{target}?{query}", b"{}").status in (403, 404, 405)


def test_they_carry_a_session_token(sandbox, s3, bucket, url_of):
    given = sandbox.client("sts").get_session_token()["Credentials"]
    session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], "us-east-1")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    good = url_of("get_object", session=session, Key="k")
    assert "x-amz-security-token=" in good and sandbox.http("GET", good).body == b"x"
    bare = "&".join(part for part in good.split("&") if not part.startswith("x-amz-security-token"))
    assert b"<Code>InvalidToken</Code>" in sandbox.http("GET", bare).body
