# SPDX-License-Identifier: Apache-2.0
"""MQT Bench's circuits, written by Qiskit in OpenQASM 2 and 3, run unchanged and agree with Qiskit.

Unchanged, the counts are held against the exact distribution by a G-test (one in a million each). With a line that asks
for probabilities behind it, an exact run agrees with Qiskit's own state vector within 1e-9."""
import os
import pathlib
import re

import numpy as np
import pytest

import agree
import ketch
import mqt_circuits

FOLDER = pathlib.Path(os.environ.get("KETCH_RANDOM_SAVE", ketch.ROOT / "build" / "strangers")) / "mqt"
COMPARED_MOST = 10  # qubits; beyond that a distribution would take Qiskit minutes
FALSE_ALARM = 1e-6
SHOTS = 1000

CASES = [(name, level, version) for name in mqt_circuits.NAMES for level in mqt_circuits.LEVELS for version in (2, 3)
         if name != "shor" or level == "indep"]  # Shor's 18 qubits and 24,000 gates once are enough


def written(name, level, version):
    """The file as Qiskit writes it."""
    made = mqt_circuits.circuit(name, level)
    text = mqt_circuits.text(made, version)
    if text is None:
        pytest.skip(f"Qiskit itself can't write {name} at level {level} in OpenQASM {version}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}-{level}.{version}.qasm"
    path.write_text(text)
    return made, path


@pytest.mark.parametrize("name, level, version", CASES)
def test_runs_unchanged(name, level, version):
    made, path = written(name, level, version)
    result = ketch.run(path, seed=3, shots=SHOTS)
    assert sum(result["counts"].values()) == SHOTS
    if made.num_clbits and all(i.operation.name != "measure" for i in made.data) and not mqt_circuits.is_dynamic(made):
        return  # Qiskit's writer keeps the classical bits, nothing is measured into them
    if made.num_qubits > COMPARED_MOST and not mqt_circuits.is_dynamic(made):
        return
    exact = mqt_circuits.outcomes(made)
    if not any(exact) or list(exact) == [""]:
        return
    assert agree.impossible(result["counts"], exact) == []
    test = agree.g_test(result["counts"], exact)
    assert test is None or agree.p_value(*test) > FALSE_ALARM


@pytest.mark.parametrize("name, level, version", CASES)
def test_exact_probabilities_are_qiskits(name, level, version):
    made, path = written(name, level, version)
    if mqt_circuits.is_dynamic(made):
        pytest.skip("measures in the middle: there is no single final state")
    if made.num_qubits > COMPARED_MOST:
        pytest.skip("too large to compare")
    # Qiskit's writer renames a register that would hide a gate, so the names are read from the text.
    text = path.read_text()
    found = re.findall(r"^qubit\[(\d+)\] (\w+);|^qreg (\w+)\[(\d+)\];", text, re.MULTILINE)
    names = [f"{a or b}[{i}]" for size3, a, b, size2 in found for i in range(int(size3 or size2))]
    if "$" in text:
        names = [f"${i}" for i in range(made.num_qubits)]
    assert len(names) == made.num_qubits
    # The measurements stay: at shots = 0 they change nothing.
    source = text + f"\n#pragma braket result probability {', '.join(names)}\n"
    ours = ketch.run(source, shots=0)["results"][0]["value"]
    theirs = mqt_circuits.probabilities(made)
    assert len(ours) == len(theirs)
    assert np.max(np.abs(np.asarray(ours) - theirs)) <= agree.TOLERANCE


def test_every_benchmark_is_there_at_some_level():
    missing = [name for name in mqt_circuits.NAMES
               if not any(mqt_circuits.text(mqt_circuits.circuit(name, level), 3) for level in ("native",))]
    assert missing == [] and len(mqt_circuits.NAMES) >= 30
