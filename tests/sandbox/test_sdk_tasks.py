# SPDX-License-Identifier: Apache-2.0
"""The Amazon Braket SDK, unmodified: how it waits, asks again, gives up and tries again; batches of which some fail;
parameters of devices; pulses; and what it reads of S3."""
import asyncio
import json
import math
import time

import botocore.exceptions
import numpy as np
import pytest
from braket.aws import AwsDevice, AwsQuantumTask, AwsSession
from braket.aws.direct_reservations import DirectReservation
from braket.aws.queue_information import QueueType
from braket.circuits import Circuit, FreeParameter, Gate, QubitSet
from braket.circuits.observables import Z
from braket.devices import LocalSimulator
from braket.error_mitigation import Debias
from braket.ir.openqasm import Program
from braket.pulse import Frame, GaussianWaveform, Port, PulseSequence
from braket.tasks.quantum_task import QuantumTask
from sandboxes import (ACCOUNT, AQUILA, CEPHEUS, DM1, EAGER, FORTE_ENTERPRISE, GARNET, IBEX, PATIENT, SV1)

EVERY_DEVICE = (SV1, DM1, GARNET, FORTE_ENTERPRISE, CEPHEUS, IBEX, AQUILA)
RESERVATION = "arn:aws:braket:eu-north-1:%s:reservation/a1b2c3d4-1111-4222-8333-a1b2c3d4e5f6"


@pytest.fixture(autouse=True)
def hurry(sandbox):
    sandbox.scenario(EAGER)


def bell(a=0, b=1):
    return Circuit().h(a).cnot(a, b)


def start(device, program, shots=10, **more):
    return AwsDevice(device).run(program, shots=shots, **{"poll_interval_seconds": 0.02, **more})


def refused(call, *arguments, **more):
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(*arguments, **more)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


# ---- waiting ----

def test_a_result_is_awaited():
    async def both():
        first, second = start(SV1, bell()), start(DM1, bell())
        return await asyncio.gather(first.async_result(), second.async_result())

    assert [sum(result.measurement_counts.values()) for result in asyncio.run(both())] == [10, 10]


def test_polling_gives_up_in_time_and_a_later_look_finds_the_result(sandbox):
    sandbox.scenario(PATIENT)
    task = start(GARNET, bell(1, 2), poll_timeout_seconds=0.2)
    before = time.monotonic()
    assert task.result() is None and 0.1 < time.monotonic() - before < 5
    assert task.state() == "QUEUED"
    sandbox.admin("POST", "clock", {"advance_s": 4000})
    later = AwsQuantumTask(task.id, poll_interval_seconds=0.02, poll_timeout_seconds=30)
    assert sum(later.result().measurement_counts.values()) == 10


def test_metadata_is_kept_until_it_is_asked_for_again(sandbox):
    sandbox.scenario(PATIENT)
    task = start(GARNET, bell(1, 2), tags={"a": "b"})
    assert task.state() == "QUEUED"
    task.cancel()
    sandbox.wait(task.id, "CANCELLED")
    assert task.state(use_cached_value=True) == "QUEUED"
    assert task.metadata(use_cached_value=True)["status"] == "QUEUED"
    assert task.state() == "CANCELLED" and task.state(use_cached_value=True) == "CANCELLED"
    assert task.metadata()["tags"] == {"a": "b"} and isinstance(task, QuantumTask)


def test_queues_are_told_of_every_device(sandbox):
    sandbox.scenario(PATIENT)
    for device in EVERY_DEVICE:
        depth = AwsDevice(device).queue_depth()
        assert set(depth.quantum_tasks) == {QueueType.NORMAL, QueueType.PRIORITY} and int(depth.jobs) == 0
    first, second = start(GARNET, bell(1, 2)), start(GARNET, bell(1, 2))
    waiting = second.queue_position()
    assert waiting.queue_type == QueueType.NORMAL and waiting.message is None
    assert int(waiting.queue_position) == int(first.queue_position().queue_position) + 1
    before = int(AwsDevice(GARNET).queue_depth().quantum_tasks[QueueType.NORMAL])
    first.cancel()
    sandbox.wait(first.id, "CANCELLED")
    assert int(AwsDevice(GARNET).queue_depth().quantum_tasks[QueueType.NORMAL]) == before - 1
    assert first.queue_position().queue_position is None
    second.cancel()


# ---- batches ----

def test_failed_tasks_of_a_batch_are_told_and_tried_again(sandbox):
    circuits = [Circuit().rx(0, 0.1 * i).expectation(Z(), [0]) for i in range(8)]
    sandbox.scenario(EAGER, seed=3, devices={"*": {"queue_s": 0}, "sv1": {"fail_rate": 0.5}})
    batch = AwsDevice(SV1).run_batch(circuits, shots=0, poll_interval_seconds=0.02, max_parallel=4)
    found = batch.results()
    assert 0 < len(batch.unsuccessful) < 8 and not batch.unfinished
    assert sum(result is None for result in found) == len(batch.unsuccessful)
    with pytest.raises(RuntimeError, match="failed to complete"):
        batch.results(fail_unsuccessful=True, use_cached_value=False, max_retries=0)
    sandbox.scenario(EAGER)
    assert batch.retry_unsuccessful_tasks() is True
    assert np.allclose([result.values[0] for result in batch.results()], np.cos(0.1 * np.arange(8)))
    assert not batch.unsuccessful and batch.size == len(batch.tasks) == 8


