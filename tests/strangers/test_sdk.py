# SPDX-License-Identifier: Apache-2.0
"""`ketch run --format braket` is a task result of Amazon Braket: the SDK's own classes load it and every accessor gives
what it gives for LocalSimulator's result of the same program."""
import collections
import json

import numpy as np
import pytest
from braket.circuits import Observable, ResultType
from braket.devices import LocalSimulator
from braket.ir.openqasm import Program
from braket.task_result import GateModelTaskResult
from braket.tasks import GateModelQuantumTaskResult

import agree
import ketch

# Programs with one possible outcome, so that the two can be compared number by number.
CERTAIN = {
    "all qubits": "qubit[3] q; x q[0]; cnot q[0], q[2];",
    "a register": "qubit[2] q; bit[2] c; x q[0]; c = measure q;",
    "columns follow the bits": "qubit[2] q; bit[2] c; x q[0]; c[0] = measure q[1]; c[1] = measure q[0];",
    "no destination": "qubit[3] q; x q[2]; measure q[2]; measure q[0];",
    "part of the qubits": "qubit[5] q; x q[3]; h q[1]; h q[1];",
    "physical qubits": "bit[2] b; x $3; i $1; b[0] = measure $3; b[1] = measure $1;",
    "measured in the middle": "qubit q; bit b; x q; b = measure q; x q;",
    "one qubit": "qubit q; x q; measure q;",
    "an input": "input int n; qubit[2] q; for int i in [1:n] { x q[i - 1]; } bit[2] b; b = measure q;",
}
INPUTS = {"an input": {"n": 2}}

EXACT = {  # shots = 0
    "state vector": ("sv", "qubit[2] q; h q[0]; cnot q[0], q[1]; rz(0.3) q[1];", ["state_vector"]),
    "amplitude": ("sv", "qubit[2] q; h q[0]; t q[1]; h q[1];", ['amplitude "00", "11"']),
    "probability": ("sv", "qubit[2] q; rx(0.4) q[0]; ry(1.0) q[1];", ["probability", "probability q[1], q[0]"]),
    "density matrix": ("sv", "qubit[2] q; h q[0]; cnot q[0], q[1];", ["density_matrix q[1]", "density_matrix"]),
    "expectation": ("sv", "qubit[2] q; rx(0.4) q[0]; ry(1.0) q[1];",
                    ["expectation z(q[0])", "expectation x(q[0]) @ y(q[1])", "expectation z all",
                     "variance hermitian([[1, 0.5-1im], [0.5+1im, 2]]) q[0]"]),
    "noise": ("dm", "qubit[2] q; h q[0]; cnot q[0], q[1];\n#pragma braket noise bit_flip(0.2) q[0]\n",
              ["density_matrix", "probability q[0]", "expectation z(q[0]) @ z(q[1])", "variance x(q[0])"]),
}

SAMPLED = {  # shots > 0: the SDK computes these from the measurements
    "expectation": (["expectation z(q[0])", "variance z(q[1])"], [ResultType.Expectation(Observable.Z(), 0)]),
    "product": (["expectation z(q[0]) @ z(q[1])", "probability"], [ResultType.Probability()]),
    "sample": (["sample z(q[1])"], [ResultType.Sample(Observable.Z(), 1)]),
    "probability of one": (["probability q[1]"], [ResultType.Probability(1)]),
}


def both(source, shots, method="sv", inputs=None):
    """(the SDK's view of ketch's result, the same from its own simulator, the parsed schema object)."""
    text = ketch.run(source, form="braket", shots=shots, seed=7, device=f"local:{method}", inputs=inputs)
    text = json.dumps(text)
    theirs = LocalSimulator(f"braket_{method}").run(Program(source=source, inputs=inputs or {}), shots=shots).result()
    return GateModelQuantumTaskResult.from_string(text), theirs, GateModelTaskResult.parse_raw(text)


