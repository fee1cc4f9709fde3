# SPDX-License-Identifier: Apache-2.0
"""A sandbox of each test's own for what runs on Braket: `start(words..., scenario={...})` makes one, and its `env` leads
programs to it. Whatever the surroundings say of AWS is hidden."""
import json
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "sandbox"))


@pytest.fixture(scope="session", autouse=True)
def surroundings():
    """No AWS settings of whoever runs the tests."""
    for name in [n for n in os.environ if n.startswith(("AWS_", "BRAKET_", "AMZN_")) or n.lower().endswith("_proxy")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


@pytest.fixture
def start(tmp_path):
    from sandboxes import Sandbox

    running = []

    def begin(*words, scenario=None, state="sandbox"):
        if scenario is not None:
            order = tmp_path / f"{state}.json"
            order.write_text(json.dumps(scenario))
            words += ("--scenario", str(order))
        running.append(Sandbox(tmp_path / state, *words))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.stop()
        assert "Sanitizer" not in one.errors.read_text()
