# SPDX-License-Identifier: Apache-2.0
"""moto as a second judge of S3, STS, IAM and ECR: the same calls of boto3 to moto's server and to the sandbox give the
same answers: status, members, codes of errors, bodies, listings. What differs stands in a scene's table with its reason,
and must differ: where moto and AWS part, AWS wins."""
import base64
import datetime
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import zlib

import pytest
from ends import End, differences
from sandboxes import ACCOUNT

MIB = 1 << 20
START_S = 60


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    """The address of a moto server of this file's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("moto") / "log"
    with log.open("wb") as errors:
        server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                                  stdout=errors, stderr=errors, env={**os.environ, "MOTO_ACCOUNT_ID": ACCOUNT})
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + START_S
    while True:
        try:
            urllib.request.urlopen(url + "/moto-api/", timeout=1).close()
            break
        except OSError:
            assert server.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.05)
    yield url
    server.terminate()
    server.wait(20)


# Differences that may be in any scene: a pattern of how they are told, and why the sandbox is right.
EVERYWHERE = {
    r"ChecksumType: 'FULL_OBJECT' here, None there": "S3 says what a checksum is of",
    r"ServerSideEncryption: 'AES256' here, None there": "S3 encrypts all since 2023, and says so",
    r"\.DisplayName: None here, 'str' there": "S3 gives no display names since the end of 2025",
    r"ChecksumAlgorithm: \['CRC32'\] here, None there": "the older listing tells of checksums, too",
    r"(\.Prefix|\.Marker): '' here, None there": "S3 gives back what was not asked for as an empty element",
    r"^fetch \d+\.type: None here, 'text/html": "S3 gives an empty answer no type",
}

SCENES = {}


def scene(reasons=None):
    """A run of calls that both ends are asked, and what else may differ in it, as in EVERYWHERE."""
    def keep(play):
        SCENES[play.__name__] = play, reasons or {}
        return play
    return keep


# ---- S3 ----

def make(end, name="scene"):
    s3 = end.client("s3")
    end.ask(s3, "create_bucket", Bucket=name)
    return s3, {"Bucket": name}


@scene()
def objects(end):
    s3, where = make(end)
    for size in (0, 1, 70000):
        end.ask(s3, "put_object", **where, Key=f"k{size}", Body=b"\x05" * size)
        end.ask(s3, "get_object", **where, Key=f"k{size}")
        end.ask(s3, "head_object", **where, Key=f"k{size}")
    headers = {"ContentType": "text/plain; charset=utf-8", "CacheControl": "no-store", "ContentEncoding": "gzip",
               "ContentDisposition": 'attachment; filename="x"', "ContentLanguage": "de", "StorageClass": "STANDARD_IA",
               "Metadata": {"one": "1", "two": "a b"}, "Tagging": "a=1&b=%20"}
    end.ask(s3, "put_object", **where, Key="\u00fc z+%41&<>", Body=b"headers", **headers)
    end.ask(s3, "get_object", **where, Key="\u00fc z+%41&<>")
    end.ask(s3, "head_object", **where, Key="\u00fc z+%41&<>")
    end.ask(s3, "get_object", **where, Key="k1", ResponseContentType="text/html", ResponseCacheControl="no-cache")
    for operation in ("get_object", "head_object", "get_object_tagging"):
        end.ask(s3, operation, **where, Key="none")
        end.ask(s3, operation, Bucket="no-such-bucket", Key="none")
    end.ask(s3, "delete_object", **where, Key="k1")
    end.ask(s3, "delete_object", **where, Key="k1")
    end.ask(s3, "delete_object", Bucket="no-such-bucket", Key="k")
    end.ask(s3, "put_object", Bucket="no-such-bucket", Key="k", Body=b"x")


@scene({
    r"^(get|head)_object 10\.": "a unit other than bytes is no range: the whole object comes",
    r"^get_object 5\.ChecksumCRC32: None here": "a range has no checksum of the whole, even when it is all",
})
def ranges(end):
    s3, where = make(end)
    end.ask(s3, "put_object", **where, Key="k", Body=b"0123456789")
    for text in ("bytes=0-0", "bytes=2-5", "bytes=7-", "bytes=-3", "bytes=4-999", "bytes=-999", "bytes=10-", "bytes=-0",
                 "bytes=99-100", "bytes=5-3", "lines=0-1"):
        end.ask(s3, "get_object", **where, Key="k", Range=text)
        end.ask(s3, "head_object", **where, Key="k", Range=text)


@scene({
    r"^(get|head)_object 2\.": "any object matches *",
})
def conditions(end):
    s3, where = make(end)
    etag = end.ask(s3, "put_object", **where, Key="k", Body=b"x")["ETag"]
    now = datetime.datetime.now(datetime.timezone.utc)
    before, after = now - datetime.timedelta(hours=1), now + datetime.timedelta(hours=1)
    for condition in ({"IfMatch": etag}, {"IfMatch": '"other"'}, {"IfMatch": "*"}, {"IfNoneMatch": etag}, {"IfNoneMatch": '"other"'},
                      {"IfModifiedSince": before}, {"IfModifiedSince": after}, {"IfUnmodifiedSince": before},
                      {"IfUnmodifiedSince": after}):
        end.ask(s3, "get_object", **where, Key="k", **condition)
        end.ask(s3, "head_object", **where, Key="k", **condition)
    for condition in ({"IfNoneMatch": "*"}, {"IfMatch": etag}, {"IfMatch": '"other"'}):
        end.ask(s3, "put_object", **where, Key="k", Body=b"y", **condition)
        end.ask(s3, "put_object", **where, Key=f"new{len(str(condition))}", Body=b"y", **condition)


@scene({
    r"^put_object [35]\.": "a wrong checksum is refused with BadDigest",
    r"^list_objects_v2 0\.": "so it makes no object",
})
def checksums(end):
    s3, where = make(end)
    body = b"checked" * 10
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        end.ask(s3, "put_object", **where, Key=algorithm, Body=body, ChecksumAlgorithm=algorithm)
        end.ask(s3, "head_object", **where, Key=algorithm, ChecksumMode="ENABLED")
        end.ask(s3, "get_object", **where, Key=algorithm, ChecksumMode="ENABLED")
    end.ask(s3, "put_object", **where, Key="wrong", Body=body, ChecksumCRC32="AAAAAA==")
    right, wrong = (base64.b64encode(hashlib.md5(text).digest()).decode() for text in (body, b"other"))
    end.ask(s3, "put_object", **where, Key="md5", Body=body, ContentMD5=right)
    end.ask(s3, "put_object", **where, Key="md5", Body=body, ContentMD5=wrong)
    end.ask(s3, "list_objects_v2", **where)


@scene({
    r"^list_objects 1[234]\.Prefix: '%C3%BC' here": "with encoding-type=url a prefix comes back encoded, too; botocore leaves it so",
    r"^list_objects 2[12]\.": "common prefixes count and are passed over in pages like keys",
    r"^list_objects 23\.Marker: 'a/b/1' here, None there": "S3 gives the marker back",
    r"^list_objects 23\.NextMarker: None here": "there is a next marker only with a delimiter, and it is a key",
    r"^list_objects_v2 22\.ContinuationToken: 'str' here, None there": "S3 gives the token back",
})
def listings(end):
    s3, where = make(end)
    keys = ["a", "a/", "a/1", "a/2", "a/b/1", "b/1", "c", "d/1", "d/2", "\u00fc/\u00e4", "z z+%41&<>"]
    for key in keys:
        end.ask(s3, "put_object", **where, Key=key, Body=key.encode())
    for operation in ("list_objects_v2", "list_objects"):
        for prefix in ("", "a", "a/", "d/", "\u00fc", "none"):
            for delimiter in ({}, {"Delimiter": "/"}, {"Delimiter": "b/"}):
                end.ask(s3, operation, **where, Prefix=prefix, **delimiter)
        end.ask(s3, operation, **where, MaxKeys=0)
        end.ask(s3, operation, Bucket="no-such-bucket")
        end.ask(s3, operation, **where, EncodingType="url")
    page = end.ask(s3, "list_objects_v2", **where, MaxKeys=4, Delimiter="/", FetchOwner=True)
    end.ask(s3, "list_objects_v2", **where, MaxKeys=4, Delimiter="/", ContinuationToken=page["NextContinuationToken"])
    end.ask(s3, "list_objects_v2", **where, StartAfter="a/2", MaxKeys=3)
    page = end.ask(s3, "list_objects", **where, MaxKeys=4, Delimiter="/")
    end.ask(s3, "list_objects", **where, MaxKeys=4, Delimiter="/", Marker=page.get("NextMarker", "a/"))
    end.ask(s3, "list_objects", **where, MaxKeys=4, Marker="a/b/1")


@scene({
    r"^copy_object (9|11|12)\.": "conditions on the source are looked at: PreconditionFailed",
    r"^get_object 3\.TagCount|^get_object_tagging 3\.": "a copy is a new object: it keeps no tags of the one it replaces",
})
def copies(end):
    s3, where = make(end)
    etag = end.ask(s3, "put_object", **where, Key="from \u00fc+", Body=b"copied", ContentType="text/plain",
                   Metadata={"a": "1"}, Tagging="t=1")["ETag"]
    source = {**where, "Key": "from \u00fc+"}
    for more in ({}, {"MetadataDirective": "REPLACE", "Metadata": {"b": "2"}, "ContentType": "text/x"},
                 {"TaggingDirective": "REPLACE", "Tagging": "n=2"}, {"ChecksumAlgorithm": "SHA256"}):
        end.ask(s3, "copy_object", **where, Key="to", CopySource=source, **more)
        end.ask(s3, "get_object", **where, Key="to")
        end.ask(s3, "get_object_tagging", **where, Key="to")
    end.ask(s3, "copy_object", **source, CopySource=source)
    end.ask(s3, "copy_object", **source, CopySource=source, MetadataDirective="REPLACE", Metadata={"c": "3"})
    end.ask(s3, "copy_object", **where, Key="to", CopySource={**where, "Key": "none"})
    end.ask(s3, "copy_object", **where, Key="to", CopySource={"Bucket": "no-such-bucket", "Key": "k"})
    for condition in ({"CopySourceIfMatch": etag}, {"CopySourceIfMatch": '"x"'}, {"CopySourceIfNoneMatch": etag},
                      {"CopySourceIfModifiedSince": datetime.datetime(2100, 1, 1)},
                      {"CopySourceIfUnmodifiedSince": datetime.datetime(2000, 1, 1)}):
        end.ask(s3, "copy_object", **where, Key="to", CopySource=source, **condition)


@scene({
    r"^delete_objects 1\.Deleted: None here": "Quiet leaves out what was deleted",
    r"^delete_objects 3\.": "at most 1000 keys at once",
})
def deletions(end):
    s3, where = make(end)
    for key in "abcde":
        end.ask(s3, "put_object", **where, Key=key, Body=b"x")
    end.ask(s3, "delete_objects", **where, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}, {"Key": "none"}]})
    end.ask(s3, "delete_objects", **where, Delete={"Objects": [{"Key": "c"}], "Quiet": True})
    end.ask(s3, "delete_objects", **where, Delete={"Objects": []})
    end.ask(s3, "delete_objects", **where, Delete={"Objects": [{"Key": str(i)} for i in range(1001)]})
    end.ask(s3, "delete_objects", Bucket="no-such-bucket", Delete={"Objects": [{"Key": "c"}]})
    end.ask(s3, "list_objects_v2", **where)


@scene({
    r"^complete_multipart_upload 0\.code: 'InvalidPartOrder' here": "the order is wrong whatever the sizes are",
    r"^complete_multipart_upload \d\.VersionId: None here, 'null' there": "a bucket without versions names none",
    r"^get_object 1\.|^head_object 0\.": "the sandbox refuses reading by part, and says so",
    r"^upload_part [35]\.": "an upload that is not there is NoSuchUpload, not moto's own failure",
    r"^upload_part_copy 2\.": "a range beyond its source is refused",
    r"^upload_part_copy 3\.code: 'NoSuchKey' here, '404' there": "the error has a body that names it",
})
def parts(end):
    s3, where = make(end)
    where["Key"] = "whole"
    big = b"\x01" * (5 * MIB)
    upload = end.ask(s3, "create_multipart_upload", **where, ContentType="text/plain", Metadata={"a": "1"})["UploadId"]
    at = {**where, "UploadId": upload}
    done = [{"PartNumber": n, "ETag": end.ask(s3, "upload_part", **at, PartNumber=n, Body=body)["ETag"]}
            for n, body in ((1, big), (2, b"small"), (3, b"end"))]
    end.ask(s3, "list_parts", **at)
    end.ask(s3, "list_parts", **at, MaxParts=2)
    end.ask(s3, "list_parts", **at, PartNumberMarker=2)
    end.ask(s3, "list_multipart_uploads", Bucket=where["Bucket"])
    for wrong in (done[::-1], done, [{**done[0], "ETag": '"x"'}], [{**done[0], "PartNumber": 7}]):
        end.ask(s3, "complete_multipart_upload", **at, MultipartUpload={"Parts": wrong})
    end.ask(s3, "complete_multipart_upload", **at, MultipartUpload={"Parts": [done[0], done[2]]})
    end.ask(s3, "get_object", **where)
    end.ask(s3, "get_object", **where, PartNumber=2)
    end.ask(s3, "head_object", **where, PartNumber=1)
    end.ask(s3, "upload_part", **at, PartNumber=1, Body=b"late")
    end.ask(s3, "abort_multipart_upload", **at)
    upload = end.ask(s3, "create_multipart_upload", **where)["UploadId"]
    at = {**where, "UploadId": upload}
    source = {"Bucket": where["Bucket"], "Key": "whole"}
    copied = [end.ask(s3, "upload_part_copy", **at, PartNumber=n, CopySource=source, CopySourceRange=text)
              for n, text in ((1, f"bytes=0-{5 * MIB - 1}"), (2, "bytes=3-4"))]
    end.ask(s3, "upload_part_copy", **at, PartNumber=3, CopySource=source, CopySourceRange="bytes=0-99999999")
    end.ask(s3, "upload_part_copy", **at, PartNumber=3, CopySource={**source, "Key": "none"})
    end.ask(s3, "complete_multipart_upload", **at, MultipartUpload={"Parts": [
        {"PartNumber": n, "ETag": one["CopyPartResult"]["ETag"]} for n, one in enumerate(copied, 1)]})
    end.ask(s3, "head_object", **where)
    upload = end.ask(s3, "create_multipart_upload", **where)["UploadId"]
    end.ask(s3, "upload_part", **where, UploadId=upload, PartNumber=1, Body=b"x")
    end.ask(s3, "abort_multipart_upload", **where, UploadId=upload)
    end.ask(s3, "list_parts", **where, UploadId=upload)
    end.ask(s3, "upload_part", **where, UploadId="never-made", PartNumber=1, Body=b"x")


@scene({
    r"^head_bucket \d\.AccessPointAlias: False here": "S3 says that it is none",
    r"^fetch [1-4]\.": "names that no bucket can have",
})
def buckets(end):
    east, west = end.client("s3"), end.client("s3", "us-west-1")
    place = {"CreateBucketConfiguration": {"LocationConstraint": "us-west-1"}}
    end.ask(west, "create_bucket", Bucket="in-the-west", **place)
    end.ask(west, "create_bucket", Bucket="in-the-west", **place)
    end.ask(west, "create_bucket", Bucket="nowhere-said")
    end.ask(west, "create_bucket", Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    end.ask(east, "create_bucket", Bucket="in-the-east")
    end.ask(east, "create_bucket", Bucket="in-the-east")
    for name in ("in-the-east", "in-the-west", "in-no-place"):
        end.ask(east, "get_bucket_location", Bucket=name)
        end.ask(east, "head_bucket", Bucket=name)
        end.ask(east, "get_bucket_versioning", Bucket=name)
    end.ask(east, "put_object", Bucket="in-the-east", Key="k", Body=b"")
    end.ask(east, "delete_bucket", Bucket="in-the-east")
    end.ask(east, "delete_object", Bucket="in-the-east", Key="k")
    for name in ("in-the-east", "in-the-west"):
        end.ask(east, "delete_bucket", Bucket=name)
        end.ask(east, "delete_bucket", Bucket=name)
    for name in ("ab", "Upper", "under_score", "a..b", "a" * 64):
        end.fetch_signed("PUT", f"/{name}")


@scene({
    r"^put_object_tagging 1\.": "two tags with one key are refused, of objects as of buckets",
    r"^put_bucket_tagging 3\.": "a bucket has at most 50 tags",
    r"TagSet\[1\]\.Value: '' here, None there": "an empty value is a value",
})
def tags_and_public_access(end):
    s3, where = make(end)
    tags = [{"Key": "a", "Value": "1 + 2"}, {"Key": "b", "Value": ""}]
    for what in ("bucket", "object"):
        at = {**where} if what == "bucket" else {**where, "Key": "k"}
        end.ask(s3, "put_object", **where, Key="k", Body=b"")
        end.ask(s3, f"get_{what}_tagging", **at)
        end.ask(s3, f"put_{what}_tagging", **at, Tagging={"TagSet": tags})
        end.ask(s3, f"get_{what}_tagging", **at)
        end.ask(s3, f"put_{what}_tagging", **at, Tagging={"TagSet": [tags[0], tags[0]]})
        end.ask(s3, f"put_{what}_tagging", **at, Tagging={"TagSet": [{"Key": "aws:x", "Value": "1"}]})
        end.ask(s3, f"put_{what}_tagging", **at, Tagging={"TagSet": [{"Key": str(i), "Value": "x"} for i in range(51)]})
        end.ask(s3, f"delete_{what}_tagging", **at)
        end.ask(s3, f"get_{what}_tagging", **at)
    end.ask(s3, "put_object", **where, Key="k", Body=b"", Tagging="x=1&y=%20")
    end.ask(s3, "get_object_tagging", **where, Key="k")
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    end.ask(s3, "get_public_access_block", **where)
    end.ask(s3, "put_public_access_block", **where, PublicAccessBlockConfiguration=block)
    end.ask(s3, "get_public_access_block", **where)
    end.ask(s3, "delete_public_access_block", **where)
    end.ask(s3, "get_public_access_block", **where)


@scene()
def presigned(end):
    s3, where = make(end)
    end.ask(s3, "put_object", **where, Key="\u00fc k", Body=b"signed before")
    for operation, method, body in (("get_object", "GET", None), ("put_object", "PUT", b"by anybody"), ("get_object", "GET", None),
                                    ("head_object", "HEAD", None), ("delete_object", "DELETE", None), ("get_object", "GET", None)):
        end.fetch(method, s3.generate_presigned_url(operation, {**where, "Key": "\u00fc k"}, 60), body)


@scene()
def chunked(end):
    s3, where = make(end)
    for body in (b"", b"small", b"\x02" * 100000):
        crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big"))
        pieces = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:65536], body[65536:]) if piece)
        framed = pieces + b"0\r\nx-amz-checksum-crc32:" + crc + b"\r\n\r\n"
        headers = {"Content-Encoding": "aws-chunked", "x-amz-trailer": "x-amz-checksum-crc32",
                   "x-amz-decoded-content-length": str(len(body)), "x-amz-sdk-checksum-algorithm": "CRC32"}
        end.fetch_signed("PUT", "/scene/k", framed, "STREAMING-UNSIGNED-PAYLOAD-TRAILER", headers)
        end.ask(s3, "get_object", **where, Key="k", ChecksumMode="ENABLED")


# ---- the others ----

ROLE = "AmazonBraketJobsExecutionRole"
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "braket.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
BRAKETS_REGISTRY, IMAGES = "292282985366", "amazon-braket-base-jobs"


def dress_moto(end, sandbox):
    """Gives moto the role and the image that are the sandbox's own."""
    end.client("iam").create_role(Path="/service-role/", RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST),
                                  Description="x", MaxSessionDuration=43200)
    known = sandbox.client("ecr").batch_get_image(
        registryId=BRAKETS_REGISTRY, repositoryName=IMAGES, imageIds=[{"imageTag": "latest"}])["images"]
    registry = end.client("ecr")
    registry.create_repository(repositoryName=IMAGES)
    for image in known:
        registry.put_image(repositoryName=IMAGES, imageManifest=image["imageManifest"], imageTag="latest",
                           imageManifestMediaType=image["imageManifestMediaType"])