@pytest.mark.parametrize("name", CERTAIN)
def test_counts_read_by_the_sdk_are_the_simulators(name):
    source = "OPENQASM 3.0;\n" + CERTAIN[name] + "\n"
    ours, theirs, schema = both(source, 20, inputs=INPUTS.get(name))
    assert ours.measurement_counts == theirs.measurement_counts
    assert ours.measured_qubits == theirs.measured_qubits
    assert ours.measurement_probabilities == theirs.measurement_probabilities
    assert np.array_equal(ours.measurements, theirs.measurements)
    assert ours.task_metadata.shots == theirs.task_metadata.shots == 20
    assert ours.additional_metadata.action.source == source
    assert ours.additional_metadata.action.inputs == theirs.additional_metadata.action.inputs
    assert ours.measurements_copied_from_device and not ours.measurement_counts_copied_from_device
    assert schema.resultTypes == [] and ours.values == theirs.values == []
    assert len(schema.taskMetadata.createdAt) <= 24 and schema.taskMetadata.createdAt <= schema.taskMetadata.endedAt


@pytest.mark.parametrize("name", EXACT)
def test_exact_values_read_by_the_sdk_are_the_simulators(name):
    method, body, wanted = EXACT[name]
    source = f"OPENQASM 3.0;\n{body}\n" + "".join(f"#pragma braket result {w}\n" for w in wanted)
    ours, theirs, schema = both(source, 0, method)
    assert schema.measurements is None
    assert len(ours.values) == len(theirs.values) == len(wanted)
    for left, right in zip(theirs.result_types, ours.result_types):
        assert left.type.type == right.type.type
        assert left.type == right.type, "the same targets, observables and states"
        assert agree.values(left.type.type.value, left.value, right.value) is None
    asked = {"state vector": ResultType.StateVector(), "amplitude": ResultType.Amplitude(["00", "11"]),
             "probability": ResultType.Probability([1, 0]), "density matrix": ResultType.DensityMatrix([1]),
             "expectation": ResultType.Expectation(Observable.X() @ Observable.Y(), [0, 1]),
             "noise": ResultType.Probability([0])}[name]
    left, right = theirs.get_value_by_result_type(asked), ours.get_value_by_result_type(asked)
    assert agree.values(asked.name.lower(), left, right) is None


@pytest.mark.parametrize("name", SAMPLED)
def test_values_with_shots_are_what_the_sdk_computes_from_the_measurements(name):
    wanted, asked = SAMPLED[name]
    # Amplitudes are such that every outcome is certain: the values are exact on both sides.
    source = "OPENQASM 3.0;\nqubit[2] q;\nx q[0];\ni q[1];\n" + "".join(f"#pragma braket result {w}\n" for w in wanted)
    ours, theirs, _ = both(source, 50)
    assert len(ours.values) == len(theirs.values)
    for left, right in zip(theirs.values, ours.values):
        assert np.allclose(left, right, atol=agree.TOLERANCE)
    for rt in asked:
        assert np.allclose(theirs.get_value_by_result_type(rt), ours.get_value_by_result_type(rt))


def test_counts_of_a_superposition_add_up_to_the_shots_and_to_the_measurements():
    source = ("OPENQASM 3.0;\nqubit[3] q;\nbit[2] b;\nh q;\ncnot q[0], q[2];\n"
              "b[0] = measure q[2];\nb[1] = measure q[0];\n")
    ours, theirs, schema = both(source, 500)
    assert sum(ours.measurement_counts.values()) == 500 and set(ours.measurement_counts) == {"00", "01", "10", "11"}
    assert ours.measured_qubits == theirs.measured_qubits == [2, 0]
    rows = collections.Counter("".join(map(str, row)) for row in schema.measurements)
    assert rows == ours.measurement_counts


def test_output_variables_come_one_object_a_shot():
    source = "OPENQASM 3.0;\noutput int n;\nqubit q;\nbit b;\nx q;\nb = measure q;\nn = 5;\n"
    text = ketch.run(source, form="braket", shots=3, seed=1)
    schema = GateModelTaskResult.parse_obj(text)
    assert [dict(shot) for shot in schema.outputs] == [{"n": 5}] * 3
