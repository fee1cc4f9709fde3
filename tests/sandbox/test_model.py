# SPDX-License-Identifier: Apache-2.0
"""botocore's model as the judge: every answer has what it says and nothing else, every constraint of every member holds,
and errors come in the form that clients of AWS read."""
import json
import re

import botocore
import botocore.exceptions
import model
import pytest
from sandboxes import ACCOUNT, ANKAA, BELL, CEPHEUS, EAGER, EMERALD, FORTE, GARNET, PATIENT, SV1, openqasm, segment

ARN = f"arn:aws:braket:us-east-1:{ACCOUNT}"
NO_TASK = f"{ARN}:quantum-task/00000000-0000-4000-8000-000000000000"


def refusal(call, **members):
    """Code, status and message of the error that a boto3 call ends with."""
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(**members)
    return refusal_of(raised.value)


def refusal_of(raised):
    error = raised.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


# ---- answers ----

def check_answer(sandbox, operation, region="us-east-1", **members):
    method, target, body = model.request(operation, members)
    answer = sandbox.signed(method, target, body, region)
    members = json.loads(answer.body or b"{}")
    assert answer.status == model.OPERATIONS[operation].http["responseCode"], members
    assert model.find_differences(model.OPERATIONS[operation].output_shape, members, operation) == []
    assert {*model.parse(operation, answer)} - {"ResponseMetadata"} == {*members}
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

REGION = "eu-north-1"
RESERVATION = f"arn:aws:braket:{REGION}:{ACCOUNT}:reservation/a1b2c3d4-1111-4222-8333-a1b2c3d4e5f6"


def base_of(sandbox, operation):
    """All members of the operation, such that a call with them is served."""
    task = [sandbox.create(GARNET) for _ in range(2)][0]
    known = {"deviceArn": GARNET, "action": BELL, "shots": 10, "quantumTaskArn": task, "resourceArn": task,
             "outputS3Bucket": sandbox.bucket(REGION), "filters": [{"name": "deviceArn", "values": [GARNET, EMERALD]}]}
    base = model.sample(model.OPERATIONS[operation].input_shape)
    base = {name: known.get(name, value) for name, value in base.items()}
    if operation == "CreateQuantumTask":
        base["associations"][0]["arn"] = RESERVATION
    elif operation.startswith("Search"):
        base["filters"][0].update({"operator": "EQUAL"} if operation != "SearchDevices" else {})
        base["nextToken"] = next_token(sandbox, operation, base)
    return base


def next_token(sandbox, operation, members):
    """One that a search like this would give."""
    members = {**members, "maxResults": 1}
    del members["nextToken"]
    return sandbox.ask(*model.request(operation, members), REGION)[1].get("nextToken", "x")


@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_the_generator_passes_over_no_constraint_of_the_model(operation):
    stated = model.constraints(operation)
    covered = {case.covers for case in model.cases(operation, model.sample(model.OPERATIONS[operation].input_shape))}
    assert {(place, kind) for place, kind, _ in covered} <= stated and stated
    for place, kind in sorted(stated):
        for is_inside in (True, False):
            is_excused = model.excuse(operation, place, kind, is_inside) is not None
            assert ((place, kind, is_inside) in covered) != is_excused, (place, kind, is_inside)


def test_the_constraints_are_as_many_as_were_counted_by_hand():
    assert sum(len(model.constraints(operation)) for operation in model.OPERATIONS) >= 343


# How a refusal for a constraint of this kind gives its reason.
REASONS = {"min": "greater than or equal to", "max": "less than or equal to", "pattern": "regular expression pattern: ",
           "enum": "enum value set: [", "union": "exactly one of the members of the union", "required": "must not be null"}


def is_right_refusal(case, status, code, message):
    if case.kind == "type":
        return (status, code) == (400, "SerializationException")
    if case.kind == "json":
        return (status, code) == (400, "ValidationException") and case.told in message
    return (status, code) == (400, "ValidationException") and REASONS[case.kind] in message and \
        f"at '{case.told}' failed to satisfy constraint: {case.who or 'Member'} must" in message


def judge(sandbox, case, base):
    """None, or what is wrong about how the case was answered."""
    members = model.put(base, case)
    if case.path[0] != "clientToken" and "clientToken" in members:  # another task, not the one made before
        members["clientToken"] = f"{id(case):x}"
    status, answer = sandbox.ask(*model.request(case.operation, members), REGION)
    code, message = answer.get("code"), answer.get("message", "")
    if case.is_inside:
        documented = {shape.name for shape in model.OPERATIONS[case.operation].error_shapes}
        is_right = "failed to satisfy constraint" not in message and (status < 300 or code in documented)
    else:
        is_right = is_right_refusal(case, status, code, message)
    return None if is_right else f"{case}: {status} {code} {message}"


