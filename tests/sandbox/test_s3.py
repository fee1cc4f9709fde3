# SPDX-License-Identifier: Apache-2.0
"""S3 as boto3 meets it: objects, ranges, conditions, listings, copies, buckets, tags, and what S3 answers when something
is wrong."""
import base64
import datetime
import hashlib
import os
import urllib.parse
import zlib

import pytest
from objects import MIB, read, refused

TREE = ["a", "a/", "a/1", "a/2", "a/b/1", "b/1", "c", "d/1", "d/2", "ü/ä", "z z+%41&<>"]


@pytest.fixture
def tree(s3, bucket):
    for key in TREE:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    return bucket


# ---- put, get, head ----


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, MIB, MIB + 1, 3 * MIB])
def test_bytes_come_back(s3, bucket, size):
    body = os.urandom(size)
    put = s3.put_object(Bucket=bucket, Key="k", Body=body)
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == body
    assert got["ContentLength"] == size
    assert got["ChecksumCRC32"] == base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
    assert got["ContentType"] == "binary/octet-stream"
    head = s3.head_object(Bucket=bucket, Key="k")
    assert (head["ContentLength"], head["ETag"]) == (size, put["ETag"])


@pytest.mark.parametrize("key", TREE + ["a//b", "/a", "a/../b", "a/./b", "a?b=c#d", "\U0001f600", "k" * 1024, "a\tb\nc"])
def test_any_key(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert read(s3, bucket, key) == key.encode()
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]


def test_a_key_has_at_most_1024_bytes(s3, bucket):
    assert refused(s3.put_object, Bucket=bucket, Key="ü" * 513, Body=b"") == ("KeyTooLongError", 400)


