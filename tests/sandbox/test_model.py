# SPDX-License-Identifier: Apache-2.0
"""botocore's model as the judge: every answer has what it says and nothing else, every constraint of every member holds,
and errors come in the form that clients of AWS read."""
import json
import re

import botocore.exceptions
import model
import pytest
from sandboxes import ACCOUNT, ANKAA, BELL, CEPHEUS, FORTE, GARNET, PATIENT, SV1, openqasm, segment

ARN = f"arn:aws:braket:us-east-1:{ACCOUNT}"
NO_TASK = f"{ARN}:quantum-task/00000000-0000-4000-8000-000000000000"


def refusal(call, **members):
    """Code, status and message of the error that a boto3 call ends with."""
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(**members)
    error = raised.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


# ---- answers ----

def check_answer(sandbox, operation, region="us-east-1", **members):
    method, target, body = model.request(operation, members)
    answer = sandbox.signed(method, target, body, region)
    members = json.loads(answer.body or b"{}")
    assert answer.status == model.OPERATIONS[operation].http["responseCode"], members
    assert model.find_differences(model.OPERATIONS[operation].output_shape, members, operation) == []
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.headers["x-amzn-RequestId"])
    assert answer.headers["Content-Type"] == "application/json"
    return members


def test_answers_about_devices_are_those_of_the_model(sandbox):
    seen = set()
    for region in ("us-east-1", "us-west-1", "us-west-2", "eu-west-2", "eu-north-1"):
        for device in check_answer(sandbox, "SearchDevices", region, filters=[])["devices"]:
            details = check_answer(sandbox, "GetDevice", region, deviceArn=device["deviceArn"])
            assert device.items() <= details.items()
            assert isinstance(json.loads(details["deviceCapabilities"]), dict)
            seen.add(device["deviceArn"])
    assert {SV1, GARNET, FORTE, CEPHEUS, ANKAA} <= seen


def test_answers_about_tasks_are_those_of_the_model_in_every_state(sandbox):
    sandbox.scenario(PATIENT)
    bell = openqasm(json.loads(BELL)["source"])
    program_set = json.dumps({"braketSchemaHeader": {"name": "braket.ir.openqasm.program_set", "version": "1"},
                              "programs": [json.loads(bell), json.loads(bell)]})
    tasks = {"COMPLETED": sandbox.create(SV1, tags={"a": "b"}),
             "QUEUED": sandbox.create(GARNET, 40, program_set, tags={"a": "b"}, deviceParameters="{}"),
             "CANCELLED": sandbox.create(GARNET)}
    check_answer(sandbox, "CancelQuantumTask", "eu-north-1", quantumTaskArn=tasks["CANCELLED"], clientToken="t")
    sandbox.scenario(PATIENT, devices={"*": {"queue_s": 3600}, "sv1": {"fail_rate": 1, "fail_reason": "as ordered"}})
    tasks["FAILED"] = sandbox.create(SV1)
    for status, arn in tasks.items():
        region = arn.split(":")[3]
        sandbox.wait(arn, status)
        for extras in ({}, {"additionalAttributeNames": ["QueueInfo"]}):
            task = check_answer(sandbox, "GetQuantumTask", region, quantumTaskArn=arn, **extras)
            assert ("queueInfo" in task) == bool(extras)
        assert task["status"] == status and task["outputS3Directory"] == f"tasks/{arn.rpartition('/')[2]}"
        assert ("endedAt" in task) == (status != "QUEUED") and ("failureReason" in task) == (status == "FAILED")
        wanted = [{"name": "quantumTaskArn", "operator": "EQUAL", "values": [arn]}]
        found = check_answer(sandbox, "SearchQuantumTasks", region, filters=wanted)["quantumTasks"]
        assert [one["quantumTaskArn"] for one in found] == [arn]
        assert found[0].items() <= task.items()
    queued = check_answer(sandbox, "GetQuantumTask", "eu-north-1", quantumTaskArn=tasks["QUEUED"],
                          additionalAttributeNames=["QueueInfo"])
    assert queued["actionMetadata"] == {"actionType": "braket.ir.openqasm.program_set", "programCount": 2,
                                        "executableCount": 2}
    assert queued["queueInfo"]["position"] == "1" and queued["queueInfo"]["queuePriority"] == "Normal"
    assert task["queueInfo"]["position"] == "None" and task["queueInfo"]["message"]


