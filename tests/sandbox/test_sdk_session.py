# SPDX-License-Identifier: Apache-2.0
"""The Braket SDK's AwsSession, every public method of it, and the ways in which a user's settings lead it to the sandbox:
environment, profiles, roles that are assumed, temporary credentials, regions."""
import inspect
import os

import boto3
import botocore.exceptions
import pytest
from braket.aws import AwsDevice, AwsQuantumTask, AwsSession
from braket.circuits import Circuit
from sandboxes import ACCOUNT, BELL, CEPHEUS, EAGER, EMERALD, GARNET, SV1

BASE_IMAGE = "292282985366.dkr.ecr.us-west-2.amazonaws.com/amazon-braket-base-jobs:latest"
JOB = f"arn:aws:braket:us-east-1:{ACCOUNT}:job/a1b2c3d4-1111-4222-8333-a1b2c3d4e5f6"


@pytest.fixture(autouse=True)
def hurry(sandbox):
    sandbox.scenario(EAGER)


def bell(a=0, b=1):
    return Circuit().h(a).cnot(a, b)


# ---- every public method ----

def make_task(session):
    return session.create_quantum_task(
        deviceArn=SV1, action=BELL, shots=10, outputS3Bucket=session.default_bucket(), outputS3KeyPrefix="t")


def moved(session, folder):
    """Files there and back again by all that the session has for it."""
    bucket = session.default_bucket()
    for name in ("one", "two"):
        (folder / name).write_text(name)
    session.upload_to_s3(str(folder / "one"), f"s3://{bucket}/up/one")
    session.upload_local_data(str(folder / "t"), f"s3://{bucket}/up/t")
    session.copy_s3_object(f"s3://{bucket}/up/one", f"s3://{bucket}/to/one")
    session.copy_s3_directory(f"s3://{bucket}/up", f"s3://{bucket}/to/all")
    session.download_from_s3(f"s3://{bucket}/to/all/two", str(folder / "back"))
    assert (folder / "back").read_text() == session.retrieve_s3_object_body(bucket, "up/two") == "two"
    return session.list_keys(bucket, "to/")


# What a session can be asked of the sandbox: the method, a call, what it gives.
METHODS = {
    "account_id": lambda s, _: s.account_id == ACCOUNT,
    "region": lambda s, _: s.region == "us-east-1",
    "default_bucket": lambda s, _: s.default_bucket() == f"amazon-braket-us-east-1-{ACCOUNT}",
    "get_default_jobs_role": lambda s, _: ":role/service-role/AmazonBraketJobsExecutionRole" in s.get_default_jobs_role(),
    "get_full_image_tag": lambda s, _: "-py312-" in s.get_full_image_tag(BASE_IMAGE),
    "get_device": lambda s, _: s.get_device(SV1)["deviceName"] == "SV1",
    "search_devices": lambda s, _: "SV1" in {one["deviceName"] for one in s.search_devices(types=["SIMULATOR"])},
    "create_quantum_task": lambda s, _: make_task(s).startswith(f"arn:aws:braket:us-east-1:{ACCOUNT}:quantum-task/"),
    "get_quantum_task": lambda s, _: s.get_quantum_task(make_task(s))["deviceArn"] == SV1,
    "upload_to_s3": lambda s, folder: moved(s, folder) == ["to/all/one", "to/all/two", "to/one"],
    "copy_session": lambda s, _: s.copy_session(region="us-west-2").search_devices(names=["SV1"])[0]["deviceArn"] == SV1,
    "iam_client": lambda s, _: s.iam_client.list_roles(PathPrefix="/service-role/")["Roles"] != [],
    "s3_client": lambda s, _: s.s3_client.list_buckets()["Buckets"] != [],
    "sts_client": lambda s, _: s.sts_client.get_caller_identity()["Account"] == ACCOUNT,
    "ecr_client": lambda s, _: s.ecr_client.get_authorization_token()["authorizationData"] != [],
}
TOGETHER = {"upload_to_s3": {"upload_local_data", "copy_s3_object", "copy_s3_directory", "download_from_s3",
                             "retrieve_s3_object_body", "list_keys"}}
