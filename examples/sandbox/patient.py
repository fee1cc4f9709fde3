# SPDX-License-Identifier: Apache-2.0
"""patient.py - code that gets its work done although a cloud is not always kind: it goes to the next device when one is
offline, runs again what failed, and fetches a result again when the connection broke in the middle of it. What AWS's
client tries again by itself (throttles, 5xx, a connection that breaks before the answer) is left to it."""
from botocore.exceptions import ResponseStreamingError
from braket.aws import AwsDevice, AwsQuantumTask
from braket.circuits import Circuit


class NobodyTookIt(Exception):
    """No device finished the work."""


def result_of(task, attempts=3):
    for _ in range(attempts - 1):
        try:
            return task.result()
        except ResponseStreamingError:  # it is still there: only the way to it broke
            task = AwsQuantumTask(task.id)
    return task.result()


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
            if (result := result_of(task)) is not None:
                return result.measurement_counts, device.name
            told.append(f"{device.name}: {task.metadata()['failureReason']}")
    raise NobodyTookIt("; ".join(told))


def bell():
    return Circuit().h(0).cnot(0, 1)
