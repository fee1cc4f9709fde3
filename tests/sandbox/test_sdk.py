# SPDX-License-Identifier: Apache-2.0
"""The Amazon Braket SDK, unmodified, with the sandbox at the other end: what runs on Braket runs here, with the numbers
of Amazon's own local simulator where they are exact, and with a device's noise where they are not."""
import datetime
import decimal
import json
import math
import os

import boto3
import botocore.exceptions
import braket.tracking.pricing
import numpy as np
import pytest
from braket.aws import AwsDevice, AwsQuantumTask, AwsSession
from braket.aws.direct_reservations import DirectReservation
from braket.circuits import Circuit, FreeParameter, ResultType
from braket.circuits.observables import Hermitian, X, Y, Z
from braket.devices import LocalSimulator
from braket.ir.openqasm import Program
from braket.program_sets import CircuitBinding, ParameterSets, ProgramSet
from braket.tasks import GateModelQuantumTaskResult
from braket.tracking import Tracker
from sandboxes import (ACCOUNT, ANKAA, AQUILA, CEPHEUS, DM1, EAGER, EMERALD, FORTE, FORTE_ENTERPRISE, GARNET, IBEX,
                       PATIENT, SV1)

QPUS = {GARNET: (1, 2), EMERALD: (1, 2), IBEX: (0, 1), FORTE_ENTERPRISE: (0, 1), CEPHEUS: (0, 1)}
ALL_REGIONS = ("us-east-1", "us-west-1", "us-west-2", "eu-west-2", "eu-north-1")


def bell(a=0, b=1):
    return Circuit().h(a).cnot(a, b)


def layered(qubits=3):
    """Nothing about its state is a round number."""
    circuit = Circuit()
    for q in range(qubits):
        circuit.rx(q, 0.3 + q).rz(q, 0.7 * q + 0.1)
    for q in range(qubits - 1):
        circuit.cnot(q, q + 1).ry(q + 1, 0.4)
    return circuit


def run(device, circuit, shots=None, **more):
    task = AwsDevice(device).run(circuit, shots=shots, poll_interval_seconds=0.02, poll_timeout_seconds=30, **more)
    result = task.result()
    assert result is not None, (task.state(), task.metadata().get("failureReason"))
    return result


def refused(call, *arguments, **more):
    """Code and message of AWS's error."""
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(*arguments, **more)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture(autouse=True)
def hurry(sandbox):
    sandbox.scenario(EAGER)


# ---- simulators, exactly ----

EXACT = {
    "expectation": lambda c: c.expectation(Z() @ X(), [0, 1]).expectation(Y(), [2]),
    "of a matrix": lambda c: c.expectation(Hermitian(np.array([[0.5, 0.2 - 0.3j], [0.2 + 0.3j, -1]])), [1]),
    "of all": lambda c: c.expectation(Z()),
    "variance": lambda c: c.variance(X(), [0]).variance(Z() @ Z(), [1, 2]),
    "probability": lambda c: c.probability().probability([2, 0]),
    "amplitude": lambda c: c.amplitude(["000", "101", "111"]),
    "many at once": lambda c: c.expectation(X(), [0]).expectation(Z(), [0]).probability([1]).variance(Y(), [2]),
}


def check_same(found, wanted):
    assert [one.type.type for one in found.result_types] == [one.type.type for one in wanted.result_types]
    for one, other in zip(found.values, wanted.values, strict=True):
        if isinstance(other, dict):
            assert one.keys() == other.keys()
            one, other = ([value[key] for key in sorted(other)] for value in (one, other))
        one, other = np.array(one), np.array(other)
        if one.ndim == other.ndim + 1:  # complex numbers that the SDK leaves as they come
            one = one[..., 0] + 1j * one[..., 1]
        assert np.allclose(one, other, atol=1e-9)


