# SPDX-License-Identifier: Apache-2.0
"""noise.py - a lesson: GHZ states of growing size on a perfect simulator and on noisy devices. In a perfect world all
bits of a shot agree. SHOTS, the first argument, is 1000 unless said."""
import sys

from braket.aws import AwsDevice
from braket.circuits import Circuit

DEVICES = {
    "SV1": "arn:aws:braket:::device/quantum-simulator/amazon/sv1",
    "Forte": "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-Enterprise-1",
    "Garnet": "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet",
}
SIZES = (2, 4, 6, 8)


def ghz(qubits):
    circuit = Circuit().h(0)
    for qubit in range(1, qubits):
        circuit.cnot(qubit - 1, qubit)
    return circuit


def main():
    shots = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for name, arn in DEVICES.items():
        device = AwsDevice(arn)
        for qubits, task in [(size, device.run(ghz(size), shots=shots)) for size in SIZES]:
            counts = task.result().measurement_counts
            agree = (counts["0" * qubits] + counts["1" * qubits]) / shots
            print(f"{name:<7}{qubits:2} qubits  {agree:6.1%}  {'#' * round(40 * agree)}")


if __name__ == "__main__":
    main()
