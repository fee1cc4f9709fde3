# SPDX-License-Identifier: Apache-2.0
"""The physics of the sandbox's devices, with Amazon's local density-matrix simulator as the judge. A test reads a
device's published figures as any client can, puts the noise that doc/devices.md promises into the circuit by hand,
and compares what the device measured with what the judge computes."""
import json
import math
import os

import boto3
import numpy as np
import pytest
from braket.aws import AwsDevice, AwsSession
from braket.circuits import Circuit, FreeParameter
from braket.circuits.observables import Hermitian, I, TensorProduct, X, Y, Z
from braket.devices import LocalSimulator
from braket.error_mitigation import Debias
from braket.ir.openqasm import Program
from braket.program_sets import ProgramSet
from braket.tasks import GateModelQuantumTaskResult
from sandboxes import CEPHEUS, DM1, EAGER, EMERALD, FORTE_ENTERPRISE, GARNET, IBEX, SV1, region_of

FREE = {"i", "rz", "z", "s", "si", "t", "ti", "phaseshift"}  # turns of the frame: no pulse, no error
SHOTS = {GARNET: 20000, EMERALD: 20000, CEPHEUS: 50000, FORTE_ENTERPRISE: 5000, IBEX: 2000}
QPUS = list(SHOTS)
# a circuit of preparations alone has no noise of its own, and the judge remarks on that
pytestmark = pytest.mark.filterwarnings("ignore:You are running a noise-free circuit")


def short(value):
    return value.rpartition("/")[2] if isinstance(value, str) and value.startswith("arn:") else None


@pytest.fixture(autouse=True)
def hurry(sandbox):
    sandbox.scenario(EAGER)


def run(device, circuit, shots=None, **more):
    task = AwsDevice(device).run(circuit, shots=shots, poll_interval_seconds=0.02, poll_timeout_seconds=120, **more)
    result = task.result()
    assert result is not None, (task.state(), task.metadata().get("failureReason"))
    return result


# ---- a device's errors, from what it publishes ----

class Calibration:
    """Depolarizing chances and readout flips by physical qubit; None where the figure is missing or its fit failed."""

    def __init__(self, arn):
        self.properties = AwsDevice(arn).properties
        self.figures = self.properties.standardized
        self.is_by_qubit = self.figures.braketSchemaHeader.version == "1"

    def _usable(self, figures, *names):
        for name in names:
            for figure in figures:
                error = figure.standardError or 0
                if name in (None, getattr(figure.fidelityType, "name", None)) and figure.fidelity > 0 and error < 0.5:
                    return figure.fidelity
        return None

    def one(self, qubit):
        figures = self.figures.oneQubitProperties[str(qubit)].oneQubitFidelity
        names = ("RANDOMIZED_BENCHMARKING", "SIMULTANEOUS_RANDOMIZED_BENCHMARKING")
        fidelity = self._usable(figures, *names)
        return None if fidelity is None else 1.5 * (1 - fidelity)

    def two(self, a, b):
        if self.is_by_qubit:
            pair = self.figures.twoQubitProperties.get(f"{min(a, b)}-{max(a, b)}")
            found = [figure for figure in pair.twoQubitGateFidelity if figure.gateName.upper() == "CZ"] if pair else []
            fidelity = self._usable(found, None)
        else:
            fidelity = self._usable(self.figures.twoQubitGateFidelity, None)
        return None if fidelity is None else 1.25 * (1 - fidelity)

    def flips(self, qubit):
        """Chances of reading a 0 as 1, and a 1 as 0."""
        if not self.is_by_qubit:
            return (1 - self.figures.readoutFidelity[0].fidelity,) * 2
        figures = {figure.fidelityType.name: figure.fidelity
                   for figure in self.figures.oneQubitProperties[str(qubit)].oneQubitFidelity}
        if "READOUT_ERROR_0_TO_1" in figures:
            return figures["READOUT_ERROR_0_TO_1"], figures["READOUT_ERROR_1_TO_0"]
        return (1 - figures["READOUT"],) * 2

    def neighbours(self, qubit):
        if self.properties.paradigm.connectivity.fullyConnected:
            return [other for other in range(self.properties.paradigm.qubitCount) if other != qubit]
        return [int(other) for other in self.properties.paradigm.connectivity.connectivityGraph[str(qubit)]]

    def labels(self):
        graph = self.properties.paradigm.connectivity.connectivityGraph
        return sorted(map(int, graph)) if graph else list(range(self.properties.paradigm.qubitCount))

    def chain(self, length):
        """Qubits in a row, each with figures of its own, so that no test guesses at a median."""
        def is_good(qubit):
            return self.one(qubit) is not None

        def grow(row):
            if len(row) == length:
                return row
            for other in self.neighbours(row[-1]):
                if other not in row and is_good(other) and self.two(row[-1], other) is not None:
                    found = grow([*row, other])
                    if found:
                        return found
            return None

        return next(row for start in self.labels() if is_good(start) if (row := grow([start])))