@pytest.mark.parametrize("asked", EXACT.values(), ids=list(EXACT))
@pytest.mark.parametrize("device", [SV1, DM1], ids=["SV1", "DM1"])
def test_exact_results_are_those_of_the_local_simulator(device, asked):
    circuit = asked(layered())
    if device == DM1 and any(isinstance(wanted, ResultType.Amplitude) for wanted in circuit.result_types):
        assert refused(run, device, circuit, 0)[0] == "ValidationException"
        return
    check_same(run(device, circuit, 0), LocalSimulator("braket_sv").run(circuit, shots=0).result())


def test_the_adjoint_gradient_is_the_derivative():
    a, c = FreeParameter("a"), FreeParameter("c")
    at = {"a": 0.31, "c": -0.8}
    observable = 2 * (Z() @ X()) - 0.5 * Y() @ Z()
    circuit = Circuit().rx(0, a).ry(1, c).cnot(0, 1).rz(1, a).rx(1, c)
    targets = [[0, 1], [0, 1]]

    def value(**where):
        plain = circuit.make_bound_circuit(where)
        sums = LocalSimulator().run(plain.expectation(Z() @ X(), [0, 1]).expectation(Y() @ Z(), [0, 1]), shots=0)
        first, second = sums.result().values
        return 2 * first - 0.5 * second

    asked = circuit.copy().adjoint_gradient(observable, targets, ["a", "c"])
    found = run(SV1, asked, 0, inputs=at).values[0]
    assert found["expectation"] == pytest.approx(value(**at), abs=1e-9)
    step = 1e-5
    for name in at:
        slope = (value(**{**at, name: at[name] + step}) - value(**{**at, name: at[name] - step})) / (2 * step)
        assert found["gradient"][name] == pytest.approx(slope, abs=1e-6)


def test_the_density_matrix_of_a_noisy_circuit_is_that_of_the_local_simulator():
    circuit = layered().bit_flip(0, 0.1).phase_flip(1, 0.2).depolarizing(2, 0.15).amplitude_damping(0, 0.3)
    circuit.phase_damping(1, 0.25).pauli_channel(2, 0.05, 0.1, 0.15).two_qubit_depolarizing(0, 1, 0.2)
    circuit.two_qubit_dephasing(1, 2, 0.1).generalized_amplitude_damping(2, 0.2, 0.6)
    circuit.kraus([0], [np.array([[1, 0], [0, math.sqrt(0.8)]]), np.array([[0, math.sqrt(0.2)], [0, 0]])])
    circuit.density_matrix().density_matrix([2, 0]).expectation(Z(), [0]).probability([1])
    check_same(run(DM1, circuit, 0), LocalSimulator("braket_dm").run(circuit, shots=0).result())


# ---- simulators, with shots ----

@pytest.mark.parametrize("device", [SV1, DM1], ids=["SV1", "DM1"])
def test_shots_are_those_of_the_state(device):
    result = run(device, bell(), 1000)
    assert isinstance(result, GateModelQuantumTaskResult)
    assert result.measurements.shape == (1000, 2) and result.measured_qubits == [0, 1]
    assert set(result.measurement_counts) == {"00", "11"} and 400 < result.measurement_counts["00"] < 600
    assert result.additional_metadata.simulatorMetadata.executionDuration >= 0
    assert result.task_metadata.shots == 1000 and result.task_metadata.deviceId == device


def test_results_with_shots_are_near_the_exact_ones():
    circuit = layered().expectation(Z() @ X(), [0, 1]).variance(Z() @ X(), [0, 1]).sample(Y(), [2]).probability([0])
    found = run(SV1, circuit, 20000).values
    exact = LocalSimulator().run(
        layered().expectation(Z() @ X(), [0, 1]).variance(Z() @ X(), [0, 1]).expectation(Y(), [2]), shots=0).result()
    assert found[0] == pytest.approx(exact.values[0], abs=0.05) and found[1] == pytest.approx(exact.values[1], abs=0.05)
    assert len(found[2]) == 20000 and set(np.unique(found[2])) == {-1.0, 1.0}
    assert np.mean(found[2]) == pytest.approx(exact.values[2], abs=0.05)
    assert sum(found[3]) == pytest.approx(1)


