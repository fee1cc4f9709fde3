# SPDX-License-Identifier: Apache-2.0
"""What is particular to one vendor: IonQ's results tell the share of each outcome, not each shot; IQM's dynamic circuits
have the device's errors."""
import json

import pytest
from braket.aws import AwsDevice
from braket.circuits import Circuit
from braket.ir.openqasm import Program
from sandboxes import EAGER, FORTE_ENTERPRISE, GARNET

BELL = Circuit().h(0).cnot(0, 1)


@pytest.fixture(autouse=True)
def eager(sandbox):
    sandbox.scenario(EAGER)


def stored(sandbox, task, name="results.json"):
    about = task.metadata()
    body = sandbox.client("s3").get_object(Bucket=about["outputS3Bucket"], Key=f"{about['outputS3Directory']}/{name}")["Body"]
    return json.loads(body.read())


def run(device, program, shots, **more):
    return AwsDevice(device).run(program, shots=shots, poll_interval_seconds=0.02, poll_timeout_seconds=60, **more)


def test_ionq_tells_shares_and_the_sdk_makes_rows_of_them(sandbox):
    task = run(FORTE_ENTERPRISE, BELL, 500)
    result, document = task.result(), stored(sandbox, task)
    shares = document["measurementProbabilities"]
    assert "measurements" not in document and document["measuredQubits"] == [0, 1]
    assert abs(sum(shares.values()) - 1) < 1e-12 and all(len(bits) == 2 for bits in shares)
    assert result.measurement_probabilities_copied_from_device and result.measurement_probabilities == shares
    assert result.measurements.shape == (500, 2)
    assert {bits: round(share * 500) for bits, share in shares.items()} == dict(result.measurement_counts)


def test_ionqs_result_types_come_with_their_values(sandbox):
    from braket.circuits.observables import Z
    task = run(FORTE_ENTERPRISE, Circuit().h(0).cnot(0, 1).expectation(Z(0) @ Z(1)), 500)
    (value,) = task.result().values
    shares = stored(sandbox, task)["measurementProbabilities"]
    agreeing = sum(share for bits, share in shares.items() if bits in ("00", "11"))
    assert value == pytest.approx(2 * agreeing - 1)


def test_other_vendors_tell_each_shot(sandbox):
    task = run(GARNET, Circuit().h(1).cnot(1, 2), 50)
    assert sum(task.result().measurement_counts.values()) == 50
    document = stored(sandbox, task)
    assert len(document["measurements"]) == 50 and "measurementProbabilities" not in document


FEED_FORWARD = "\n".join(["OPENQASM 3.0;", "bit[2] b;", "#pragma braket verbatim",
                          "box{ prx(3.141592653589793, 0.0) $1; measure_ff(0) $1; cc_prx(3.141592653589793, 0.0, 0) $2; }",
                          "b[0] = measure $1;", "b[1] = measure $2;"])


def test_dynamic_circuits_have_errors_and_a_seed(sandbox):
    counts = []
    for seed in (5, 5, 6):
        sandbox.scenario(EAGER, seed=seed)
        counts.append(run(GARNET, Program(source=FEED_FORWARD), 2000, experimental_capabilities="ALL").result().measurement_counts)
    assert counts[0] == counts[1] != counts[2]
    assert 1400 < counts[0]["11"] < 2000 and {"01", "10"} <= set(counts[0])


def test_result_types_of_dynamic_circuits_are_refused():
    with pytest.raises(Exception, match="result types are not supported with dynamic circuits"):
        run(GARNET, Program(source=FEED_FORWARD + "\n#pragma braket result probability all\n"), 10, experimental_capabilities="ALL")
