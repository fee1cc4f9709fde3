# SPDX-License-Identifier: Apache-2.0
"""Results that a device lacks are computed from its counts: what comes out is what the local simulator says, but for
noise; what can't be computed is refused before anything is sent."""
import json
import os
import subprocess

import pytest

KETCH = os.environ["KETCH"]
HEAD = "OPENQASM 3.0;\nqubit[2] q;\nrx(0.7) q[0];\nry(1.1) q[1];\nrz(0.4) q[0];\ncnot q[0], q[1];\n"
PRODUCT = "hermitian([[0, 0, 1, 0], [0, 0, 0, -1], [1, 0, 0, 0], [0, -1, 0, 0]]) q[0], q[1]"  # x @ z
ONE = "hermitian([[1, 0.5-0.3im], [0.5+0.3im, -0.2]]) q[0]"
DIAGONAL = "hermitian([[1, 0, 0, 0], [0, 2, 0, 0], [0, 0, -3, 0], [0, 0, 0, 0.5]]) q[0], q[1]"
SWAPPED = "hermitian([[0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0.5]]) q[0], q[1]"


@pytest.fixture
def ketch(tmp_path):
    def run(sandbox, text, *words, expect=0):
        (tmp_path / "p.qasm").write_text(text)
        done = subprocess.run([KETCH, "run", "p.qasm", *map(str, words), "--state", tmp_path / "ketch"], cwd=tmp_path,
                              text=True, env={**os.environ, **sandbox.env}, capture_output=True, timeout=120)
        assert expect is None or done.returncode == expect, (done.stdout, done.stderr)
        return done
    return run


def local(tmp_path, text):
    """Exact values: no shots."""
    (tmp_path / "exact.qasm").write_text(text)
    done = subprocess.run([KETCH, "run", "exact.qasm", "--shots", "0", "--json"], cwd=tmp_path, text=True,
                          capture_output=True, check=True)
    return [r["value"] for r in json.loads(done.stdout)["results"]]


def wanted(observables, kinds=("expectation", "variance")):
    return "".join(f"#pragma braket result {kind} {o}\n" for o in observables for kind in kinds)


@pytest.mark.parametrize("observables", [[ONE, "y(q[1])"], [ONE, "h(q[1])"], [DIAGONAL], [PRODUCT], [ONE, "x(q[1])"]])
def test_values_are_those_of_the_local_simulator(start, ketch, tmp_path, observables):
    text = HEAD + wanted(observables)
    done = ketch(start(), text, "--device", "garnet", "--shots", 20000, "--json")
    (result,) = json.loads(done.stdout)["tasks"][0]["results"]
    assert "computed here from counts: Garnet does not measure the observable hermitian" in done.stderr
    found, exact = [r["value"] for r in result["results"]], local(tmp_path, text)
    assert len(found) == len(exact)
    for one, other in zip(found, exact):
        assert one == pytest.approx(other, abs=0.35)  # noise of the device


@pytest.mark.parametrize("measures", ["b = measure q;\n", "b[0] = measure q[0];\nb[1] = measure q[1];\n"])
def test_a_program_that_measures(start, ketch, tmp_path, measures):
    head = HEAD.replace("qubit[2] q;", "bit[2] b;\nqubit[2] q;")
    text = head + measures + wanted([ONE], ("expectation", "sample"))
    done = ketch(start(), text, "--device", "garnet", "--shots", 20000, "--json")
    (result,) = json.loads(done.stdout)["tasks"][0]["results"]
    mean, samples = [r["value"] for r in result["results"]]
    assert sum(samples) / len(samples) == pytest.approx(mean)
    assert mean == pytest.approx(local(tmp_path, HEAD + wanted([ONE], ("expectation",)))[0], abs=0.2)