# What it can be asked, and is told to be not there: the method, the code.
REFUSED = {
    "create_job": (lambda s: s.create_job(
        jobName="x", roleArn=f"arn:aws:iam::{ACCOUNT}:role/x", deviceConfig={"device": SV1},
        algorithmSpecification={"scriptModeConfig": {"entryPoint": "a", "s3Uri": "s3://b/c"}},
        outputDataConfig={"s3Path": "s3://b/c"}, instanceConfig={"instanceType": "ml.m5.large", "volumeSizeInGb": 1}),
        "AccessDeniedException"),
    "get_job": (lambda s: s.get_job(JOB), "AccessDeniedException"),
    "cancel_job": (lambda s: s.cancel_job(JOB), "AccessDeniedException"),
    "describe_log_streams": (lambda s: s.describe_log_streams("/aws/braket/jobs", "x"), "NotImplemented"),
    "get_log_events": (lambda s: s.get_log_events("/aws/braket/jobs", "x", 1), "NotImplemented"),
}
# What asks nobody, or is another's name.
ELSEWHERE = {"S3DestinationFolder", "add_braket_user_agent", "construct_s3_uri", "is_s3_uri", "parse_s3_uri", "logs_client",
             "cancel_quantum_task"}


@pytest.mark.parametrize("name", METHODS)
def test_the_session_asks_and_is_answered(sandbox, tmp_path, name):
    sandbox.bucket()
    assert METHODS[name](AwsSession(), tmp_path)


@pytest.mark.parametrize("name", REFUSED)
def test_the_session_is_told_what_is_not_there(name):
    call, code = REFUSED[name]
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(AwsSession())
    assert raised.value.response["Error"]["Code"] == code and "sandbox" in raised.value.response["Error"]["Message"]


def test_no_public_method_of_the_session_is_left_out():
    public = {name for name, _ in inspect.getmembers(AwsSession) if not name.startswith("_")}
    assert public == {*METHODS, *REFUSED, *ELSEWHERE, *TOGETHER["upload_to_s3"]}


def test_the_session_cancels(sandbox):
    sandbox.scenario(simulator_cancellable_s=60)
    session = AwsSession()
    arn = make_task(session)
    session.cancel_quantum_task(arn)
    assert sandbox.wait(arn, "CANCELLED")["status"] == "CANCELLED"


def test_the_session_finds_devices_by_all_it_knows_of_them():
    session = AwsSession()
    assert {one["deviceStatus"] for one in session.search_devices(statuses=["RETIRED"])} == {"RETIRED"}
    assert {one["providerName"] for one in session.search_devices(provider_names=["IonQ"])} == {"IonQ"}
    assert [one["deviceArn"] for one in session.search_devices(arns=[SV1])] == [SV1]
    assert session.search_devices(names=["no such device"]) == []


# ---- the way there ----

