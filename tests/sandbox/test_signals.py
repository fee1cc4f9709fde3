# SPDX-License-Identifier: Apache-2.0
"""Signals: they end the sandbox at once and cleanly whatever it computes, or reach the command it was started for; no
thread but the one that waits for them can be met by one."""
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest
from sandboxes import DM1, EAGER, GARNET, PROGRAM, SV1, openqasm, region_of

SOON_S = 3  # it takes some milliseconds; a machine under load is given time

WIDE = openqasm("OPENQASM 3.0;\nbit[23] b;\nqubit[23] q;\nfor int i in [0:22] { h q[i]; }\n"
                "for int n in [1:400] { for int i in [0:21] { cnot q[i], q[i + 1]; rx(0.1) q[i]; } }\nb = measure q;\n")
DEEP = openqasm("OPENQASM 3.0;\nbit[18] b;\nqubit[18] q;\n" + 20 * "".join(
    f"h q[{i}];\ncnot q[{i}], q[{i + 1}];\n" for i in range(17)) + "b = measure q;\n")
NOISY = openqasm("OPENQASM 3.0;\nbit[11] b;\nqubit[11] q;\n" + 100 * "".join(
    f"h q[{i}];\n#pragma braket noise depolarizing(0.1) q[{i}]\n" for i in range(11)) + "b = measure q;\n")


def thread_masks(pid):
    """What each thread but the first blocks, as a set of bits."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        lines = dict(line.split(":\t") for line in (task / "status").read_text().splitlines() if ":\t" in line)
        if int(task.name) != pid:
            yield lines["Name"], int(lines["SigBlk"], 16)


def test_no_thread_can_be_met_by_a_signal(sandbox):
    sandbox.scenario(EAGER)
    sandbox.client("s3").put_object(Bucket=sandbox.bucket(), Key="large", Body=bytes(3 << 20))
    sandbox.wait(sandbox.create(SV1, 10, openqasm("OPENQASM 3.0;\nbit[18] b;\nqubit[18] q;\nh q;\nb = measure q;\n")))
    masks = list(thread_masks(sandbox.process.pid))
    wanted = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGALRM, signal.SIGUSR1, signal.SIGWINCH]
    assert len(masks) >= 2
    for name, mask in masks:
        assert all(mask >> (number - 1) & 1 for number in wanted), (name, hex(mask))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_an_idle_sandbox_ends_at_once(start, number):
    sandbox = start()
    began = time.monotonic()
    sandbox.process.send_signal(number)
    assert sandbox.process.wait(20) == 0
    assert time.monotonic() - began < SOON_S


@pytest.mark.parametrize("device, action", [(SV1, WIDE), (DM1, NOISY), (GARNET, DEEP)], ids=["gates", "density matrix", "trajectories"])
def test_work_in_flight_holds_up_no_end_and_is_done_after_it(start, device, action):
    sandbox = start()
    sandbox.scenario(EAGER)
    arns = [sandbox.create(device, 1000, action) for _ in range(3)]
    sandbox.wait(arns[0], "RUNNING")
    time.sleep(0.3)
    began = time.monotonic()
    assert sandbox.stop() == 0, sandbox.errors.read_text()
    assert time.monotonic() - began < SOON_S
    sandbox.start()
    client = sandbox.client("braket", region_of(device))
    assert [client.get_quantum_task(quantumTaskArn=arn)["status"] in ("QUEUED", "RUNNING") for arn in arns] == [True] * 3


def test_open_connections_and_slow_answers_hold_up_no_end(start):
    sandbox = start()
    sandbox.scenario(faults=[{"operation": "SearchDevices", "latency_s": 60}])
    body = b'{"filters":[]}'
    with socket.create_connection(("127.0.0.1", sandbox.port)) as idle, socket.create_connection(("127.0.0.1", sandbox.port)) as half:
        half.sendall(b"PUT /bucket/key HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbegun")
        asker = subprocess.Popen([sys.executable, "-c", "import sys, urllib.request as u; u.urlopen(sys.argv[1], timeout=60)",
                                  f"{sandbox.url}/bucket?{body.decode()}"], stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        began = time.monotonic()
        assert sandbox.stop() == 0
        assert time.monotonic() - began < SOON_S
        asker.wait(60)
        idle.close()


# ---- with a command ----

def command(tmp_path, *words):
    return [PROGRAM, "sandbox", "--listen", "127.0.0.1:0", "--state", str(tmp_path / "state"), "--", *words]


@pytest.mark.parametrize("script, status", [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137),
                                            ("kill -INT $$", 130)])
def test_the_commands_end_is_the_sandboxes(tmp_path, script, status):
    assert subprocess.run(command(tmp_path, "sh", "-c", script), timeout=60, check=False).returncode == status


@pytest.mark.parametrize("name, number", [("TERM", signal.SIGTERM), ("INT", signal.SIGINT), ("HUP", signal.SIGHUP),
                                          ("USR1", signal.SIGUSR1)])
def test_a_signal_reaches_the_command(tmp_path, name, number):
    script = f"trap 'echo got {name}; exit 9' {name}; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen(command(tmp_path, "sh", "-c", script), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "ready\n"
        running.send_signal(number)
        assert running.stdout.readline() == f"got {name}\n"
        assert running.wait(20) == 9


def test_a_command_that_a_signal_ends_ends_the_sandbox_with_128_and_it(tmp_path):
    with subprocess.Popen(command(tmp_path, "sh", "-c", "echo ready; exec sleep 60"), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "ready\n"
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 128 + signal.SIGTERM
        assert time.monotonic() - began < SOON_S


def test_the_command_has_its_signals_as_they_were(tmp_path):
    """Nothing is blocked or ignored for it; signals 32 and up may have come ignored from whoever runs the tests."""
    done = subprocess.run(command(tmp_path, "grep", "-E", "SigBlk|SigIgn", "/proc/self/status"), capture_output=True, text=True,
                          timeout=60, check=False)
    names, masks = done.stdout.split()[::2], [int(mask, 16) & 0x7fffffff for mask in done.stdout.split()[1::2]]
    assert (done.returncode, names, masks) == (0, ["SigBlk:", "SigIgn:"], [0, 0])
