# SPDX-License-Identifier: Apache-2.0
"""Trouble to order, with AWS's clients on top: what they survive on AWS they survive here, what they do not they report
as they would there; and a scenario with a seed goes the same way again."""
import json
import time

import botocore.exceptions
import pytest
from braket.aws import AwsDevice, AwsQuantumTask
from braket.circuits import Circuit
from sandboxes import ACCOUNT, DM1, EAGER, GARNET, OPEN_AT, PATIENT, SV1

BELL = Circuit().h(0).cnot(0, 1)
BELL_ON_GARNET = Circuit().h(1).cnot(1, 2)


def run(device=SV1, circuit=BELL, shots=50):
    return AwsDevice(device).run(circuit, shots=shots, poll_interval_seconds=0.02, poll_timeout_seconds=30)


def fault(operation, **what):
    return {"operation": operation, **what}


def refused(call, *arguments, **more):
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(*arguments, **more)
    error = raised.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]


# ---- what clients survive ----

SURVIVED = {
    "throttled creates": [fault("CreateQuantumTask", times=2, error={"code": "ThrottlingException"})],
    "throttled polls": [fault("GetQuantumTask", skip=1, times=2, error={"code": "ThrottlingException"})],
    "internal errors": [fault("CreateQuantumTask", times=2, error={"code": "InternalServiceException"}),
                        fault("GetDevice", times=1, error={"code": "InternalServiceException"})],
    "unavailable": [fault("GetQuantumTask", times=2, error={"code": "ServiceUnavailable", "status": 503})],
    "slow down": [fault("s3:*", times=2, error={"code": "SlowDown"})],
    "resets of everything": [fault("CreateQuantumTask", times=1, reset=True), fault("GetQuantumTask", times=1, reset=True),
                             fault("s3:GetObject", times=1, reset=True), fault("GetDevice", times=1, reset=True),
                             fault("sts:*", times=1, reset=True)],
    "a lost answer to a create": [fault("CreateQuantumTask", times=1, reset=True)],
    "latency": [fault("*", latency_s=[0.01, 0.05]), fault("s3:*", latency_s=0.02)],
    "slow results": [fault("s3:GetObject", bytes_per_s=20000)],
    "a task that can't be read at once": [fault("GetQuantumTask", times=1, error={"code": "ResourceNotFoundException"})],
}


@pytest.mark.parametrize("faults", SURVIVED.values(), ids=list(SURVIVED))
def test_a_run_goes_through(sandbox, faults):
    sandbox.scenario(EAGER, faults=faults)
    before = sandbox.admin("GET", "bill?lines=0")["task_count"]
    result = run().result()
    assert sum(result.measurement_counts.values()) == 50
    assert all(struck >= 1 for struck in sandbox.struck())
    # a repeated create is the same task: nothing was made, or paid for, twice
    assert sandbox.admin("GET", "bill?lines=0")["task_count"] == before + 1


def test_a_create_whose_answer_was_lost_made_one_task(sandbox):
    sandbox.scenario(PATIENT, faults=[fault("CreateQuantumTask", times=2, reset=True)])
    client = sandbox.client("braket", "eu-north-1", retries={"total_max_attempts": 4})
    bucket, token = sandbox.bucket("eu-north-1"), str(time.time())
    from sandboxes import BELL as action
    arn = client.create_quantum_task(deviceArn=GARNET, shots=10, action=action, outputS3Bucket=bucket,
                                     outputS3KeyPrefix="tasks", clientToken=token)["quantumTaskArn"]
    assert sandbox.struck() == [2]
    waiting = client.search_quantum_tasks(filters=[
        {"name": "deviceArn", "operator": "EQUAL", "values": [GARNET]},
        {"name": "status", "operator": "EQUAL", "values": ["QUEUED"]}])["quantumTasks"]
    assert [task["quantumTaskArn"] for task in waiting] == [arn]
    client.cancel_quantum_task(quantumTaskArn=arn)


def test_a_batch_survives_a_bad_day(sandbox, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "12")  # three tries would fail in a hundred calls or so
    sandbox.scenario(EAGER, seed=11, faults=[
        fault("*", rate=0.05, error={"code": "ThrottlingException"}), fault("*", rate=0.05, reset=True),
        fault("*", rate=0.05, error={"code": "InternalServiceException"}), fault("s3:GetObject", rate=0.1, reset=True)])
    batch = AwsDevice(SV1).run_batch([BELL] * 10, shots=10, poll_interval_seconds=0.1, max_parallel=5)
    assert all(sum(result.measurement_counts.values()) == 10 for result in batch.results(max_retries=10))


