# SPDX-License-Identifier: Apache-2.0
"""Many tasks at once, with everything going wrong that can: each is run, and paid for, exactly once. The sandbox's bill
is the judge. batch_probe (BATCH_PROBE) makes the batches. KETCH_BRAKET_TASKS and KETCH_BRAKET_KILLS: how many tasks a bad
day and a killed run have, and how many kills (`make soak`: 1,000 and 100)."""
import collections
import json
import os
import pathlib
import random
import signal
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = os.environ.get("BATCH_PROBE", str(ROOT / "build/dev/tests/braket/batch_probe"))
TASKS, KILLS = (int(os.environ.get(f"KETCH_BRAKET_{name}", few)) for name, few in (("TASKS", 120), ("KILLS", 20)))
GARNET = "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"

# 5 % errors, 5 % lost connections, 10 % throttles, searches of the past, results that break off.
BAD_DAY = {
    "seed": 3,
    "search_stale_s": 3,
    "faults": [
        {"operation": "*", "rate": 0.05,
         "error": {"code": "InternalServiceException", "status": 500, "message": "try later"}},
        {"operation": "*", "rate": 0.05, "reset": True},
        {"operation": "*", "rate": 0.10, "error": {"code": "ThrottlingException", "status": 429, "message": "slow"}},
        {"operation": "s3:*", "rate": 0.05, "error": {"code": "InternalError", "status": 500, "message": "try later"}},
        {"operation": "s3:GetObject", "rate": 0.05, "cut_after_bytes": 300},
        {"operation": "sts:*", "rate": 0.2, "reset": True},
    ],
}
# Answers that take long enough for a kill to come before them.
SLOW = {"seed": 1, "faults": [{"operation": op, "latency_s": [0.05, 0.25]} for op in ("*", "s3:*", "sts:*")]}


class Batch:
    """What a probe said."""

    def __init__(self, text, errors, status):
        self.lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
        self.errors, self.status = errors, status
        self.run = next((line["run"] for line in self.lines if "run" in line), None)
        self.ended = next((line for line in self.lines if "ended" in line), None)
        self.items = {line["index"]: line for line in self.lines if "index" in line}

    def states(self):
        return collections.Counter(item["state"] for item in self.items.values())

    def of(self, index):
        return [line["state"] for line in self.lines if line.get("index") == index]


def command(tmp_path, *words):
    return [PROBE, "--state", str(tmp_path / "state"), *map(str, words)]


@pytest.fixture
def probe(tmp_path):
    def run(sandbox, *words, timeout=120):
        done = subprocess.run(command(tmp_path, *words), env=os.environ | sandbox.env, capture_output=True, text=True,
                              timeout=timeout)
        assert "Sanitizer" not in done.stderr, done.stderr
        return Batch(done.stdout, done.stderr, done.returncode)
    return run


def billed(sandbox):
    """The ARNs on the bill; a task that was created twice would have two."""
    return [task["quantumTaskArn"] for task in sandbox.admin("GET", "bill")["tasks"]]


def all_done(batch, sandbox, count):
    assert batch.ended is not None and batch.ended["ended"] == 0, batch.errors
    assert batch.states() == {"done": count}, [i for i in batch.items.values() if i["state"] != "done"][:3]
    assert sorted(item["arn"] for item in batch.items.values()) == sorted(billed(sandbox))
    assert len(billed(sandbox)) == count


def test_one_task_costs_few_calls(start, probe):
    sandbox = start()
    batch = probe(sandbox, "--tasks", 1)
    all_done(batch, sandbox, 1)
    assert batch.of(0)[0] == "created" and batch.of(0)[-2:] == ["fetching", "done"]
    sent = batch.ended["sent"]
    assert sent["CreateQuantumTask"] == sent["GetObject"] == 1 and sent["SearchQuantumTasks"] <= 2
    assert "GetQuantumTask" not in sent
    # The bucket as the Amazon SDK makes it.
    s3 = sandbox.client("s3")
    blocked = s3.get_public_access_block(Bucket="amazon-braket-us-east-1-123456789012")
    assert all(blocked["PublicAccessBlockConfiguration"].values())
    again = probe(sandbox, "--tasks", 1)
    assert again.run != batch.run and len(billed(sandbox)) == 2  # new work; the bucket is there already
    assert "CreateBucket" not in again.ended["sent"]


