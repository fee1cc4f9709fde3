# SPDX-License-Identifier: Apache-2.0
"""patient.py - code that gets its work done although a cloud is not always kind: it goes to the next device when one is
offline and runs again what failed. What AWS's client tries again by itself (throttles, 5xx) is left to it."""
from braket.aws import AwsDevice
from braket.circuits import Circuit


class NobodyTookIt(Exception):
    """No device finished the work."""


def run(circuit, device_arns, shots=100, attempts=3):
    """The counts, and the device that gave them."""
    told = []
    for arn in device_arns:
        device = AwsDevice(arn)
        if device.status != "ONLINE":
            told.append(f"{device.name} is {device.status}")
            continue
        for _ in range(attempts):
            task = device.run(circuit, shots=shots)
            if (result := task.result()) is not None:
                return result.measurement_counts, device.name
            told.append(f"{device.name}: {task.metadata()['failureReason']}")
    raise NobodyTookIt("; ".join(told))


def bell():
    return Circuit().h(0).cnot(0, 1)
