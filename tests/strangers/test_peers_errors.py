# SPDX-License-Identifier: Apache-2.0
"""What Amazon's simulator refuses, does and does wrong, row by row: data/peers.json.

Each row holds a program, what the reference does with it, and what ketch must do: the same, the same kind of refusal
but with a place and words, or the right thing where the reference is wrong (`why` says how). Both are run, so the list
stays true when the reference changes."""
import json
import pathlib
import re

import numpy as np
import pytest
from braket.default_simulator import DensityMatrixSimulator, StateVectorSimulator
from braket.ir.openqasm import Program

import ketch
import reference

ROWS = json.loads((pathlib.Path(__file__).parent / "data" / "peers.json").read_text())
SIMULATORS = {"sv": StateVectorSimulator, "dm": DensityMatrixSimulator}


def plain(value):
    """Numbers only: complex numbers as pairs, arrays as lists."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    array = np.asarray(value)
    return np.stack([array.real, array.imag], axis=-1).tolist() if np.iscomplexobj(array) else array.tolist()


def same(wanted, found):
    if isinstance(wanted, dict):
        return set(wanted) == set(found) and all(same(wanted[k], found[k]) for k in wanted)
    return np.allclose(wanted, found, atol=1e-9)


@pytest.mark.parametrize("row", [r for r in ROWS if r["reference"]], ids=lambda r: r["id"])
def test_the_reference_does_what_the_row_says(row):
    says = row["reference"]
    simulator = SIMULATORS[row.get("method", "sv")]()
    try:
        result = simulator.run(Program(source=row["program"], inputs=row.get("inputs", {})), shots=row["shots"])
    except Exception as error:  # any kind: the row names it
        assert "raises" in says, repr(error)
        assert re.fullmatch(says["raises"], type(error).__name__), repr(error)
        assert re.search(says.get("message", ""), str(error)), repr(error)
        return
    if says.get("raises") == ".*":
        return  # told apart by version: either way it is not what ketch gives
    assert "raises" not in says, "it is accepted"
    values = [plain(r.value) for r in result.resultTypes] if row["shots"] == 0 else None
    if "values" in says:
        assert all(same(w, f) for w, f in zip(says["values"], values)), values
    if "wrong" in says:
        assert not all(same(w, f) for w, f in zip(says["wrong"], values)), "it is right now: the row can go"
    if "counts" in says:
        counts = {}
        for shot in result.measurements:
            bits = "".join(map(str, shot))
            counts[bits] = counts.get(bits, 0) + 1
        assert counts == says["counts"]
        assert list(result.measuredQubits) == says["measured_qubits"]


@pytest.mark.parametrize("row", [r for r in ROWS if r["ketch"].get("exit", 0) is not None], ids=lambda r: r["id"])
def test_ketch_does_what_the_row_says(row):
    says = row["ketch"]
    device = f"local:{row['method']}" if "method" in row else None
    try:
        result = ketch.run(row["program"], shots=row["shots"], inputs=row.get("inputs"), seed=1, device=device,
                           more=row.get("args", []))
    except ketch.Refused as refusal:
        assert says.get("exit"), str(refusal)
        assert refusal.status == says["exit"], str(refusal)
        error = json.loads(refusal.stdout)["error"]
        found = error["diagnostics"][0] if error["diagnostics"] else {"line": 0, "column": 0, **error}
        assert found["message"] and re.search(says["message"], found["message"]), found
        assert found["line"] == says.get("line", found["line"]), found
        assert found["column"] == says.get("column", found["column"]), found
        return
    assert not says.get("exit"), "ketch accepts it"
    if "values" in says:
        found = [r["value"] for r in result["results"]]
        assert all(same(w, f) for w, f in zip(says["values"], found)), found
    for key in ("counts", "measured_qubits", "outputs"):
        assert key not in says or result[key] == says[key], result
    if "last_column" in says:
        assert {bits[-1] for bits in result["counts"]} == {says["last_column"]}


def test_the_exact_reference_is_the_reference():
    """reference.py replaces Amazon's dice only: with many shots Amazon's own sample fits its distribution."""
    import agree
    import generate

    for seed in [s for s in range(200) if generate.program(s).kind in ("counts_sv", "feed_forward_sv")][:25]:
        program = generate.program(seed)
        measured, exact, _ = reference.distribution(program.source, program.inputs, program.method)
        result = StateVectorSimulator().run(Program(source=program.source, inputs=program.inputs), shots=400)
        counts = {}
        for shot in result.measurements:
            bits = "".join(map(str, shot))
            counts[bits] = counts.get(bits, 0) + 1
        assert list(result.measuredQubits) == measured
        assert agree.impossible(counts, exact) == []
        test = agree.g_test(counts, exact)
        assert test is None or agree.p_value(*test) > 1e-7