def test_many_tasks_are_watched_together(start, probe):
    sandbox = start("--quotas", "aws")
    batch = probe(sandbox, "--tasks", 200)
    all_done(batch, sandbox, 200)
    sent = batch.ended["sent"]
    assert sent["CreateQuantumTask"] == sent["GetObject"] == 200
    assert sent["SearchQuantumTasks"] + sent.get("GetQuantumTask", 0) <= 20


def test_a_bad_day_costs_nothing_twice(start, probe):
    sandbox = start(scenario=BAD_DAY)
    all_done(probe(sandbox, "--tasks", TASKS, timeout=60 + TASKS), sandbox, TASKS)


def test_a_full_quota_holds_and_never_fails(start, probe):
    sandbox = start(scenario={"seed": 1, "concurrent_tasks": 3, "simulator_cancellable_s": 0.3})
    batch = probe(sandbox, "--tasks", 20, "--poll", 200)
    all_done(batch, sandbox, 20)


def test_a_full_quota_of_others_is_waited_for(start, probe, tmp_path):
    sandbox = start(scenario={"seed": 1, "concurrent_tasks": 1, "simulator_cancellable_s": 3})
    other = sandbox.create()
    batch = probe(sandbox, "--tasks", 2, "--poll", 200)
    assert batch.states() == {"done": 2}
    assert sorted(billed(sandbox)) == sorted([other, *(item["arn"] for item in batch.items.values())])


def test_what_is_refused_or_fails_says_why(start, probe):
    sandbox = start(scenario={"seed": 1, "devices": {"sv1": {"fail_rate": 1, "fail_reason": "the cryostat is warm"}}})
    refused = probe(sandbox, "--tasks", 2, "--shots", 100001)
    assert refused.states() == {"failed": 2} and "ValidationException" in refused.items[0]["error"]
    assert billed(sandbox) == []
    failed = probe(sandbox, "--tasks", 2)
    assert failed.states() == {"failed": 2} and "the cryostat is warm" in failed.items[1]["error"]
    again = probe(sandbox, "--resume", failed.run)
    assert again.states() == {"failed": 2} and "the cryostat is warm" in again.items[1]["error"]
    assert "CreateQuantumTask" not in again.ended["sent"]


def test_a_bucket_that_is_named_must_be_there(start, probe):
    sandbox = start()
    batch = probe(sandbox, "--tasks", 2, "--s3", "s3://no-such-bucket-here/p")
    assert batch.states() == {"failed": 2} and "no-such-bucket-here" in batch.items[0]["error"]
    sandbox.client("s3").create_bucket(Bucket="mine-is-here")
    batch = probe(sandbox, "--tasks", 1, "--s3", "s3://mine-is-here/a/b/")
    all_done(batch, sandbox, 1)
    task = sandbox.client("braket").get_quantum_task(quantumTaskArn=batch.items[0]["arn"])
    assert task["outputS3Bucket"] == "mine-is-here" and task["outputS3Directory"].startswith("a/b/")


def test_cancelling_ends_all(start, probe):
    sandbox = start(scenario={"seed": 1, "simulator_cancellable_s": 60, "concurrent_tasks": 3})
    batch = probe(sandbox, "--tasks", 8, "--cancel-after", 1500, "--poll", 300)
    assert batch.states() == {"cancelled": 8} and batch.ended["ended"] == 0
    tasks = sandbox.ask("POST", "/quantum-tasks", {"filters": []})[1]["quantumTasks"]
    assert {task["status"] for task in tasks} == {"CANCELLED"} and len(tasks) == 3


def test_tasks_that_are_left_go_on(start, probe):
    sandbox = start(scenario={"seed": 1, "simulator_cancellable_s": 2})
    left = probe(sandbox, "--tasks", 150, "--leave-after", 700)
    assert left.ended["ended"] < 0 and "created" in left.states()
    assert len(billed(sandbox)) == sum(item["arn"] != "" for item in left.items.values()) < 150
    all_done(probe(sandbox, "--resume", left.run), sandbox, 150)


def test_a_refusal_after_a_lost_answer_is_no_end(start, probe):
    """The first answer is lost, the second one says no: the task is there all the same, and found by its tag."""
    sandbox = start(scenario={"seed": 1, "search_stale_s": 1, "faults": [
        {"operation": "CreateQuantumTask", "times": 1, "reset": True},
        {"operation": "CreateQuantumTask", "skip": 1,
         "error": {"code": "AccessDeniedException", "status": 403, "message": "not any more"}}]})
    all_done(probe(sandbox, "--tasks", 1), sandbox, 1)