REFUSED = {
    "entangling": (HEAD + wanted([SWAPPED], ("expectation",)), "7:1: error: a Hermitian matrix of 2 qubits"),
    "bases": (HEAD + wanted([ONE, "x(q[0])"], ("expectation",)), "8:1: error: conflicting result types"),
    "exact": (HEAD + "#pragma braket result state_vector\n", "does not compute the result type StateVector"),
    "unmeasured": (HEAD.replace("qubit", "bit b;\nqubit") + "b = measure q[0];\n" + wanted([ONE], ("expectation",)),
                   "9:1: error: results are computed from counts, and qubit 1 is not measured"),
    "loop": (HEAD.replace("qubit[2] q;", "qubit[2] q;\nbit[2] b;") +
             "for int i in [0:1] { b[i] = measure q[i]; }\n" + wanted([ONE], ("expectation",)),
             "8:1: error: Garnet takes no for loops"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_computed_is_refused_before_it_is_sent(start, ketch, case):
    text, words = REFUSED[case]
    done = ketch(start(), text, "--device", "garnet", "--shots", 100, expect=2)
    assert words in done.stderr and "quantum-task/" not in done.stdout


GARNET = "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"
SV1 = "arn:aws:braket:::device/quantum-simulator/amazon/sv1"
BITS = "OPENQASM 3.0;\nbit[2] b;\nqubit[2] q;\n"
VERDICTS = [
    BITS + "h q[0];\ncnot q[0], q[1];\nb = measure q;\n",
    BITS + "prx(0.3, 0.1) q[0];\nb[0] = measure q[0];\n",
    BITS + "gpi(0.3) q[0];\n",
    BITS + "ctrl @ x q[0], q[1];\n",
    BITS + "reset q[0];\n",
    BITS + "h q[0];\nbarrier q;\n",
    BITS + "for int i in [0:1] { h q[i]; }\n",
    BITS + "gate g a { h a; }\ng q[0];\n",
    BITS + "int n = 1;\nh q[n];\n",
    BITS + "qubit[2] r;\nh r[0];\n",
    BITS + "b[0] = measure q[0];\nh q[0];\n",
    BITS + "h q[0];\nmeasure q[0];\n",
    BITS + "#pragma braket noise bit_flip(0.1) q[0]\n",
    BITS + "h q;\n#pragma braket result expectation z(q[0])\n",
    BITS + "h q;\n#pragma braket result expectation z(q[0])\n#pragma braket result variance x(q[0])\n",
    BITS + "h q;\n#pragma braket result state_vector\n",
    BITS + "h q;\nb[0] = measure q[0];\n#pragma braket result expectation z(q[1])\n",
    "OPENQASM 3.0;\nh $1;\ncz $1, $2;\n",
    "OPENQASM 3.0;\nh $25;\n",
    "OPENQASM 3.0;\n#pragma braket verbatim\nbox {\n  cz $1, $2;\n}\n",
    "OPENQASM 3.0;\n#pragma braket verbatim\nbox {\n  cz $1, $3;\n}\n",
    "OPENQASM 3.0;\n#pragma braket verbatim\nbox {\n  h $1;\n}\n",
    "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit q;\nh q;\n",
    BITS + "h q[0:1];\n",
    BITS + "let r = q;\nh r[0];\n",
]


@pytest.mark.parametrize("device", [GARNET, SV1])
def test_our_verdict_is_that_of_the_service(start, ketch, device):
    import botocore.exceptions
    from sandboxes import openqasm

    sandbox, differ = start(), []
    for text in VERDICTS:
        try:
            sandbox.create(device, 100, openqasm(text))
            theirs = "taken"
        except botocore.exceptions.ClientError as refusal:
            theirs = refusal.response["Error"]["Message"]
        done = ketch(sandbox, text, "--device", device, "--shots", 100, expect=None)
        if (theirs == "taken") != (done.returncode == 0):
            differ.append((text, "service: " + theirs, "ours: " + (done.stderr or "taken")))
    assert not differ, "\n\n".join("\n".join(one) for one in differ)


def test_members_of_a_set(start, ketch, tmp_path):
    text = ("OPENQASM 3.0;\ninput float theta;\nqubit[1] q;\nry(theta) q[0];\n"
            "#pragma braket result expectation " + ONE + "\n")
    (tmp_path / "values.json").write_text('[{"theta": 0.0}, {"theta": 1.5707963267948966}]')
    sandbox = start()
    done = ketch(sandbox, text, "--device", "garnet", "--shots", 5000, "--inputs", "values.json",
                 "--json")
    shown = json.loads(done.stdout)
    low, high = [one["results"][0]["value"] for one in shown["results"]]
    assert len(shown["tasks"]) == 1
    assert (low, high) == (pytest.approx(1, abs=0.15), pytest.approx(0.9, abs=0.15))
