# SPDX-License-Identifier: Apache-2.0
"""Starts the program `ketch` and reads what it says. KETCH names the program; without it, the dev build's."""
import json
import os
import pathlib
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("KETCH", str(ROOT / "build" / "dev" / "ketch"))
TIMEOUT_S = float(os.environ.get("KETCH_TIMEOUT", "120"))


class Refused(Exception):
    """ketch ended with another status than 0. `crashed`: by a signal, which no input may cause."""

    def __init__(self, done, command):
        self.status, self.stderr, self.stdout = done.returncode, done.stderr, done.stdout
        self.crashed = done.returncode < 0 or "Sanitizer" in done.stderr
        super().__init__(f"exit status {self.status} from: {command}\n{self.stderr}{self.stdout[:2000]}")


def run(source, *, verb="run", inputs=None, shots=None, seed=None, device=None, form="json", more=()):
    """Runs a program given as text (or a pathlib.Path) and returns the JSON it prints; form "text": its output."""
    path = str(source) if isinstance(source, pathlib.Path) else "-"
    words = [PROGRAM, verb, path]
    words += {"json": ["--json"], "braket": ["--format", "braket"], "text": []}[form]
    for name, value in (("--shots", shots), ("--seed", seed), ("--device", device)):
        if value is not None:
            words += [name, str(value)]
    if inputs:
        words += ["--inputs", json.dumps(inputs)]
    words += list(more)
    done = subprocess.run(words, input=None if path != "-" else source, capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False)
    if done.returncode != 0:
        raise Refused(done, shlex.join(words))
    return done.stdout if form == "text" else json.loads(done.stdout)