# ---- what they report ----

def test_errors_arrive_as_ordered(sandbox):
    client = sandbox.client("braket")
    for code, status in (("AccessDeniedException", 403), ("ThrottlingException", 429), ("ServiceQuotaExceededException", 402),
                         ("InternalServiceException", 500), ("ExpiredTokenException", 403)):
        sandbox.scenario(faults=[fault("SearchDevices", times=1, error={"code": code, "message": "as ordered"})])
        assert refused(client.search_devices, filters=[]) == (code, status)
        assert client.search_devices(filters=[])["devices"]


def test_a_truncated_body_is_noticed_not_taken_for_whole(sandbox):
    sandbox.scenario(EAGER)
    s3, bucket = sandbox.client("s3"), sandbox.bucket()
    s3.put_object(Bucket=bucket, Key="long", Body=b"x" * 100000)
    sandbox.scenario(faults=[fault("s3:GetObject", times=1, cut_after_bytes=5000)])
    with pytest.raises((botocore.exceptions.IncompleteReadError, botocore.exceptions.ResponseStreamingError,
                        botocore.exceptions.ReadTimeoutError)):
        s3.get_object(Bucket=bucket, Key="long")["Body"].read()
    assert s3.get_object(Bucket=bucket, Key="long")["Body"].read() == b"x" * 100000


def test_a_download_goes_on_where_it_was_cut(sandbox, tmp_path):
    s3, bucket = sandbox.client("s3", retries={"total_max_attempts": 5}), sandbox.bucket()
    body = bytes(range(256)) * 80000  # 20 MB: fetched in ranges
    s3.put_object(Bucket=bucket, Key="large", Body=body)
    sandbox.scenario(faults=[fault("s3:GetObject", times=2, cut_after_bytes=70000)])
    s3.download_file(bucket, "large", str(tmp_path / "large"))
    assert (tmp_path / "large").read_bytes() == body and sandbox.struck() == [2]


def test_a_slow_body_takes_its_time(sandbox):
    s3, bucket = sandbox.client("s3"), sandbox.bucket()
    s3.put_object(Bucket=bucket, Key="slow", Body=b"x" * 20000)
    sandbox.scenario(faults=[fault("s3:GetObject", bytes_per_s=40000)])
    began = time.monotonic()
    assert len(s3.get_object(Bucket=bucket, Key="slow")["Body"].read()) == 20000
    assert 0.3 < time.monotonic() - began < 5
    impatient = sandbox.client("s3", read_timeout=0.2)
    sandbox.scenario(faults=[fault("s3:GetObject", latency_s=1)])
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        impatient.get_object(Bucket=bucket, Key="slow")


def test_latency_lies_between_its_bounds(sandbox):
    sandbox.scenario(faults=[fault("SearchDevices", latency_s=[0.1, 0.2])])
    client = sandbox.client("braket")
    client.search_devices(filters=[])
    began = time.monotonic()
    client.search_devices(filters=[])
    assert 0.1 <= time.monotonic() - began < 1


# ---- quotas ----

def test_default_rates_throttle_who_goes_faster(start):
    running = start("--quotas", "aws")
    client = running.client("braket")
    codes = []
    for _ in range(70):
        try:
            client.get_device(deviceArn=SV1)
            codes.append(200)
        except botocore.exceptions.ClientError as error:
            codes.append(error.response["ResponseMetadata"]["HTTPStatusCode"])
            assert error.response["Error"]["Code"] == "ThrottlingException"
    assert codes[:50] == [200] * 50 and codes.count(429) >= 10
    patient = running.client("braket", retries={"mode": "standard", "total_max_attempts": 8})
    assert patient.get_device(deviceArn=SV1)["deviceName"] == "SV1"


