# SPDX-License-Identifier: Apache-2.0
"""`ketch devices`, `tasks`, `jobs`, `result` and `cancel` against the sandbox; the tasks are boto3's. What the sandbox does
not have (jobs, a region that fails) comes from a small server in front of it."""
import http.client
import http.server
import json
import os
import pathlib
import subprocess
import threading
import time
import urllib.parse

import jsonschema
import pytest
from sandboxes import BELL, CEPHEUS, EAGER, GARNET, PATIENT, SV1, openqasm

KETCH = os.environ["KETCH"]
SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "doc/schema"
UNKNOWN = "arn:aws:braket:us-east-1:123456789012:quantum-task/00000000-0000-4000-8000-000000000000"
JOB = "arn:aws:braket:us-west-2:123456789012:job/vqe"


def run(sandbox, *words, expect=0, env=None):
    done = subprocess.run([KETCH, *map(str, words)], env={**os.environ, **sandbox.env, **(env or {})}, text=True,
                          capture_output=True, timeout=60)
    assert done.returncode == expect, (done.stdout, done.stderr)
    return done


def read(sandbox, *words, **more):
    return json.loads(run(sandbox, *words, "--json", **more).stdout)


@pytest.fixture
def front():
    """front(sandbox, answers) stands before it and answers what `answers(region, path, body)` gives: a status and members, or
    None for the sandbox's own; its URL."""
    servers = []

    def make(sandbox, answers):
        class Front(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                region = self.headers["Authorization"].split("Credential=")[1].split("/")[2]
                own = answers(region, urllib.parse.unquote(self.path), body)
                if own is None:
                    inner = http.client.HTTPConnection("127.0.0.1", sandbox.port)
                    inner.request(self.command, self.path, body, dict(self.headers))
                    answer = inner.getresponse()
                    status, data, headers = answer.status, answer.read(), answer.headers
                else:
                    status, data, headers = own[0], json.dumps(own[1]).encode(), {}
                self.send_response(status)
                for name in ("x-amzn-ErrorType", "Content-Type"):
                    if headers.get(name):
                        self.send_header(name, headers[name])
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"}

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


# ---- devices ----

def test_devices_of_all_regions_are_listed_once(start):
    found = read(start(), "devices")
    jsonschema.validate(found, json.loads((SCHEMAS / "ketch-devices.schema.json").read_text()))
    names = [device["name"] for device in found["devices"]]
    assert names[:2] == ["local:sv", "local:dm"] and {"SV1", "DM1", "Garnet", "Cepheus-1-108Q"} <= set(names)
    assert len(names) == len(set(names)) and "TN1" not in names and found["warnings"] == []
    garnet = next(device for device in found["devices"] if device["name"] == "Garnet")
    assert (garnet["qubits"], garnet["regions"], garnet["status"]) == (20, ["eu-north-1"], "ONLINE")
    assert garnet["list_price"] == {"usd": 0.00145, "unit": "shot"} and garnet["program_sets"]


def test_devices_for_a_person(start):
    lines = run(start(), "devices").stdout.splitlines()
    assert max(map(len, lines)) <= 100
    (garnet,) = [line.split() for line in lines if line.startswith("Garnet")]
    assert garnet[:4] == ["Garnet", "IQM", "eu-north-1", "ONLINE"] and "$0.00145/shot" in garnet
    assert sum("4 regions" in line for line in lines) == 2


def test_a_cold_list_of_five_regions_is_quick(start):
    sandbox = start()
    took_s = []
    for _ in range(5):
        begin = time.monotonic()
        run(sandbox, "devices")
        took_s.append(time.monotonic() - begin)
    assert min(took_s) < 0.1, took_s


def test_filters_choose_among_brakets_devices(start):
    sandbox = start()
    assert {d["type"] for d in read(sandbox, "devices", "--type", "qpu")["devices"]} == {"QPU"}
    assert [d["name"] for d in read(sandbox, "devices", "--region", "us-west-1", "--type", "qpu")["devices"]] == [
        "Cepheus-1-108Q"]
    assert "TN1" in [d["name"] for d in read(sandbox, "devices", "--all")["devices"]]
    assert all(d["status"] == "RETIRED" for d in read(sandbox, "devices", "--status", "retired")["devices"])


@pytest.mark.parametrize("name", ["garnet", "Garnet", GARNET])
def test_one_device_is_shown_whole(start, name):
    sandbox = start()
    (device,) = read(sandbox, "devices", name)["devices"]
    assert device["capabilities"]["paradigm"]["qubitCount"] == 20
    shown = run(sandbox, "devices", name).stdout
    assert "native gates  cz prx" in shown and "list price" in shown and GARNET in shown


def test_an_unknown_device_tells_the_nearest(start):
    assert "did you mean 'Garnet'" in run(start(), "devices", "garnett", expect=3).stderr


@pytest.mark.parametrize("more", [{}, {"AWS_EC2_METADATA_DISABLED": "true"}])
def test_without_an_account_this_machines_devices_are_listed_at_once(tmp_path, more):
    bare = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    bare |= {"HOME": str(tmp_path), **more}

    def devices(*words):
        begin = time.monotonic()
        done = subprocess.run([KETCH, "devices", *words], env=bare, text=True, capture_output=True, timeout=30)
        return done, time.monotonic() - begin

    done, took_s = devices()
    assert done.returncode == 0 and done.stderr == "" and took_s < 2
    assert "local:sv" in done.stdout and "Braket's devices are not listed: no AWS credentials" in done.stdout
    found = json.loads(devices("--json")[0].stdout)
    assert [device["name"] for device in found["devices"]] == ["local:sv", "local:dm"]
    assert "no AWS credentials" in found["warnings"][0]["error"]


def test_one_of_brakets_devices_needs_an_account(tmp_path):
    bare = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    bare |= {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run([KETCH, "devices", "garnet"], env=bare, text=True, capture_output=True, timeout=30)
    assert done.returncode != 0 and "credentials" in done.stderr


# ---- tasks and jobs ----

def test_tasks_of_all_regions_with_their_totals(start):
    sandbox = start(scenario={"seed": 1, **EAGER})
    for device, shots in ((SV1, 10), (GARNET, 20), (CEPHEUS, 30), (GARNET, 40)):
        sandbox.wait(sandbox.create(device, shots, tags={"who": str(shots)}))
    found = read(sandbox, "tasks")
    assert [task["shots"] for task in found["tasks"]] == [40, 30, 20, 10]
    assert {task["region"] for task in found["tasks"]} == {"us-east-1", "eu-north-1", "us-west-1"}
    assert (found["totals"]["tasks"], found["totals"]["shots"]) == (4, 100)
    assert {d["device"]: d["shots"] for d in found["totals"]["by_device"]} == {SV1: 10, GARNET: 60, CEPHEUS: 30}
    assert "in all: 4 tasks, 100 shots" in run(sandbox, "tasks").stdout


def test_tasks_are_filtered(start):
    sandbox = start(scenario={"seed": 1, **PATIENT})
    sandbox.wait(sandbox.create(SV1, 10, tags={"who": "me", "ward": "7"}))
    sandbox.create(GARNET, 20)

    def shots(*words):
        return [task["shots"] for task in read(sandbox, "tasks", *words)["tasks"]]

    assert shots("--device", "garnet") == shots("--device", GARNET) == shots("--status", "queued") == [20]
    assert shots("--tag", "who") == shots("--tag", "who=me") == shots("--status", "COMPLETED") == [10]
    assert shots("--tag", "who=you") == shots("--day", "yesterday") == shots("--region", "eu-west-2") == []
    assert len(shots("--day", "today")) == 2 or len(shots("--day", "yesterday")) == 2  # midnight
    assert len(shots("--limit", "1")) == 1
    assert shots("--region", "eu-north-1", "--region", "eu-north-1") == [20]


@pytest.mark.parametrize("words, says", [
    (("--status", "done"), "expected one of CREATED"), (("--status", "E"), "expected one of CREATED"),
    (("--day", "monday"), "expected today"), (("--day", "2026-02-30"), "expected today"),
])
def test_bad_filters_are_refused_before_anything_is_sent(start, words, says):
    assert says in run(start(), "tasks", *words, expect=2, env={"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}).stderr


def test_more_than_a_page(start):
    sandbox = start(scenario={"seed": 1, **PATIENT})
    for _ in range(130):
        sandbox.create(GARNET, 2)
    found = read(sandbox, "tasks", "--limit", 0)
    assert len(found["tasks"]) == found["totals"]["tasks"] == 130 and found["totals"]["shots"] == 260
    assert found["complete"] and len({task["arn"] for task in found["tasks"]}) == 130
    assert "The newest 50 are shown" in run(sandbox, "tasks").stdout


def test_a_failing_region_is_a_warning_and_all_failing_an_error(start, front):
    sandbox = start()
    sandbox.create(SV1, 10)
    refused = 403, {"message": "you may not", "__type": "AccessDeniedException"}
    some = front(sandbox, lambda region, path, body: refused if region.startswith("eu-") else None)
    found = read(sandbox, "tasks", env=some)
    assert [task["shots"] for task in found["tasks"]] == [10]
    assert [warning["region"] for warning in found["warnings"]] == ["eu-west-2", "eu-north-1"]
    shown = run(sandbox, "tasks", env=some)
    assert shown.stderr.count("ketch: warning: eu-") == 2 and "you may not" in shown.stderr and "sv1" in shown.stdout
    listed = run(sandbox, "devices", "--type", "qpu", env=some)
    assert "Cepheus" in listed.stdout and "Garnet" not in listed.stdout
    every = front(sandbox, lambda region, path, body: refused)
    assert run(sandbox, "tasks", env=every, expect=5).stderr.count("you may not") == 1
    listed = run(sandbox, "devices", env=every, expect=5)
    assert "local:sv" in listed.stdout and "you may not" in listed.stderr


def test_jobs(start, front):
    sandbox = start()

    def answers(region, path, body):
        if path == "/jobs" and region == "us-west-2":
            assert json.loads(body)["filters"] == []
            return 200, {"jobs": [{"status": "RUNNING", "jobArn": JOB, "jobName": "vqe", "device": SV1,
                                   "createdAt": "2026-03-11T10:00:00Z", "tags": {}}]}
        if path == "/jobs":
            return 200, {"jobs": []}
        return 200, {"status": "COMPLETED", "jobArn": JOB, "jobName": "vqe",
                     "outputDataConfig": {"s3Path": "s3://amazon-braket-x/jobs/vqe"}}

    env = front(sandbox, answers)
    found = read(sandbox, "jobs", env=env)
    assert [(job["name"], job["region"], job["status"]) for job in found["jobs"]] == [("vqe", "us-west-2", "RUNNING")]
    assert read(sandbox, "jobs", "--status", "queued", env=env)["jobs"] == []
    assert JOB in run(sandbox, "jobs", "--device", "sv1", env=env).stdout
    assert "s3://amazon-braket-x/jobs/vqe" in run(sandbox, "result", JOB, env=env).stdout


# ---- result ----

def test_the_result_of_a_task_of_somebody_elses(start, tmp_path):
    sandbox = start(scenario={"seed": 1, **EAGER})
    arn = sandbox.create(GARNET, 100)
    sandbox.wait(arn)
    found = read(sandbox, "result", arn)
    assert (found["arn"], found["state"]) == (arn, "completed")
    assert sum(found["results"][0]["counts"].values()) == 100
    assert arn in run(sandbox, "result", arn).stdout
    run(sandbox, "result", arn, "--format", "braket", "-o", tmp_path / "results.json")
    assert json.loads((tmp_path / "results.json").read_text())["taskMetadata"]["id"] == arn


def test_results_of_each_kind(start, tmp_path):
    sandbox = start(scenario={"seed": 1, **EAGER})
    program = {"braketSchemaHeader": {"name": "braket.ir.openqasm.program", "version": "1"}, "inputs": {},
               "source": json.loads(BELL)["source"]}
    programs = {"braketSchemaHeader": {"name": "braket.ir.openqasm.program_set", "version": "1"},
                "programs": [program, program]}
    arn = sandbox.create(GARNET, 100, json.dumps(programs))
    sandbox.wait(arn)
    results = read(sandbox, "result", arn)["results"]
    assert [sum(one["counts"].values()) for one in results] == [50, 50]
    assert "execution 2" in run(sandbox, "result", arn).stdout
    exact = sandbox.create(SV1, 0, openqasm("OPENQASM 3;\nqubit q;\nx q;\n#pragma braket result expectation z(q)\n"))
    sandbox.wait(exact)
    assert read(sandbox, "result", exact)["results"][0]["results"][0]["value"] == pytest.approx(-1)
    sandbox.client("s3", "eu-north-1").delete_object(**where(sandbox, arn))
    gone = run(sandbox, "result", arn, expect=3).stderr
    assert "results.json" in gone


def where(sandbox, arn):
    """Where the first object of its result is."""
    task = sandbox.client("braket", arn.split(":")[3]).get_quantum_task(quantumTaskArn=arn)
    return {"Bucket": task["outputS3Bucket"], "Key": task["outputS3Directory"] + "/results.json"}


def test_a_task_without_a_result_says_how_it_stands(start):
    sandbox = start(scenario={"seed": 1, **PATIENT})
    arn = sandbox.create(GARNET, 100)
    assert "task QUEUED, 1 in the queue" in run(sandbox, "result", arn, expect=1).stdout
    assert read(sandbox, "result", arn, expect=1)["state"] == "queued"
    assert "is QUEUED" in run(sandbox, "result", arn, "--format", "braket", expect=1).stderr
    sandbox.client("braket", "eu-north-1").cancel_quantum_task(quantumTaskArn=arn, clientToken="once")
    sandbox.wait(arn, "CANCELLED")
    assert read(sandbox, "result", arn, expect=6)["state"] == "cancelled"
    sandbox.scenario(EAGER, devices={"*": {"fail_rate": 1, "fail_reason": "the cryostat is warm", "queue_s": 0}})
    bad = sandbox.create(GARNET, 10)
    sandbox.wait(bad, "FAILED")
    assert "task FAILED: the cryostat is warm" in run(sandbox, "result", bad, expect=1).stdout
    assert read(sandbox, "result", bad, expect=1)["error"]


def test_arns_that_are_none(start):
    sandbox = start()
    run(sandbox, "result", UNKNOWN, expect=3)
    for arn in ("sv1", SV1, UNKNOWN[:-36], UNKNOWN.replace("quantum-task", "quantum-taskx")):
        for verb in ("result", "cancel"):
            assert "as 'ketch tasks' shows" in run(sandbox, verb, arn, expect=2).stderr


# ---- cancel ----

def test_several_are_cancelled_at_once(start):
    sandbox = start(scenario={"seed": 1, **PATIENT})
    arns = [sandbox.create(device, 10) for device in (GARNET, CEPHEUS, GARNET)]
    found = read(sandbox, "cancel", *arns, "--wait", 20)
    assert [(one["arn"], one["cancellation"]) for one in found["cancelled"]] == [(arn, "confirmed") for arn in arns]
    assert {sandbox.wait(arn, "CANCELLED")["status"] for arn in arns} == {"CANCELLED"}
    assert "confirmed  " + arns[0] in run(sandbox, "cancel", arns[0]).stdout


def test_what_is_at_its_end_is_too_late(start):
    sandbox = start(scenario={"seed": 1, **EAGER})
    arn = sandbox.create(SV1, 10)
    sandbox.wait(arn)
    assert "too late (COMPLETED)" in run(sandbox, "cancel", arn, expect=1).stdout
    mixed = run(sandbox, "cancel", arn, UNKNOWN, expect=1)
    assert "too late" in mixed.stdout and UNKNOWN in mixed.stderr
    run(sandbox, "cancel", UNKNOWN, expect=3)
