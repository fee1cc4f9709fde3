# SPDX-License-Identifier: Apache-2.0
"""Amazon's local simulator in this process, asked for exact answers.

With shots = 0 the simulator is exact already. With shots > 0 it samples; a sample would need thousands of shots to say
anything, and would say it with noise of its own. So the classes below run Amazon's code as it stands and only replace
the dice: where it would draw samples we read the probabilities it would draw from, and where it would split the shots
among the outcomes of a measurement in the middle we follow both outcomes with their exact weights.
"""
import contextlib
import io
import logging
import warnings

import numpy as np
from braket.default_simulator import DensityMatrixSimulator, StateVectorSimulator
from braket.default_simulator.openqasm.program_context import ProgramContext
from braket.default_simulator.gate_operations import Projection
from braket.default_simulator.simulator import BaseLocalSimulator, _remap_instructions
from braket.ir.openqasm import Program

logging.disable(logging.WARNING)  # Amazon's warning about advanced language features, once a program
warnings.filterwarnings("ignore", message="You are running a noise-free circuit")
warnings.filterwarnings("ignore", message=".*nteger overflow")

NEGLIGIBLE = 1e-12  # an outcome less likely than this is no outcome


class ExactContext(ProgramContext):
    """Splits a path by exact probabilities: path.shots holds a weight, 1.0 in all."""

    def _branch_single_qubit(self, path_idx, qubit_idx, new_active_indices):
        path = self._paths[path_idx]
        used = {qubit_idx}.union(*(instruction.targets for instruction in path.instructions))
        mapping = {qubit: index for index, qubit in enumerate(sorted(used))}
        simulation = self._simulator.initialize_simulation(qubit_count=len(mapping), shots=1, batch_size=1)
        simulation.evolve(_remap_instructions(path.instructions, mapping))
        probabilities = np.asarray(simulation.probabilities).reshape([2] * len(mapping))
        likely = float(np.take(probabilities, 1, axis=mapping[qubit_idx]).sum() / probabilities.sum())
        outcomes = [0] * (likely < 1 - NEGLIGIBLE) + [1] * (likely > NEGLIGIBLE)
        children = [path_idx]
        if len(outcomes) == 2:
            self._paths.append(path.branch())
            children.append(len(self._paths) - 1)
            path.shots, self._paths[-1].shots = path.shots * (1 - likely), path.shots * likely
        for outcome, index in zip(outcomes, children):
            self._paths[index].add_instruction(Projection([qubit_idx], outcome=outcome))
            self._paths[index].record_measurement(qubit_idx, outcome)
        new_active_indices.extend(children)


class _Exact:
    """Mixed into Amazon's two simulators: records the exact distribution of the measured columns."""

    def create_program_context(self):
        return ExactContext(simulator=self)

    def _formatted_measurements(self, simulation, measured_qubits=None):
        if simulation.shots:
            count = simulation.qubit_count
            columns = list(range(count)) if not measured_qubits else measured_qubits
            self.distribution = {}
            self._add(simulation.probabilities, count, columns, {}, 1.0)
        return BaseLocalSimulator._formatted_measurements(simulation, measured_qubits)

    def _add(self, probabilities, count, columns, known, weight):
        """Adds weight * probabilities of the `columns` (qubit indexes); known: columns whose bit is already fixed."""
        for index in np.flatnonzero(np.asarray(probabilities) > NEGLIGIBLE):
            bits = format(index, f"0{count}b") if count else ""
            key = "".join(str(known.get(c, bits[q] if q < count else "0")) for c, q in enumerate(columns)) or "0"
            share = weight * float(probabilities[index])
            self.distribution[key] = self.distribution.get(key, 0.0) + share

    def _run_branched(self, context, openqasm_ir, shots, batch_size, created_at):
        # The same steps as Amazon's, up to where it draws samples.
        circuit = context.circuit
        circuit.validate_single_measured_register()
        qubits = set(circuit.qubit_set).union(*(i.targets for p in context.active_paths for i in p.instructions))
        if not circuit.measured_qubits:
            qubits |= set(range(context.num_qubits))
        mapping = BaseLocalSimulator._contiguous_qubit_mapping(qubits)
        slots = circuit.measurement_slots
        self.measured = [qubit for _, _, qubit in slots] or list(range(len(mapping)))
        columns = [mapping[qubit] for qubit in self.measured]
        self.distribution = {}
        for path in context.active_paths:
            simulation = self.initialize_simulation(qubit_count=len(mapping), shots=1, batch_size=1)
            simulation.evolve(_remap_instructions(path.instructions, mapping))
            known = {
                column: path.mcm_outcomes[register, element]
                for column, (register, element, _) in enumerate(slots)
                if (register, element) in path.mcm_outcomes
            }
            self._add(simulation.probabilities, len(mapping), columns, known, path.shots)
        return None


class _ExactStateVector(_Exact, StateVectorSimulator):
    pass


class _ExactDensityMatrix(_Exact, DensityMatrixSimulator):
    pass


_SIMULATORS = {"sv": _ExactStateVector, "dm": _ExactDensityMatrix}


def _run(source, inputs, method, shots):
    simulator = _SIMULATORS[method]()
    with contextlib.redirect_stderr(io.StringIO()):  # ANTLR writes to it
        result = simulator.run(Program(source=source, inputs=inputs or {}), shots=shots)
    return simulator, result


def exact(source, inputs, method):
    """Amazon's own result with shots = 0: a list of (type as a dict, value)."""
    _, result = _run(source, inputs, method, 0)
    return [(r.type.dict(), r.value) for r in result.resultTypes]


def distribution(source, inputs, method):
    """(measured qubits, {bits: probability}, bare result types as Amazon's object holds them) for shots > 0."""
    simulator, result = _run(source, inputs, method, 1)
    if result is None:
        return simulator.measured, simulator.distribution, []
    return list(result.measuredQubits), simulator.distribution, result.resultTypes
