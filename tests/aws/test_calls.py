# SPDX-License-Identifier: Apache-2.0
"""Calls against the sandbox and against servers that misbehave: retries that can do no harm, clocks that are off, bodies
of any size, everything told once."""
import email.utils
import json
import os
import pathlib
import re
import subprocess
import time

import pytest
from conftest import KEYS, ROOT

KETCH = os.environ.get("KETCH", str(ROOT / "build/dev/ketch"))
GARNET = "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"


@pytest.fixture
def sandbox(tmp_path):
    """The environment of a sandbox of this test's own; sandbox(scenario) starts it."""
    started = []

    def start(scenario=None):
        words = [KETCH, "sandbox", "--listen", "127.0.0.1:0", "--state", str(tmp_path / "state")]
        if scenario is not None:
            (tmp_path / "scenario.json").write_text(json.dumps(scenario))
            words += ["--scenario", str(tmp_path / "scenario.json")]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        started.append(process)
        env = {}
        for line in process.stdout:
            found = re.match(r"export (AWS_\w+)='?([^'\n]*)", line)
            env |= {found[1]: found[2]} if found else {}
            if "BRAKET_PRICE_OFFERS_URL" in line:
                break
        return env
    yield start
    for process in started:
        process.terminate()
        process.wait(20)


def one(answers):
    assert len(answers) == 1
    return answers[0]


@pytest.mark.parametrize("key", ["a", "with blanks and +", "100%", "a//b", "ü/€/🎉", "dots/./..", "~x=&?"])
def test_any_key_of_an_object_works(sandbox, probe, key):
    env = sandbox()
    bucket = {"Bucket": "lab-bucket"}
    put, = probe([{"service": "S3", "operation": "CreateBucket", "members": bucket}], **env)
    assert put["rc"] == 0, put["error"]
    named = {**bucket, "Key": key}
    for body in ("text", ""):
        put, = probe([{"service": "S3", "operation": "PutObject", "members": named, "body": body}], **env)
        got, = probe([{"service": "S3", "operation": "GetObject", "members": named}], **env)
        assert (put["rc"], got["rc"], got["body"]) == (0, 0, body)
    listed, = probe([{"service": "S3", "operation": "ListObjectsV2", "members": bucket}], **env)
    assert [item["Key"] for item in listed["members"]["Contents"]] == [key]
    gone, = probe([{"service": "S3", "operation": "DeleteObject", "members": named}], **env)
    missing, = probe([{"service": "S3", "operation": "GetObject", "members": named}], **env)
    assert gone["rc"] == 0 and (missing["code"], missing["status"]) == ("NoSuchKey", 404)
    head, = probe([{"service": "S3", "operation": "HeadObject", "members": named}], **env)
    assert (head["code"], head["status"]) == ("404", 404)


def test_a_large_object_goes_from_file_to_file(sandbox, probe, tmp_path):
    env = sandbox()
    content = os.urandom(1 << 20) * 12
    (tmp_path / "in").write_bytes(content)
    named = {"Bucket": "lab-bucket", "Key": "big"}
    probe([{"service": "S3", "operation": "CreateBucket", "members": {"Bucket": "lab-bucket"}}], **env)
    put, = probe([{"service": "S3", "operation": "PutObject", "members": named, "body_file": str(tmp_path / "in")}], **env)
    got, = probe([{"service": "S3", "operation": "GetObject", "members": named, "answer_file": str(tmp_path / "out")}],
                 **env)
    assert (put["rc"], got["rc"], got["body"], got["body_bytes"]) == (0, 0, "", len(content))
    assert (tmp_path / "out").read_bytes() == content
    part, = probe([{"service": "S3", "operation": "GetObject", "members": {**named, "Range": "bytes=5-9"},
                    "answer_file": str(tmp_path / "part")}], **env)
    assert part["status"] == 206 and (tmp_path / "part").read_bytes() == content[5:10]


def test_a_role_can_be_assumed_and_its_keys_used(sandbox, probe, tmp_path):
    env = sandbox()
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text(f"""[profile base]
aws_access_key_id = {env['AWS_ACCESS_KEY_ID']}
aws_secret_access_key = {env['AWS_SECRET_ACCESS_KEY']}
[profile role]
role_arn = arn:aws:iam::123456789012:role/lab
source_profile = base
role_session_name = me
[profile chained]
role_arn = arn:aws:iam::123456789012:role/other
source_profile = role
""")
    for profile, name in (("base", None), ("role", "assumed-role/lab/me"), ("chained", "assumed-role/other/ketch-session")):
        who = one(probe([{"service": "STS", "operation": "GetCallerIdentity"}], AWS_PROFILE=profile,
                        AWS_ENDPOINT_URL=env["AWS_ENDPOINT_URL"]))
        assert who["rc"] == 0, who["error"]
        assert name is None or name in who["members"]["Arn"]


# ---- servers that misbehave ----

