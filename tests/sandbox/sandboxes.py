# SPDX-License-Identifier: Apache-2.0
"""A `ketch sandbox` of a test's own: started, asked, killed and started again."""
import http.client
import json
import os
import pathlib
import select
import shlex
import signal
import subprocess
import time
import types
import urllib.parse

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("KETCH", str(ROOT / "build/dev/ketch"))
START_S, STOP_S = 20, 20

ACCOUNT = "123456789012"
SIMULATORS = "arn:aws:braket:::device/quantum-simulator/amazon/"
SV1, DM1, TN1 = (SIMULATORS + name for name in ("sv1", "dm1", "tn1"))
GARNET = "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"
EMERALD = "arn:aws:braket:eu-north-1::device/qpu/iqm/Emerald"
IBEX = "arn:aws:braket:eu-north-1::device/qpu/aqt/Ibex-Q1"
FORTE = "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1"
FORTE_ENTERPRISE = "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-Enterprise-1"
CEPHEUS = "arn:aws:braket:us-west-1::device/qpu/rigetti/Cepheus-1-108Q"
AQUILA = "arn:aws:braket:us-east-1::device/qpu/quera/Aquila"
ANKAA = "arn:aws:braket:us-west-1::device/qpu/rigetti/Ankaa-3"

# A Wednesday morning on which every QPU but Aquila has its window.
OPEN_AT = "2026-03-11T10:00:00Z"
# Devices that answer at once.
EAGER = {"simulator_cancellable_s": 0, "devices": {"*": {"queue_s": 0}}}
# QPUs whose tasks wait.
PATIENT = {"simulator_cancellable_s": 0, "devices": {"*": {"queue_s": 3600}}}


def region_of(arn):
    return arn.split(":")[3] or "us-east-1"


def openqasm(source, **inputs):
    """A program as CreateQuantumTask takes it."""
    header = {"name": "braket.ir.openqasm.program", "version": "1"}
    return json.dumps({"braketSchemaHeader": header, "source": source, "inputs": inputs})


BELL = openqasm("OPENQASM 3.0;\nbit[2] b;\nqubit[2] q;\nh q[0];\ncnot q[0], q[1];\nb = measure q;\n")