def test_a_rate_of_the_scenario_is_kept(sandbox):
    sandbox.scenario(quotas={"SearchDevices": {"per_second": 0.5, "burst": 3}})
    client = sandbox.client("braket", retries={"total_max_attempts": 1})
    for _ in range(3):
        client.search_devices(filters=[])
    assert refused(client.search_devices, filters=[]) == ("ThrottlingException", 429)
    time.sleep(2.1)
    assert client.search_devices(filters=[])["devices"]
    other = sandbox.client("braket", "us-west-2")  # each region has its own
    assert other.search_devices(filters=[])["devices"]


def test_too_many_tasks_at_once_are_refused(sandbox):
    sandbox.scenario(PATIENT, simulator_cancellable_s=60, concurrent_tasks=2)
    arns = [sandbox.create(DM1), sandbox.create(DM1)]
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        sandbox.create(DM1)
    assert raised.value.response["Error"]["Code"] == "ServiceQuotaExceededException"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 402
    for arn in arns:
        sandbox.client("braket").cancel_quantum_task(quantumTaskArn=arn)
        sandbox.wait(arn, "CANCELLED")
    sandbox.scenario(EAGER, concurrent_tasks=2)
    sandbox.wait(sandbox.create(DM1), "COMPLETED")


# ---- tasks and devices ----

def test_some_tasks_fail_and_the_batch_tries_them_again(sandbox):
    sandbox.scenario(EAGER, seed=3, devices={"sv1": {"fail_rate": 0.5, "fail_reason": "cosmic ray"}})
    batch = AwsDevice(SV1).run_batch([BELL] * 8, shots=10, poll_interval_seconds=0.02)
    assert {"COMPLETED", "FAILED"} == {AwsQuantumTask(task.id).state() for task in batch.tasks
                                       if sandbox.wait(task.id)["status"]}
    assert all(result is not None for result in batch.results(max_retries=20))


def test_a_device_goes_offline_and_comes_back(sandbox):
    sandbox.scenario(EAGER, events=[{"after_s": 3, "set": {"devices": {"*": {"queue_s": 0}, "Garnet": {"status": "OFFLINE"}}}},
                                    {"after_s": 5, "set": {"devices": {"*": {"queue_s": 0}}}}])
    assert run(GARNET, BELL_ON_GARNET).result() is not None
    device, end = AwsDevice(GARNET), time.monotonic() + 10
    while device.status == "ONLINE" and time.monotonic() < end:
        time.sleep(0.02)
        device.refresh_metadata()
    assert device.status == "OFFLINE"
    assert refused(run, GARNET, BELL_ON_GARNET) == ("DeviceOfflineException", 424)
    while device.status == "OFFLINE" and time.monotonic() < end:
        time.sleep(0.02)
        device.refresh_metadata()
    assert run(GARNET, BELL_ON_GARNET).result() is not None


def test_tasks_wait_for_a_device_that_went_offline(sandbox):
    sandbox.scenario(EAGER, devices={"*": {"queue_s": 100}})
    task = run(GARNET, BELL_ON_GARNET)
    sandbox.admin("PATCH", "scenario", {"devices": {"*": {"queue_s": 0}, "Garnet": {"status": "OFFLINE"}}})
    time.sleep(1)
    assert task.state() == "QUEUED"
    sandbox.admin("PATCH", "scenario", {"devices": {"*": {"queue_s": 0}}})
    assert sum(task.result().measurement_counts.values()) == 50


def test_tasks_outside_of_the_window_wait_for_it(sandbox):
    sandbox.scenario(EAGER, keep_windows=True, clock={"at": "2026-03-14T10:00:00Z", "speed": 1})  # a Saturday
    task = run(GARNET, BELL_ON_GARNET)
    time.sleep(0.3)
    assert task.state() == "QUEUED"
    sandbox.admin("POST", "clock", {"at": "2026-03-16T00:00:10Z", "speed": 100})  # Monday
    assert sum(task.result().measurement_counts.values()) == 50


def test_a_cancel_can_come_too_late(sandbox):
    sandbox.scenario(EAGER, cancel_too_late=True, clock={"at": OPEN_AT, "speed": 20}, devices={"*": {"queue_s": 10}})
    task = run(GARNET, BELL_ON_GARNET)
    task.cancel()
    assert task.state() == "CANCELLING"
    assert sum(task.result().measurement_counts.values()) == 50
    assert sandbox.wait(task.id, "COMPLETED")


