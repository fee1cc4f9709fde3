# SPDX-License-Identifier: Apache-2.0
"""Several circuits and lists of inputs in one run on Braket: which tasks they go out as, whose result is whose, what a
failed program costs, and a process that is killed in the middle."""
import json
import os
import signal
import subprocess
import time

import pytest

KETCH = os.environ["KETCH"]
GARNET = "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"
ZERO = "OPENQASM 3.0;\nbit[2] b;\nqubit[2] q;\nrx(0.0) q[0];\nrx(0.0) q[1];\nb = measure q;\n"
ONE = ZERO.replace("rx(0.0) q[0]", "x q[0]")
TURN = "OPENQASM 3.0;\ninput float theta;\nbit[1] b;\nqubit[1] q;\nrx(theta) q[0];\nb = measure q;\n"
EAGER = {"devices": {"*": {"queue_s": 0}}}


@pytest.fixture
def folder(tmp_path):
    for name, text in (("zero.qasm", ZERO), ("one.qasm", ONE), ("turn.qasm", TURN)):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def ketch(folder):
    """ketch(sandbox, words...) runs it in the test's folder, with its own state."""
    def run(sandbox, *words, expect=0):
        done = subprocess.run([KETCH, *map(str, words), "--state", folder / "ketch"], cwd=folder, text=True,
                              env={**os.environ, **sandbox.env}, capture_output=True, timeout=180)
        assert done.returncode == expect, (done.stdout, done.stderr)
        return done
    return run


