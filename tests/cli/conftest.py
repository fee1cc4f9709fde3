# SPDX-License-Identifier: Apache-2.0
"""Runs the program under test (KETCH, or the dev build) the way a shell would, and keeps a few programs at hand."""
import os
import pathlib
import subprocess
import types

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("KETCH", str(ROOT / "build/dev/ketch"))

PROGRAMS = {
    "bell.qasm": """OPENQASM 3.0;
include "stdgates.inc";
qubit[2] q;
bit[2] c;
h q[0];
cx q[0], q[1];
c = measure q;
""",
    "angle.qasm": """OPENQASM 3.0;
input float theta;
qubit q;
rx(theta) q;
#pragma braket result expectation z(q)
#pragma braket result state_vector
""",
    "dynamic.qasm": """OPENQASM 3.0;
qubit[2] q;
bit b;
h q[0];
b = measure q[0];
if (b == 1) { x q[1]; }
""",
    "broken.qasm": """OPENQASM 3.0;
qubit[2] q;
h q[0]
cnot q[0], q[1];
""",
}


def long_program(qubits=20, gates=100000):
    """A run of minutes: enough to be interrupted, little enough to fit anywhere."""
    return f"""OPENQASM 3.0;
qubit[{qubits}] q;
h q;
for int i in [0:{gates}] {{ h q[0]; cnot q[0], q[1]; ry(0.1) q[{qubits - 1}]; }}
"""


def pytest_sessionstart(session):
    if not os.access(PROGRAM, os.X_OK):
        pytest.exit(f"no program {PROGRAM}: build it, or name it in KETCH", returncode=2)


@pytest.fixture
def folder(tmp_path):
    for name, text in PROGRAMS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def ketch(folder):
    """ketch("run", "bell.qasm", stdin="", env={...}) -> .status .out .err"""

    def run(*words, stdin="", env=None, **more):
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        environment |= {"LC_ALL": "C.UTF-8", **(env or {})}
        done = subprocess.run(
            [PROGRAM, *map(str, words)], input=stdin.encode() if isinstance(stdin, str) else stdin, cwd=folder,
            env=environment, capture_output=True, timeout=120, **more)
        return types.SimpleNamespace(
            status=done.returncode, out=done.stdout.decode("utf-8"), err=done.stderr.decode("utf-8"))

    return run
