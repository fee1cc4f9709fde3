# SPDX-License-Identifier: Apache-2.0
"""Sandboxes for tests: `sandbox` is one for a whole file, put back into its first order before each test; `start` makes
more of them. Whatever the surroundings say of AWS is hidden, and the environment leads to `sandbox`."""
import functools
import hashlib
import os
import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))


def pytest_sessionstart(session):
    import sandboxes

    if not os.access(sandboxes.PROGRAM, os.X_OK):
        pytest.exit(f"no program {sandboxes.PROGRAM}: build it, or name it in KETCH", returncode=2)


@pytest.fixture(scope="session", autouse=True)
def surroundings():
    """No AWS settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "BRAKET_", "AMZN_"))]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


@pytest.fixture(scope="session", autouse=True)
def read_models_once():
    """botocore reads its service models once, not once a session: that is most of what a new client costs."""
    import botocore.session

    botocore.session.create_loader = functools.cache(botocore.session.create_loader)


@pytest.fixture(scope="module")
def of_the_file(tmp_path_factory):
    from sandboxes import Sandbox

    running = Sandbox(tmp_path_factory.mktemp("sandbox") / "state")
    yield running
    assert running.stop() == 0, running.errors.read_text()
    assert "Sanitizer" not in running.errors.read_text()


@pytest.fixture
def sandbox(of_the_file, monkeypatch):
    if of_the_file.process.poll() is not None:
        of_the_file.start()
    of_the_file.scenario()
    of_the_file.admin("POST", "clock", {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "speed": 1})
    for name, value in of_the_file.env.items():
        monkeypatch.setenv(name, value)
    import boto3

    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # boto3.client() keeps the keys of the sandbox before
    return of_the_file


@pytest.fixture
def start(tmp_path):
    """start("--no-auth", ...): a sandbox of the test's own."""
    from sandboxes import Sandbox

    running = []

    def begin(*words, state="state"):
        running.append(Sandbox(tmp_path / state, *words))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.stop()


@pytest.fixture
def s3(sandbox):
    return sandbox.client("s3")


@pytest.fixture
def bucket(s3, request):
    """A bucket of the test's own, empty."""
    name = "t" + hashlib.sha256(request.node.name.encode()).hexdigest()[:20]
    s3.create_bucket(Bucket=name)
    yield name
    for upload in s3.list_multipart_uploads(Bucket=name).get("Uploads", []):
        s3.abort_multipart_upload(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
        for one in page.get("Contents", []):
            s3.delete_object(Bucket=name, Key=one["Key"])
    s3.delete_bucket(Bucket=name)
