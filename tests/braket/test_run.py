# SPDX-License-Identifier: Apache-2.0
"""`ketch run --device` and `ketch resume` against the sandbox, as a user types them."""
import json
import os
import signal
import subprocess
import time

import pytest

KETCH = os.environ["KETCH"]
BELL = "OPENQASM 3.0;\nbit[2] b;\nqubit[2] q;\nh q[0];\ncnot q[0], q[1];\nb = measure q;\n"
SV1 = "arn:aws:braket:::device/quantum-simulator/amazon/sv1"


@pytest.fixture
def ketch(tmp_path):
    """ketch(sandbox, words...) runs it in a folder of the test's own, with its own state."""
    (tmp_path / "bell.qasm").write_text(BELL)

    def run(sandbox, *words, expect=0, text=None):
        if text is not None:
            (tmp_path / "given.qasm").write_text(text)
        done = subprocess.run([KETCH, *map(str, words), "--state", tmp_path / "ketch"], cwd=tmp_path, text=True,
                              env={**os.environ, **sandbox.env}, capture_output=True, timeout=120)
        assert done.returncode == expect, (done.stdout, done.stderr)
        assert "hush" not in done.stdout + done.stderr
        return done
    return run


def bill(sandbox):
    import urllib.request
    with urllib.request.urlopen(sandbox.url + "/_sandbox/bill") as answer:
        return json.load(answer)


@pytest.mark.parametrize("device", ["sv1", "SV1", SV1, "any:type=simulator,qubits=30,choose=cheapest"])
def test_a_circuit_runs_on_a_device_by_any_of_its_names(start, ketch, device):
    done = json.loads(ketch(start(), "run", "bell.qasm", "--device", device, "--shots", 100, "--json").stdout)
    (task,) = done["tasks"]
    (result,) = task["results"]
    assert (task["state"], done["guard"], result["shots"]) == ("completed", "unguarded", 100)
    assert set(result["counts"]) <= {"00", "11"} and sum(result["counts"].values()) == 100


def test_a_rule_takes_the_cheapest_qpu(start, ketch):
    done = json.loads(ketch(start(), "run", "bell.qasm", "--device", "any:type=qpu", "--shots", 200, "--json").stdout)
    assert done["tasks"][0]["results"][0]["device"].endswith("Cepheus-1-108Q")


def test_text_and_braket_formats(start, ketch):
    sandbox = start()
    shown = ketch(sandbox, "run", "bell.qasm", "--device", "sv1").stdout
    assert "  00  " in shown and "quantum-task/" in shown and "seed" not in shown
    raw = json.loads(ketch(sandbox, "run", "bell.qasm", "--device", "garnet", "--format", "braket").stdout)
    assert raw["braketSchemaHeader"]["name"] == "braket.task_result.gate_model_task_result"


def test_an_unknown_device_tells_the_nearest(start, ketch):
    done = ketch(start(), "run", "bell.qasm", "--device", "garnett", expect=3)
    assert "did you mean 'Garnet'?" in done.stderr


