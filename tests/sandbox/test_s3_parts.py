# SPDX-License-Identifier: Apache-2.0
"""Objects that come in parts, and the files in which large ones lie."""
import base64
import concurrent.futures
import hashlib
import os
import zlib

from objects import MIB, begin, read, refused

def test_upload_file_in_parts(sandbox, s3, bucket, tmp_path):
    body = os.urandom(20 * MIB + 5)
    (tmp_path / "up").write_bytes(body)
    s3.upload_file(str(tmp_path / "up"), bucket, "k", ExtraArgs={"Metadata": {"a": "1"}, "ContentType": "text/plain"})
    s3.download_file(bucket, "k", str(tmp_path / "down"))
    assert (tmp_path / "down").read_bytes() == body
    head = s3.head_object(Bucket=bucket, Key="k")
    assert head["ETag"].endswith('-3"')
    assert (head["Metadata"], head["ContentType"]) == ({"a": "1"}, "text/plain")
    s3.copy({"Bucket": bucket, "Key": "k"}, bucket, "copy")  # UploadPartCopy, with ranges
    assert read(s3, bucket, "copy") == body
    assert s3.head_object(Bucket=bucket, Key="copy")["ETag"] == head["ETag"]


def test_etag_and_checksums_of_parts(s3, bucket):
    bodies = [os.urandom(5 * MIB), b"end"]
    for algorithm, kind, wanted in (("SHA256", "COMPOSITE", None), ("CRC32", "FULL_OBJECT", zlib.crc32(b"".join(bodies)))):
        upload, done = begin(s3, bucket, *bodies, ChecksumAlgorithm=algorithm, ChecksumType=kind)
        answer = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": done})
        md5 = hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies)).hexdigest()
        assert answer["ETag"] == f'"{md5}-2"'
        if wanted is None:
            digest = hashlib.sha256(b"".join(hashlib.sha256(body).digest() for body in bodies)).digest()
            assert answer["ChecksumSHA256"] == base64.b64encode(digest).decode() + "-2"
        else:
            assert answer["ChecksumCRC32"] == base64.b64encode(wanted.to_bytes(4, "big")).decode()
        assert answer["ChecksumType"] == kind
        assert read(s3, bucket, "k") == b"".join(bodies)


def test_completing_what_is_wrong(s3, bucket):
    big = bytes(5 * MIB)
    upload, (one, two, three) = begin(s3, bucket, big, b"small", b"end")
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    for parts, code in (([two, one], "InvalidPartOrder"), ([one, one], "InvalidPartOrder"),
                        ([one, two, three], "EntityTooSmall"), ([{**one, "ETag": '"x"'}], "InvalidPart"),
                        ([{**one, "PartNumber": 7}], "InvalidPart"), ([], "MalformedXML")):
        assert refused(s3.complete_multipart_upload, **where, MultipartUpload={"Parts": parts}) == (code, 400), parts
    assert refused(s3.head_object, Bucket=bucket, Key="k")[1] == 404
    first = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [one, three]})
    assert read(s3, bucket, "k") == big + b"end"
    again = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [one, three]})
    assert again["ETag"] == first["ETag"]
    assert refused(s3.upload_part, **where, PartNumber=1, Body=b"") == ("NoSuchUpload", 404)
    s3.put_object(Bucket=bucket, Key="k", Body=b"other")
    assert refused(s3.complete_multipart_upload, **where, MultipartUpload={"Parts": [one]}) == ("NoSuchUpload", 404)


def test_parts_are_replaced_listed_and_aborted(s3, bucket):
    upload, _ = begin(s3, bucket, b"one", b"two", b"three")
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    s3.upload_part(**where, PartNumber=2, Body=b"TWO!")
    page = s3.list_parts(**where, MaxParts=2)
    assert [(part["PartNumber"], part["Size"]) for part in page["Parts"]] == [(1, 3), (2, 4)]
    assert (page["IsTruncated"], page["NextPartNumberMarker"]) == (True, 2)
    page = s3.list_parts(**where, PartNumberMarker=2)
    assert ([part["PartNumber"] for part in page["Parts"]], page["IsTruncated"]) == ([3], False)
    assert refused(s3.upload_part, **where, PartNumber=10001, Body=b"") == ("InvalidArgument", 400)
    s3.abort_multipart_upload(**where)
    for call in (s3.list_parts, s3.abort_multipart_upload):
        assert refused(call, **where) == ("NoSuchUpload", 404)


