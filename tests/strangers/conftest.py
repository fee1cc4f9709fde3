# SPDX-License-Identifier: Apache-2.0
"""Tests import their neighbours by name, from wherever pytest is started."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))


def pytest_sessionstart(session):
    import ketch

    if not os.access(ketch.PROGRAM, os.X_OK):
        pytest.exit(f"no program {ketch.PROGRAM}: build it, or name it in KETCH", returncode=2)