def test_a_batch_that_waits_is_unfinished(sandbox):
    sandbox.scenario(PATIENT)
    batch = AwsDevice(GARNET).run_batch([bell(1, 2)] * 3, shots=10, poll_interval_seconds=0.02, poll_timeout_seconds=0.1)
    assert batch.unfinished == {task.id for task in batch.tasks}
    assert not batch.unsuccessful
    for task in batch.tasks:
        task.cancel()


# ---- parameters ----

def test_inputs_are_bound_on_every_kind_of_device():
    theta = FreeParameter("theta")
    for device, qubit in ((SV1, 0), (DM1, 0), (GARNET, 1), (IBEX, 0), (FORTE_ENTERPRISE, 0)):
        counts = start(device, Circuit().rx(qubit, theta), 200, inputs={"theta": math.pi}).result().measurement_counts
        assert counts["1"] > 180
    unbound = Program(source="OPENQASM 3.0; input float a; qubit[1] q; rx(a) q[0]; measure q[0];")
    code, message = refused(start, SV1, unbound)
    assert code == "ValidationException" and "'a'" in message


def test_rewiring_is_disabled_where_qubits_are_physical():
    task = start(GARNET, bell(3, 4), disable_qubit_rewiring=True)
    assert task.result().measured_qubits == [3, 4]
    told = json.loads(task.metadata()["deviceParameters"])
    assert told["paradigmParameters"]["disableQubitRewiring"] is True
    assert task.result().task_metadata.deviceParameters.paradigmParameters.disableQubitRewiring is True
    code, message = refused(start, SV1, bell(), disable_qubit_rewiring=True)
    assert code == "ValidationException" and "hysical qubits" in message


def test_error_mitigation_is_ionqs_and_takes_many_shots():
    debias = {"errorMitigation": Debias()}
    result = start(FORTE_ENTERPRISE, bell(), 2500, device_parameters=debias).result()
    assert sum(result.measurement_counts.values()) == 2500
    code, message = refused(start, FORTE_ENTERPRISE, bell(), 2499, device_parameters=debias)
    assert code == "ValidationException" and "2500" in message
    parameters = json.dumps({"errorMitigation": [{"type": "braket.device_schema.error_mitigation.debias.Debias"}]})
    for device, spoiled in ((GARNET, parameters), (FORTE_ENTERPRISE, parameters.replace("debias", "bias")),
                            (SV1, "{"), (SV1, "[]")):
        code, message = refused(create, device, deviceParameters=spoiled)
        assert code == "ValidationException" and "deviceParameters" in message


def create(device, **members):
    session = AwsDevice(device).aws_session
    program = Program(source="OPENQASM 3.0; qubit[1] q; h q[0]; measure q[0];")
    return session.create_quantum_task(deviceArn=device, action=program.json(), shots=3000, outputS3KeyPrefix="tasks",
                                       outputS3Bucket=session.default_bucket(), **members)


# ---- pulses ----

@pytest.mark.parametrize("device", [SV1, DM1, GARNET, CEPHEUS])
def test_pulses_are_refused_where_no_frames_are_offered(device):
    """Devices without frames and ports in their capabilities take no calibrations."""
    assert AwsDevice(device).frames == {} and AwsDevice(device).ports == {}
    assert AwsDevice(device).refresh_gate_calibrations() is None and AwsDevice(device).gate_calibrations is None
    frame = Frame("q0_rf_frame", Port("q0_rf", 1e-9), 5e9)
    drive, whole = (PulseSequence().play(frame, GaussianWaveform(100e-9, 25e-9, 0.1)) for _ in range(2))
    programs = [(whole.capture_v0(frame), {}), (Circuit().h(1).pulse_gate(1, drive).measure(1), {}),
                (Circuit().rx(1, 1.0).measure(1), {"gate_definitions": {(Gate.Rx(1.0), QubitSet(1)): drive}})]
    for program, more in programs:
        assert refused(start, device, program, **more)[0] == "ValidationException"


# ---- reservations ----

@pytest.mark.parametrize(("device", "arn"), [
    (SV1, RESERVATION % ACCOUNT), (DM1, RESERVATION % ACCOUNT), (GARNET, RESERVATION % "999999999999"),
    (GARNET, (RESERVATION % ACCOUNT).replace("eu-north-1", "us-east-1")), (GARNET, "nonsense"),
    (GARNET, (RESERVATION % ACCOUNT).replace("reservation", "quantum-task")),
])
def test_reservations_are_refused_that_are_not_of_this_device_account_and_region(device, arn):
    code, _ = refused(start, device, bell(1, 2) if device == GARNET else bell(), reservation_arn=arn)
    assert code == "ValidationException"


