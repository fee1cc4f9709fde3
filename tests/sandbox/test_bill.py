# SPDX-License-Identifier: Apache-2.0
"""What Braket would charge, against sums worked out by hand, against the Braket SDK's own tracker, and as the price
lists say it; and how `ketch sandbox bill` shows it."""
import collections
import csv
import datetime
import decimal
import io
import json
import os
import re
import sqlite3
import subprocess
import time
import uuid

import boto3
import braket.tracking.pricing
import jsonschema
import pytest
import sandboxes
from braket.aws import AwsDevice
from braket.circuits import Circuit
from braket.tracking import Tracker
from sandboxes import (ACCOUNT, AQUILA, BELL, CEPHEUS, DM1, EAGER, EMERALD, FORTE_ENTERPRISE, GARNET, IBEX, OPEN_AT,
                       PATIENT, ROOT, SV1, openqasm)

EXAMPLES = json.loads((ROOT / "tests/data/bill_examples.json").read_text())["tasks"]
SCHEMA = json.loads((ROOT / "doc/schema/ketch-bill.schema.json").read_text())
STATUSES = ["CREATED", "QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLING", "CANCELLED"]
OFFERS = "/offers/v1.0/aws/AmazonBraket/current/index."


@pytest.fixture(autouse=True)
def hurry(sandbox):
    sandbox.scenario(EAGER)