def test_uploads_are_listed(s3, bucket):
    uploads = [(key, s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]) for key in ("a/1", "a/1", "a/2", "b")]
    found = []
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2}):
        found += [(one["Key"], one["UploadId"]) for one in page.get("Uploads", [])]
    assert sorted(found) == sorted(uploads)
    answer = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [one["Key"] for one in answer["Uploads"]] == ["b"]
    assert [one["Prefix"] for one in answer["CommonPrefixes"]] == ["a/"]


def test_copied_parts(s3, bucket):
    body = os.urandom(6 * MIB)
    s3.put_object(Bucket=bucket, Key="from", Body=body)
    s3.put_object(Bucket=bucket, Key="small", Body=b"0123456789")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    where, source = {"Bucket": bucket, "Key": "k", "UploadId": upload}, {"Bucket": bucket, "Key": "from"}
    parts = []
    for number, (key, more) in enumerate([("from", {"CopySourceRange": f"bytes=1-{5 * MIB}"}), ("from", {}),
                                          ("small", {"CopySourceRange": "bytes=2-3"})], 1):
        done = s3.upload_part_copy(**where, PartNumber=number, CopySource={**source, "Key": key}, **more)
        parts.append({"PartNumber": number, "ETag": done["CopyPartResult"]["ETag"]})
    for wrong in ("bytes=0-99999999", "bytes=5-", "bytes=-5", "0-5"):
        assert refused(s3.upload_part_copy, **where, PartNumber=9, CopySource=source, CopySourceRange=wrong)[1] == 400
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    assert read(s3, bucket, "k") == body[1:5 * MIB + 1] + body + b"23"


def test_an_upload_that_is_completed_twice_at_once_is_completed(sandbox, s3, bucket):
    """A client that heard nothing for long asks again, while the first answer is still being worked for."""
    upload, done = begin(s3, bucket, *[os.urandom(5 * MIB) for _ in range(4)])
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload, "MultipartUpload": {"Parts": done}}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(sandbox.client("s3").complete_multipart_upload, **where) for _ in range(4)]
    assert len({answer.result()["ETag"] for answer in asked}) == 1
    files = list((sandbox.state / "objects").iterdir())
    assert len([path for path in files if path.stat().st_size == 20 * MIB]) == 1


# ---- what lies on disk ----


def files_of(running):
    return sorted(path.name for path in (running.state / "objects").iterdir())


def test_files_come_and_go_with_their_objects(start):
    running = start()
    s3 = running.client("s3")
    s3.create_bucket(Bucket="files")
    body = os.urandom(200000)
    for key in ("a", "b"):
        s3.put_object(Bucket="files", Key=key, Body=body)
    assert len(files_of(running)) == 2
    s3.put_object(Bucket="files", Key="a", Body=b"short")
    upload, done = begin(s3, "files", bytes(5 * MIB), body)
    where = {"Bucket": "files", "Key": "k", "UploadId": upload}
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": done})
    refused(s3.put_object, Bucket="files", Key="b", Body=body, IfNoneMatch="*")
    s3.put_object(Bucket="files", Key="c", Body=b"short")
    running.restart()
    s3 = running.client("s3")
    assert len(files_of(running)) == 2
    assert read(s3, "files", "b") == body
    assert len(read(s3, "files", "k")) == 5 * MIB + len(body)


def test_kill_keeps_what_was_acknowledged_and_removes_what_nobody_names(start):
    running = start()
    s3 = running.client("s3")
    s3.create_bucket(Bucket="killed")
    bodies = {f"{i}": os.urandom(size) for i, size in enumerate([0, 100, 65536, 100000, 2 * MIB])}
    for key, body in bodies.items():
        s3.put_object(Bucket="killed", Key=key, Body=body)
    (running.state / "objects" / ("0" * 32)).write_bytes(b"left by somebody")
    running.kill()
    running.start()
    s3 = running.client("s3")
    for key, body in bodies.items():
        assert read(s3, "killed", key) == body
    s3.put_object(Bucket="killed", Key="more", Body=b"")
    assert len(files_of(running)) == 2