class Sandbox:
    """Started by its maker; `words` are more of the command line."""

    def __init__(self, state, *words):
        self.state, self.words, self.port, self.process = pathlib.Path(state), words, 0, None
        self.errors = self.state.parent / (self.state.name + ".log")
        self.start()

    # ---- its life ----

    def start(self):
        command = [PROGRAM, "sandbox", "--listen", f"127.0.0.1:{self.port}", "--state", str(self.state), *self.words]
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        self.env = dict(self._exports())
        self.url = self.env["AWS_ENDPOINT_URL"]
        self.port = int(self.url.rpartition(":")[2])
        self.key = botocore.credentials.Credentials(
            self.env["AWS_ACCESS_KEY_ID"], self.env["AWS_SECRET_ACCESS_KEY"], self.env.get("AWS_SESSION_TOKEN"))
        return self

    def _exports(self):
        """The names and values that are printed for a shell."""
        last = "KETCH_SANDBOX_TOKEN" if "--key" in self.words else "BRAKET_PRICE_OFFERS_URL"
        text, end = "", time.monotonic() + START_S
        while last not in text or not text.endswith("\n"):
            if not select.select([self.process.stdout], [], [], end - time.monotonic())[0]:
                raise TimeoutError(f"the sandbox printed only {text!r}")
            piece = os.read(self.process.stdout.fileno(), 65536).decode()
            if not piece:
                raise RuntimeError(f"the sandbox ended: {self.errors.read_text()}")
            text += piece
        for line in text.splitlines():
            words = shlex.split(line)
            if words[0] == "export":
                name, _, value = words[1].partition("=")
                yield name, value

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_S)
        self.process.stdout.close()

    def stop(self):
        """Ends as a user's Ctrl-C would; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(STOP_S)
        self.process.stdout.close()
        return status

    def restart(self):
        self.stop()
        return self.start()

    @property
    def is_alive(self):
        return self.process.poll() is None and self.admin("GET", "health")["status"] == "ok"

    # ---- asking it ----

    def session(self, region="us-east-1"):
        return boto3.Session(self.key.access_key, self.key.secret_key, self.key.token, region)

    def client(self, service, region="us-east-1", **config):
        settings = botocore.config.Config(**{"retries": {"total_max_attempts": 1}, "read_timeout": 30, **config})
        return self.session(region).client(service, endpoint_url=self.url, config=settings)

    def http(self, method, target, body=b"", headers=None, timeout=30):
        """One call as it is given: .status, .headers, .body"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            return types.SimpleNamespace(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())
        finally:
            connection.close()

    def signed(self, method, target, body=None, region="us-east-1", service="braket", headers=None):
        """One call that botocore has signed but not looked at; body: bytes, or what becomes JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = botocore.awsrequest.AWSRequest(method, self.url + target, headers, body or b"")
        auth = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
        auth(self.key, service, region).add_auth(request)
        return self.http(method, target, body or b"", dict(request.headers.items()))

    def ask(self, method, target, body=None, region="us-east-1"):
        """A signed Braket call; its status and its JSON, an error's name among it as 'code'."""
        answer = self.signed(method, target, body, region)
        members = json.loads(answer.body or b"{}")
        if answer.status >= 300:
            members["code"] = answer.headers.get("x-amzn-ErrorType")
        return answer.status, members

    def admin(self, method, path, body=None):
        headers = {"x-sandbox-token": self.env.get("KETCH_SANDBOX_TOKEN", "")}
        answer = self.http(method, f"/_sandbox/{path}", b"" if body is None else json.dumps(body).encode(), headers)
        members = json.loads(answer.body)
        if answer.status != 200:
            raise ValueError(f"{method} {path}: {answer.status} {members}")
        return members

    def scenario(self, *bases, **members):
        """Another scenario from now on: the bases' members, and these."""
        whole = {"seed": 1}
        for base in bases:
            whole |= base
        return self.admin("PUT", "scenario", whole | members)

    def struck(self):
        """How often each fault of the scenario struck."""
        return [fault["struck"] for fault in self.admin("GET", "faults")["faults"]]

    # ---- what many tests need ----

    def bucket(self, region="us-east-1"):
        name = f"amazon-braket-{region}-{ACCOUNT}"
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3 = self.client("s3", region)
        try:
            s3.create_bucket(Bucket=name, **place)
        except s3.exceptions.BucketAlreadyOwnedByYou:
            pass
        return name

    def create(self, device=SV1, shots=100, action=BELL, region=None, **members):
        """A task; its ARN. Like boto3, but for the bucket."""
        region = region or region_of(device)
        return self.client("braket", region).create_quantum_task(
            deviceArn=device, shots=shots, action=action, outputS3Bucket=self.bucket(region),
            outputS3KeyPrefix="tasks", **members)["quantumTaskArn"]

    def wait(self, arn, *states, most_s=30):
        """The task once it is in one of these states, or has ended."""
        states = states or ("COMPLETED", "FAILED", "CANCELLED")
        client, end = self.client("braket", region_of(arn)), time.monotonic() + most_s
        while True:
            task = client.get_quantum_task(quantumTaskArn=arn, additionalAttributeNames=["QueueInfo"])
            if task["status"] in states:
                return task
            if time.monotonic() > end or task["status"] in ("COMPLETED", "FAILED", "CANCELLED"):
                raise TimeoutError(f"{arn} is {task['status']}, not {states}: {task.get('failureReason')}")
            time.sleep(0.02)


def segment(arn):
    """An ARN as one piece of a path."""
    return urllib.parse.quote(arn, safe="-_.~")