def test_answers_about_tags_are_those_of_the_model(sandbox):
    arn = sandbox.create()
    assert check_answer(sandbox, "ListTagsForResource", resourceArn=arn) == {"tags": {}}
    assert check_answer(sandbox, "TagResource", resourceArn=arn, tags={"a": "1", "b": "2", "c": ""}) == {}
    assert check_answer(sandbox, "UntagResource", resourceArn=arn, tagKeys=["a", "none"]) == {}
    assert check_answer(sandbox, "ListTagsForResource", resourceArn=arn) == {"tags": {"b": "2", "c": ""}}
    assert check_answer(sandbox, "GetQuantumTask", quantumTaskArn=arn)["tags"] == {"b": "2", "c": ""}


def test_searches_page_without_loss_and_end_without_a_token(sandbox):
    sandbox.scenario(PATIENT)
    made = {sandbox.create(GARNET) for _ in range(7)}
    asked = {"filters": [{"name": "status", "operator": "EQUAL", "values": ["QUEUED", "CREATED"]}], "maxResults": 3}
    found, pages = [], 0
    while True:
        page = check_answer(sandbox, "SearchQuantumTasks", "eu-north-1", **asked)
        pages += 1
        assert len(page["quantumTasks"]) <= 3
        found += [task["quantumTaskArn"] for task in page["quantumTasks"]]
        if not page.get("nextToken"):
            break
        asked["nextToken"] = page["nextToken"]
    assert made <= set(found) and len(found) == len(set(found)) and pages >= 3


# ---- constraints, generated ----

def base_of(sandbox, operation):
    """All members of the operation, of the right kind and size."""
    known = {"deviceArn": SV1, "action": BELL, "shots": 10, "deviceParameters": "{}", "quantumTaskArn": NO_TASK,
             "resourceArn": NO_TASK, "outputS3Bucket": sandbox.bucket()}
    base = model.sample(model.OPERATIONS[operation].input_shape)
    return {name: known.get(name, value) for name, value in base.items()}


# How a refusal for a constraint of this kind begins its reason.
REASONS = {"min": "greater than or equal", "max": "less than or equal", "pattern": "expression pattern", "enum": "enum value"}


def judge(sandbox, case, base):
    """None, or what is wrong about how the case was answered."""
    members = model.put(base, case)
    if case.path[0] != "clientToken" and "clientToken" in members:  # another task, not the one made before
        members["clientToken"] = f"{id(case):x}"
    status, answer = sandbox.ask(*model.request(case.operation, members))
    message, code = answer.get("message", ""), answer.get("code")
    is_named = f"at '{case.told}' failed to satisfy constraint" in message
    if status >= 500 or (code and code not in {*model.ERRORS, "SerializationException"}):
        return f"{case}: {status} {code} {message}"
    if case.is_inside:
        is_refused = (is_named and REASONS[case.about.split()[0]] in message) or code == "SerializationException"
        return f"{case}: refused: {message}" if is_refused else None
    if case.is_type:
        right = status == 400 and code == "SerializationException"
    else:
        right = status == 400 and code == "ValidationException" and is_named
    return None if right else f"{case}: not refused, but answered {status} {code} {message}"


@pytest.mark.parametrize("operation", [name for name in model.OPERATIONS if model.OPERATIONS[name].input_shape])
def test_every_constraint_of_every_member_holds(sandbox, operation):
    base = base_of(sandbox, operation)
    generated = model.cases(operation, base)
    assert generated or operation in ("ListTagsForResource", "UntagResource")
    assert [text for text in (judge(sandbox, case, base) for case in generated) if text] == []


def test_an_action_above_five_megabytes_is_refused(sandbox):
    def create(source):
        return sandbox.ask("POST", "/quantum-task", {
            "clientToken": str(len(source)), "deviceArn": SV1, "shots": 1, "outputS3Bucket": sandbox.bucket(),
            "outputS3KeyPrefix": "tasks", "action": openqasm(source)})

    rest = 5 * 1024 * 1024 - len(openqasm(""))
    status, answer = create("/" * (rest + 1))
    assert (status, answer["code"]) == (400, "ValidationException") and "at 'action' failed" in answer["message"]
    bell = json.loads(BELL)["source"].replace("\n", " ")
    status, answer = create(bell + "//" + "x" * (rest - len(bell) - 2))
    assert status == 201, answer


@pytest.mark.parametrize("operation", model.UNSERVED)
def test_what_is_not_served_yet_says_so_in_an_error_of_the_model(sandbox, operation):
    members = model.sample(model.OPERATIONS[operation].input_shape)
    status, answer = sandbox.ask(*model.request(operation, members))
    assert answer["code"] in {shape.name for shape in model.OPERATIONS[operation].error_shapes}
    assert status == model.ERRORS[answer["code"]] and "not yet in the sandbox" in answer["message"]