@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_every_constraint_of_every_member_holds(sandbox, operation):
    sandbox.scenario(EAGER, devices={"*": {"queue_s": 0, "fail_rate": 1}})  # no task lives or computes for long
    base = base_of(sandbox, operation)
    status, answer = sandbox.ask(*model.request(operation, base), REGION)
    assert status < 300 or operation in model.UNSERVED, answer
    found = (judge(sandbox, case, base) for case in model.cases(operation, base))
    assert [text for text in found if text] == []


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

def error_of(sandbox, operation, members, region="us-east-1"):
    """Code, status and members of the error that a call is answered with, which are those of the model."""
    answer = sandbox.signed(*model.request(operation, members), region)
    code, body = answer.headers["x-amzn-ErrorType"], json.loads(answer.body)
    shape = next(shape for shape in model.OPERATIONS[operation].error_shapes if shape.name == code)
    assert model.find_differences(shape, body, code) == [] and body["message"]
    assert answer.status == model.ERRORS[code] and answer.headers["Content-Type"] == "application/json"
    return code, body


def provoke(sandbox, code, operation):
    """Members of a call that ends with that error because something is wrong, not because it was ordered; None: not
    to be had so. What must be wrong with the world is so afterwards."""
    base = model.sample(model.OPERATIONS[operation].input_shape)
    for name, value in {"quantumTaskArn": NO_TASK, "resourceArn": NO_TASK, "deviceArn": GARNET, "action": BELL,
                        "outputS3Bucket": sandbox.bucket(REGION), "filters": []}.items():
        base.update({name: value} if name in base else {})
    if "clientToken" in base:
        base["clientToken"] = code
    base.pop("associations", None)
    base.pop("nextToken", None)
    if code == "ThrottlingException":
        sandbox.scenario(quotas={"*": {"per_second": 0.001, "burst": 1}})
        sandbox.ask(*model.request(operation, base), REGION)
    elif code == "ValidationException":
        spoil = {"tagKeys": [], "deviceArn": "x" * 257, "quantumTaskArn": "x" * 257, "jobArn": "x",
                 "spendingLimitArn": "x", "tags": {"aws:reserved": "x"}, "filters": [{}] * 11, "clientToken": "x" * 65}
        if operation == "ListTagsForResource":
            return None  # of its only member any text is allowed
        base.update({name: value for name, value in spoil.items() if name in base})
        base["resourceArn"] = sandbox.create(GARNET) if operation == "TagResource" else NO_TASK
    elif code == "ServiceQuotaExceededException":
        sandbox.create(GARNET)
        sandbox.scenario(PATIENT, concurrent_tasks=1)
    elif code in ("DeviceOfflineException", "DeviceRetiredException"):
        sandbox.scenario(devices={"Garnet": {"status": code[len("Device"):-len("Exception")].upper()}})
    elif code == "ConflictException":
        base["quantumTaskArn"] = sandbox.create(GARNET)
        sandbox.client("braket", REGION).cancel_quantum_task(quantumTaskArn=base["quantumTaskArn"])
        sandbox.wait(base["quantumTaskArn"], "CANCELLED")
    elif code == "ResourceNotFoundException":
        base.update({"deviceArn": GARNET.replace("Garnet", "Granite")} if "deviceArn" in base else {})
    elif code == "InternalServiceException" or operation not in model.UNSERVED:
        return None  # the sandbox does not break, and refuses access to what it lacks alone
    return base


# Errors without a cause of their own here: the reasons for them lie in AWS's inside.
ORDERED_ALONE = {"InternalServiceException", "AccessDeniedException"}


@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_every_error_of_an_operation_comes_from_its_cause(sandbox, operation):
    served = operation not in model.UNSERVED
    for code in (shape.name for shape in model.OPERATIONS[operation].error_shapes):
        if not served and code not in ("AccessDeniedException", "ValidationException", "ThrottlingException"):
            continue  # there is nothing yet that could be in conflict or missing
        sandbox.scenario(PATIENT)
        members = provoke(sandbox, code, operation)
        if members is None:
            assert code in ORDERED_ALONE or operation == "ListTagsForResource"
        else:
            assert error_of(sandbox, operation, members, REGION)[0] == code
    sandbox.scenario()


@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_every_error_of_an_operation_comes_to_order_and_reaches_boto3_by_name(sandbox, operation):
    client = sandbox.client("braket")
    call = getattr(client, botocore.xform_name(operation))
    members = model.sample(model.OPERATIONS[operation].input_shape)
    for code in (shape.name for shape in model.OPERATIONS[operation].error_shapes):
        ordered = {"status": model.ERRORS[code], "code": code, "message": f"{code} as ordered"}
        sandbox.scenario(faults=[{"operation": operation, "error": ordered}])
        assert error_of(sandbox, operation, members) == (code, {"message": f"{code} as ordered"})
        with pytest.raises(getattr(client.exceptions, code)) as raised:
            call(**members)
        assert refusal_of(raised.value) == (code, model.ERRORS[code], f"{code} as ordered")
        assert sandbox.struck() == [2]


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