def test_searches_lag_behind(sandbox):
    sandbox.scenario(EAGER, search_stale_s=100, clock={"at": OPEN_AT, "speed": 1})
    task = run()
    assert task.result() is not None
    mine = [{"name": "quantumTaskArn", "operator": "EQUAL", "values": [task.id]}]
    search = sandbox.client("braket").search_quantum_tasks
    assert [found["status"] for found in search(filters=mine)["quantumTasks"]] in ([], ["CREATED"])
    sandbox.admin("POST", "clock", {"advance_s": 101})
    assert [found["status"] for found in search(filters=mine)["quantumTasks"]] == ["COMPLETED"]


def test_client_tokens_are_forgotten_after_a_while(sandbox):
    sandbox.scenario(PATIENT, token_memory_s=600)
    first = sandbox.create(GARNET, clientToken="short memory")
    assert sandbox.create(GARNET, clientToken="short memory") == first
    sandbox.admin("POST", "clock", {"advance_s": 601})
    second = sandbox.create(GARNET, clientToken="short memory")
    assert second != first
    for arn in (first, second):  # nobody behind them has to wait
        sandbox.client("braket", "eu-north-1").cancel_quantum_task(quantumTaskArn=arn)


# ---- the clock ----

def test_a_fast_clock_shortens_the_queue(sandbox):
    sandbox.scenario(EAGER, clock={"at": OPEN_AT, "speed": 3600}, devices={"*": {"queue_s": 3600}})
    began = time.monotonic()
    task = run(GARNET, BELL_ON_GARNET)
    assert task.result() is not None and 0.9 < time.monotonic() - began < 10
    about = task.metadata()
    assert (about["endedAt"] - about["createdAt"]).total_seconds() > 3600
    assert about["createdAt"].strftime("%Y-%m-%dT") == OPEN_AT[:11]


def test_the_clock_jumps_over_the_queue(sandbox):
    sandbox.scenario(PATIENT)
    task = run(GARNET, BELL_ON_GARNET)
    assert task.state() == "QUEUED"
    sandbox.admin("POST", "clock", {"advance_s": 3601})
    sandbox.wait(task.id, "RUNNING", "COMPLETED")
    sandbox.admin("POST", "clock", {"advance_s": 60})
    assert task.result() is not None


SET_BACK = ("2025-03-12T10:00:00Z", "2026-03-11T09:59:00Z")


@pytest.mark.parametrize("back", SET_BACK)
def test_a_clock_set_back_holds_up_no_queue(sandbox, back):
    """Neither the task that runs, nor the one behind it, nor one that is made later waits for times of before."""
    sandbox.scenario(EAGER, clock={"at": OPEN_AT, "speed": 1})
    tasks = [run(GARNET, BELL_ON_GARNET) for _ in range(2)]
    sandbox.wait(tasks[0].id, "RUNNING", "COMPLETED")
    sandbox.admin("POST", "clock", {"at": back})
    tasks.append(run(GARNET, BELL_ON_GARNET))
    for task in tasks:
        assert sum(task.result().measurement_counts.values()) == 50


@pytest.mark.parametrize("back", SET_BACK)
def test_what_waits_when_the_clock_is_set_back_waits_its_time_anew(sandbox, back):
    sandbox.scenario(simulator_cancellable_s=5, clock={"at": OPEN_AT, "speed": 1}, devices={"*": {"queue_s": 30}})
    waiting = [run(GARNET, BELL_ON_GARNET), run(SV1), run(SV1)]
    waiting[2].cancel()  # CANCELLING: it is to become CANCELLED in a moment
    sandbox.admin("POST", "clock", {"at": back})
    assert [task.state() for task in waiting[:2]] == ["QUEUED", "QUEUED"]
    sandbox.wait(waiting[2].id, "CANCELLED")
    sandbox.admin("POST", "clock", {"advance_s": 31})
    for task in waiting[:2]:
        assert sum(task.result().measurement_counts.values()) == 50


def test_a_restart_after_a_future_holds_up_no_queue(start):
    one = start()
    one.scenario(PATIENT, clock={"at": "2040-01-01T00:00:00Z", "speed": 1})
    arns = [one.create(SV1, shots) for shots in (10, 20)]
    waiting = one.create(GARNET)
    one.kill()
    one.start()
    one.scenario(EAGER)
    for arn in (*arns, waiting):
        one.wait(arn, "COMPLETED")