def test_headers_come_back(s3, bucket):
    headers = {"ContentType": "text/plain; charset=utf-8", "CacheControl": "no-store", "ContentEncoding": "gzip",
               "ContentDisposition": 'attachment; filename="x"', "ContentLanguage": "de",
               "Metadata": {"one": "1", "two": "a b"}, "StorageClass": "STANDARD_IA"}
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **headers)
    for got in (s3.get_object(Bucket=bucket, Key="k"), s3.head_object(Bucket=bucket, Key="k")):
        assert {name: got[name] for name in headers} == headers
        assert abs(got["LastModified"] - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(seconds=60)


def test_response_headers_are_overridden(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentType="text/plain")
    got = s3.get_object(Bucket=bucket, Key="k", ResponseContentType="text/html", ResponseCacheControl="no-cache")
    assert (got["ContentType"], got["CacheControl"]) == ("text/html", "no-cache")


def test_an_overriding_header_is_one_header(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    for value in ("a\r\nx-amz-meta-b: c", "a\nb", "\x7f"):
        assert refused(s3.get_object, Bucket=bucket, Key="k", ResponseContentType=value) == ("InvalidArgument", 400)


def test_too_much_metadata(s3, bucket):
    code = refused(s3.put_object, Bucket=bucket, Key="k", Body=b"", Metadata={"a": "x" * 2048})
    assert code == ("MetadataTooLarge", 400)


@pytest.mark.parametrize("size", [100, 200000])
@pytest.mark.parametrize("text, first, last", [
    ("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=90-", 90, None), ("bytes=-5", -5, None),
    ("bytes=10-999999999", 10, None), ("bytes=-999999999", 0, None)])
def test_ranges(s3, bucket, size, text, first, last):
    body = os.urandom(size)
    s3.put_object(Bucket=bucket, Key="k", Body=body)
    got = s3.get_object(Bucket=bucket, Key="k", Range=text)
    wanted = body[first:] if last is None else body[first:last + 1]
    start = first if first >= 0 else size + first
    assert got["Body"].read() == wanted
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert got["ContentRange"] == f"bytes {start}-{start + len(wanted) - 1}/{size}"
    assert s3.head_object(Bucket=bucket, Key="k", Range=text)["ContentLength"] == len(wanted)


def test_ranges_outside_and_not_understood(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    for text in ("bytes=10-", "bytes=99-100", "bytes=-0"):
        assert refused(s3.get_object, Bucket=bucket, Key="k", Range=text) == ("InvalidRange", 416)
    for text in ("bytes=5-3", "bytes=a-b", "bytes=", "lines=0-1", "bytes=0-1,3-4", "bytes=-"):
        assert read(s3, bucket, "k", Range=text) == b"0123456789"


def test_conditions_on_reading(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    now = datetime.datetime.now(datetime.timezone.utc)
    before, after = now - datetime.timedelta(hours=1), now + datetime.timedelta(hours=1)
    for call in (s3.get_object, s3.head_object):
        for passing in ({"IfMatch": etag}, {"IfMatch": "*"}, {"IfNoneMatch": '"other"'}, {"IfModifiedSince": before},
                        {"IfUnmodifiedSince": after}, {"IfMatch": etag, "IfUnmodifiedSince": before}):
            call(Bucket=bucket, Key="k", **passing)
        for same in ({"IfNoneMatch": etag}, {"IfModifiedSince": after}, {"IfNoneMatch": etag, "IfModifiedSince": before}):
            assert refused(call, Bucket=bucket, Key="k", **same)[1] == 304
        for failing in ({"IfMatch": '"other"'}, {"IfUnmodifiedSince": before}):
            assert refused(call, Bucket=bucket, Key="k", **failing)[1] == 412
    assert refused(s3.get_object, Bucket=bucket, Key="k", IfMatch='"other"')[0] == "PreconditionFailed"


def test_304_has_no_body(sandbox, s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    answer = sandbox.signed("GET", f"/{bucket}/k", service="s3", headers={"If-None-Match": etag})
    assert (answer.status, answer.body) == (304, b"")
    assert {name.lower(): value for name, value in answer.headers.items()}["etag"] == etag


def test_conditions_on_writing(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    assert refused(s3.put_object, Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*") == ("PreconditionFailed", 412)
    s3.put_object(Bucket=bucket, Key="k", Body=b"3", IfMatch=etag)
    assert refused(s3.put_object, Bucket=bucket, Key="k", Body=b"4", IfMatch=etag) == ("PreconditionFailed", 412)
    assert refused(s3.put_object, Bucket=bucket, Key="new", Body=b"4", IfMatch=etag) == ("NoSuchKey", 404)
    assert read(s3, bucket, "k") == b"3"
    assert refused(s3.delete_object, Bucket=bucket, Key="k", IfMatch=etag) == ("PreconditionFailed", 412)


def test_what_is_missing(s3, bucket):
    assert refused(s3.get_object, Bucket=bucket, Key="k") == ("NoSuchKey", 404)
    assert refused(s3.head_object, Bucket=bucket, Key="k") == ("404", 404)
    assert refused(s3.get_object, Bucket="no-such-bucket", Key="k") == ("NoSuchBucket", 404)
    assert refused(s3.put_object, Bucket="no-such-bucket", Key="k", Body=b"") == ("NoSuchBucket", 404)
    assert refused(s3.list_objects_v2, Bucket="no-such-bucket") == ("NoSuchBucket", 404)
    assert refused(s3.delete_object, Bucket="no-such-bucket", Key="k") == ("NoSuchBucket", 404)
    assert refused(s3.head_bucket, Bucket="no-such-bucket") == ("404", 404)


# ---- listings ----


def listed(answer):
    return ([one["Key"] for one in answer.get("Contents", [])],
            [one["Prefix"] for one in answer.get("CommonPrefixes", [])])


def model_of_listing(prefix, delimiter):
    keys, prefixes = [], []
    for key in sorted(TREE, key=str.encode):
        if not key.startswith(prefix):
            continue
        head, mark, _ = key[len(prefix):].partition(delimiter) if delimiter else (key, "", "")
        if mark:
            prefixes += [prefix + head + mark] if prefix + head + mark not in prefixes else []
        else:
            keys.append(key)
    return keys, prefixes


@pytest.mark.parametrize("most", [1, 2, 3, 1000])
def test_listings_are_what_they_are_however_they_are_paged(s3, tree, most):
    for prefix in ("", "a", "a/", "a/b", "d/", "ü", "nothing"):
        for delimiter in ("", "/", "b/", "1"):
            wanted = model_of_listing(prefix, delimiter)
            for name, size in (("list_objects_v2", "MaxKeys"), ("list_objects", "MaxKeys")):
                keys, prefixes = [], []
                arguments = {"Bucket": tree, "Prefix": prefix, size: most}
                for page in s3.get_paginator(name).paginate(**arguments, **({"Delimiter": delimiter} if delimiter else {})):
                    more, more_prefixes = listed(page)
                    assert len(more) + len(more_prefixes) <= most
                    keys, prefixes = keys + more, prefixes + more_prefixes
                assert (keys, prefixes) == wanted, (name, prefix, delimiter)


def test_what_listings_say(s3, tree):
    answer = s3.list_objects_v2(Bucket=tree, StartAfter="a/2", MaxKeys=2, FetchOwner=True)
    assert (answer["KeyCount"], answer["IsTruncated"], answer["StartAfter"]) == (2, True, "a/2")
    first = answer["Contents"][0]
    assert (first["Key"], first["Size"], first["StorageClass"]) == ("a/b/1", 5, "STANDARD")
    assert first["ETag"] == f'"{hashlib.md5(b"a/b/1").hexdigest()}"'
    assert first["Owner"]["ID"]
    assert "Owner" not in s3.list_objects_v2(Bucket=tree)["Contents"][0]
    assert s3.list_objects_v2(Bucket=tree, MaxKeys=0)["KeyCount"] == 0
    assert refused(s3.list_objects_v2, Bucket=tree, ContinuationToken="x") == ("InvalidArgument", 400)
    assert refused(s3.list_objects_v2, Bucket=tree, MaxKeys=-1) == ("InvalidArgument", 400)
    assert refused(s3.list_objects_v2, Bucket=tree, EncodingType="other") == ("InvalidArgument", 400)


def test_a_listing_that_is_not_encoded(sandbox, s3, tree):
    body = sandbox.signed("GET", f"/{tree}?list-type=2&prefix=z", service="s3").body.decode()
    assert "<Key>z z+%41&amp;&lt;&gt;</Key>" in body


# ---- copies and deletions ----


@pytest.mark.parametrize("size", [10, 3 * MIB])
def test_copies(s3, bucket, size):
    body = os.urandom(size)
    put = s3.put_object(Bucket=bucket, Key="from ü+", Body=body, ContentType="text/plain", Metadata={"a": "1"}, Tagging="t=1")
    source = {"Bucket": bucket, "Key": "from ü+"}
    copied = s3.copy_object(Bucket=bucket, Key="to", CopySource=source)["CopyObjectResult"]
    assert (copied["ETag"], copied["ChecksumCRC32"]) == (put["ETag"], put["ChecksumCRC32"])
    got = s3.get_object(Bucket=bucket, Key="to")
    assert (got["Body"].read(), got["ContentType"], got["Metadata"], got["TagCount"]) == (body, "text/plain", {"a": "1"}, 1)
    s3.copy_object(Bucket=bucket, Key="to", CopySource=source, MetadataDirective="REPLACE", Metadata={"b": "2"},
                   TaggingDirective="REPLACE", ChecksumAlgorithm="SHA256")
    got = s3.get_object(Bucket=bucket, Key="to", ChecksumMode="ENABLED")
    assert (got["Metadata"], got["ContentType"], "TagCount" in got) == ({"b": "2"}, "binary/octet-stream", False)
    assert got["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(body).digest()).decode()
    s3.delete_object(Bucket=bucket, Key="from ü+")
    assert read(s3, bucket, "to") == body


def test_copies_that_are_refused(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    here = {"Bucket": bucket, "Key": "k"}
    assert refused(s3.copy_object, **here, CopySource=here) == ("InvalidRequest", 400)
    s3.copy_object(**here, CopySource=here, MetadataDirective="REPLACE", Metadata={"a": "1"})
    for source, code in ((f"{bucket}/none", ("NoSuchKey", 404)), ("no-such-bucket/k", ("NoSuchBucket", 404)),
                         ("nothing", ("InvalidArgument", 400)), (f"{bucket}/k?versionId=1", ("NotImplemented", 501))):
        assert refused(s3.copy_object, Bucket=bucket, Key="to", CopySource=source) == code
    for condition in ({"CopySourceIfMatch": '"x"'}, {"CopySourceIfNoneMatch": etag},
                      {"CopySourceIfModifiedSince": datetime.datetime(2100, 1, 1)},
                      {"CopySourceIfUnmodifiedSince": datetime.datetime(2000, 1, 1)}):
        assert refused(s3.copy_object, Bucket=bucket, Key="to", CopySource=here, **condition) == ("PreconditionFailed", 412)


def test_many_are_deleted_at_once(sandbox, s3, tree):
    objects = [{"Key": key} for key in [*TREE[:5], "not there"]]
    answer = s3.delete_objects(Bucket=tree, Delete={"Objects": objects})
    assert [one["Key"] for one in answer["Deleted"]] == [*TREE[:5], "not there"]
    answer = s3.delete_objects(Bucket=tree, Delete={"Objects": [{"Key": "c"}, {"Key": "d/1", "VersionId": "v"}], "Quiet": True})
    assert "Deleted" not in answer
    assert [(one["Key"], one["Code"]) for one in answer["Errors"]] == [("d/1", "NotImplemented")]
    assert listed(s3.list_objects_v2(Bucket=tree))[0] == ["b/1", "d/1", "d/2", "z z+%41&<>", "ü/ä"]
    too_many = [{"Key": str(i)} for i in range(1001)]
    assert refused(s3.delete_objects, Bucket=tree, Delete={"Objects": too_many}) == ("MalformedXML", 400)
    assert refused(s3.delete_objects, Bucket=tree, Delete={"Objects": []}) == ("MalformedXML", 400)
    answer = sandbox.signed("POST", f"/{tree}?delete", b"<Delete><Object><Key>c</Key></Object></Delete>", service="s3")
    assert (answer.status, b"Missing required header" in answer.body) == (400, True)


@pytest.mark.parametrize("xml", [
    b"", b"<Delete>", b"<Other/>", b'<!DOCTYPE a [<!ENTITY b "c">]><Delete><Object><Key>&b;</Key></Object></Delete>',
    b"<Delete><Object/></Delete>", b"<a>" * 9 + b"</a>" * 9, b"\xff\xfe\x00"])
def test_xml_that_is_refused(sandbox, s3, bucket, xml):
    md5 = base64.b64encode(hashlib.md5(xml).digest()).decode()
    answer = sandbox.signed("POST", f"/{bucket}?delete", xml, service="s3", headers={"Content-MD5": md5})
    assert (answer.status, b"<Code>MalformedXML</Code>" in answer.body) == (400, True)


# ---- buckets ----


def test_buckets(sandbox, s3):
    west = sandbox.client("s3", "us-west-1")
    place = {"CreateBucketConfiguration": {"LocationConstraint": "us-west-1"}}
    west.create_bucket(Bucket="in-the-west", **place)
    assert refused(west.create_bucket, Bucket="in-the-west", **place) == ("BucketAlreadyOwnedByYou", 409)
    assert refused(west.create_bucket, Bucket="nowhere-said") == ("IllegalLocationConstraintException", 400)
    other = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-2"}}
    assert refused(west.create_bucket, Bucket="elsewhere", **other) == ("IllegalLocationConstraintException", 400)
    endless = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-2" * 4}}
    assert refused(s3.create_bucket, Bucket="elsewhere", **endless) == ("InvalidLocationConstraint", 400)
    s3.create_bucket(Bucket="in-the-east")
    s3.create_bucket(Bucket="in-the-east")  # us-east-1: 200
    assert west.get_bucket_location(Bucket="in-the-west")["LocationConstraint"] == "us-west-1"
    assert s3.get_bucket_location(Bucket="in-the-east")["LocationConstraint"] is None
    assert s3.head_bucket(Bucket="in-the-west")["BucketRegion"] == "us-west-1"
    assert {"in-the-east", "in-the-west"} <= {one["Name"] for one in s3.list_buckets()["Buckets"]}
    assert [one["Name"] for one in s3.list_buckets(Prefix="in-the-w")["Buckets"]] == ["in-the-west"]
    s3.put_object(Bucket="in-the-east", Key="k", Body=b"")
    assert refused(s3.delete_bucket, Bucket="in-the-east") == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket="in-the-east", Key="k")
    for name in ("in-the-east", "in-the-west"):
        s3.delete_bucket(Bucket=name)
        assert refused(s3.delete_bucket, Bucket=name) == ("NoSuchBucket", 404)


@pytest.mark.parametrize("name", ["ab", "a" * 64, "Upper", "under_score", "-a-", "a..b", "192.168.0.1", "xn--abc", "a-s3alias"])
def test_names_that_no_bucket_has(sandbox, name):
    answer = sandbox.signed("PUT", f"/{name}", service="s3")
    assert (answer.status, b"<Code>InvalidBucketName</Code>" in answer.body) == (400, True)


def test_tags_and_public_access(s3, bucket):
    assert refused(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", 404)
    tags = [{"Key": "a", "Value": "1 + 2"}, {"Key": "b", "Value": ""}]
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    twice = {"TagSet": [tags[0], tags[0]]}
    assert refused(s3.put_bucket_tagging, Bucket=bucket, Tagging=twice) == ("InvalidTag", 400)
    s3.delete_bucket_tagging(Bucket=bucket)
    assert refused(s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", 404)
    assert refused(s3.get_public_access_block, Bucket=bucket) == ("NoSuchPublicAccessBlockConfiguration", 404)
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == block
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"", Tagging="x=1&y=%20")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "x", "Value": "1"}, {"Key": "y", "Value": " "}]
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == tags
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    assert refused(s3.get_object_tagging, Bucket=bucket, Key="none") == ("NoSuchKey", 404)


def test_what_the_sandbox_has_not(sandbox, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    for call, more in ((s3.put_bucket_versioning, {"VersioningConfiguration": {"Status": "Enabled"}}),
                       (s3.list_object_versions, {}), (s3.get_bucket_policy, {}), (s3.get_bucket_acl, {}),
                       (s3.get_bucket_lifecycle_configuration, {}), (s3.get_object_acl, {"Key": "k"}),
                       (s3.get_object, {"Key": "k", "VersionId": "1"}),
                       (s3.delete_object, {"Key": "k", "VersionId": "1"})):
        assert refused(call, Bucket=bucket, **more) == ("NotImplemented", 501)
    assert refused(s3.put_object, Bucket=bucket, Key="k", ACL="public-read") == ("AccessControlListNotSupported", 400)
    assert sandbox.signed("POST", f"/{bucket}/k", service="s3").status == 405
    assert sandbox.signed("PATCH", f"/{bucket}", service="s3").status == 405
    assert read(s3, bucket, "k") == b"x"


# ---- addressing and presigned URLs ----


HOSTS = ["{}.s3.amazonaws.com", "{}.s3.eu-west-1.amazonaws.com", "{}.s3-eu-west-1.amazonaws.com", "{}.localhost:4567",
         "{}.s3.dualstack.eu-west-1.amazonaws.com", "{}.s3-accelerate.amazonaws.com", "{}.s3-external-1.amazonaws.com",
         "{}.s3-fips.us-east-1.amazonaws.com", "{}.s3.localhost:4567", "{}.s3.localhost.localstack.cloud:4566"]
PATH_HOSTS = ["s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", "s3-eu-west-1.amazonaws.com", "localhost:4567",
              "s3.dualstack.eu-west-1.amazonaws.com", "s3.localhost:4567", "host.docker.internal:4567"]


def host_settings(host):
    return {"service": "s3", "region": "eu-west-1" if "eu-" in host else "us-east-1", "headers": {"Host": host}}


@pytest.mark.parametrize("host", PATH_HOSTS)
def test_the_bucket_in_the_path(sandbox, s3, bucket, host):
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"path")
    answer = sandbox.signed("GET", f"/{bucket}/a/b", **host_settings(host))
    assert (answer.status, answer.body) == (200, b"path")


@pytest.mark.parametrize("host", ["s3-eu-west-1.amazonaws.com", "x.s3-eu-west-1.amazonaws.com", "x.s3.eu-west-1.amazonaws.com"])
def test_a_host_of_one_region_refuses_signatures_for_another(sandbox, host):
    answer = sandbox.signed("GET", "/a", service="s3", region="us-east-1", headers={"Host": host})
    assert answer.status == 400 and b"<Region>eu-west-1</Region>" in answer.body


@pytest.mark.parametrize("host", HOSTS)
def test_the_bucket_in_the_host(sandbox, s3, bucket, host):
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"virtual")
    how = host_settings(host.format(bucket))
    answer = sandbox.signed("GET", "/a/b", **how)
    assert (answer.status, answer.body) == (200, b"virtual")
    answer = sandbox.signed("GET", "/?list-type=2", **how)
    assert b"<Key>a/b</Key>" in answer.body


def test_presigned_urls(sandbox, bucket):
    s3 = sandbox.client("s3", signature_version="s3v4")

    def url(name, **arguments):
        whole = s3.generate_presigned_url(name, {"Bucket": bucket, "Key": "ü k", **arguments}, 60)
        return whole.removeprefix(sandbox.url)

    assert sandbox.http("PUT", url("put_object"), b"by anybody").status == 200
    assert sandbox.http("GET", url("get_object")).body == b"by anybody"
    answer = sandbox.http("GET", url("get_object", ResponseContentType="text/x"))
    assert answer.headers["Content-Type"] == "text/x"
    target = url("get_object").replace(urllib.parse.quote("ü k"), "other")
    assert sandbox.http("GET", target).status == 403