REFUSED = {
    "shots": (["sv1", "--shots", 200000], BELL, 2, "200000 shots are outside of what SV1 takes: 0 to"),
    "gate": (["garnet"], BELL.replace("h q[0];", "gpi(0.1) q[0];"), 2, "4:1: error: Garnet has no gate 'gpi'"),
    "noise": (["sv1"], BELL.replace("h q[0];", "#pragma braket noise bit_flip(0.1) q[0]"), 2, "SV1 takes no noise"),
    "verbatim": (["garnet"], "OPENQASM 3;\nbit[2] b;\n#pragma braket verbatim\nbox {\n  cz $1, $20;\n}\nb[0] = measure $1;\n"
                             "b[1] = measure $20;\n", 2, "5:3: error: qubits $1 and $20 are not coupled on Garnet"),
    "label": (["garnet"], "OPENQASM 3;\nbit b;\nx $77;\nb = measure $77;\n", 2, "Garnet has no qubit $77"),
    "qubits": (["garnet"], "OPENQASM 3;\nbit[30] b;\nqubit[30] q;\nx q;\nb = measure q;\n", 2, "uses 30 qubits, Garnet has 20"),
    "result": (["sv1", "--shots", 0], "OPENQASM 3;\nqubit q;\nh q;\n#pragma braket result state_vector\n", 2,
               "SV1 does not compute the result type StateVector"),
    "unassigned": (["garnet"], "OPENQASM 3;\nqubit q;\nx q;\nmeasure q;\n", 2, "Garnet wants a bit for each measurement"),
    "retired": (["harmony"], BELL, 2, "is retired"),
    "analog": (["aquila"], BELL, 2, "takes no OpenQASM"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_device_would_refuse_is_refused_here_and_costs_nothing(start, ketch, name):
    words, text, status, message = REFUSED[name]
    sandbox = start()
    done = ketch(sandbox, "run", "given.qasm", "--device", *words, text=text, expect=status)
    assert message in done.stderr, done.stderr
    assert bill(sandbox)["tasks"] == []


def test_inputs_go_with_the_program(start, ketch):
    text = "OPENQASM 3;\ninput float theta;\nqubit q;\nrx(theta) q;\n#pragma braket result expectation z(q)\n"
    done = ketch(start(), "run", "given.qasm", "--device", "sv1", "--shots", 0, "--set", "theta=0", "--json", text=text)
    assert json.loads(done.stdout)["tasks"][0]["results"][0]["results"][0]["value"] == pytest.approx(1)


def test_an_action_goes_out_as_it_is(start, ketch, tmp_path):
    header = {"name": "braket.ir.openqasm.program_set", "version": "1"}
    program = {"braketSchemaHeader": {"name": "braket.ir.openqasm.program", "version": "1"}, "source": BELL, "inputs": {}}
    (tmp_path / "set.json").write_text(json.dumps({"braketSchemaHeader": header, "programs": [program, program]}))
    done = json.loads(ketch(start(), "run", "set.json", "--device", "garnet", "--shots", 200, "--json").stdout)
    assert [sum(r["counts"].values()) for r in done["tasks"][0]["results"]] == [100, 100]


def test_an_action_that_is_none_is_refused(start, ketch, tmp_path):
    sandbox = start()
    for action, message in (({}, "braketSchemaHeader.name"), ({"braketSchemaHeader": {"name": "x", "version": "1"}}, "'x'"),
                            ({"braketSchemaHeader": {"name": "braket.ir.ahs.program", "version": "1"}}, "takes no")):
        (tmp_path / "action.json").write_text(json.dumps(action))
        assert message in ketch(sandbox, "run", "action.json", "--device", "garnet", expect=2).stderr
    assert bill(sandbox)["tasks"] == []


def test_what_was_killed_is_resumed_and_paid_once(start, ketch, tmp_path):
    sandbox = start()
    words = [KETCH, "run", "bell.qasm", "--device", "garnet", "--shots", "100", "--state", tmp_path / "ketch"]
    process = subprocess.Popen(words, cwd=tmp_path, env={**os.environ, **sandbox.env}, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    database = tmp_path / "ketch" / "ketch.db-wal"
    end = time.monotonic() + 20
    while time.monotonic() < end and not (database.exists() and b"quantum-task/" in database.read_bytes()):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    told = ketch(sandbox, "run", "bell.qasm", "--device", "sv1", "--shots", 10)
    assert "is unfinished; 'ketch resume r-" in told.stderr
    done = json.loads(ketch(sandbox, "resume", "--json").stdout)
    assert sum(done["tasks"][0]["results"][0]["counts"].values()) == 100
    assert len([task for task in bill(sandbox)["tasks"] if "Garnet" in task["deviceArn"]]) == 1
    assert "no run in this state folder is unfinished" in ketch(sandbox, "resume").stderr


def test_interrupted_where_nobody_can_be_asked_leaves_the_task_running(start, ketch, tmp_path):
    sandbox = start()
    words = [KETCH, "run", "bell.qasm", "--device", "garnet", "--shots", "100", "--state", tmp_path / "ketch"]
    process = subprocess.Popen(words, cwd=tmp_path, env={**os.environ, **sandbox.env}, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    database = tmp_path / "ketch" / "ketch.db-wal"
    while not (database.exists() and b"quantum-task/" in database.read_bytes()):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=20)[1]
    assert process.returncode == 6 and "ketch resume r-" in errors, errors
    assert json.loads(ketch(sandbox, "resume", "--json").stdout)["tasks"][0]["state"] == "completed"


def test_a_run_that_is_not_there_is_said(start, ketch):
    assert "r-nowhere" in ketch(start(), "resume", "r-nowhere", expect=3).stderr


def test_a_bucket_can_be_named(start, ketch):
    sandbox = start()
    refused = ketch(sandbox, "run", "bell.qasm", "--device", "sv1", "--s3", "s3://amazon-braket-not-made/x", expect=1)
    assert "amazon-braket-not-made" in refused.stderr


def test_a_local_run_loads_nothing_of_the_network(tmp_path):
    (tmp_path / "bell.qasm").write_text(BELL)
    traced = subprocess.run(["strace", "-f", "-e", "trace=openat", KETCH, "run", "bell.qasm"], cwd=tmp_path, text=True,
                            capture_output=True)
    assert traced.returncode == 0
    for library in ("libcurl", "libketch.so", "libmicrohttpd", "libsqlite3", "libcrypto"):
        assert library not in traced.stderr


def test_a_run_at_its_end_asks_for_nothing(start, ketch, tmp_path):
    """Also when it was cancelled before all of it was asked for: here an order is taken out afterwards."""
    import sqlite3
    sandbox = start()
    done = json.loads(ketch(sandbox, "run", "bell.qasm", "bell.qasm", "--device", "sv1", "--json").stdout)
    assert len(done["tasks"]) == len(bill(sandbox)["tasks"]) == 2
    with sqlite3.connect(tmp_path / "ketch/ketch.db") as store:
        assert store.execute("DELETE FROM paid_order WHERE item = 1").rowcount == 1
    store.close()
    again = json.loads(ketch(sandbox, "resume", done["run"], "--json", expect=1).stdout)
    assert [result["error"] is None for result in again["results"]] == [True, False]
    assert len(bill(sandbox)["tasks"]) == 2
