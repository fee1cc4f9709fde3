# SPDX-License-Identifier: Apache-2.0
"""vqe.py - an experiment whose price one would like to know: a scan of an ansatz's angle, the energy of each point from
two circuits. usage: vqe.py DEVICE_ARN POINTS SHOTS"""
import math
import sys

from braket.aws import AwsDevice
from braket.circuits import Circuit, observables


def circuits(theta):
    ansatz = Circuit().x(0).ry(1, theta).cnot(1, 0)
    yield ansatz.copy().expectation(observables.Z() @ observables.Z(), [0, 1])
    yield ansatz.copy().expectation(observables.X() @ observables.X(), [0, 1])


def main():
    device, points, shots = AwsDevice(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    angles = [math.pi * (point / points - 1) for point in range(points)]
    tasks = [[device.run(circuit, shots=shots) for circuit in circuits(theta)] for theta in angles]
    energies = [sum(task.result().values[0] for task in pair) for pair in tasks]
    lowest = min(range(points), key=energies.__getitem__)
    print(f"lowest energy {energies[lowest]:.3f} at {angles[lowest]:.3f}")


if __name__ == "__main__":
    main()