def bill(sandbox, **asked):
    whole = sandbox.admin("GET", "bill?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    jsonschema.validate(whole, SCHEMA)
    return whole


def billed(sandbox, arn):
    """The task on the bill."""
    (found,) = [task for task in bill(sandbox, limit=100000)["tasks"] if task["quantumTaskArn"] == arn]
    assert sum(line["amount_musd"] for line in found["lines"]) == found["total_musd"]
    return found


def amounts(task):
    return {line["what"]: line["amount_musd"] for line in task["lines"]}


def prices(sandbox):
    """The rows of the CSV list."""
    text = sandbox.http("GET", OFFERS + "csv").body.decode()
    return list(csv.DictReader(io.StringIO("".join(text.splitlines(keepends=True)[5:]))))


# ---- every kind of task, by hand ----

def write_rows(state, examples):
    """Tasks as they lie in the state folder of a sandbox that is not running; their ARNs."""
    arns, now_ns = [], time.time_ns()
    with sqlite3.connect(state / "sandbox.db") as database:
        for i, example in enumerate(examples):
            name, ended = uuid.uuid4(), example["status"] in ("COMPLETED", "FAILED", "CANCELLED")
            arns.append(f"arn:aws:braket:{example['region']}:{ACCOUNT}:quantum-task/{name}")
            associations = [{"arn": "arn:r", "type": "RESERVATION_TIME_WINDOW_ARN"}] if "reservation" in example else []
            database.execute(
                "INSERT INTO task(uuid, arn, region, device_arn, status, shots, bucket, directory, created_ns, ended_ns,"
                " successful_shots, simulated_ms, job_arn, associations_json)"
                " VALUES (?, ?, ?, ?, ?, ?, 'amazon-braket-b', 'd', ?, ?, ?, ?, ?, ?)",
                (name.bytes, arns[-1], example["region"], example["device"], STATUSES.index(example["status"]),
                 example["shots"], now_ns + i, now_ns + i if ended else None, example.get("successful_shots"),
                 example.get("simulated_ms"), "arn:job" if "in_job" in example else None,
                 json.dumps(associations) if associations else None))
    database.close()
    return arns


def test_every_example_is_charged_as_by_hand(start, tmp_path):
    """Also those that no client can bring about: simulator times to the millisecond, retired devices, jobs."""
    (tmp_path / "patient.json").write_text(json.dumps(PATIENT))
    own = start("--scenario", str(tmp_path / "patient.json"))
    own.stop()
    # Some go on when the sandbox starts again.
    examples = [example for example in EXAMPLES if example["status"] != "CANCELLING" and
                not (example["status"] == "QUEUED" and "simulator" in example["device"])]
    arns = write_rows(own.state, examples)
    own.start()
    whole = bill(own)
    found = {task["quantumTaskArn"]: task for task in whole["tasks"]}
    for arn, example in zip(arns, examples, strict=True):
        task = found[arn]
        if example["lines"] is None:
            assert task["unpriced"] and task["lines"] == [], example["name"]
        else:
            assert amounts(task) == example["lines"] and "unpriced" not in task, example["name"]
        assert task["status"] == example["status"]
        assert task["pending"] == (example["status"] == "QUEUED")
    priced = [example for example in examples if example["lines"] is not None]
    pending = [example for example in priced if example["status"] == "QUEUED"]
    total = sum(sum(example["lines"].values()) for example in priced)
    waiting = sum(sum(example["lines"].values()) for example in pending)
    assert whole["pending_musd"] == waiting > 0 and whole["charged_musd"] == total - waiting
    assert whole["task_count"] == len(examples) and whole["unpriced_count"] == len(examples) - len(priced)
    assert whole["pending_count"] == len(pending)
    assert sum(device["charged_musd"] for device in whole["devices"]) == whole["charged_musd"]
    assert sum(device["tasks"] for device in whole["devices"]) == len(priced) - len(pending)


# What runs, and what it costs: 0.30 USD a task, and shots at the device's rate.
RUN = {
    "Garnet": (GARNET, 1000, {"task": 300000, "shots": 1450000}),
    "Emerald": (EMERALD, 7, {"task": 300000, "shots": 11200}),
    "Ibex": (IBEX, 1, {"task": 300000, "shots": 23500}),
    "Forte": (FORTE_ENTERPRISE, 100, {"task": 300000, "shots": 8000000}),
    "Cepheus": (CEPHEUS, 11, {"task": 300000, "shots": 4675}),
    "SV1": (SV1, 100, {"simulator": 3750}),
    "SV1, exactly": (SV1, 0, {"simulator": 3750}),
    "DM1": (DM1, 1, {"simulator": 3750}),
}
WANTS = openqasm("OPENQASM 3.0;\nqubit[1] q;\nh q[0];\n#pragma braket result expectation z(q[0])\n")


@pytest.mark.parametrize("kind", RUN)
def test_a_task_that_ran_is_charged(sandbox, kind):
    device, shots, expected = RUN[kind]
    arn = sandbox.create(device, shots, BELL if shots > 0 else WANTS)
    assert sandbox.wait(arn)["status"] == "COMPLETED"
    task = billed(sandbox, arn)
    assert amounts(task) == expected and not task["pending"] and not task["reservation"]
    rows = {row["SKU"]: row for row in prices(sandbox)}
    for line in task["lines"]:
        row = rows[line["sku"]]
        assert row["Region Code"] == arn.split(":")[3] and row["Unit"] == line["rate_per"]
        assert decimal.Decimal(row["PricePerUnit"]) * 10 ** 12 == line["rate_pico_usd"]
        assert decimal.Decimal(line["amount_usd"]) * 10 ** 6 == line["amount_musd"]


@pytest.mark.parametrize("region", ["us-east-1", "us-west-1", "us-west-2", "eu-west-2"])
def test_a_simulator_is_charged_where_it_ran(sandbox, region):
    arn = sandbox.create(SV1, 10, region=region)
    sandbox.wait(arn)
    (line,) = billed(sandbox, arn)["lines"]
    (row,) = [row for row in prices(sandbox) if row["SKU"] == line["sku"]]
    assert (row["Region Code"], row["Version"], row["operation"]) == (region, "SV1", "CompleteTask")


def test_a_simulator_is_charged_for_the_time_in_its_result(sandbox):
    """Long enough that the least of three seconds no longer counts."""
    for width in range(18, 27, 2):  # whatever the machine's speed
        deep = "".join(f"h q[{i % width}];\ncnot q[{i % width}], q[{(i + 1) % width}];\n" for i in range(40 * width))
        source = f"OPENQASM 3.0;\nqubit[{width}] q;\n{deep}#pragma braket result probability q[0]\n"
        arn = sandbox.create(SV1, 10, openqasm(source))
        task = sandbox.wait(arn, most_s=120)
        key = task["outputS3Directory"] + "/results.json"
        result = json.load(sandbox.client("s3").get_object(Bucket=task["outputS3Bucket"], Key=key)["Body"])
        spent_ms = result["additionalMetadata"]["simulatorMetadata"]["executionDuration"]
        (line,) = billed(sandbox, arn)["lines"]
        assert line["quantity"] == max(3000, spent_ms)
        assert line["amount_musd"] == -(-line["quantity"] * 75000 // 60000)
        assert line["note"] == ("minimum of 3 s" if spent_ms < 3000 else None)
        if spent_ms > 3000:
            return
    pytest.fail("no task took longer than three seconds")


def program_set(entries):
    header = {"name": "braket.ir.openqasm.program_set", "version": "1"}
    return json.dumps({"braketSchemaHeader": header, "programs": [json.loads(BELL)] * entries})


def test_a_program_set_pays_one_fee_and_all_of_its_shots(sandbox):
    arn = sandbox.create(GARNET, 20 * 50, program_set(20))
    assert sandbox.wait(arn)["status"] == "COMPLETED"
    assert amounts(billed(sandbox, arn)) == {"task": 300000, "shots": 1450000}
    apart = [sandbox.create(GARNET, 50) for _ in range(3)]
    for arn in apart:
        sandbox.wait(arn)
        assert amounts(billed(sandbox, arn)) == {"task": 300000, "shots": 72500}


def analog_program():
    series = {"time_series": {"values": ["0", "1e7", "0"], "times": ["0", "1e-6", "2e-6"]}, "pattern": "uniform"}
    still = {**series, "time_series": {**series["time_series"], "values": ["0", "0", "0"]}}
    return json.dumps({"braketSchemaHeader": {"name": "braket.ir.ahs.program", "version": "1"},
                       "setup": {"ahs_register": {"sites": [["0", "0"], ["6e-6", "0"]], "filling": [1, 1]}},
                       "hamiltonian": {"drivingFields": [{"amplitude": series, "phase": still, "detuning": series}],
                                       "shiftingFields": []}})


@pytest.mark.parametrize(("states", "made"), [
    (["Success"] * 40, 40), (["Success"] * 38 + ["Failure"] * 2, 38), (["Partial Success"] * 40, 40),
    (["Failure"] * 40, 0), (None, 40)], ids=["all", "not all", "in part", "none", "not said"])
def test_shots_that_failed_are_not_charged(sandbox, tmp_path, states, made):
    shots = [{"shotMetadata": {"shotStatus": state}, "shotResult": {}} for state in states or []]
    (tmp_path / "answer.json").write_text(json.dumps({"measurements": shots} if states else {}))
    sandbox.scenario(EAGER, devices={"*": {"queue_s": 0, "result_file": str(tmp_path / "answer.json")}})
    arn = sandbox.create(AQUILA, 40, analog_program())
    task = sandbox.wait(arn)
    assert task["status"] == "COMPLETED" and task["numSuccessfulShots"] == made
    found = billed(sandbox, arn)
    assert amounts(found) == {"task": 300000, "shots": made * 10000}
    assert found["lines"][1]["note"] == (None if made == 40 else "only the shots that were made")


# ---- what did not run ----

@pytest.mark.parametrize("device", [GARNET, SV1], ids=["QPU", "simulator"])
def test_a_task_cancelled_while_it_waits_is_free(sandbox, device):
    sandbox.scenario(PATIENT, simulator_cancellable_s=3600)
    before = bill(sandbox, lines=0)
    arn = sandbox.create(device, 1000)
    waiting = billed(sandbox, arn)
    expected = {"task": 300000, "shots": 1450000} if device == GARNET else {"simulator": 3750}
    assert waiting["pending"] and amounts(waiting) == expected
    during = bill(sandbox, lines=0)
    assert during["pending_musd"] - before["pending_musd"] == waiting["total_musd"]
    assert during["charged_musd"] == before["charged_musd"]
    sandbox.client("braket", sandboxes.region_of(arn)).cancel_quantum_task(quantumTaskArn=arn, clientToken="c" * 8)
    assert sandbox.wait(arn)["status"] == "CANCELLED"
    found = billed(sandbox, arn)
    assert found["lines"] == [] and found["total_musd"] == 0 and not found["pending"]
    after = bill(sandbox, lines=0)
    assert (after["pending_musd"], after["charged_musd"]) == (before["pending_musd"], before["charged_musd"])


def test_a_cancel_that_comes_too_late_is_charged_in_full(sandbox):
    sandbox.scenario(PATIENT, cancel_too_late=True, devices={"*": {"queue_s": 0.5}})
    arn = sandbox.create(CEPHEUS, 1000)
    sandbox.client("braket", "us-west-1").cancel_quantum_task(quantumTaskArn=arn, clientToken="c" * 8)
    found = billed(sandbox, arn)
    assert amounts(found) == {"task": 300000, "shots": 425000} and found["pending"] and found["status"] == "CANCELLING"
    assert sandbox.wait(arn)["status"] == "COMPLETED"
    found = billed(sandbox, arn)
    assert amounts(found) == {"task": 300000, "shots": 425000} and not found["pending"]


@pytest.mark.parametrize("device", [GARNET, SV1], ids=["QPU", "simulator"])
def test_a_task_that_failed_is_free(sandbox, device):
    sandbox.scenario(EAGER, devices={"*": {"queue_s": 0, "fail_rate": 1}})
    arn = sandbox.create(device, 100)
    assert sandbox.wait(arn)["status"] == "FAILED"
    assert billed(sandbox, arn)["lines"] == []


def test_a_task_of_a_reservation_adds_nothing(sandbox):
    arn = f"arn:aws:braket:eu-north-1:{ACCOUNT}:reservation/a1b2c3d4-1111-4222-8333-a1b2c3d4e5f6"
    task = sandbox.create(GARNET, 100, associations=[{"arn": arn, "type": "RESERVATION_TIME_WINDOW_ARN"}])
    sandbox.wait(task)
    found = billed(sandbox, task)
    assert found["reservation"] and found["lines"] == [] and found["total_musd"] == 0


def test_a_task_refused_or_repeated_is_not_on_the_bill(sandbox):
    before = bill(sandbox, lines=0)["task_count"]
    braket_, bucket = sandbox.client("braket", "eu-north-1"), sandbox.bucket("eu-north-1")
    wanted = {"deviceArn": GARNET, "shots": 10, "action": BELL, "outputS3Bucket": bucket, "outputS3KeyPrefix": "t",
              "clientToken": str(uuid.uuid4())}
    with pytest.raises(braket_.exceptions.ValidationException):
        braket_.create_quantum_task(**wanted | {"shots": 10 ** 7})
    assert len({braket_.create_quantum_task(**wanted)["quantumTaskArn"] for _ in range(3)}) == 1
    assert bill(sandbox, lines=0)["task_count"] == before + 1


# ---- sums, filters, pages ----

def total_of(tasks):
    return sum(task["total_musd"] for task in tasks if not task["pending"])


def test_filters_choose_tasks_and_totals_alike(start):
    own = start()
    own.scenario(EAGER, clock={"at": OPEN_AT})
    arns = {}
    for device, shots in ((GARNET, 10), (SV1, 10), (GARNET, 20)):
        own.admin("POST", "clock", {"advance_s": 3600})
        arns[device, shots] = own.create(device, shots)
        own.wait(arns[device, shots])
    whole = bill(own)
    assert [task["quantumTaskArn"] for task in whole["tasks"]] == list(arns.values())  # as they were made
    assert whole["charged_musd"] == total_of(whole["tasks"]) == 300000 + 14500 + 3750 + 300000 + 29000
    assert whole["charged_usd"] == "0.64725"
    first, second, third = (task["createdAt"] for task in whole["tasks"])
    assert first.startswith("2026-03-11T11:00:0") and third.startswith("2026-03-11T13:00:0")  # the sandbox's time
    for asked, expected in (({"device": GARNET}, [0, 2]), ({"device": DM1}, []), ({"since": second}, [1, 2]),
                            ({"until": second}, [0]), ({"since": second, "until": third}, [1]),
                            ({"device": GARNET, "since": second}, [2])):
        part = bill(own, **asked)
        assert part["tasks"] == [whole["tasks"][i] for i in expected]
        assert part["charged_musd"] == total_of(part["tasks"]) and part["task_count"] == len(expected)
        assert bill(own, lines=0, **asked) == part | {"tasks": []}


def test_pages_are_the_whole_and_totals_are_of_all(start):
    own = start()
    own.scenario(PATIENT)
    arns = [own.create(GARNET, 10) for _ in range(7)]
    found, after, pages = [], 0, 0
    while after is not None:
        page = bill(own, limit=3, after=after)
        assert page["task_count"] == 7 and page["pending_musd"] == 7 * 314500 and len(page["tasks"]) <= 3
        found += [task["quantumTaskArn"] for task in page["tasks"]]
        after, pages = page["next"], pages + 1
    assert found == arns and pages == 3
    assert bill(own, limit=7)["next"] is None


@pytest.mark.parametrize(("query", "message"), [
    ("since=yesterday", "since: "), ("until=", "until: "), ("limit=-1", "limit: "), ("limit=100001", "limit: "),
    ("after=x", "after: "), ("lines=2", "lines: ")])
def test_a_wrong_question_is_refused(sandbox, query, message):
    answer = sandbox.http("GET", f"/_sandbox/bill?{query}")
    assert answer.status == 400 and json.loads(answer.body)["message"].startswith(message)


def test_only_get_is_taken(sandbox):
    assert sandbox.http("POST", "/_sandbox/bill", b"{}").status == 405
    assert sandbox.http("GET", "/_sandbox/bill/more").status == 404


# ---- what lasts, and time ----

@pytest.mark.parametrize("how", ["restart", "kill"])
def test_the_bill_outlives_the_sandbox(start, how):
    own = start()
    own.scenario(EAGER)
    for device in (GARNET, SV1):
        own.wait(own.create(device, 10))
    own.scenario(PATIENT)
    own.create(EMERALD, 10)
    before = bill(own)
    assert before["pending_count"] == 1 and before["charged_musd"] == 314500 + 3750
    if how == "kill":
        own.kill()
        own.start()
    else:
        own.restart()
    own.scenario(PATIENT)
    assert bill(own) == before


def test_a_fast_clock_changes_when_not_how_much(start):
    own = start()
    own.scenario({"clock": {"at": OPEN_AT, "speed": 1000}, "devices": {"*": {"queue_s": 600}}})
    began = time.monotonic()
    arns = [own.create(device, 100) for device in (GARNET, SV1)]
    tasks = [own.wait(arn) for arn in arns]
    assert time.monotonic() - began < 10  # ten minutes of a queue
    assert (tasks[0]["endedAt"] - tasks[0]["createdAt"]).total_seconds() > 600
    assert [amounts(billed(own, arn)) for arn in arns] == [{"task": 300000, "shots": 145000}, {"simulator": 3750}]
    late = (tasks[0]["endedAt"] + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert bill(own, since=late)["tasks"] == []


# ---- the price lists ----

def test_both_price_lists_say_the_same(sandbox):
    offer = json.loads(sandbox.http("GET", OFFERS + "json").body)
    rows = {row["SKU"]: row for row in prices(sandbox)}
    assert offer["offerCode"] == "AmazonBraket" and offer["products"].keys() == rows.keys()
    assert offer["terms"].keys() == {"OnDemand"} and offer["terms"]["OnDemand"].keys() == rows.keys()
    for sku, product in offer["products"].items():
        row, attributes = rows[sku], product["attributes"]
        assert (product["sku"], product["productFamily"]) == (sku, row["Product Family"])
        assert attributes["regionCode"] == row["Region Code"] and attributes["servicecode"] == row["serviceCode"]
        assert attributes.get("devicename", "") == row["DeviceName"]
        assert attributes.get("deviceName", "") == row["Device Name"]
        assert attributes.get("version", "") == row["Version"]
        assert attributes.get("operation", "") == row["operation"] and attributes["usagetype"] == row["usageType"]
        ((code, term),) = offer["terms"]["OnDemand"][sku].items()
        ((rate, dimension),) = term["priceDimensions"].items()
        assert code == f"{sku}.{term['offerTermCode']}" and term["offerTermCode"] == row["OfferTermCode"]
        assert rate == dimension["rateCode"] == row["RateCode"] and rate.startswith(code + ".")
        assert dimension["pricePerUnit"] == {row["Currency"]: row["PricePerUnit"]}
        assert (dimension["unit"], dimension["description"]) == (row["Unit"], row["PriceDescription"])
        assert term["effectiveDate"] == row["EffectiveDate"]


def test_the_csv_list_is_laid_out_as_aws_does_it(sandbox):
    answer = sandbox.http("GET", OFFERS + "csv")  # not signed
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/csv"
    head = list(csv.reader(io.StringIO(answer.body.decode())))[:6]
    assert [line[0] for line in head[:5]] == ["FormatVersion", "Disclaimer", "Publication Date", "Version", "OfferCode"]
    offer = json.loads(sandbox.http("GET", OFFERS + "json").body)
    assert (head[2][1], head[3][1], head[4][1]) == (offer["publicationDate"], offer["version"], offer["offerCode"])
    assert bill(sandbox, lines=0)["prices_published"] == offer["publicationDate"]
    assert {"SKU", "Unit", "PricePerUnit", "Currency", "Product Family", "Region Code", "DeviceName", "Device Name",
            "Version", "operation", "RateCode", "TermType"} <= set(head[5])
    without_body = sandbox.http("HEAD", OFFERS + "csv")
    assert without_body.status == 200 and without_body.headers["Content-Length"] == str(len(answer.body))
    assert sandbox.http("GET", OFFERS + "xml").status == 404
    assert sandbox.http("GET", "/offers/v1.0/aws/AmazonEC2/current/index.csv").status == 404


def test_no_two_rows_fit_one_question(sandbox):
    """The SDK and the bill take a price only when exactly one row has it."""
    kinds = collections.Counter((row["Product Family"], row["Region Code"], row["DeviceName"] + row["Device Name"] +
                                 row["Version"], row["operation"]) for row in prices(sandbox))
    assert kinds and set(kinds.values()) == {1}


# ---- the Braket SDK's tracker ----

@pytest.fixture
def fresh_prices(monkeypatch):
    """The SDK reads prices once a process."""
    monkeypatch.setattr(braket.tracking.pricing._pricing, "_price_list", [])
    braket.tracking.pricing._pricing.price_search.cache_clear()
    yield
    braket.tracking.pricing._pricing.price_search.cache_clear()


def test_the_tracker_agrees_task_by_task(sandbox, fresh_prices):
    circuits = {GARNET: (1, 2), EMERALD: (1, 2), IBEX: (0, 1), FORTE_ENTERPRISE: (0, 1), CEPHEUS: (0, 1), SV1: (0, 1),
                DM1: (0, 1)}
    for device, (a, b) in circuits.items():
        with Tracker() as tracker:
            task = AwsDevice(device).run(Circuit().h(a).cnot(a, b), shots=123, poll_interval_seconds=0.02)
            assert task.result() is not None
        cost = decimal.Decimal(billed(sandbox, task.id)["total_musd"]) / 10 ** 6
        (qpu, simulator) = (0, cost) if device in (SV1, DM1) else (cost, 0)
        assert (tracker.qpu_tasks_cost(), tracker.simulator_tasks_cost()) == (qpu, simulator), device


def test_the_tracker_counts_what_was_cancelled_as_nothing(sandbox, fresh_prices):
    sandbox.scenario(PATIENT)
    with Tracker() as tracker:
        task = AwsDevice(GARNET).run(Circuit().h(1).cnot(1, 2), shots=100)
        assert tracker.qpu_tasks_cost() == decimal.Decimal("0.445")
        assert billed(sandbox, task.id)["total_musd"] == 445000  # both count it while it waits
        task.cancel()
        sandbox.wait(task.id)
        assert task.state() == "CANCELLED"
    assert tracker.qpu_tasks_cost() == 0 == billed(sandbox, task.id)["total_musd"]


def test_the_sdk_finds_a_price_for_every_device(sandbox, fresh_prices):
    for arn in (GARNET, EMERALD, IBEX, FORTE_ENTERPRISE, CEPHEUS, AQUILA):
        task = boto3.client("braket", sandboxes.region_of(arn)).get_device(deviceArn=arn)
        name = arn.rpartition("/")[2].replace("Ibex", "IBEX")
        for family, job_family in (("Quantum Task", "Braket Managed Jobs QPU Task"),
                                   ("Quantum Task-Shot", "Braket Managed Jobs QPU Task Shot")):
            region = sandboxes.region_of(arn)
            (row,) = braket.tracking.pricing.price_search(
                **{"Region Code": region, "DeviceName": name, "Product Family": family})
            (in_job,) = braket.tracking.pricing.price_search(
                **{"Region Code": region, "Device Name": name, "Product Family": job_family})
            assert row["PricePerUnit"] == in_job["PricePerUnit"]
        cost = json.loads(task["deviceCapabilities"])["service"]["deviceCost"]
        assert (decimal.Decimal(str(cost["price"])), cost["unit"]) == (decimal.Decimal(row["PricePerUnit"]), "shot")


# ---- `ketch sandbox bill` ----

def ask(sandbox, *words, **env):
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "KETCH_SANDBOX"))}
    return subprocess.run([sandboxes.PROGRAM, "sandbox", "bill", *words], capture_output=True, text=True, timeout=60,
                          env=surroundings | env)