def braket(operation, **members):
    return {"service": "Braket", "operation": operation, "members": members}


@pytest.mark.parametrize("bad, tries", [
    ((500, {}, b""), 3), ((503, {}, b"{}"), 3), ((429, {"x-amzn-errortype": "ThrottlingException"}, b"{}"), 3),
    ((None, {}, b""), 3), ((200, {}, b"<html>"), 1), ((400, {"x-amzn-errortype": "ValidationException"}, b"{}"), 1),
    ((404, {"x-amzn-errortype": "ResourceNotFoundException:http://x"}, b'{"message": "no"}'), 1),
])
def test_a_read_is_tried_again_when_that_can_help(recorder, probe, bad, tries):
    recorder.answer = lambda request: bad
    done = one(probe([braket("GetDevice", deviceArn=GARNET)], AWS_ENDPOINT_URL=recorder.url, **KEYS))
    assert done["rc"] < 0 and done["error"].startswith("GetDevice: ")
    assert done["attempts"] == tries
    if bad[0] is not None:  # libcurl may ask once more on a connection that was kept and is dead
        assert len(recorder.requests) == tries
    ids = {r["headers"]["amz-sdk-invocation-id"] for r in recorder.requests}
    assert len(ids) == 1
    assert recorder.requests[-1]["headers"]["amz-sdk-request"] == f"attempt={tries}; max=3"


def test_a_retry_carries_the_same_token(recorder, probe):
    recorder.answer = lambda request: (500, {}, b"") if len(recorder.requests) < 3 else (200, {}, b"{}")
    done = one(probe([braket("CancelQuantumTask", quantumTaskArn="a")], AWS_ENDPOINT_URL=recorder.url, **KEYS))
    assert (done["rc"], done["attempts"]) == (0, 3)
    tokens = {json.loads(r["body"])["clientToken"] for r in recorder.requests}
    assert len(tokens) == 1 and len(tokens.pop()) == 36


@pytest.mark.parametrize("bad", [(500, {}, b""), (None, {}, b"")])
def test_what_may_not_be_done_twice_is_not_sent_twice(recorder, probe, bad):
    recorder.answer = lambda request: bad
    order = {"service": "SNS", "operation": "Publish", "members": {"TopicArn": "t", "Message": "m"}}
    done = one(probe([order], AWS_ENDPOINT_URL=recorder.url, **KEYS))
    assert done["rc"] < 0 and len(recorder.requests) == 1


@pytest.mark.parametrize("off_s", [-3600, 86400])
def test_a_clock_that_is_off_is_found_out_and_corrected(recorder, probe, off_s):
    def answer(request):
        theirs = time.time() + off_s
        signed = time.mktime(time.strptime(request["headers"]["x-amz-date"], "%Y%m%dT%H%M%SZ")) - time.timezone
        if abs(signed - theirs) < 300:
            return 200, {}, b"{}"
        return (403, {"x-amzn-errortype": "InvalidSignatureException", "Date": email.utils.formatdate(theirs, usegmt=True)},
                b'{"message": "Signature expired"}')
    recorder.answer = answer
    recorder.RequestHandlerClass.date_time_string = lambda self, timestamp=None: email.utils.formatdate(
        time.time() + off_s, usegmt=True)
    try:
        done = one(probe([braket("GetDevice", deviceArn=GARNET)], AWS_ENDPOINT_URL=recorder.url, **KEYS))
    finally:
        del recorder.RequestHandlerClass.date_time_string
    assert done["rc"] == 0, done["error"]
    assert len(recorder.requests) == 2


def test_a_wrong_key_is_no_clock(sandbox, probe):
    env = sandbox()
    done = one(probe([braket("SearchDevices", filters=[])], **{**env, "AWS_SECRET_ACCESS_KEY": "hush"}))
    assert done["rc"] < 0 and done["status"] == 403 and done["attempts"] == 1


def test_faults_of_the_service_do_not_reach_the_caller(sandbox, probe):
    env = sandbox({"seed": 7, "faults": [{"operation": "GetDevice", "rate": 0.1, "error": {"status": 500}},
                                         {"operation": "GetDevice", "rate": 0.05, "reset": True}]})
    done = probe([{**braket("GetDevice", deviceArn=GARNET), "region": "eu-north-1"}] * 40, AWS_MAX_ATTEMPTS="8", **env)
    assert [d["error"] for d in done if d["rc"] < 0] == []
    assert any(d["attempts"] > 1 for d in done)


def test_more_calls_than_the_quota_takes_are_spaced(sandbox, probe):
    env = sandbox({"quotas": "aws"})
    began = time.monotonic()
    done = probe([{**braket("GetDevice", deviceArn=GARNET), "region": "eu-north-1"}] * 60, **env)
    assert {d["rc"] for d in done} == {0} and {d["attempts"] for d in done} == {1}  # 50 at once, the rest 5 a second
    assert time.monotonic() - began > 1
