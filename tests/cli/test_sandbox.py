# SPDX-License-Identifier: Apache-2.0
"""`ketch sandbox` and `ketch sandbox bill`: the command line. What the sandbox itself does is tested elsewhere."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from conftest import PROGRAM, ROOT

# words, a part of standard error
WRONG = [
    (["sandbox", "bil"], "did you mean 'sandbox bill'?"),
    (["sandbox", "now"], "too many words: 'now' and what follows; expected: ketch sandbox [-- COMMAND [ARG]...]"),
    (["sandbox", "--"], "a command is missing behind '--'"),
    (["sandbox", "--quota", "aws"], "did you mean '--quotas'?"),
    (["sandbox", "--listen="], "--listen is empty"),
    (["sandbox", "--scenario", ""], "--scenario is empty"),
    (["sandbox", "--account", "1234"], "--account '1234' is no account's number; expected 12 digits"),
    (["sandbox", "--account", "12345678901x"], "is no account's number"),
    (["sandbox", "--key", "id:secret", "--key", "hush:"], "--key: number 2 is none; expected ID:SECRET"),
    (["sandbox", "--key", ":hush"], "--key: number 1 is none"),
    (["sandbox", "--key", "id:secret", "--no-auth"], "--no-auth takes any request"),
    (["sandbox", "bill", "x"], "too many words: 'x'"),
    (["sandbox", "bill", "--endpoint="], "--endpoint is empty"),
    (["sandbox", "bill", "--listen", "h:1", "--endpoint", "http://h:1"], "name two places"),
    (["help", "sandbox", "bil"], "unknown command 'sandbox bil'"),
]


@pytest.mark.parametrize("words, message", WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_is_wrong_is_told_before_anything_is_served(ketch, words, message):
    done = ketch(*words)
    assert done.status == 2 and done.out == ""
    assert message in done.err
    assert "hush" not in done.err


def test_libketch_has_every_function_that_a_row_names():
    rows = re.findall(r'\.full_symbol = "(\w+)"', (ROOT / "src/cli/commands.c").read_text())
    assert len(rows) >= 2
    listed = subprocess.run(["nm", "-D", "--defined-only", pathlib.Path(PROGRAM).parent / "libketch.so.0"],
                            capture_output=True, text=True, check=True)
    exported = {line.split()[-1].split("@")[0] for line in listed.stdout.splitlines()}
    assert set(rows) <= exported


def test_without_libketch_the_reason_and_the_way_out_are_told(folder):
    (folder / "alone").mkdir()
    for name in ("ketch", "libketch-core.so.0"):
        shutil.copy(os.path.join(os.path.dirname(PROGRAM), name), folder / "alone" / name)
    done = subprocess.run([folder / "alone/ketch", "sandbox"], capture_output=True, text=True, check=False)
    assert done.returncode == 3 and "installing ketch again" in done.stderr