def test_inputs_and_text_programs_run():
    theta = FreeParameter("theta")
    assert run(SV1, Circuit().rx(0, theta).expectation(Z(), [0]), 0, inputs={"theta": 1.2}).values[0] \
        == pytest.approx(math.cos(1.2))
    program = Program(source="OPENQASM 3.0; input float a; bit[1] b; qubit[1] q; rx(a) q[0]; b[0] = measure q[0];",
                      inputs={"a": math.pi})
    assert run(SV1, program, 50).measurement_counts == {"1": 50}


def test_a_partly_measured_circuit_gives_the_qubits_it_measured():
    result = run(SV1, Circuit().x(0).i(1).x(2).measure([2, 1]), 10)
    assert result.measured_qubits == [2, 1] and result.measurement_counts == {"10": 10}


def text(*lines):
    """A program that the SDK sends without a look at it."""
    return Program(source="OPENQASM 3.0;\n" + "\n".join(lines))


@pytest.mark.parametrize(("device", "circuit", "shots", "part"), [
    (SV1, text("qubit[1] q;", "h q[0];"), 0, "Result types must be specified"),
    (SV1, bell().state_vector(), 0, "StateVector"),
    (SV1, bell().density_matrix(), 0, "DensityMatrix"),
    (SV1, text("qubit[1] q;", "h q[0];", '#pragma braket result amplitude "0"'), 10, "mplitude"),
    (SV1, bell().sample(Z(), [0]), 0, "sample can only be specified when shots>0"),
    (SV1, bell().bit_flip(0, 0.1), 10, "oise"),
    (SV1, bell(), 100001, "shots"),
    (DM1, bell().adjoint_gradient(Z(), [0], []), 0, "djoint"),
    (SV1, text("qubit[1] q;", "h q[0];", "#pragma braket result expectation z(q[0])",
               "#pragma braket result expectation x(q[0])"), 10, "onflicting"),
    (SV1, Circuit().h(0).h(2), 10, "contiguous"),
    (SV1, text("qubit[2] q; bit[1] b;", "h q[0]; h q[1];", "b[0] = measure q[0];",
               "#pragma braket result expectation z(q[1])"), 10, "measured"),
], ids=lambda value: None)
def test_what_a_simulator_lacks_is_refused(device, circuit, shots, part):
    code, message = refused(run, device, circuit, shots)
    assert code == "ValidationException" and part in message


# ---- tasks ----

def test_a_task_is_found_again_by_its_arn():
    made = AwsDevice(SV1).run(bell(), shots=20, tags={"project": "x"}, poll_interval_seconds=0.02)
    again = AwsQuantumTask(made.id, poll_interval_seconds=0.02)
    assert again.result().measurement_counts == made.result().measurement_counts
    assert again.state() == "COMPLETED" and again == made
    assert again.metadata()["tags"] == {"project": "x"} and again.metadata()["shots"] == 20
    assert again.queue_position().queue_position is None and again.queue_position().message


def test_a_waiting_task_is_seen_and_cancelled(sandbox):
    sandbox.scenario(PATIENT)
    device = AwsDevice(GARNET)
    first, second = (device.run(bell(1, 2), shots=10, poll_interval_seconds=0.02) for _ in range(2))
    assert first.state() == "QUEUED"
    assert int(second.queue_position().queue_position) == int(first.queue_position().queue_position) + 1
    assert int(device.queue_depth().quantum_tasks["Normal"]) >= 2
    second.cancel()
    sandbox.wait(second.id, "CANCELLED")
    assert second.state() == "CANCELLED" and second.result() is None
    first.cancel()


def test_a_simulator_task_can_be_cancelled_right_after_its_creation(sandbox):
    sandbox.scenario(simulator_cancellable_s=5)
    task = AwsDevice(SV1).run(bell(), shots=10)
    task.cancel()
    sandbox.wait(task.id, "CANCELLED")