# ---- errors ----

@pytest.mark.parametrize(("device", "code", "status"), [
    (FORTE, "DeviceOfflineException", 424),
    (ANKAA, "DeviceRetiredException", 410),
    ("arn:aws:braket:us-east-1::device/qpu/acme/None", "ValidationException", 400),
])
def test_devices_that_take_no_tasks_refuse_them(sandbox, device, code, status):
    create = sandbox.client("braket", device.split(":")[3]).create_quantum_task
    asked = {"deviceArn": device, "shots": 100, "action": BELL, "outputS3KeyPrefix": "tasks"}
    assert refusal(create, outputS3Bucket=sandbox.bucket(device.split(":")[3]), **asked)[:2] == (code, status)


def test_tasks_that_are_not_there_are_not_found(sandbox):
    client = sandbox.client("braket")
    elsewhere = sandbox.create().replace("us-east-1", "us-west-2")
    for arn in (NO_TASK, elsewhere, "nonsense", "arn:aws:braket:::device/quantum-simulator/amazon/sv1"):
        for call, name in ((client.get_quantum_task, "quantumTaskArn"), (client.cancel_quantum_task, "quantumTaskArn"),
                           (client.list_tags_for_resource, "resourceArn")):
            code, status, _ = refusal(call, **{name: arn})
            assert (code, status) in {("ResourceNotFoundException", 404), ("ValidationException", 400)}
    assert refusal(client.get_quantum_task, quantumTaskArn=NO_TASK)[:2] == ("ResourceNotFoundException", 404)


def test_an_ended_task_cannot_be_cancelled(sandbox):
    arn = sandbox.create()
    sandbox.wait(arn, "COMPLETED")
    code, status, _ = refusal(sandbox.client("braket").cancel_quantum_task, quantumTaskArn=arn)
    assert (code, status) == ("ConflictException", 409)


def test_a_client_token_makes_one_task(sandbox):
    first = sandbox.create(clientToken="once")
    assert sandbox.create(clientToken="once") == first
    assert sandbox.create(clientToken="twice") != first
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        sandbox.create(shots=101, clientToken="once")
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_an_error_has_the_wire_form_of_its_service(sandbox):
    answer = sandbox.signed("GET", f"/quantum-task/{segment(NO_TASK)}")
    assert answer.headers["x-amzn-ErrorType"] == "ResourceNotFoundException"
    assert answer.headers["Content-Type"] == "application/json" and json.loads(answer.body)["message"]
    answer = sandbox.signed("GET", "/no-such-bucket/key", service="s3",
                            headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"})
    assert answer.status == 404 and answer.headers["Content-Type"] == "application/xml"
    assert re.search(rb"<Error><Code>NoSuchBucket</Code><Message>.+</Message>", answer.body)
    answer = sandbox.signed("POST", "/", b"Action=Nothing&Version=2011-06-15", service="sts",
                            headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 400 and re.search(rb"<ErrorResponse .*<Code>InvalidAction</Code>", answer.body)


def test_the_findings_about_a_set_name_its_programs(sandbox):
    broken = openqasm("OPENQASM 3.0;\nqubit[2] q;\nnothing q[0];\n")
    action = json.dumps({"braketSchemaHeader": {"name": "braket.ir.openqasm.program_set", "version": "1"},
                         "programs": [json.loads(BELL), json.loads(broken)]})
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        sandbox.create(GARNET, 100, action)
    answer = refused.value.response
    assert answer["Error"]["Code"] == "ValidationException" and answer["reason"] == "ProgramSetValidationFailed"
    assert [failure["programIndex"] for failure in answer["programSetValidationFailures"]] == [1]
    assert "nothing" in answer["programSetValidationFailures"][0]["errors"][0]


@pytest.mark.parametrize("filters", [
    [{"name": "colour", "operator": "EQUAL", "values": ["red"]}],
    [{"name": "createdAt", "operator": "BETWEEN", "values": ["2026-01-01T00:00:00Z"]}],
    [{"name": "createdAt", "operator": "GT", "values": ["yesterday"]}],
])
def test_filters_that_mean_nothing_are_refused(sandbox, filters):
    assert refusal(sandbox.client("braket").search_quantum_tasks, filters=filters)[:2] == ("ValidationException", 400)
