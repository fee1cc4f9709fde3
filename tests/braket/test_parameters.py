# SPDX-License-Identifier: Apache-2.0
"""Device parameters are what the Amazon SDK sends for the same: none unless they are given."""
import json
import os
import subprocess

import pytest
from braket.aws import AwsDevice, AwsSession
from braket.ir.openqasm import Program
from sandboxes import CEPHEUS, EAGER, FORTE_ENTERPRISE, GARNET

KETCH = os.environ["KETCH"]
BELL = "OPENQASM 3.0;\nbit[2] b;\nqubit[2] q;\nh q[0];\ncnot q[0], q[1];\nb = measure q;\n"
DEBIAS = {"errorMitigation": [{"type": "braket.device_schema.error_mitigation.debias.Debias"}]}


@pytest.mark.parametrize("device, parameters", [
    (GARNET, {}), (GARNET, None), (CEPHEUS, {"disableQubitRewiring": False}), (FORTE_ENTERPRISE, DEBIAS), (CEPHEUS, None),
], ids=str)
def test_they_are_those_of_the_sdk(start, tmp_path, device, parameters):
    sandbox = start(scenario={"seed": 1, **EAGER})
    region = device.split(":")[3]
    (tmp_path / "bell.qasm").write_text(BELL)
    given = [] if parameters is None else ["--device-parameters", json.dumps(parameters)]
    done = subprocess.run([KETCH, "run", "bell.qasm", "--device", device, "--shots", "2500", "--json", *given, "--state",
                           tmp_path / "ketch"], env=os.environ | sandbox.env, cwd=tmp_path, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    client = sandbox.client("braket", region)
    ours = client.get_quantum_task(quantumTaskArn=json.loads(done.stdout)["tasks"][0]["arn"])
    os.environ["AWS_ENDPOINT_URL"] = sandbox.url
    try:
        session = AwsSession(sandbox.session(region), default_bucket=sandbox.bucket(region))
        task = AwsDevice(device, aws_session=session).run(Program(source=BELL), shots=2500, device_parameters=parameters and {
            name: value for name, value in parameters.items() if name != "disableQubitRewiring"} or (
                {"errorMitigation": None} if parameters else parameters))
        theirs = client.get_quantum_task(quantumTaskArn=task.id)
    finally:
        del os.environ["AWS_ENDPOINT_URL"]
    if parameters == {}:  # which the SDK takes for none
        assert json.loads(ours["deviceParameters"])["braketSchemaHeader"]["name"].endswith("device_parameters")
    else:
        assert json.loads(ours["deviceParameters"]) == json.loads(theirs["deviceParameters"])


def test_what_a_device_has_not_is_refused(start, tmp_path):
    sandbox = start()
    (tmp_path / "bell.qasm").write_text(BELL)
    (tmp_path / "parameters.json").write_text(json.dumps(DEBIAS))
    done = subprocess.run([KETCH, "run", "bell.qasm", "--device", GARNET, "--device-parameters", "parameters.json", "--state",
                           tmp_path / "ketch"], env=os.environ | sandbox.env, cwd=tmp_path, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 2 and "Garnet has no parameter 'errorMitigation'" in done.stderr