# ---- the judge ----

def noisy(circuit, calibration, places=None, costs=None):
    """The circuit with each gate's errors behind it, on qubits 0, 1, ...; places: the device's qubit for each qubit."""
    qubits = sorted(int(q) for q in circuit.qubits)
    places = places or {q: q for q in qubits}
    index = {q: i for i, q in enumerate(qubits)}
    made = Circuit()
    for instruction in circuit.instructions:
        name = instruction.operator.name.lower()
        if name in ("measure", "startverbatimbox", "endverbatimbox"):
            continue
        targets = [int(q) for q in instruction.target]
        made.add_instruction(instruction.copy(target_mapping=index))
        if len(targets) == 1 and name not in FREE:
            made.depolarizing(index[targets[0]], calibration.one(places[targets[0]]))
        for _ in range((costs or {}).get(name, 1) if len(targets) == 2 else 0):
            made.two_qubit_depolarizing(index[targets[0]], index[targets[1]],
                                        calibration.two(places[targets[0]], places[targets[1]]))
    return made, [places[q] for q in qubits]


def read(probabilities, calibration, places):
    """As the device reads them: each bit flips on its own."""
    state = np.asarray(probabilities).reshape([2] * len(places))
    for axis, place in enumerate(places):
        up, down = calibration.flips(place)
        state = np.moveaxis(np.tensordot(np.array([[1 - up, down], [up, 1 - down]]), state, (1, axis)), 0, axis)
    return state.reshape(-1)


def judged(circuit, calibration, places=None, costs=None):
    made, labels = noisy(circuit, calibration, places, costs)
    exact = LocalSimulator("braket_dm").run(made.probability(), shots=0).result().values[0]
    return read(exact, calibration, labels)


def ideal(circuit):
    class Perfect:
        one = two = staticmethod(lambda *qubits: 0.0)
        flips = staticmethod(lambda qubit: (0.0, 0.0))

    return judged(circuit, Perfect)


def histogram(result, qubits):
    """Shots by outcome, the first of `qubits` being the highest bit."""
    columns = [result.measured_qubits.index(q) for q in qubits]
    bits = np.asarray(result.measurements)[:, columns]
    return np.bincount(bits @ (1 << np.arange(len(columns))[::-1]), minlength=1 << len(columns))


def distance(counts, probabilities):
    return np.abs(counts / counts.sum() - probabilities).sum() / 2


def bound(probabilities, shots):
    """Total variation distance that chance alone stays below: its mean and five times its deviation."""
    draws = np.random.default_rng(1).multinomial(shots, probabilities / probabilities.sum(), 400)
    found = np.abs(draws / shots - probabilities).sum(axis=1) / 2
    return found.mean() + 5 * found.std()


