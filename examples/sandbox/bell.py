# SPDX-License-Identifier: Apache-2.0
"""bell.py - somebody's Braket code: how often the two qubits of a Bell pair agree. Nothing in it knows of a sandbox."""
import sys

from braket.aws import AwsDevice
from braket.circuits import Circuit

SV1 = "arn:aws:braket:::device/quantum-simulator/amazon/sv1"


def agreement(device_arn=SV1, shots=1000):
    """The part of the shots in which both bits are the same."""
    task = AwsDevice(device_arn).run(Circuit().h(0).cnot(0, 1), shots=shots)
    counts = task.result().measurement_counts
    return (counts["00"] + counts["11"]) / shots


if __name__ == "__main__":
    print(f"{agreement(*sys.argv[1:2]):.1%} of the pairs agree")
