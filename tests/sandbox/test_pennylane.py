# SPDX-License-Identifier: Apache-2.0
"""PennyLane's `braket.aws.qubit` with SV1 of the sandbox behind it: values, shots, gradients by both methods, circuits
side by side, and what its tracker counts."""
import warnings

import numpy as onp
import pytest
from sandboxes import EAGER, SV1

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # PennyLane tells of its own deprecations at the import
    import pennylane as qml
    from pennylane import numpy as np


@pytest.fixture(autouse=True)
def hurry(sandbox):
    sandbox.scenario(EAGER)


def device(shots=None, **more):
    return qml.device("braket.aws.qubit", device_arn=SV1, wires=2, shots=shots, poll_interval_seconds=0.02, **more)


def circuit(x, y):
    qml.RX(x, wires=0)
    qml.RY(y, wires=1)
    qml.CNOT(wires=[0, 1])
    return qml.expval(qml.PauliZ(1))


def value(x, y):
    """What `circuit` gives: z of the second qubit after the cnot."""
    return onp.cos(x) * onp.cos(y)


def test_expectations_are_exact_without_shots():
    node = qml.QNode(circuit, device())
    assert node(0.4, 0.7) == pytest.approx(value(0.4, 0.7), abs=1e-9)


def test_shots_are_counted():
    on = device(2000)

    @qml.qnode(on)
    def bell():
        qml.Hadamard(0)
        qml.CNOT([0, 1])
        return qml.counts(wires=[0, 1]), qml.expval(qml.PauliX(0) @ qml.PauliX(1)) if False else qml.probs(wires=[0])

    counts, probabilities = bell()
    assert set(counts) == {"00", "11"} and sum(counts.values()) == 2000
    assert probabilities[0] == pytest.approx(0.5, abs=0.06)
    node = qml.QNode(circuit, on)
    assert node(0.4, 0.7) == pytest.approx(value(0.4, 0.7), abs=0.1)


@pytest.mark.parametrize("method", ["device", "parameter-shift"])
def test_gradients_are_the_derivative(method):
    node = qml.QNode(circuit, device(), diff_method=method)
    x, y = np.array(0.4, requires_grad=True), np.array(0.7, requires_grad=True)
    found = qml.grad(node)(x, y)
    assert onp.allclose(found, [-onp.sin(x) * onp.cos(y), -onp.cos(x) * onp.sin(y)], atol=1e-6)


def test_gradients_of_shots_are_near_the_derivative():
    node = qml.QNode(circuit, device(4000), diff_method="parameter-shift")
    x, y = np.array(0.4, requires_grad=True), np.array(0.7, requires_grad=True)
    assert onp.allclose(qml.grad(node)(x, y), [-onp.sin(x) * onp.cos(y), -onp.cos(x) * onp.sin(y)], atol=0.12)


def test_circuits_run_side_by_side(sandbox):
    on = device(parallel=True, max_parallel=8)
    tapes = [qml.tape.QuantumScript([qml.RX(0.1 * i, 0), qml.CNOT([0, 1])], [qml.expval(qml.PauliZ(1))])
             for i in range(10)]
    found = qml.execute(tapes, on, diff_method=None)
    assert onp.allclose(onp.squeeze(found), onp.cos(0.1 * onp.arange(10)), atol=1e-9)


def test_an_observable_of_many_terms_is_measured():
    hamiltonian = qml.Hamiltonian([0.5, -1.5], [qml.PauliZ(0) @ qml.PauliZ(1), qml.PauliX(0)])

    @qml.qnode(device())
    def energy(x):
        qml.RY(x, 0)
        qml.CNOT([0, 1])
        return qml.expval(hamiltonian)

    assert energy(0.6) == pytest.approx(0.5, abs=1e-9)


def test_an_optimiser_goes_downhill():
    node = qml.QNode(circuit, device(), diff_method="device")
    step = qml.GradientDescentOptimizer(0.4)
    at = np.array([0.4, 0.7], requires_grad=True)
    before = node(*at)
    for _ in range(4):
        at = step.step(lambda both: node(both[0], both[1]), at)
    assert node(*at) < before - 0.5


def test_the_tracker_knows_the_tasks(sandbox):
    on = device(100)
    node = qml.QNode(circuit, on)
    with qml.Tracker(on) as tracker:
        node(0.1, 0.2)
        node(0.3, 0.4)
    assert tracker.totals["executions"] == 2 and tracker.totals["shots"] == 200
    tasks = tracker.history["braket_task_id"]
    assert len(tasks) == 2 and all(sandbox.wait(arn)["status"] == "COMPLETED" for arn in tasks)