def agree(counts, probabilities, perfect=None):
    """The counts are drawn from these probabilities, as far as five deviations tell. perfect: what a device without
    errors gives; looking along the way from there, errors half as large, or half as large again, are seen."""
    shots = counts.sum()
    assert distance(counts, probabilities) < bound(probabilities, shots)
    if perfect is None:
        return
    weights = perfect / probabilities - 1  # the most telling ones for a small change of all errors together
    mean = weights @ probabilities
    deviation = math.sqrt(max(weights ** 2 @ probabilities - mean ** 2, 0) / shots)
    assert abs(weights @ counts / shots - mean) < 5 * deviation
    assert abs(weights @ perfect - mean) > 20 * deviation  # the errors are large enough to be measured


# ---- circuits of native gates ----

def native(arn, row, depth):
    """Layers of turns and couplings in the device's own gates, along a row of qubits."""
    circuit, names = Circuit(), {name.lower() for name in AwsDevice(arn).properties.paradigm.nativeGateSet}
    for layer in range(depth):
        for k, q in enumerate(row):
            angle = 0.5 + 0.3 * k + 0.7 * layer
            if "gpi2" in names:
                circuit.gpi2(q, angle).gpi(q, 0.4)
            elif "prx" in names:
                circuit.prx(q, angle, 0.2 * k)
            else:
                circuit.rx(q, math.pi / 2).rz(q, angle)
        for a, b in zip(row[layer % 2::2], row[layer % 2 + 1::2]):
            if "cz" in names:
                circuit.cz(a, b)
            elif "zz" in names:
                circuit.zz(a, b, math.pi / 2)
            else:
                circuit.xx(a, b, 0.8)
    return circuit