@scene({
    r"^assume_role \d\.PackedPolicySize: None here, 6 there": "there is a size only of a policy",
    r"^assume_role [24]\.": "the pattern of a session's name and of a role's ARN are looked at",
})
def who_am_i(end):
    sts = end.client("sts")
    end.ask(sts, "get_caller_identity")
    end.ask(sts, "assume_role", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/service-role/{ROLE}", RoleSessionName="me")
    end.ask(sts, "assume_role", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{ROLE}", RoleSessionName="me", DurationSeconds=900)
    end.ask(sts, "assume_role", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/x", RoleSessionName="no spaces")
    end.ask(sts, "assume_role", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/x", RoleSessionName="x" * 65)
    end.ask(sts, "assume_role", RoleArn="arn:aws:iam::1:nonsense", RoleSessionName="me")
    end.ask(sts, "get_session_token", DurationSeconds=900)


@scene()
def roles(end):
    iam = end.client("iam")
    end.ask(iam, "list_roles", PathPrefix="/service-role/")
    end.ask(iam, "list_roles", PathPrefix="/nothing/")
    end.ask(iam, "get_role", RoleName=ROLE)
    end.ask(iam, "get_role", RoleName="NoSuchRole")


@scene({
    r"^batch_get_image 0\..*imageDigest": "the digest is that of the manifest",
    r"^batch_get_image 2\.failures": "what failed is named as it was asked for",
})
def images(end):
    ecr = end.client("ecr")
    end.ask(ecr, "get_authorization_token")
    for wanted in ("latest", "no-such-tag"):
        end.ask(ecr, "batch_get_image", registryId=end.registry, repositoryName=IMAGES, imageIds=[{"imageTag": wanted}])
    end.ask(ecr, "batch_get_image", registryId=end.registry, repositoryName=IMAGES, imageIds=[{"imageDigest": "sha256:" + "0" * 64}])
    end.ask(ecr, "batch_get_image", repositoryName="no-such-repository", imageIds=[{"imageTag": "latest"}])


# ---- the judgement ----

@pytest.mark.parametrize("name", SCENES)
def test_moto_and_the_sandbox_answer_alike(sandbox, moto, name):
    play, reasons = SCENES[name]
    reasons, used, unexpected = {**EVERYWHERE, **reasons}, set(), []
    urllib.request.urlopen(urllib.request.Request(moto + "/moto-api/reset", b"", method="POST")).close()
    ends = [End(sandbox.url, (sandbox.key.access_key, sandbox.key.secret_key), BRAKETS_REGISTRY),
            End(moto, ("AKIAIOSFODNN7EXAMPLE", "any"), ACCOUNT)]
    dress_moto(ends[1], sandbox)
    for end in ends:
        play(end)
    empty(sandbox)
    assert [at for at, _ in ends[0].heard] == [at for at, _ in ends[1].heard]
    for (at, here), (_, there) in zip(*(end.heard for end in ends)):
        for text in differences(here, there, at):
            why = [one for one in reasons if re.search(one, text)]
            used.update(why)
            unexpected += [] if why else [text]
    assert not unexpected, "\n".join(unexpected)
    assert SCENES[name][1].keys() <= used, "a difference is gone: take its line away"


def empty(sandbox):
    """The next scene finds no buckets."""
    s3 = sandbox.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for one in page.get("Contents", []):
                s3.delete_object(Bucket=bucket["Name"], Key=one["Key"])
        s3.delete_bucket(Bucket=bucket["Name"])
