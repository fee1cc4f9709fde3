# SPDX-License-Identifier: Apache-2.0
"""ketch/braket.h, by the examples and by a probe, against the sandbox; its bill is the judge."""
import collections
import json
import os
import pathlib
import signal
import subprocess

import pytest

KETCH = os.environ["KETCH"]
BUILT = pathlib.Path(os.environ.get("CAPI", pathlib.Path(KETCH).parent / "tests/braket"))


@pytest.fixture
def run(tmp_path):
    """run(sandbox, program, words...) in a folder and with a state of the test's own."""
    def go(sandbox, program, *words, expect=0):
        env = {**os.environ, **sandbox.env, "KETCH_STATE": str(tmp_path / "state")}
        done = subprocess.run([BUILT / program, *map(str, words)], cwd=tmp_path, env=env, text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120)
        assert done.returncode == expect, (done.stdout, done.stderr)
        assert "Sanitizer" not in done.stderr, done.stderr
        return done
    return go


def billed(sandbox):
    return [task["quantumTaskArn"] for task in sandbox.admin("GET", "bill")["tasks"]]


def nothing_is_unfinished(sandbox, tmp_path):
    done = subprocess.run([KETCH, "resume", "--state", tmp_path / "state"], env={**os.environ, **sandbox.env}, text=True,
                          capture_output=True)
    assert "no run in this state folder is unfinished" in done.stderr, done.stderr


@pytest.mark.parametrize("device", ["sv1", "garnet"])
def test_a_bell_pair(start, run, tmp_path, device):
    sandbox = start()
    counts = dict(line.split() for line in run(sandbox, "braket_bell", device).stdout.splitlines())
    assert set(counts) <= {"00", "01", "10", "11"} and sum(map(int, counts.values())) == 1000
    assert len(billed(sandbox)) == 1
    nothing_is_unfinished(sandbox, tmp_path)


def test_what_goes_wrong_is_said(start, run):
    sandbox = start()
    assert "did you mean 'Garnet'?" in run(sandbox, "braket_bell", "garnett", expect=3).stderr
    sandbox.scenario(devices={"sv1": {"fail_rate": 1, "fail_reason": "the cryostat is warm"}})
    assert "the cryostat is warm" in run(sandbox, "braket_bell", "sv1", expect=1).stderr


def test_a_hundred_at_once(start, run, tmp_path):
    sandbox = start()
    assert "100 of 100 have results; the worst is 0." in run(sandbox, "braket_many", "sv1").stdout
    assert len(billed(sandbox)) == len(set(billed(sandbox))) == 100
    nothing_is_unfinished(sandbox, tmp_path)


def test_in_the_callers_own_loop(start, run, tmp_path):
    sandbox = start()
    lines = run(sandbox, "braket_loop", "sv1").stdout.splitlines()
    assert lines[-1] == "2 done, 0 failed, 0 lines read meanwhile"
    assert {"first: created", "first: done", "second: created", "second: done"} <= set(lines)
    assert len(billed(sandbox)) == 2
    nothing_is_unfinished(sandbox, tmp_path)


def test_a_loop_does_not_spin(start, run, tmp_path):
    """While tasks run for two seconds, the loop is woken by what happens and not all the time."""
    sandbox = start(scenario={"seed": 1, "simulator_cancellable_s": 2})
    env = {**os.environ, **sandbox.env, "KETCH_STATE": str(tmp_path / "state"), "ASAN_OPTIONS": "detect_leaks=0"}
    traced = subprocess.run(["strace", "-f", "-c", "-e", "trace=poll", BUILT / "braket_loop", "sv1"], env=env, text=True,
                            capture_output=True, stdin=subprocess.DEVNULL)
    calls = next(line.split() for line in traced.stderr.splitlines() if line.endswith(" poll"))
    assert traced.returncode == 0 and int(calls[3]) < 1000, traced.stderr


def test_cancelled_when_it_takes_too_long(start, run):
    sandbox = start(scenario={"seed": 1, "devices": {"*": {"queue_s": 60}}})
    assert run(sandbox, "braket_cancel", "garnet", 1).stdout == "cancelled: the task was cancelled\n"
    assert run(start(state="quick"), "braket_cancel", "garnet", 60).stdout == "done: in time\n"


@pytest.mark.parametrize("after", [1, 7, 20])
def test_killed_and_gone_on_each_is_paid_once(start, run, tmp_path, after):
    sandbox = start()
    killed = run(sandbox, "capi_probe", tmp_path / "state", "killed", 20, after, expect=-signal.SIGKILL)
    name = killed.stdout.split()[1]
    done = run(sandbox, "capi_probe", tmp_path / "state", "resume", name, 20)
    tasks = [line for line in done.stdout.splitlines() if line.startswith("task ")]
    assert collections.Counter(line.split()[2] for line in tasks) == {"done": 20}
    assert all(line.split()[3] == "50" for line in tasks)
    assert sorted(line.split()[4] for line in tasks) == sorted(billed(sandbox))
    assert len({line.split(":")[0] for line in tasks}) == 20
    nothing_is_unfinished(sandbox, tmp_path)


def test_the_program_goes_on_with_what_a_library_left(start, run, tmp_path):
    sandbox = start()
    killed = run(sandbox, "capi_probe", tmp_path / "state", "killed", 5, 5, expect=-signal.SIGKILL)
    done = subprocess.run([KETCH, "resume", killed.stdout.split()[1], "--json", "--state", tmp_path / "state"],
                          env={**os.environ, **sandbox.env}, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert [task["state"] for task in json.loads(done.stdout)["tasks"]] == ["completed"] * 5
    assert len(billed(sandbox)) == 5


def test_promises_of_the_header(start, run, tmp_path):
    run(start(), "capi_probe", tmp_path / "state", "promises")