def test_a_reservation_holds_for_its_device_alone(sandbox):
    with DirectReservation(AwsDevice(GARNET), reservation_arn=RESERVATION % ACCOUNT):
        on, off = start(GARNET, bell(1, 2)), start(SV1, bell())
    assert on.metadata()["associations"] == [{"arn": RESERVATION % ACCOUNT, "type": "RESERVATION_TIME_WINDOW_ARN"}]
    assert not off.metadata().get("associations")
    after = start(GARNET, bell(1, 2))
    assert not after.metadata().get("associations")


def test_a_reserved_task_goes_before_the_others(sandbox):
    sandbox.scenario(PATIENT)
    common = start(GARNET, bell(1, 2))
    reserved = start(GARNET, bell(1, 2), reservation_arn=RESERVATION % ACCOUNT)
    assert reserved.queue_position().queue_type == QueueType.PRIORITY
    assert int(AwsDevice(GARNET).queue_depth().quantum_tasks[QueueType.PRIORITY]) == 1
    for task in (common, reserved):
        task.cancel()


# ---- results as they lie in S3 ----

def test_results_lie_where_they_were_told_to_with_all_that_was_asked(sandbox):
    session = AwsSession()
    bucket = session.default_bucket()
    circuit = bell().expectation(Z() @ Z(), [0, 1]).variance(Z(), [0]).probability([1])
    for prefix in ("plain", "with/slashes", "with blanks & sign\u00e9"):
        task = start(SV1, circuit, 50, s3_destination_folder=(bucket, prefix), tags={"project": "x y"})
        local = task.result()
        uuid = task.id.rpartition("/")[2]
        assert task.metadata()["outputS3Directory"] == f"{prefix}/{uuid}"
        stored = json.loads(session.retrieve_s3_object_body(bucket, f"{prefix}/{uuid}/results.json"))
        assert stored["braketSchemaHeader"] == {"name": "braket.task_result.gate_model_task_result", "version": "1"}
        assert [one["type"]["type"] for one in stored["resultTypes"]] == ["expectation", "variance", "probability"]
        assert stored["measurements"] == local.measurements.tolist() and stored["measuredQubits"] == [0, 1]
        assert stored["taskMetadata"]["shots"] == 50 and stored["taskMetadata"]["deviceId"] == SV1


def test_result_types_with_shots_are_of_the_shots_they_come_with():
    """What the service computed is what the SDK would compute of the measurements."""
    circuit = Circuit().rx(0, 0.4).ry(1, 1.1).cnot(0, 1).expectation(Z(), [0]).sample(Z(), [1]).probability([0, 1])
    found = start(SV1, circuit, 400).result()
    rows = found.measurements
    assert found.values[0] == pytest.approx(np.mean(1 - 2 * rows[:, 0]))
    assert np.allclose(found.values[1], 1 - 2 * rows[:, 1])
    shares = np.bincount(rows[:, 0] * 2 + rows[:, 1], minlength=4) / 400
    assert np.allclose(found.values[2], shares)


@pytest.mark.parametrize("noise", [
    lambda c: c.bit_flip(0, 0.3), lambda c: c.phase_flip(0, 0.3), lambda c: c.depolarizing(0, 0.3),
    lambda c: c.amplitude_damping(0, 0.3), lambda c: c.phase_damping(0, 0.3), lambda c: c.pauli_channel(0, 0.1, 0.1, 0.1),
    lambda c: c.generalized_amplitude_damping(0, 0.3, 0.7), lambda c: c.two_qubit_depolarizing(0, 1, 0.3),
    lambda c: c.two_qubit_dephasing(0, 1, 0.3),
    lambda c: c.kraus([0], [np.array([[1, 0], [0, math.sqrt(0.7)]]), np.array([[0, math.sqrt(0.3)], [0, 0]])]),
], ids=["bit_flip", "phase_flip", "depolarizing", "amplitude_damping", "phase_damping", "pauli_channel",
        "generalized_amplitude_damping", "two_qubit_depolarizing", "two_qubit_dephasing", "kraus"])
def test_each_noise_of_dm1_spoils_shots_as_it_does_exactly(noise):
    def circuit():
        return noise(Circuit().h(0).cnot(0, 1)).h(0)

    wanted = LocalSimulator("braket_dm").run(circuit().probability([0, 1]), shots=0).result().values[0]
    assert np.allclose(start(DM1, circuit().probability([0, 1]), 0).result().values[0], wanted, atol=1e-9)
    rows = start(DM1, circuit(), 4000).result().measurements
    shares = np.bincount(rows[:, 0] * 2 + rows[:, 1], minlength=4) / 4000
    assert np.allclose(shares, wanted, atol=0.06)