def test_a_failed_task_says_why(sandbox):
    sandbox.scenario(EAGER, devices={"sv1": {"fail_rate": 1, "fail_reason": "the moon was full"}})
    task = AwsDevice(SV1).run(bell(), shots=10, poll_interval_seconds=0.02)
    assert task.result() is None
    assert task.state() == "FAILED" and task.metadata()["failureReason"] == "the moon was full"


def test_a_task_above_this_machine_fails_with_need_and_have():
    circuit = Circuit()
    for q in range(34):
        circuit.h(q)
    task = AwsDevice(SV1).run(circuit, shots=10, poll_interval_seconds=0.02)
    assert task.result() is None and task.state() == "FAILED"
    reason = task.metadata()["failureReason"]
    assert "34 qubits" in reason or "GiB" in reason or "bytes" in reason


def test_batches_keep_their_order():
    theta = FreeParameter("theta")
    batch = AwsDevice(SV1).run_batch(
        [Circuit().rx(0, theta).expectation(Z(), [0])] * 12, shots=0, poll_interval_seconds=0.05, max_parallel=10,
        inputs=[{"theta": 0.1 * i} for i in range(12)])
    assert np.allclose([result.values[0] for result in batch.results()], np.cos(0.1 * np.arange(12)))
    assert not batch.unsuccessful and not batch.unfinished and batch.size == 12


def test_tasks_go_where_they_are_told_and_to_the_default_bucket():
    session = AwsSession()
    bucket = session.default_bucket()
    assert bucket == f"amazon-braket-us-east-1-{ACCOUNT}"
    task = AwsDevice(SV1).run(bell(), (bucket, "else/where"), shots=10, poll_interval_seconds=0.02)
    task.result()
    key = f"else/where/{task.id.rpartition('/')[2]}/results.json"
    stored = json.loads(session.retrieve_s3_object_body(bucket, key))
    assert stored["taskMetadata"]["id"] == task.id and len(stored["measurements"]) == 10
    assert session.list_keys(bucket, "else/where") == [key]


# ---- program sets ----

def test_a_program_set_runs_on_every_device_that_has_them():
    theta = FreeParameter("theta")
    for device in (GARNET, EMERALD, CEPHEUS):
        a, b = QPUS[device]
        swept = CircuitBinding(Circuit().rx(a, theta).measure(a), ParameterSets({"theta": [0.0, math.pi]}))
        asked = ProgramSet([bell(a, b).measure([a, b]), swept], shots_per_executable=200)
        result = run(device, asked)
        assert [len(composite) for composite in result] == [1, 2]
        first = result[0][0].counts
        assert first["00"] + first["11"] > 150 and sum(first.values()) == 200
        low, high = (executable.counts for executable in result[1])
        assert low["0"] > 170 and high["1"] > 150


def test_a_set_of_observables_is_measured_in_its_bases():
    binding = CircuitBinding(bell(1, 2), observables=[Z(1) @ Z(2), X(1) @ X(2)])
    measured = run(GARNET, ProgramSet([binding], shots_per_executable=1000))[0]
    assert len(measured) == 2
    assert all(0.75 < executable.expectation <= 1 for executable in measured)


@pytest.mark.parametrize(("device", "entries", "shots", "part"), [
    (GARNET, 3, 100, "divisible"),
    (GARNET, 101, 101, "101 executables"),
    (FORTE_ENTERPRISE, 2, 200, "not supported"),
])
def test_a_set_that_a_device_does_not_take_is_refused(device, entries, shots, part):
    a, b = QPUS[device]
    code, message = refused(run, device, ProgramSet([bell(a, b).measure([a, b])] * entries), shots)
    assert code == "ValidationException" and part in message


# ---- QPUs ----

@pytest.mark.parametrize("device", QPUS, ids=lambda arn: arn.rpartition("/")[2])
def test_bell_pairs_of_a_qpu_are_noisy_but_mostly_right(device):
    pair = QPUS[device]
    result = run(device, bell(*pair), 1000)
    counts = result.measurement_counts
    assert sum(counts.values()) == 1000 and result.measured_qubits == list(pair)
    assert counts["00"] + counts["11"] > 800 and counts["00"] > 350 and counts["11"] > 300
    assert counts["01"] + counts["10"] > 0


