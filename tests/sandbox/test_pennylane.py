# SPDX-License-Identifier: Apache-2.0
"""PennyLane's `braket.aws.qubit` with SV1, DM1 and a QPU of the sandbox behind it: values, shots, gradients by both
methods, noise, circuits side by side, and what its tracker counts."""
import json
import warnings

import numpy as onp
import pytest
from sandboxes import DM1, EAGER, GARNET, SV1

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # PennyLane tells of its own deprecations at the import
    import pennylane as qml
    from pennylane import numpy as np


@pytest.fixture(autouse=True)
def hurry(sandbox):
    sandbox.scenario(EAGER)


def device(shots=None, arn=SV1, **more):
    more = {"wires": 2, "poll_interval_seconds": 0.02, **more}
    return qml.device("braket.aws.qubit", device_arn=arn, shots=shots, **more)


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
        return qml.counts(wires=[0, 1]), qml.probs(wires=[0])

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


def asked(sandbox, arn):
    """The program that a task ran."""
    task = sandbox.wait(arn)
    body = sandbox.client("s3").get_object(Bucket=task["outputS3Bucket"], Key=task["outputS3Directory"] + "/results.json")
    return json.loads(body["Body"].read())["additionalMetadata"]["action"]["source"]


def test_the_gradient_of_the_device_is_one_task_with_the_adjoint_method(sandbox):
    on = device()
    node = qml.QNode(circuit, on, diff_method="device")
    x, y = np.array(0.4, requires_grad=True), np.array(0.7, requires_grad=True)
    with qml.Tracker(on) as tracker:
        qml.grad(node)(x, y)
    programs = [asked(sandbox, arn) for arn in tracker.history["braket_task_id"]]
    assert any("adjoint_gradient" in program for program in programs) and len(programs) <= 2
    shifted = qml.QNode(circuit, on, diff_method="parameter-shift")
    with qml.Tracker(on) as tracker:
        qml.grad(shifted)(x, y)
    programs = [asked(sandbox, arn) for arn in tracker.history["braket_task_id"]]
    assert len(programs) >= 4 and not any("adjoint_gradient" in program for program in programs)


CHANNELS = {
    "BitFlip": lambda: qml.BitFlip(0.2, wires=0), "PhaseFlip": lambda: qml.PhaseFlip(0.2, wires=0),
    "DepolarizingChannel": lambda: qml.DepolarizingChannel(0.2, wires=0),
    "AmplitudeDamping": lambda: qml.AmplitudeDamping(0.2, wires=0),
    "PhaseDamping": lambda: qml.PhaseDamping(0.2, wires=0),
    "GeneralizedAmplitudeDamping": lambda: qml.GeneralizedAmplitudeDamping(0.2, 0.6, wires=0),
    "QubitChannel": lambda: qml.QubitChannel([onp.sqrt(0.8) * onp.eye(2), onp.sqrt(0.2) * onp.array([[0, 1], [1, 0]])], 0),
}


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=list(CHANNELS))
def test_noise_on_dm1_is_that_of_pennylanes_own_simulator(channel):
    def noisy():
        qml.RX(0.7, wires=0)
        channel()
        qml.RY(0.4, wires=0)
        qml.CNOT(wires=[0, 1])
        return qml.expval(qml.PauliZ(0)), qml.expval(qml.PauliX(0) @ qml.PauliX(1)), qml.probs(wires=[1])

    found = qml.QNode(noisy, device(arn=DM1))()
    wanted = qml.QNode(noisy, qml.device("default.mixed", wires=2))()
    for one, other in zip(found, wanted, strict=True):
        assert onp.allclose(one, other, atol=1e-9)


def test_every_kind_of_measurement_is_taken():
    @qml.qnode(device(1000))
    def node():
        qml.Hadamard(0)
        qml.CNOT([0, 1])
        return qml.sample(qml.PauliZ(0)), qml.var(qml.PauliZ(1)), qml.expval(qml.PauliZ(0) @ qml.PauliZ(1)), qml.probs(wires=[0, 1])

    samples, variance, both, shares = node()
    assert len(samples) == 1000 and set(onp.unique(samples)) == {-1, 1}
    assert variance == pytest.approx(1, abs=0.05) and both == 1 and shares[1] == shares[2] == 0


def test_a_batch_of_parameters_runs_as_a_batch(sandbox):
    on = device(parallel=True, max_parallel=4)
    node = qml.QNode(circuit, on)
    found = qml.batch_input(node, argnum=0)(np.array([0.1, 0.2, 0.3], requires_grad=False), 0.7)
    assert onp.allclose(onp.squeeze(found), value(onp.array([0.1, 0.2, 0.3]), 0.7), atol=1e-9)


def test_gradients_run_side_by_side():
    node = qml.QNode(circuit, device(parallel=True), diff_method="parameter-shift")
    x, y = np.array(0.4, requires_grad=True), np.array(0.7, requires_grad=True)
    assert onp.allclose(qml.grad(node)(x, y), [-onp.sin(x) * onp.cos(y), -onp.cos(x) * onp.sin(y)], atol=1e-6)


def test_a_qpu_is_asked_for_program_sets(sandbox):
    """The plugin puts circuits with inputs into sets where the device takes them."""
    node = qml.QNode(circuit_on_garnet, device(500, GARNET, wires=[1, 2]), diff_method="parameter-shift")
    x, y = np.array(0.4, requires_grad=True), np.array(0.7, requires_grad=True)
    slopes = qml.grad(node)(x, y)
    assert onp.allclose(slopes, [-onp.sin(x) * onp.cos(y), -onp.cos(x) * onp.sin(y)], atol=0.25)
    newest = sandbox.client("braket", "eu-north-1").search_quantum_tasks(filters=[])["quantumTasks"][0]
    told = sandbox.wait(newest["quantumTaskArn"])["actionMetadata"]
    assert told["actionType"] == "braket.ir.openqasm.program_set" and told["executableCount"] == 4


def circuit_on_garnet(x, y):
    qml.RX(x, wires=1)
    qml.RY(y, wires=2)
    qml.CNOT(wires=[1, 2])
    return qml.expval(qml.PauliZ(2))
