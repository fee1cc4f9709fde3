# SPDX-License-Identifier: Apache-2.0
"""Ketch's AWS client against moto server, a second AWS: objects under keys that are hard to write in a URL, objects of
no bytes and of many parts, ranges, chains of roles, queues, topics and logs. What Ketch wrote is read by boto3, too."""
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
import pytest

MIB = 1 << 20
START_S = 60
ACCOUNT = "123456789012"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hush/secret"}
HARD_KEYS = ["plain", "with blank", "plus+sign", "per%cent", "%41", "double//slash", "trailing/", "ünïcödé/日本語", "a&b=c?d#e",
             "quote'\"", "star*tilde~", "(paren)", "semi;colon:at@", "<tag>", "back\\slash", "ends.with.dots..", "$dollar,comma!"]


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


@pytest.fixture
def call(probe, moto):
    """call(service, operation, members, ...) -> the answer, which must be one of success."""
    def run(service, operation, members, **order):
        answer = probe([{"service": service, "operation": operation, "members": members, **order}],
                       AWS_ENDPOINT_URL=moto, **KEYS)[0]
        assert answer["rc"] == 0, answer["error"]
        return answer
    return run


def client(service, moto):
    return boto3.client(service, endpoint_url=moto, region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE",
                        aws_secret_access_key="hush/secret")


@pytest.fixture(scope="module")
def bucket(moto):
    name = "amazon-braket-us-east-1-" + ACCOUNT
    client("s3", moto).create_bucket(Bucket=name)
    return name


@pytest.mark.parametrize("key", HARD_KEYS)
def test_an_object_is_found_under_the_key_that_it_was_given(call, moto, bucket, key):
    place = {"Bucket": bucket, "Key": key}
    call("S3", "PutObject", place, body="written by ketch as " + key)
    assert call("S3", "GetObject", place)["body"] == "written by ketch as " + key
    assert client("s3", moto).get_object(**place)["Body"].read().decode() == "written by ketch as " + key
    listed = call("S3", "ListObjectsV2", {"Bucket": bucket, "Prefix": key})["members"]
    assert key in [entry["Key"] for entry in listed["Contents"]]
    call("S3", "DeleteObject", place)
    left = client("s3", moto).list_objects_v2(Bucket=bucket, Prefix=key)
    assert key not in [entry["Key"] for entry in left.get("Contents", [])]


def test_what_boto3_wrote_is_read(call, moto, bucket):
    for key in HARD_KEYS:
        client("s3", moto).put_object(Bucket=bucket, Key="boto/" + key, Body=key.encode())
        assert call("S3", "GetObject", {"Bucket": bucket, "Key": "boto/" + key})["body"] == key


def test_an_object_of_no_bytes(call, moto, bucket):
    place = {"Bucket": bucket, "Key": "nothing"}
    call("S3", "PutObject", place)
    got = call("S3", "GetObject", place)
    assert got["body_bytes"] == 0 and got["headers"]["content-length"] == "0"


@pytest.mark.parametrize("text, expect", [("bytes=0-0", "0"), ("bytes=2-5", "2345"), ("bytes=-3", "789"), ("bytes=7-", "789"),
                                          ("bytes=8-100", "89")])
def test_a_range_of_an_object(call, bucket, text, expect):
    place = {"Bucket": bucket, "Key": "digits"}
    call("S3", "PutObject", place, body="0123456789")
    got = call("S3", "GetObject", {**place, "Range": text})
    assert (got["status"], got["body"]) == (206, expect)


def test_a_range_outside_of_an_object_is_an_error(probe, moto, bucket, call):
    place = {"Bucket": bucket, "Key": "digits"}
    call("S3", "PutObject", place, body="0123456789")
    got = probe([{"service": "S3", "operation": "GetObject", "members": {**place, "Range": "bytes=20-30"}}],
                AWS_ENDPOINT_URL=moto, **KEYS)[0]
    assert (got["rc"] < 0, got["code"], got["status"]) == (True, "InvalidRange", 416)