def test_forte_1_runs_when_the_scenario_brings_it_back(sandbox):
    assert refused(run, FORTE, bell(), 100)[0] == "DeviceOfflineException"
    sandbox.scenario(EAGER, devices={"*": {"queue_s": 0}, "Forte-1": {"status": "ONLINE"}})
    assert AwsDevice(FORTE).status == "ONLINE"
    assert sum(run(FORTE, bell(), 100).measurement_counts.values()) == 100


def test_deeper_circuits_are_noisier():
    def survivors(depth):
        circuit = Circuit()
        for _ in range(depth):
            circuit.cz(1, 2).cz(1, 2)
        return run(GARNET, circuit.i(1).i(2), 2000).measurement_counts["00"]

    assert survivors(1) > survivors(40) + 100


def test_the_same_seed_reads_the_same_shots(sandbox):
    rows = []
    for _ in range(2):
        sandbox.scenario(EAGER, seed=7)
        rows.append(run(GARNET, bell(1, 2), 200).measurements.tolist())
    assert rows[0] == rows[1]


def test_observables_on_a_qpu():
    result = run(GARNET, bell(1, 2).expectation(X() @ X(), [1, 2]).variance(X(), [1]), 4000)
    assert 0.75 < result.values[0] < 1 and 0.9 < result.values[1] <= 1


def test_verbatim_boxes_take_native_gates_on_couplings():
    inner = Circuit().prx(1, math.pi / 2, math.pi / 2).prx(2, math.pi / 2, math.pi / 2).cz(1, 2)
    inner.prx(2, math.pi / 2, -math.pi / 2)
    result = run(GARNET, Circuit().add_verbatim_box(inner).measure([1, 2]), 500)
    counts = result.measurement_counts
    assert counts["00"] + counts["11"] > 400
    native = Circuit().gpi2(0, 0.1).zz(0, 1, math.pi / 2)
    assert sum(run(FORTE_ENTERPRISE, Circuit().add_verbatim_box(native).measure([0, 1]), 100)
               .measurement_counts.values()) == 100


@pytest.mark.parametrize(("device", "circuit", "part"), [
    (GARNET, Circuit().add_verbatim_box(Circuit().h(1).cz(1, 2)), "native"),
    (GARNET, Circuit().add_verbatim_box(Circuit().cz(1, 20)), "connected"),
    (GARNET, Circuit().ms(1, 2, 0.1, 0.2, 0.3), "gate: ms"),
    (GARNET, Circuit().unitary([1], np.array([[0, 1], [1, 0]])), "unitary"),
    (GARNET, Circuit().x(1).bit_flip(1, 0.1), "oise"),
    (FORTE_ENTERPRISE, Circuit().ccnot(0, 1, 2), "gate: ccnot"),
    (GARNET, text("h $1;", '#pragma braket result amplitude "0"'), "Amplitude"),
    (GARNET, text("bit[1] b;", "h $40;", "b[0] = measure $40;"), "$40"),
], ids=lambda value: None)
def test_what_a_qpu_lacks_is_refused(device, circuit, part):
    code, message = refused(run, device, circuit, 100)
    assert code == "ValidationException" and part in message


@pytest.mark.parametrize(("device", "shots"), [(GARNET, 20001), (FORTE_ENTERPRISE, 99), (CEPHEUS, 9), (IBEX, 2001)])
def test_shots_outside_of_a_devices_range_are_refused(device, shots):
    code, message = refused(run, device, bell(*QPUS[device]), shots)
    assert code == "ValidationException" and str(shots) in message


def test_feed_forward_needs_the_experimental_capabilities():
    program = text("bit[2] b;", "#pragma braket verbatim",
                   "box{ prx(3.141592653589793, 0.0) $1; measure_ff(0) $1; cc_prx(3.141592653589793, 0.0, 0) $2; }",
                   "b[0] = measure $1;", "b[1] = measure $2;")
    assert refused(run, GARNET, program, 100)[0] == "ValidationException"
    counts = run(GARNET, program, 200, experimental_capabilities="ALL").measurement_counts
    assert counts["11"] > 140