@pytest.mark.parametrize("arn", QPUS, ids=short)
@pytest.mark.parametrize("depth", [1, 20])
def test_native_gates_err_as_the_device_publishes(arn, depth):
    calibration = Calibration(arn)
    row = calibration.chain(4)
    circuit = native(arn, row, depth)
    asked = Circuit().add_verbatim_box(circuit).measure(row)
    counts = sum(histogram(run(arn, asked, SHOTS[arn]), sorted(row)) for _ in range(max(1, 20000 // SHOTS[arn])))
    agree(counts, judged(circuit, calibration), ideal(circuit) if depth > 1 else None)


@pytest.mark.parametrize("arn", QPUS, ids=short)
def test_readout_errs_as_the_device_publishes(arn):
    calibration = Calibration(arn)
    row = sorted(calibration.chain(3))
    prepared = {"000": Circuit().z(row[0]).z(row[1]).z(row[2]), "101": Circuit().x(row[0]).z(row[1]).x(row[2])}
    for bits, circuit in prepared.items():
        counts = histogram(run(arn, Program(source=physical(circuit.copy().measure(row))), SHOTS[arn]), row)
        agree(counts, judged(circuit, calibration))
        perfect = np.eye(8)[int(bits, 2)]
        assert distance(counts, perfect) > 0.002


def placed(result, member):
    """Where each qubit of a two-qubit program went, by the compiled program."""
    program = getattr(result.additional_metadata, member).compiledProgram
    measured = [line for line in program.splitlines() if "measure" in line]
    return [int(line.rpartition("$")[2].rstrip(";")) for line in measured]


@pytest.mark.parametrize(("gate", "cost"), [("cnot", 1), ("cz", 1), ("xx", 1), ("iswap", 2), ("cphaseshift", 2),
                                            ("swap", 3)])
def test_other_gates_cost_the_native_gates_that_they_take(gate, cost):
    angle = [0.9] if gate in ("xx", "cphaseshift") else []
    circuit = Circuit().x(0).i(1)
    for _ in range(25):
        getattr(circuit, gate)(0, 1, *angle)
    result = run(EMERALD, circuit.copy().measure([0, 1]), 20000)
    places = dict(enumerate(placed(result, "iqmMetadata")))
    agree(histogram(result, [0, 1]), judged(circuit, Calibration(EMERALD), places, {gate: cost}), ideal(circuit))


def test_every_step_between_qubits_that_are_apart_costs_three_gates():
    calibration = Calibration(GARNET)
    row = next(path for start in calibration.labels() for middle in calibration.neighbours(start)
               for end in calibration.neighbours(middle)
               if end != start and end not in calibration.neighbours(start) for path in [(start, middle, end)])
    figures = [figure.fidelity for pair in calibration.figures.twoQubitProperties.values()
               for figure in pair.twoQubitGateFidelity if figure.gateName.upper() == "CZ"]
    usual = 1.25 * (1 - np.median(figures))  # no figure is published for a pair that is not coupled

    class Apart(Calibration):
        def two(self, a, b):
            return usual

    circuit = Circuit().x(row[0]).i(row[2])
    for _ in range(8):
        circuit.cz(row[0], row[2])
    text = f"OPENQASM 3.0;\nbit[2] b;\nx ${row[0]};\n" + f"cz ${row[0]}, ${row[2]};\n" * 8
    text += f"b[0] = measure ${row[0]};\nb[1] = measure ${row[2]};\n"
    result = run(GARNET, Program(source=text), 20000)
    agree(histogram(result, sorted((row[0], row[2]))), judged(circuit, Apart(GARNET), None, {"cz": 4}), ideal(circuit))


@pytest.mark.parametrize("arn", [GARNET, CEPHEUS], ids=short)
def test_trajectories_have_the_marginals_of_the_density_matrix(arn):
    """Above twelve qubits every shot draws its own errors. Ten bystanders do not change what four qubits do."""
    calibration = Calibration(arn)
    row = calibration.chain(4)
    others = [q for q in calibration.labels() if q not in row][:10]
    circuit = native(arn, row, 16)
    whole = circuit.copy()
    for q in others:
        whole.rx(q, math.pi / 2) if "rx" in AwsDevice(arn).properties.paradigm.nativeGateSet else whole.prx(q, 1.0, 0.0)
    result = run(arn, Circuit().add_verbatim_box(whole).measure(row + others), 10000)
    assert len(result.measured_qubits) == 14
    counts = histogram(result, sorted(row))
    agree(counts, judged(circuit, calibration), ideal(circuit))


def test_observables_on_a_qpu_are_those_of_the_noisy_state():
    calibration, shots = Calibration(GARNET), 20000
    a, b = calibration.chain(2)
    rotated = Circuit().h(a).cnot(a, b).h(a).h(b)  # x on both
    wanted = judged(rotated, calibration)
    parity = wanted[0] - wanted[1] - wanted[2] + wanted[3]
    asked = Circuit().h(a).cnot(a, b).expectation(X() @ X(), [a, b]).variance(X() @ X(), [a, b])
    asked.sample(X() @ X(), [a, b]).probability([b])
    result = run(GARNET, Program(source=physical(asked)), shots)
    sigma = math.sqrt((1 - parity ** 2) / shots)
    assert abs(result.values[0] - parity) < 5 * sigma
    assert result.values[1] == pytest.approx(1 - result.values[0] ** 2, abs=1e-9)
    assert np.mean(result.values[2]) == pytest.approx(result.values[0], abs=1e-9)
    assert result.values[3][1] == pytest.approx(np.asarray(result.measurements)[:, result.measured_qubits.index(b)].mean())


def physical(circuit):
    """A circuit's OpenQASM on physical qubits."""
    from braket.circuits.serialization import IRType, OpenQASMSerializationProperties, QubitReferenceType

    return circuit.to_ir(IRType.OPENQASM, serialization_properties=OpenQASMSerializationProperties(
        QubitReferenceType.PHYSICAL)).source


# ---- results in S3 ----

OLD = {"Lucy": ("oqcMetadata", "arn:aws:braket:eu-west-2::device/qpu/oqc/Lucy"),
       "Ankaa-3": ("rigettiMetadata", "arn:aws:braket:us-west-1::device/qpu/rigetti/Ankaa-3")}
VENDORS = {GARNET: "iqmMetadata", EMERALD: "iqmMetadata", IBEX: "aqtMetadata", CEPHEUS: "rigettiMetadata",
           FORTE_ENTERPRISE: None, **{arn: member for member, arn in OLD.values()}}
RESULT = {"braketSchemaHeader", "measuredQubits", "resultTypes", "taskMetadata", "additionalMetadata"}
METADATA = {"braketSchemaHeader", "id", "shots", "deviceId", "deviceParameters", "createdAt", "endedAt", "status"}


def stored(task):
    """The objects of a task in S3 by key below its folder."""
    session = AwsSession(boto3.Session(region_name=region_of(task.id)))
    bucket, folder = (task.metadata()[name] for name in ("outputS3Bucket", "outputS3Directory"))
    keys = session.list_keys(bucket, folder + "/")
    return {key[len(folder) + 1:]: json.loads(session.retrieve_s3_object_body(bucket, key)) for key in keys}


@pytest.mark.parametrize("arn", VENDORS, ids=short)
def test_a_result_is_laid_out_as_that_vendors_are(arn, sandbox):
    sandbox.scenario(EAGER, devices={"*": {"queue_s": 0}, **{name: {"status": "ONLINE", "queue_s": 0} for name in OLD}})
    calibration = AwsDevice(arn).properties
    graph = calibration.paradigm.connectivity.connectivityGraph
    first = min(map(int, graph)) if graph else 0
    shots = max(10, calibration.service.shotsRange[0])
    task = AwsDevice(arn).run(Circuit().x(first), shots=shots, poll_interval_seconds=0.02)
    result = task.result()
    assert isinstance(result, GateModelQuantumTaskResult) and result.measurements.shape == (shots, 1)
    objects = stored(task)
    assert list(objects) == ["results.json"]
    raw = objects["results.json"]
    assert raw.keys() - {"measurements", "measurementProbabilities"} == RESULT
    assert raw.keys() & {"measurements", "measurementProbabilities"}
    assert raw["taskMetadata"].keys() == METADATA and raw["taskMetadata"]["deviceId"] == arn
    assert raw["taskMetadata"]["deviceParameters"]["paradigmParameters"]["qubitCount"] == 1
    assert raw["resultTypes"] == [] and raw["measuredQubits"] == [first]
    action, member = raw["additionalMetadata"].pop("action"), VENDORS[arn]
    assert action["source"].startswith("OPENQASM 3.0;") and action["inputs"] == {}
    assert list(raw["additionalMetadata"]) == ([member] if member else [])
    if member:
        name = member.replace("Metadata", "_metadata")
        vendor = raw["additionalMetadata"][member]
        assert vendor["braketSchemaHeader"] == {"name": f"braket.task_result.{name}", "version": "1"}
        assert vendor["compiledProgram"].startswith("OPENQASM 3.0;")
        assert getattr(result.additional_metadata, member).compiledProgram == vendor["compiledProgram"]


def test_error_mitigation_of_ionq_sharpens():
    asked, parameters = Circuit().x(0).cnot(0, 1), {"errorMitigation": Debias()}
    result = run(FORTE_ENTERPRISE, asked, 2500, device_parameters=parameters)
    sharpened = result.additional_metadata.ionqMetadata.sharpenedProbabilities
    assert sum(sharpened.values()) == pytest.approx(1)
    assert sharpened["11"] > result.measurement_probabilities["11"] > 0.9
    with pytest.raises(Exception, match="ValidationException.*2500"):
        run(FORTE_ENTERPRISE, asked, 2499, device_parameters=parameters)


def test_a_program_set_is_laid_out_in_parts():
    task = AwsDevice(GARNET).run(ProgramSet([Circuit().x(0).measure(0)] * 2, shots_per_executable=5),
                                 poll_interval_seconds=0.02)
    assert [composite[0].measurements.shape for composite in task.result()] == [(5, 1), (5, 1)]
    objects = stored(task)
    assert sorted(objects) == sorted(["results.json", "metadata.json"] + [
        f"programs/{i}/{name}" for i in range(2) for name in ("results.json", "program.json", "executables/0.json")])
    headers = {key: value["braketSchemaHeader"]["name"] for key, value in objects.items()}
    assert headers["results.json"] == "braket.task_result.program_set_task_result"
    assert headers["metadata.json"] == "braket.task_result.program_set_task_metadata"
    assert headers["programs/1/program.json"] == "braket.ir.openqasm.program"
    assert objects["results.json"]["programResults"] == ["programs/0/results.json", "programs/1/results.json"]


# ---- the simulators, to nine digits ----

CHANNELS = {
    "bit_flip": lambda c: c.bit_flip(0, 0.1),
    "phase_flip": lambda c: c.phase_flip(0, 0.2),
    "pauli_channel": lambda c: c.pauli_channel(1, 0.05, 0.1, 0.15),
    "depolarizing": lambda c: c.depolarizing(0, 0.3),
    "two_qubit_depolarizing": lambda c: c.two_qubit_depolarizing(0, 1, 0.4),
    "two_qubit_dephasing": lambda c: c.two_qubit_dephasing(1, 0, 0.5),
    "amplitude_damping": lambda c: c.amplitude_damping(0, 0.35),
    "generalized_amplitude_damping": lambda c: c.generalized_amplitude_damping(1, 0.35, 0.7),
    "phase_damping": lambda c: c.phase_damping(0, 0.25),
    "kraus": lambda c: c.kraus([0], [np.diag([1, math.sqrt(0.7)]), np.array([[0, math.sqrt(0.3)], [0, 0]])]),
}


def tilted():
    return Circuit().rx(0, 0.7).ry(1, 1.1).cnot(0, 1).rz(1, 0.4)


def complexes(value):
    value = np.asarray(value)
    return value[..., 0] + 1j * value[..., 1] if value.ndim == 3 else value


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=list(CHANNELS))
def test_every_channel_on_dm1_is_that_of_the_local_simulator(channel):
    circuit = channel(tilted()).density_matrix().expectation(Hermitian(np.array([[1, 2j], [-2j, 0.5]])), [1])
    found = run(DM1, circuit, 0).values
    wanted = LocalSimulator("braket_dm").run(circuit, shots=0).result().values
    assert np.allclose(complexes(found[0]), complexes(wanted[0]), atol=1e-9)
    assert found[1] == pytest.approx(wanted[1], abs=1e-9)
    refused = pytest.raises(Exception, match="ValidationException.*noise")
    with refused:
        run(SV1, circuit.copy(), 0)


GRID = np.array([[0.5, 0.2 - 0.3j], [0.2 + 0.3j, -1]])
WANTS = {
    "expectation": lambda c: c.expectation(Z() @ Y(), [0, 1]),
    "of a matrix": lambda c: c.expectation(Hermitian(GRID), [0]),
    "of two matrices": lambda c: c.expectation(TensorProduct([Hermitian(GRID), Hermitian(GRID)]), [1, 0]),
    "with an identity": lambda c: c.expectation(X() @ I(), [0, 1]),
    "variance": lambda c: c.variance(Hermitian(GRID), [1]),
    "variance of a product": lambda c: c.variance(X() @ Z(), [1, 0]),
    "probability": lambda c: c.probability([1]),
    "probability of all": lambda c: c.probability(),
}


@pytest.mark.parametrize("want", WANTS.values(), ids=list(WANTS))
@pytest.mark.parametrize("arn", [SV1, DM1], ids=short)
def test_results_are_exact_without_shots_and_near_with_them(arn, want):
    circuit, shots = want(tilted()), 20000
    exact = np.asarray(LocalSimulator("braket_sv").run(circuit, shots=0).result().values[0])
    assert np.allclose(run(arn, circuit, 0).values[0], exact, atol=1e-9)
    assert np.allclose(run(arn, circuit, shots).values[0], exact, atol=5 * 4 / math.sqrt(shots))  # no value spreads by 4


@pytest.mark.parametrize("arn", [SV1, DM1], ids=short)
def test_samples_are_eigenvalues_as_often_as_they_should_be(arn):
    values = run(arn, tilted().sample(Hermitian(GRID), [0]).sample(X(), [1]), 10000).values
    levels = np.linalg.eigvalsh(GRID)
    assert np.allclose(sorted(set(np.round(values[0], 9))), levels, atol=1e-8)
    assert set(values[1]) == {-1, 1}
    exact = LocalSimulator().run(tilted().expectation(Hermitian(GRID), [0]).expectation(X(), [1]), shots=0)
    for sample, mean in zip(values, exact.result().values):
        assert abs(np.mean(sample) - mean) < 5 * np.std(sample) / 100


def test_amplitudes_are_those_of_the_local_simulator():
    circuit = tilted().amplitude(["00", "01", "10", "11"])
    found, wanted = (one.values[0] for one in (run(SV1, circuit, 0), LocalSimulator().run(circuit, shots=0).result()))
    assert found.keys() == wanted.keys()
    for state, value in wanted.items():
        value_here = found[state] if isinstance(found[state], complex) else complex(*found[state])
        assert abs(value_here - value) < 1e-9


def test_the_adjoint_gradient_is_the_shifted_difference_to_nine_digits():
    """Each angle stands in turns of half a Pauli, so shifts by a quarter turn give the derivative without error."""
    at, observable = {"a": 0.31, "c": -0.8}, 2 * (Z() @ X()) - 0.5 * (Y() @ Z())
    a, c = FreeParameter("a"), FreeParameter("c")
    asked = Circuit().rx(0, a).ry(1, c).cnot(0, 1).rz(1, a).rx(1, c)
    asked.adjoint_gradient(observable, [[0, 1]] * 2, ["a", "c"])

    def value(*angles):
        circuit = Circuit().rx(0, angles[0]).ry(1, angles[1]).cnot(0, 1).rz(1, angles[2]).rx(1, angles[3])
        sums = LocalSimulator().run(circuit.expectation(Z() @ X(), [0, 1]).expectation(Y() @ Z(), [0, 1]), shots=0)
        first, second = sums.result().values
        return 2 * first - 0.5 * second

    found, angles = run(SV1, asked, 0, inputs=at).values[0], [at["a"], at["c"]] * 2
    assert found["expectation"] == pytest.approx(value(*angles), abs=1e-9)
    for k, name in enumerate("ac"):
        slope = 0
        for place in (k, k + 2):
            up, down = list(angles), list(angles)
            up[place] += math.pi / 2
            down[place] -= math.pi / 2
            slope += (value(*up) - value(*down)) / 2
        assert found["gradient"][name] == pytest.approx(slope, abs=1e-9)


@pytest.mark.skipif(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >= 256 << 30, reason="it fits here")
@pytest.mark.parametrize(("arn", "qubits", "need"), [(SV1, 34, "256.0 GiB"), (DM1, 17, "256.0 GiB")], ids=short)
def test_what_is_advertised_but_does_not_fit_here_fails_with_need_and_have(arn, qubits, need):
    def wide(width):
        return Program(source=f"OPENQASM 3.0;\nbit[{width}] b;\nqubit[{width}] q;\nh q;\nb = measure q;\n")

    task = AwsDevice(arn).run(wide(qubits), shots=10, poll_interval_seconds=0.02)
    assert task.result() is None and task.state() == "FAILED"
    reason = task.metadata()["failureReason"]
    assert f"{qubits} qubits need {need}" in reason and "this machine has" in reason
    with pytest.raises(Exception, match=f"ValidationException.*uses {qubits + 1} qubits, {arn[-3:].upper()} has {qubits}"):
        AwsDevice(arn).run(wide(qubits + 1), shots=10)