def test_a_hundred_megabytes_in_parts(call, probe, moto, bucket, tmp_path):
    """Sent from files and fetched into one: nothing of it goes through memory as a whole."""
    place, parts, sum_ = {"Bucket": bucket, "Key": "big/object"}, [], hashlib.sha256()
    upload = call("S3", "CreateMultipartUpload", place)["members"]["UploadId"]
    for number in range(1, 6):
        data = hashlib.sha256(b"%d" % number).digest() * (20 * MIB // 32)
        (tmp_path / "part").write_bytes(data)
        sum_.update(data)
        done = call("S3", "UploadPart", {**place, "UploadId": upload, "PartNumber": number}, body_file=str(tmp_path / "part"))
        parts.append({"ETag": done["headers"]["etag"], "PartNumber": number})
    call("S3", "CompleteMultipartUpload", {**place, "UploadId": upload, "MultipartUpload": {"Parts": parts}})
    got = call("S3", "GetObject", place, answer_file=str(tmp_path / "back"))
    assert got["body_bytes"] == 100 * MIB
    assert hashlib.sha256((tmp_path / "back").read_bytes()).digest() == sum_.digest()


@pytest.mark.parametrize("size, parts", [(0, 0), (1, 0), (5 * MIB, 0), (5 * MIB + 1, 2), (100 * MIB, 20)])
def test_a_file_goes_up_in_as_many_parts_as_it_needs(probe, moto, bucket, tmp_path, size, parts):
    (tmp_path / "file").write_bytes((hashlib.sha256(b"%d" % size).digest() * (size // 32 + 1))[:size])
    done = probe([{"upload": {"bucket": bucket, "key": "up/ünïcödé +%", "part_bytes": 5 * MIB},
                   "body_file": str(tmp_path / "file")}], AWS_ENDPOINT_URL=moto, **KEYS)[0]
    assert done["rc"] == 0, done["error"]
    got = client("s3", moto).get_object(Bucket=bucket, Key="up/ünïcödé +%")
    assert got["Body"].read() == (tmp_path / "file").read_bytes()
    assert got["ETag"].endswith(f'-{parts}"') if parts else "-" not in got["ETag"]


def test_parts_that_are_refused_leave_nothing_behind(probe, moto, bucket, tmp_path):
    """moto refuses parts that are too small when the upload is completed."""
    (tmp_path / "file").write_bytes(b"x" * 3000)
    done = probe([{"upload": {"bucket": bucket, "key": "too/small", "part_bytes": 1000},
                   "body_file": str(tmp_path / "file")}], AWS_ENDPOINT_URL=moto, **KEYS)[0]
    assert done["rc"] < 0 and "EntityTooSmall" in done["error"] and f"s3://{bucket}/too/small" in done["error"]
    assert not client("s3", moto).list_multipart_uploads(Bucket=bucket).get("Uploads")


def test_a_bucket_that_is_not_there_is_named(probe, moto, tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 3000)
    for part_bytes in (1000, 5000):
        done = probe([{"upload": {"bucket": "amazon-braket-not-there", "key": "k", "part_bytes": part_bytes},
                       "body_file": str(tmp_path / "file")}], AWS_ENDPOINT_URL=moto, **KEYS)[0]
        assert done["rc"] < 0 and "s3://amazon-braket-not-there/k" in done["error"] and "NoSuchBucket" in done["error"]


def test_an_upload_that_is_given_up_leaves_nothing(call, moto, bucket):
    place = {"Bucket": bucket, "Key": "given/up"}
    upload = call("S3", "CreateMultipartUpload", place)["members"]["UploadId"]
    call("S3", "UploadPart", {**place, "UploadId": upload, "PartNumber": 1}, body="x")
    call("S3", "AbortMultipartUpload", {**place, "UploadId": upload})
    assert not client("s3", moto).list_multipart_uploads(Bucket=bucket).get("Uploads")


def test_a_bucket_is_made_looked_at_and_missed(call, probe, moto):
    call("S3", "CreateBucket", {"Bucket": "amazon-braket-made-here"})
    assert call("S3", "HeadBucket", {"Bucket": "amazon-braket-made-here"})["status"] == 200
    got = probe([{"service": "S3", "operation": "HeadBucket", "members": {"Bucket": "amazon-braket-nobody-made"}}],
                AWS_ENDPOINT_URL=moto, **KEYS)[0]
    assert got["status"] == 404 and got["rc"] < 0


def test_a_chain_of_roles_ends_in_the_last_one(probe, moto, tmp_path):
    (tmp_path / "config").write_text(f"""
[profile base]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = hush/secret
[profile middle]
role_arn = arn:aws:iam::{ACCOUNT}:role/middle
source_profile = base
[profile last]
role_arn = arn:aws:iam::{ACCOUNT}:role/last
role_session_name = by-ketch
external_id = 4711
source_profile = middle
""")
    who = probe([{"service": "STS", "operation": "GetCallerIdentity"}], AWS_ENDPOINT_URL=moto, AWS_PROFILE="last",
                AWS_CONFIG_FILE=str(tmp_path / "config"))[0]
    assert who["members"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/last/by-ketch"


def test_a_queue_carries_messages(call):
    url = call("SQS", "CreateQueue", {"QueueName": "ketch-events"})["members"]["QueueUrl"]
    assert call("SQS", "GetQueueUrl", {"QueueName": "ketch-events"})["members"]["QueueUrl"] == url
    text = json.dumps({"detail": {"shots": "100", "words": "<&>\"' ünïcödé"}})
    call("SQS", "SendMessage", {"QueueUrl": url, "MessageBody": text})
    (message,) = call("SQS", "ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10})["members"]["Messages"]
    assert message["Body"] == text
    call("SQS", "DeleteMessage", {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]})
    left = call("SQS", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]})["members"]["Attributes"]
    assert left["ApproximateNumberOfMessages"] == "0" and left["ApproximateNumberOfMessagesNotVisible"] == "0"
    call("SQS", "DeleteQueue", {"QueueUrl": url})


def test_a_topic_tells_a_queue(call):
    topic = call("SNS", "CreateTopic", {"Name": "ketch"})["members"]["TopicArn"]
    url = call("SQS", "CreateQueue", {"QueueName": "ketch-heard"})["members"]["QueueUrl"]
    call("SNS", "Subscribe", {"TopicArn": topic, "Protocol": "sqs",
                              "Endpoint": f"arn:aws:sqs:us-east-1:{ACCOUNT}:ketch-heard"})
    call("SNS", "Publish", {"TopicArn": topic, "Subject": "stopped", "Message": "a task & its <reason>"})
    (message,) = call("SQS", "ReceiveMessage", {"QueueUrl": url})["members"]["Messages"]
    assert json.loads(message["Body"])["Message"] == "a task & its <reason>"
    assert topic in [t["TopicArn"] for t in call("SNS", "ListTopics", {})["members"]["Topics"]]


def test_log_lines_are_written_and_read(call):
    stream = {"logGroupName": "/aws/braket/jobs", "logStreamName": "job/1/algo-1"}
    call("CloudWatch Logs", "CreateLogGroup", {"logGroupName": stream["logGroupName"]})
    call("CloudWatch Logs", "CreateLogStream", stream)
    now = int(time.time() * 1000)
    call("CloudWatch Logs", "PutLogEvents", {**stream, "logEvents": [
        {"timestamp": now + i, "message": f"Metrics - name=loss; value={i}; ünïcödé"} for i in range(3)]})
    got = call("CloudWatch Logs", "GetLogEvents", {**stream, "startFromHead": True})["members"]["events"]
    assert [event["message"] for event in got] == [f"Metrics - name=loss; value={i}; ünïcödé" for i in range(3)]
    found = call("CloudWatch Logs", "DescribeLogStreams", {"logGroupName": stream["logGroupName"]})["members"]["logStreams"]
    assert [s["logStreamName"] for s in found] == [stream["logStreamName"]]