def test_devices_that_take_no_tasks_say_so():
    assert refused(run, ANKAA, bell(), 100)[0] == "DeviceRetiredException"
    assert AwsDevice(ANKAA).status == "RETIRED" and not AwsDevice(ANKAA).is_available


def test_an_analog_program_is_checked_then_refused_or_answered(sandbox, tmp_path):
    from braket.ahs import AnalogHamiltonianSimulation, AtomArrangement, DrivingField
    from braket.timings import TimeSeries

    register = AtomArrangement()
    for i in range(3):
        register.add([i * 6e-6, 0])
    omega = TimeSeries().put(0, 0).put(1e-6, 1e7).put(2e-6, 0)
    zero = TimeSeries().put(0, 0).put(2e-6, 0)
    program = AnalogHamiltonianSimulation(
        register=register, hamiltonian=DrivingField(amplitude=omega, phase=zero, detuning=zero))
    device = AwsDevice(AQUILA)
    code, message = refused(device.run, program.discretize(device), shots=10)
    assert code == "ValidationException" and message
    header = {"name": "braket.task_result.analog_hamiltonian_simulation_task_result", "version": "1"}
    answer = {"braketSchemaHeader": header,
              "taskMetadata": {"braketSchemaHeader": {"name": "braket.task_result.task_metadata", "version": "1"},
                               "id": "x", "shots": 1, "deviceId": AQUILA},
              "measurements": [{"shotMetadata": {"shotStatus": "Success"},
                                "shotResult": {"preSequence": [1, 1, 1], "postSequence": [0, 1, 0]}}]}
    (tmp_path / "answer.json").write_text(json.dumps(answer))
    sandbox.scenario(EAGER,
                     devices={"Aquila": {"queue_s": 0, "result_file": str(tmp_path / "answer.json")}})
    result = device.run(program.discretize(device), shots=10, poll_interval_seconds=0.02).result()
    assert list(result.measurements[0].post_sequence) == [0, 1, 0]


def test_reservations_are_for_qpus():
    arn = f"arn:aws:braket:eu-north-1:{ACCOUNT}:reservation/a1b2c3d4-1111-4222-8333-a1b2c3d4e5f6"
    code, message = refused(run, SV1, bell(), 10, reservation_arn=arn)
    assert code == "ValidationException" and "eservation" in message
    device = AwsDevice(GARNET)
    with DirectReservation(device, reservation_arn=arn):
        task = device.run(bell(1, 2), shots=10, poll_interval_seconds=0.02)
    assert task.result() is not None
    assert task.metadata()["associations"] == [{"arn": arn, "type": "RESERVATION_TIME_WINDOW_ARN"}]


# ---- what devices say of themselves ----

def test_devices_are_found_by_what_they_are():
    found = AwsDevice.get_devices(types=["QPU"], statuses=["ONLINE"])
    assert {device.arn for device in found} == set(QPUS) | {AQUILA}
    assert [device.arn for device in AwsDevice.get_devices(names=["SV1"])] == [SV1]
    assert {device.arn for device in AwsDevice.get_devices(provider_names=["IQM"])} == {GARNET, EMERALD}


def test_a_device_is_available_in_its_window_alone(sandbox):
    at = datetime.datetime.now(datetime.timezone.utc)  # the SDK goes by its own clock
    windows = AwsDevice(GARNET).properties.service.executionWindows
    day, time = at.strftime("%A"), at.time()
    is_open = any(window.windowStartHour <= time <= window.windowEndHour and (
        window.executionDay == "Everyday" or window.executionDay == day
        or (window.executionDay == "Weekdays" and at.weekday() < 5)) for window in windows)
    assert AwsDevice(GARNET).is_available == is_open
    assert AwsDevice(SV1).is_available


