# SPDX-License-Identifier: Apache-2.0
"""A home of each test's own, without settings."""
import os
import subprocess

import pytest


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [n for n in os.environ if n.startswith(("KETCH_", "BRAKET_", "AWS_", "XDG_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "home"


PROGRAM = os.environ["KETCH"]


@pytest.fixture
def ketch(home):
    def run(*words, expect=0):
        done = subprocess.run([PROGRAM, *map(str, words)], text=True, capture_output=True, timeout=60)
        assert done.returncode == expect, (done.stdout, done.stderr)
        return done
    return run