def test_the_command_shows_what_the_bill_says(start):
    own = start()
    own.scenario(EAGER)
    for device, shots in ((GARNET, 1000), (SV1, 10)):
        own.wait(own.create(device, shots))
    own.scenario(PATIENT)
    own.create(CEPHEUS, 11)
    shown = ask(own, "--endpoint", own.url)
    assert shown.returncode == 0 and shown.stderr == ""
    lines = shown.stdout.splitlines()
    rows = [line for line in lines if re.search(r"\d\.\d{6}", line)]
    assert lines[0] == "what Amazon Braket would charge, at list prices of 2026-09-01"
    points = {[found.start() for found in re.finditer(r"\.\d{6}(?!\d)", row)][-1] for row in rows[:5]}
    assert len(points) == 1  # decimal points stand one below the other
    text = shown.stdout
    assert re.search(r"Garnet +COMPLETED +task +1 +0\.30 +0\.300000\n +shots +1000 +0\.00145 +1\.450000\n", text)
    assert re.search(r"sv1 +COMPLETED +simulator +3\.000 s +0\.075/min +0\.003750  minimum of 3 s\n", text)
    assert re.search(r"Cepheus-1-108Q +QUEUED +task +1 +0\.30 +0\.300000  not charged yet\n", text)
    assert re.search(r"\nGarnet +1 +1\.750000\nsv1 +1 +0\.003750\ncharged +2 +1\.753750\n"
                     r"not charged yet +1 +0\.304675\n$", text)
    as_json = ask(own, "--endpoint", own.url, "--json")
    assert json.loads(as_json.stdout) == bill(own, limit=100000)
    by_environment = ask(own, AWS_ENDPOINT_URL=own.url)
    by_address = ask(own, "--listen", f"127.0.0.1:{own.port}")
    assert by_environment.stdout == by_address.stdout == shown.stdout


def test_the_command_says_what_keeps_it_from_the_bill(start, tmp_path):
    guarded = start("--key", "AKIATESTTESTTEST1:secret", state="guarded")
    refused = ask(guarded, "--endpoint", guarded.url)
    assert refused.returncode == 2 and "KETCH_SANDBOX_TOKEN" in refused.stderr and refused.stdout == ""
    assert ask(guarded, "--endpoint", guarded.url, KETCH_SANDBOX_TOKEN=guarded.env["KETCH_SANDBOX_TOKEN"]).returncode == 0
    guarded.stop()
    nobody = ask(guarded, "--endpoint", guarded.url)
    assert nobody.returncode == 5 and "no sandbox answers at" in nobody.stderr
