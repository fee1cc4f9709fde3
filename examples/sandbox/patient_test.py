# SPDX-License-Identifier: Apache-2.0
"""patient_test.py - does patient.py cope? Each test orders its trouble: ketch sandbox -- pytest patient_test.py"""
import json
import os
import urllib.request

import patient
import pytest

GARNET = "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"
FORTE = "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-Enterprise-1"
SV1 = "arn:aws:braket:::device/quantum-simulator/amazon/sv1"


def ask(method, call, members=None):
    body = None if members is None else json.dumps(members).encode()
    request = urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/_sandbox/{call}", body, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def order(**members):
    """This goes wrong from now on. The same seed: the same trouble in each run."""
    ask("PUT", "scenario", {"seed": 1, "devices": {"*": {"queue_s": 0}}} | members)


def struck():
    return [fault["struck"] for fault in ask("GET", "faults")["faults"]]


def test_throttles_are_waited_out():
    order(faults=[{"operation": "CreateQuantumTask", "times": 2, "error": {"code": "ThrottlingException"}}])
    counts, name = patient.run(patient.bell(), [SV1])
    assert sum(counts.values()) == 100 and struck() == [2]


def test_a_connection_that_breaks_is_made_again():
    order(faults=[{"operation": "GetQuantumTask", "times": 1, "reset": True},
                  {"operation": "s3:GetObject", "times": 1, "cut_after_bytes": 20}])
    counts, _ = patient.run(patient.bell(), [SV1])
    assert sum(counts.values()) == 100 and struck() == [1, 1]


def test_the_next_device_is_taken_when_one_is_offline():
    order(devices={"Garnet": {"status": "OFFLINE"}, "*": {"queue_s": 0}})
    assert patient.run(patient.bell(), [GARNET, FORTE])[1] == "Forte-Enterprise-1"


def test_a_task_that_failed_is_run_again():
    order(devices={"Garnet": {"fail_rate": 0.5, "fail_reason": "the cryostat is warm"}, "*": {"queue_s": 0}})
    assert patient.run(patient.bell(), [GARNET], attempts=10)[1] == "Garnet"


def test_when_nobody_takes_it_the_reasons_are_told():
    order(devices={"Garnet": {"fail_rate": 1, "fail_reason": "the cryostat is warm"},
                   "Forte-Enterprise-1": {"status": "RETIRED"}})
    with pytest.raises(patient.NobodyTookIt, match="the cryostat is warm; Forte-Enterprise-1 is RETIRED"):
        patient.run(patient.bell(), [GARNET, FORTE], attempts=1)