def settings(monkeypatch, folder, sandbox, config, credentials=""):
    """AWS's files with this text and no variable beside them."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "BRAKET_"))]:
        monkeypatch.delenv(name)
    (folder / "config").write_text(config.format(url=sandbox.url))
    (folder / "credentials").write_text(credentials.format(key=sandbox.key.access_key, secret=sandbox.key.secret_key))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))


KEYS = "[{name}]\naws_access_key_id = {{key}}\naws_secret_access_key = {{secret}}\n"


def check_run(session):
    task = AwsDevice(SV1, aws_session=session).run(bell(), shots=10, poll_interval_seconds=0.02)
    assert sum(task.result().measurement_counts.values()) == 10
    assert AwsQuantumTask(task.id, aws_session=session).state() == "COMPLETED"


@pytest.mark.parametrize("config", [
    "[profile lab]\nregion = us-east-1\nendpoint_url = {url}\n",
    "[profile lab]\nregion = us-east-1\nservices = here\n[services here]\n"
    "braket =\n  endpoint_url = {url}\ns3 =\n  endpoint_url = {url}\nsts =\n  endpoint_url = {url}\n",
], ids=["endpoint_url", "services"])
def test_a_profile_leads_there(monkeypatch, tmp_path, sandbox, config):
    settings(monkeypatch, tmp_path, sandbox, config, KEYS.format(name="lab"))
    check_run(AwsSession(boto3.Session(profile_name="lab")))
    monkeypatch.setenv("AWS_PROFILE", "lab")
    check_run(AwsSession())


def test_the_variable_leads_there_with_a_profiles_keys(monkeypatch, tmp_path, sandbox):
    settings(monkeypatch, tmp_path, sandbox, "[profile lab]\nregion = us-west-2\n", KEYS.format(name="lab"))
    monkeypatch.setenv("AWS_PROFILE", "lab")
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox.url)
    session = AwsSession()
    assert session.region == "us-west-2"
    check_run(session)
    monkeypatch.setenv("BRAKET_ENDPOINT", sandbox.url)
    check_run(AwsSession())


def test_a_profile_assumes_a_role_and_its_credentials_hold(monkeypatch, tmp_path, sandbox):
    role = f"arn:aws:iam::{ACCOUNT}:role/service-role/researcher"
    settings(monkeypatch, tmp_path, sandbox,
             "[profile lab]\nregion = us-east-1\nendpoint_url = {url}\nsource_profile = keys\nrole_session_name = night\n"
             f"role_arn = {role}\n[profile keys]\nregion = us-east-1\nendpoint_url = {{url}}\n", KEYS.format(name="keys"))
    session = AwsSession(boto3.Session(profile_name="lab"))
    assert session.sts_client.get_caller_identity()["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/researcher/night"
    assert session.boto_session.get_credentials().token
    check_run(session)


def test_a_session_token_is_needed_as_it_was_given(monkeypatch, sandbox):
    given = sandbox.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    keys = [given[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
    check_run(AwsSession(boto3.Session(*keys, region_name="us-east-1")))
    for token, code in ((None, "UnrecognizedClientException"), (keys[2][:-4] + "AAAA", "UnrecognizedClientException")):
        session = boto3.Session(*keys[:2], token, "us-east-1")
        with pytest.raises(botocore.exceptions.ClientError) as raised:
            session.client("braket").search_devices(filters=[])
        assert raised.value.response["Error"]["Code"] == code
    sandbox.admin("POST", "clock", {"advance_s": 1000})
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        sandbox_time_client(sandbox, keys).search_devices(filters=[])
    assert raised.value.response["Error"]["Code"] in ("ExpiredTokenException", "InvalidSignatureException")


def sandbox_time_client(sandbox, keys):
    return boto3.Session(*keys, region_name="us-east-1").client("braket", endpoint_url=sandbox.url)


# ---- regions ----

def test_a_device_is_asked_where_it_is():
    home = AwsSession()
    for device, region, pair in ((GARNET, "eu-north-1", (1, 2)), (EMERALD, "eu-north-1", (1, 2)),
                                 (CEPHEUS, "us-west-1", (0, 1))):
        there = AwsDevice(device, aws_session=home)
        assert (home.region, there.aws_session.region) == ("us-east-1", region)
        task = there.run(bell(*pair), shots=10, poll_interval_seconds=0.02)
        assert task.id.split(":")[3] == region and task.result() is not None
        assert task.metadata()["outputS3Bucket"] == f"amazon-braket-{region}-{ACCOUNT}"
        assert AwsQuantumTask(task.id).state() == "COMPLETED"  # from the ARN alone


def test_a_simulator_runs_in_the_region_of_the_session():
    for region in ("us-east-1", "us-west-1", "us-west-2", "eu-west-2"):
        session = AwsSession(boto3.Session(region_name=region))
        task = AwsDevice(SV1, aws_session=session).run(bell(), shots=10, poll_interval_seconds=0.02)
        assert task.id.split(":")[3] == region and task.result() is not None


def test_no_simulator_is_in_the_north():
    with pytest.raises(ValueError, match="not found in 'eu-north-1'"):
        AwsDevice(SV1, aws_session=AwsSession(boto3.Session(region_name="eu-north-1")))
