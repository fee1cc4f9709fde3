# SPDX-License-Identifier: Apache-2.0
"""make_gate_figures.py - writes tests/data/gates.json: the matrix of every Braket gate at some angles and powers, and the
Kraus operators of every noise channel, as Amazon's default simulator (amazon-braket-default-simulator) computes them.
gate_test.c compares. Run it by hand when a gate is added: python3 tools/make_gate_figures.py > tests/data/gates.json"""

import json
import re

import numpy as np
from braket.default_simulator import noise_operations as noise
from braket.default_simulator.openqasm.interpreter import Interpreter
from braket.default_simulator.openqasm.program_context import ProgramContext

GATES = re.findall(
    r'KT_GATE\(\w+,\s*"(\w+)",\s*(\d), (\d)', open("include/ketch/gates.def", encoding="utf-8").read()
)
NOT_IN_REFERENCE = []  # gates of gates.def that Amazon's simulator lacks: tests/programs compares those
ANGLES = [(0.3, -1.1, 2.4), (-2.0, 0.7, 0.15), (3.5, 3.5, -0.9)]
POWERS = [1, -1, 2, 0.5, -0.25, 1.5]
NOISE = {
    "bit_flip": (noise.BitFlip, [(0.1,), (0.0,), (1.0,)]),
    "phase_flip": (noise.PhaseFlip, [(0.3,), (1.0,)]),
    "pauli_channel": (noise.PauliChannel, [(0.1, 0.2, 0.3), (0.0, 0.0, 0.0)]),
    "depolarizing": (noise.Depolarizing, [(0.4,), (0.75,)]),
    "two_qubit_depolarizing": (noise.TwoQubitDepolarizing, [(0.2,), (0.9375,)]),
    "two_qubit_dephasing": (noise.TwoQubitDephasing, [(0.6,)]),
    "amplitude_damping": (noise.AmplitudeDamping, [(0.25,), (1.0,)]),
    "generalized_amplitude_damping": (noise.GeneralizedAmplitudeDamping, [(0.2, 0.7), (1.0, 0.0)]),
    "phase_damping": (noise.PhaseDamping, [(0.35,)]),
}


def pairs(matrix):
    return [[float(z.real), float(z.imag)] for z in np.asarray(matrix, dtype=complex).reshape(-1)]


def gate_matrix(name, qubits, angles, power):
    """What the simulator's interpreter makes of one gate call."""
    call = name + (f"({', '.join(map(repr, angles))})" if angles else "")
    targets = ", ".join(f"q[{k}]" for k in range(qubits))
    source = f"OPENQASM 3.0;\nqubit[3] q;\npow({power}) @ {call} {targets};\n"
    return Interpreter(ProgramContext()).run(source).circuit.instructions[0].matrix


def has_figure(name, power):
    """What the simulator has no say in: it drops the power of a bare gphase, and for gpi, with its eigenvalue of -1 but
    for rounding, chance decides which root it takes."""
    return power == 1 or not (name == "gphase" or (name == "gpi" and power != int(power)))


def gate_rows():
    for name, qubits, angle_count in (row for row in GATES if row[0] not in NOT_IN_REFERENCE):
        for angles in ANGLES[: 3 if angle_count != "0" else 1]:
            for power in POWERS:
                used = angles[: int(angle_count)]
                if not has_figure(name, power):
                    continue
                matrix = gate_matrix(name, int(qubits), used, power)
                yield {"gate": name, "angles": used, "power": power, "matrix": pairs(matrix)}


def noise_rows():
    for name, (make, cases) in NOISE.items():
        targets = [0, 1] if name.startswith("two_qubit") else [0]
        for parameters in cases:
            kraus = [pairs(m) for m in make(targets, *parameters).matrices]
            yield {"noise": name, "parameters": parameters, "kraus": kraus}


def main():
    parts = [f'"not_in_reference": {json.dumps(NOT_IN_REFERENCE)}']
    for key, rows in (("gates", gate_rows()), ("noise", noise_rows())):
        lines = ",\n".join("  " + json.dumps(row) for row in rows)
        parts.append(f'"{key}": [\n{lines}\n]')
    print("{\n" + ",\n".join(parts) + "\n}")


main()
