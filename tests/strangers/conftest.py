# SPDX-License-Identifier: Apache-2.0
"""Tests import their neighbours by name, from wherever pytest is started; the last line is what the test runner reads."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))


def pytest_sessionstart(session):
    import ketch

    if not os.access(ketch.PROGRAM, os.X_OK):
        pytest.exit(f"no program {ketch.PROGRAM}: build it, or name it in KETCH", returncode=2)


def pytest_unconfigure(config):
    """'N passed, N failed', as every test of this project ends."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter:
        bad = len(reporter.stats.get("failed", [])) + len(reporter.stats.get("error", []))
        print(f"{len(reporter.stats.get('passed', []))} passed, {bad} failed")