def test_an_emulator_refuses_what_the_device_does():
    emulator = AwsDevice(GARNET).emulator()
    box = Circuit().add_verbatim_box(Circuit().prx(1, 1.0, 0.0).cz(1, 2)).measure([1, 2])
    assert sum(emulator.run(box, shots=50).result().measurement_counts.values()) == 50
    with pytest.raises(Exception, match="(?i)native|gate|support"):
        emulator.run(Circuit().add_verbatim_box(Circuit().h(1)).measure(1), shots=50)


# ---- the session's helpers ----

def test_the_session_moves_files_about(tmp_path):
    session = AwsSession()
    bucket = session.default_bucket()
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
    session.upload_to_s3(str(tmp_path / "one.txt"), f"s3://{bucket}/from/one.txt")
    session.upload_local_data(str(tmp_path / "t"), f"s3://{bucket}/from/t")
    assert session.list_keys(bucket, "from/") == ["from/one.txt", "from/two.txt"]
    session.copy_s3_object(f"s3://{bucket}/from/one.txt", f"s3://{bucket}/to/one.txt")
    session.copy_s3_directory(f"s3://{bucket}/from", f"s3://{bucket}/there")
    assert session.list_keys(bucket, "there") == ["there/one.txt", "there/two.txt"]
    assert session.retrieve_s3_object_body(bucket, "to/one.txt") == "one.txt"
    session.download_from_s3(f"s3://{bucket}/there/two.txt", str(tmp_path / "back"))
    assert (tmp_path / "back").read_text() == "two.txt"


def test_large_files_go_up_and_about_in_parts(tmp_path):
    session = AwsSession()
    bucket, body = session.default_bucket(), os.urandom(1 << 20) * 20
    (tmp_path / "large").write_bytes(body)
    session.upload_to_s3(str(tmp_path / "large"), f"s3://{bucket}/large")
    session.copy_s3_object(f"s3://{bucket}/large", f"s3://{bucket}/larger")
    session.download_from_s3(f"s3://{bucket}/larger", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == body


def test_the_session_knows_who_it_is_and_its_role():
    session = AwsSession()
    assert session.account_id == ACCOUNT and session.region == "us-east-1"
    assert session.get_default_jobs_role().startswith(f"arn:aws:iam::{ACCOUNT}:role/service-role/AmazonBraketJobsExec")
    for region in ALL_REGIONS[1:]:
        assert AwsSession(boto3.Session(region_name=region)).default_bucket() == f"amazon-braket-{region}-{ACCOUNT}"


# ---- what it costs ----

def test_the_tracker_and_the_bill_agree(sandbox, monkeypatch):
    monkeypatch.setattr(braket.tracking.pricing._pricing, "_price_list", [])
    braket.tracking.pricing._pricing.price_search.cache_clear()
    before = sandbox.admin("GET", "bill?lines=0")["charged_musd"]
    with Tracker() as tracker:
        run(SV1, bell(), 100)
        run(DM1, bell(), 100)
        run(GARNET, bell(1, 2), 1000)
        run(IBEX, bell(), 200)
        run(GARNET, ProgramSet([bell(1, 2).measure([1, 2])] * 4, shots_per_executable=50))
        sandbox.scenario(EAGER, devices={"*": {"queue_s": 0, "fail_rate": 1}})
        assert AwsDevice(GARNET).run(bell(1, 2), shots=50, poll_interval_seconds=0.02).result() is None
    spent = decimal.Decimal(sandbox.admin("GET", "bill?lines=0")["charged_musd"] - before) / 1000000
    assert tracker.simulator_tasks_cost() + tracker.qpu_tasks_cost() == spent
    assert tracker.quantum_tasks_statistics()[GARNET] == {"shots": 1250, "tasks": {"COMPLETED": 2, "FAILED": 1}}
    # two times three seconds, and 0.30 a task with its shots
    assert tracker.simulator_tasks_cost() == decimal.Decimal("0.0075")
    assert tracker.qpu_tasks_cost() == decimal.Decimal("0.30") * 3 + decimal.Decimal("0.00145") * 1200 + \
        decimal.Decimal("0.0235") * 200