@pytest.fixture
def begin(folder):
    """begin(sandbox, words...) starts `ketch run` and gives the process."""
    def run(sandbox, *words):
        return subprocess.Popen([KETCH, "run", *map(str, words), "--state", folder / "ketch"], cwd=folder, text=True,
                                env={**os.environ, **sandbox.env}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return run


def tasks_of(sandbox, region="eu-north-1"):
    """All tasks in the order of their creation, with their actions."""
    braket = sandbox.client("braket", region)
    found = braket.search_quantum_tasks(filters=[], maxResults=100)["quantumTasks"]
    arns = [task["quantumTaskArn"] for task in sorted(found, key=lambda task: task["createdAt"])]
    tasks = [braket.get_quantum_task(quantumTaskArn=arn) for arn in arns]
    for task in tasks:
        kind = task["actionMetadata"]
        task["is_set"] = "program_set" in kind["actionType"]
        task["executables"] = int(kind.get("executableCount", 1))
    return tasks


def ones(result):
    """How many of its shots show a one first."""
    return sum(count for bits, count in result["counts"].items() if bits[0] == "1")


def until(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def sent(folder, text):
    """Whether the store has such a text by now."""
    log = folder / "ketch" / "ketch.db-wal"
    return log.exists() and text.encode() in log.read_bytes()


def test_several_programs_go_as_one_set_and_come_back_in_the_order_asked(start, ketch):
    sandbox = start(scenario=EAGER)
    done = json.loads(ketch(sandbox, "run", "one.qasm", "zero.qasm", "one.qasm", "--device", "garnet", "--shots", 50,
                            "--json").stdout)
    (task,) = tasks_of(sandbox)
    assert task["is_set"] and task["executables"] == 3 and task["shots"] == 150
    assert [result["file"] for result in done["results"]] == ["one.qasm", "zero.qasm", "one.qasm"]
    assert [sum(result["counts"].values()) for result in done["results"]] == [50, 50, 50]
    shares = [ones(result) for result in done["results"]]
    assert shares[0] > 40 and shares[1] < 10 and shares[2] > 40
    assert {result["arn"] for result in done["results"]} == {task["quantumTaskArn"]}
    assert [(t["arn"], t["state"]) for t in done["tasks"]] == [(task["quantumTaskArn"], "completed")]


def test_a_list_of_inputs_is_one_program_with_lists_of_values(start, ketch):
    sandbox = start(scenario=EAGER)
    values = [0.0, 3.14159, 0.0]
    done = json.loads(ketch(sandbox, "run", "turn.qasm", "--inputs", json.dumps([{"theta": v} for v in values]),
                            "--device", "garnet", "--shots", 50, "--json").stdout)
    (task,) = tasks_of(sandbox)
    assert task["executables"] == 3 and int(task["actionMetadata"]["programCount"]) == 1
    assert [result["inputs"] for result in done["results"]] == [{"theta": v} for v in values]
    assert [ones(result) > 25 for result in done["results"]] == [False, True, False]


def test_text_has_a_heading_for_each_and_braket_is_a_list(start, ketch):
    sandbox = start(scenario=EAGER)
    words = ["run", "turn.qasm", "zero.qasm", "--inputs", '[{"theta": 0}, {"theta": 3}]', "--device", "garnet"]
    shown = ketch(sandbox, *words).stdout
    heads = ["turn.qasm  theta=0", "turn.qasm  theta=3", "zero.qasm  theta=0", "zero.qasm  theta=3"]
    assert [line for line in shown.splitlines() if ".qasm" in line] == heads
    raw = json.loads(ketch(sandbox, *words, "--format", "braket").stdout)
    assert [one["braketSchemaHeader"]["name"] for one in raw] == ["braket.task_result.program_set_task_result"]


def test_so_many_executions_are_as_few_sets_as_the_device_allows(start, ketch, folder):
    sandbox = start(scenario=EAGER)
    (folder / "list.json").write_text(json.dumps([{"theta": i * 3.14159 / 249} for i in range(250)]))
    done = json.loads(ketch(sandbox, "run", "turn.qasm", "--inputs", "list.json", "--device", "garnet", "--shots", 20,
                            "--json").stdout)
    tasks = tasks_of(sandbox)
    assert sorted(task["executables"] for task in tasks) == [50, 100, 100]
    assert all(task["shots"] == 20 * task["executables"] for task in tasks)
    assert [result["inputs"]["theta"] for result in done["results"]] == [i * 3.14159 / 249 for i in range(250)]
    assert sum(map(ones, done["results"][:50])) < sum(map(ones, done["results"][200:])) / 2


def test_a_device_without_sets_gets_a_task_each(start, ketch):
    sandbox = start(scenario=EAGER)
    done = json.loads(ketch(sandbox, "run", "zero.qasm", "one.qasm", "--device", "sv1", "--shots", 10, "--json").stdout)
    tasks = tasks_of(sandbox, "us-east-1")
    assert [task["is_set"] for task in tasks] == [False, False]
    assert [result["counts"] for result in done["results"]] == [{"00": 10}, {"10": 10}]
    assert [result["arn"] for result in done["results"]] == [task["arn"] for task in done["tasks"]]


def test_what_a_set_refuses_goes_alone(start, ketch, folder):
    sandbox = start(scenario=EAGER)
    (folder / "wants.qasm").write_text("OPENQASM 3.0;\nqubit[1] q;\nx q[0];\n#pragma braket result expectation z(q[0])\n")
    done = json.loads(ketch(sandbox, "run", "zero.qasm", "wants.qasm", "one.qasm", "--device", "garnet", "--shots", 100,
                            "--json").stdout)
    assert sorted((task["is_set"], task["executables"]) for task in tasks_of(sandbox)) == [(False, 1), (True, 2)]
    assert done["results"][1]["results"][0]["value"] < -0.8
    assert [ones(done["results"][i]) > 50 for i in (0, 2)] == [False, True]


def test_all_are_checked_before_the_first_is_sent(start, ketch, folder):
    sandbox = start()
    (folder / "bad.qasm").write_text(ZERO.replace("x(0.0) q[1]", "x(0.0) q[7]"))
    assert "bad.qasm:5" in ketch(sandbox, "run", "zero.qasm", "bad.qasm", "--device", "garnet", expect=2).stderr
    refused = ketch(sandbox, "run", "turn.qasm", "--inputs", '[{"theta": 1}, {"tau": 1}]', "--device", "garnet", expect=2)
    assert "inputs[1]" in refused.stderr and "theta" in refused.stderr
    refused = ketch(sandbox, "run", "zero.qasm", "one.qasm", "--device", "garnet", "--shots", 30000, expect=2)
    assert "30000 shots are outside of what Garnet takes" in refused.stderr
    assert tasks_of(sandbox) == []


SWEEP = [{"theta": 0 if i % 2 else 3.14159} for i in range(130)]


def check_sweep(sandbox, done):
    """Two sets, each asked for once, and every result at its place."""
    assert sorted(task["executables"] for task in tasks_of(sandbox)) == [30, 100]
    assert [result["inputs"] for result in done["results"]] == SWEEP
    assert [ones(result) > 10 for result in done["results"]] == [i % 2 == 0 for i in range(130)]
    assert [task["state"] for task in done["tasks"]] == ["completed"] * 2


@pytest.mark.parametrize("moment", ["turn.qasm", "CreateQuantumTask", "quantum-task/"])
def test_what_was_killed_is_resumed_as_it_was_asked_for(start, ketch, begin, folder, moment):
    """Killed once the store has the run, a permit, a task."""
    sandbox = start(scenario={"devices": {"*": {"queue_s": 1}}})
    (folder / "list.json").write_text(json.dumps(SWEEP))
    process = begin(sandbox, "turn.qasm", "--inputs", "list.json", "--device", "garnet", "--shots", 20)
    until(lambda: sent(folder, moment), f"{moment} was never stored")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    check_sweep(sandbox, json.loads(ketch(sandbox, "resume", "--json").stdout))
    assert "no run in this state folder is unfinished" in ketch(sandbox, "resume").stderr


def test_killed_again_and_again_each_set_is_asked_for_once(start, ketch, begin, folder):
    sandbox = start(scenario={"devices": {"*": {"queue_s": 1}}})
    (folder / "list.json").write_text(json.dumps(SWEEP))
    process = begin(sandbox, "turn.qasm", "--inputs", "list.json", "--device", "garnet", "--shots", 20)
    until(lambda: sent(folder, "turn.qasm"), "the run was never stored")
    for tenths in range(1, 10):
        process.send_signal(signal.SIGKILL)
        process.communicate()
        process = subprocess.Popen([KETCH, "resume", "--state", folder / "ketch"], env={**os.environ, **sandbox.env},
                                   cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(tenths / 50)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    check_sweep(sandbox, json.loads(ketch(sandbox, "resume", "--json").stdout))


def leave(process):
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=20)[1]
    assert process.returncode == 6, errors


def break_program(sandbox, arn, index, retryable):
    """In the stored result, executable 0 of that program has failed."""
    task = sandbox.client("braket", "eu-north-1").get_quantum_task(quantumTaskArn=arn)
    body = {"braketSchemaHeader": {"name": "braket.task_result.program_set_executable_failure", "version": "1"},
            "inputsIndex": 0,
            "failureMetadata": {"failureReason": "the fridge was warm", "retryable": retryable, "category": "DEVICE"}}
    sandbox.client("s3", "eu-north-1").put_object(
        Bucket=task["outputS3Bucket"], Key=f"{task['outputS3Directory']}/programs/{index}/executables/0.json",
        Body=json.dumps(body))


@pytest.fixture
def broken(start, begin, folder):
    """A run of three programs whose second one failed, left by its process."""
    def make(retryable):
        sandbox = start(scenario={"devices": {"*": {"queue_s": 1}}})
        process = begin(sandbox, "zero.qasm", "one.qasm", "zero.qasm", "--device", "garnet", "--shots", 50)
        until(lambda: sent(folder, "quantum-task/"), "no task was created")
        leave(process)
        (task,) = tasks_of(sandbox)
        until(lambda: tasks_of(sandbox)[0]["status"] == "COMPLETED", "the task never completed")
        break_program(sandbox, task["quantumTaskArn"], 1, retryable)
        return sandbox
    return make


def test_a_failed_program_is_asked_for_once_more_alone(broken, ketch):
    sandbox = broken(retryable=True)
    done = json.loads(ketch(sandbox, "resume", "--json").stdout)
    first, retry = tasks_of(sandbox)
    assert first["is_set"] and not retry["is_set"] and retry["shots"] == 50
    assert [result["error"] for result in done["results"]] == [None] * 3
    assert [result["arn"] == retry["quantumTaskArn"] for result in done["results"]] == [False, True, False]
    assert ones(done["results"][1]) > 40


def test_one_that_would_fail_again_is_not(broken, ketch):
    sandbox = broken(retryable=False)
    done = json.loads(ketch(sandbox, "resume", "--json", expect=1).stdout)
    assert len(tasks_of(sandbox)) == 1
    assert "the fridge was warm" in done["results"][1]["error"] and "counts" not in done["results"][1]
    assert (done["results"][1]["category"], done["results"][1]["retryable"]) == ("DEVICE", False)
    assert sum(done["results"][2]["counts"].values()) == 50


def test_a_person_is_told_that_it_would_fail_again(broken, ketch):
    shown = ketch(broken(retryable=False), "resume", expect=1).stdout
    assert "  failed: the fridge was warm (not asked for again: it would fail again)" in shown


def test_a_retry_is_asked_for_once_however_often_it_is_resumed(broken, ketch, folder, begin):
    sandbox = broken(retryable=True)
    process = subprocess.Popen([KETCH, "resume", "--state", folder / "ketch"], env={**os.environ, **sandbox.env},
                               cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: len(tasks_of(sandbox)) == 2, "no retry was created")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = json.loads(ketch(sandbox, "resume", "--json").stdout)
    assert len(tasks_of(sandbox)) == 2 == len(done["tasks"])
    assert [result["error"] for result in done["results"]] == [None] * 3


def test_a_set_that_fails_as_a_whole_fails_all_of_it(start, ketch):
    sandbox = start(scenario={"devices": {"*": {"queue_s": 0, "fail_rate": 1, "fail_reason": "out of helium"}}})
    done = json.loads(ketch(sandbox, "run", "zero.qasm", "one.qasm", "--device", "garnet", "--json", expect=1).stdout)
    assert [task["state"] for task in done["tasks"]] == ["failed"]
    assert all("out of helium" in result["error"] for result in done["results"])


def test_a_person_sees_what_is_asked_for_and_how_far_it_is(start, begin, folder):
    import pty
    sandbox = start(scenario={"devices": {"*": {"queue_s": 1}}})
    (folder / "list.json").write_text(json.dumps(SWEEP))
    leader, follower = pty.openpty()
    process = subprocess.Popen([KETCH, "run", "turn.qasm", "--inputs", "list.json", "--device", "garnet", "--shots", "20",
                                "--state", folder / "ketch"], env={**os.environ, **sandbox.env}, cwd=folder, text=True,
                               stdout=subprocess.PIPE, stderr=follower, stdin=subprocess.DEVNULL)
    os.close(follower)
    assert process.communicate(timeout=60)[0].count("turn.qasm  theta=") == 130
    shown = b""
    while True:
        try:
            shown += os.read(leader, 4096)
        except OSError:
            break
    os.close(leader)
    assert process.returncode == 0
    assert b"130 executions in 2 tasks, 2600 shots, list price $4.37" in shown
    for line in (b"\r\x1b[K0/2 tasks completed, ", b" queued", b"\r\x1b[K2/2 tasks completed\r"):
        assert line in shown


def test_an_action_is_run_by_itself(start, ketch, folder):
    (folder / "action.json").write_text("{}")
    told = ketch(start(), "run", "zero.qasm", "action.json", "--device", "garnet", expect=2).stderr
    assert "action.json is an action, which is run by itself" in told