def test_speeds_and_jumps_amid_work_lose_nothing(sandbox):
    sandbox.scenario(EAGER, simulator_cancellable_s=0.05, clock={"at": OPEN_AT, "speed": 1},
                     devices={"*": {"queue_s": 1}})
    arns = []
    for step in ({"speed": 1000}, {"at": "2030-01-01T00:00:00Z"}, {"speed": 0}, {"at": "2001-01-01T00:00:00Z"},
                 {"speed": 0.5}, {"advance_s": 86400}, {"advance_s": -86400}, {"at": OPEN_AT, "speed": 20}):
        arns += [sandbox.create(GARNET), sandbox.create(SV1)]
        sandbox.admin("POST", "clock", step)
    for arn in arns:
        sandbox.wait(arn, "COMPLETED")


def test_a_clock_that_jumps_does_not_break_signatures(sandbox):
    sandbox.admin("POST", "clock", {"at": "2031-01-01T00:00:00Z"})
    assert sandbox.client("braket").get_device(deviceArn=SV1)
    assert sandbox.client("sts").get_caller_identity()["Account"] == ACCOUNT
    url = sandbox.client("s3").generate_presigned_url("list_objects_v2", {"Bucket": sandbox.bucket()}, 3600)
    assert url


# ---- once more ----

def story(sandbox, seed):
    """What fifty calls and five tasks live through."""
    sandbox.scenario(EAGER, seed=seed, faults=[
        fault("GetDevice", rate=0.3, error={"code": "InternalServiceException"}),
        fault("GetDevice", rate=0.3, error={"code": "ThrottlingException"})],
        devices={"*": {"queue_s": 0, "fail_rate": 0.4}})
    client, happened = sandbox.client("braket"), []
    for _ in range(50):
        try:
            client.get_device(deviceArn=SV1)
            happened.append("ok")
        except botocore.exceptions.ClientError as error:
            happened.append(error.response["Error"]["Code"])
    for _ in range(5):
        task = sandbox.wait(sandbox.create(SV1, 100))
        happened.append(task["status"])
        if task["status"] == "COMPLETED":
            s3 = sandbox.client("s3")
            stored = s3.get_object(Bucket=task["outputS3Bucket"], Key=task["outputS3Directory"] + "/results.json")
            happened.append(json.loads(stored["Body"].read())["measurements"])
    return happened, sandbox.struck()


def test_a_seed_replays(sandbox):
    first = story(sandbox, 42)
    assert {"ok", "InternalServiceException", "ThrottlingException"} <= {what for what in first[0] if isinstance(what, str)}
    assert story(sandbox, 42) == first
    assert story(sandbox, 43) != first


@pytest.mark.parametrize(("scenario", "where"), [
    ({"fault": []}, "faults"), ({"faults": [{"operation": "X"}]}, "faults[0]"), ({"seed": -1}, "seed"),
    ({"faults": [{"rate": 2, "reset": True}]}, "faults[0].rate"), ({"devices": {"x": {"status": "ODD"}}}, "devices"),
    ({"clock": {"speed": "fast"}}, "clock.speed"), ({"events": [{"after_s": 1, "set": {"nothing": 1}}]}, "events[0]"),
])
def test_a_wrong_scenario_is_told_with_its_place(sandbox, start, tmp_path, scenario, where):
    before = sandbox.admin("GET", "scenario")
    with pytest.raises(ValueError, match="400") as raised:
        sandbox.admin("PUT", "scenario", scenario)
    assert where in str(raised.value) and sandbox.admin("GET", "scenario") == before
    (tmp_path / "wrong.json").write_text(json.dumps(scenario))
    with pytest.raises(RuntimeError, match="wrong.json"):
        start("--scenario", str(tmp_path / "wrong.json"))


def test_a_scenario_can_be_a_file(start, tmp_path):
    (tmp_path / "trouble.json").write_text(json.dumps(
        {"seed": 9, "faults": [{"operation": "SearchDevices", "times": 1, "error": {"code": "ThrottlingException"}}]}))
    client = start("--scenario", str(tmp_path / "trouble.json")).client("braket")
    assert refused(client.search_devices, filters=[]) == ("ThrottlingException", 429)
    assert client.search_devices(filters=[])["devices"]