def test_a_queue_tells_its_length(start, probe):
    sandbox = start(scenario={"seed": 1, "devices": {"*": {"queue_s": 6}}})
    batch = probe(sandbox, "--tasks", 1, "--device", GARNET, "--region", "eu-north-1", "--poll", 500)
    all_done(batch, sandbox, 1)
    assert any(line.get("state") == "queued" and line["position"] == "1" for line in batch.lines)


def killed(tmp_path, sandbox, words, after_s):
    """A probe that is killed after so long; what it said until then."""
    with (tmp_path / "out").open("w+") as out, (tmp_path / "errors").open("w+") as errors:
        process = subprocess.Popen(command(tmp_path, *words), env=os.environ | sandbox.env, stdout=out, stderr=errors)
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        errors.seek(0)
        assert "Sanitizer" not in errors.read()
        out.seek(0)
        return Batch(out.read(), "", process.returncode)


@pytest.mark.parametrize("scenario", [SLOW, BAD_DAY], ids=["slow", "bad"])
def test_killed_at_any_moment_each_is_paid_once(start, probe, tmp_path, scenario):
    sandbox = start(scenario=scenario)
    chance = random.Random(7)
    run, count, kills = None, TASKS, 0
    while run is None:
        run = killed(tmp_path, sandbox, ["--tasks", count], chance.uniform(0.02, 0.2)).run
    for _ in range(KILLS):
        words = ["--resume", run, "--poll", 300]
        kills += killed(tmp_path, sandbox, words, chance.uniform(0.02, 0.25)).status == -signal.SIGKILL
    assert kills > KILLS / 4
    batch = probe(sandbox, "--resume", run, "--poll", 300, timeout=60 + TASKS)
    before = len(set(billed(sandbox)))
    assert batch.ended["ended"] == 0 and batch.states() == {"done": count}, batch.errors
    assert before == count == len(billed(sandbox))
    assert sorted(item["arn"] for item in batch.items.values()) == sorted(billed(sandbox))


def test_a_token_that_is_too_old_is_looked_for_by_its_tag(start, probe, tmp_path):
    """The service forgets tokens at once, and the answers to creations are lost: a second send would be a second task."""
    lost = {"operation": "CreateQuantumTask", "latency_s": 30}
    sandbox = start(scenario={"seed": 1, "token_memory_s": 0.1, "faults": [lost]})
    run = killed(tmp_path, sandbox, ["--tasks", 3, "--trust", 1], 2).run
    assert len(billed(sandbox)) == 3
    sandbox.scenario(token_memory_s=0.1)
    batch = probe(sandbox, "--resume", run, "--trust", 1)
    all_done(batch, sandbox, 3)
    assert "CreateQuantumTask" not in batch.ended["sent"]


def test_what_can_not_be_known_is_left_to_a_person(start, probe, tmp_path):
    """No answer, no task with its tag, and a token that is too old: neither sent again nor called a failure."""
    never = {"operation": "CreateQuantumTask", "error": {"code": "InternalServiceException", "status": 500},
             "latency_s": 30}
    sandbox = start(scenario={"seed": 1, "faults": [never]})
    run = killed(tmp_path, sandbox, ["--tasks", 2, "--trust", 1], 1.5).run
    time.sleep(1)
    sandbox.scenario()
    batch = probe(sandbox, "--resume", run, "--trust", 1)
    assert batch.states() == {"unsure": 2} and "ketch:rid=" in batch.items[0]["error"]
    assert billed(sandbox) == [] and "CreateQuantumTask" not in batch.ended["sent"]


def test_an_old_refusal_is_asked_for_anew(start, probe):
    """Held by a full quota for longer than a token is trusted: it was never created, so a new token does no harm."""
    sandbox = start(scenario={"seed": 1, "concurrent_tasks": 1, "simulator_cancellable_s": 3})
    batch = probe(sandbox, "--tasks", 3, "--trust", 1, "--poll", 300)
    all_done(batch, sandbox, 3)
    again = probe(sandbox, "--resume", batch.run)
    assert again.states() == {"done": 3} and "CreateQuantumTask" not in again.ended["sent"]
