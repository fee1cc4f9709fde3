# SPDX-License-Identifier: Apache-2.0
"""By hand: every .qasm file of given folders through `ketch check`, and through `ketch run` up to 20 qubits.

    git clone https://github.com/openqasm/openqasm; git clone https://github.com/pnnl/QASMBench; ...
    KETCH=build/release/ketch python tests/strangers/corpora.py openqasm QASMBench amazon-braket-examples

Prints, a folder and in all, how many files are right and run, and for the others the reasons of refusal with how often
and one file each. A file is run unchanged, with 100 shots; what a refusal says is the first diagnostic, names left out.
With --list each file's outcome is printed too.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import time

import ketch

QUBITS_MOST = 20
ORDER = ["runs", "right, too wide to run here", "right, needs inputs or other files", "refused", "not over in time",
         "crashed"]


def call(words, seconds):
    try:
        return subprocess.run([ketch.PROGRAM, *words], capture_output=True, text=True, errors="replace",
                              timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return None


def reason_of(text):
    """The first diagnostic without its names and numbers, so that like cases count together."""
    try:
        answer = json.loads(text)
    except ValueError:
        return "no answer"
    if "files" in answer:
        found = answer["files"][0]["diagnostics"]
    else:
        found = answer["error"]["diagnostics"] or [answer["error"]]
    message = found[0]["message"] if found else answer.get("error", {}).get("message", "")
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+(\.\d+)?", "…", message)[:110]


def outcome(path, seconds):
    """(category, reason) of one file."""
    checked = call(["check", "--json", str(path)], seconds)
    if checked is None:
        return "not over in time", "check"
    if checked.returncode not in (0, 2, 3):
        return "crashed", f"check: {checked.returncode}"
    if checked.returncode != 0:
        return "refused", reason_of(checked.stdout)
    source = path.read_text(errors="replace")
    ran = call(["run", "--json", "--shots", "100", "--seed", "1", str(path)], seconds)
    widths = [int(n) for n in re.findall(r"^\s*(?:qreg\s+\w+\s*|qubit\s*)\[(\d+)\]", source, re.MULTILINE)]
    if ran is None:
        return ("right, too wide to run here" if sum(widths) > QUBITS_MOST else "not over in time"), "run"
    if ran.returncode == 0:
        return "runs", ""
    if ran.returncode not in (1, 2, 3):
        return "crashed", f"run: {ran.returncode}"
    reason = reason_of(ran.stdout)
    if sum(widths) > QUBITS_MOST:
        return "right, too wide to run here", reason
    return ("right, needs inputs or other files" if "input" in reason else "refused"), "when run: " + reason


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=30, help="most time for one file")
    parser.add_argument("--list", action="store_true", help="print each file's outcome")
    options = parser.parse_args()
    for folder in options.folders:
        started, counts, reasons, examples = time.monotonic(), collections.Counter(), collections.Counter(), {}
        for path in sorted(folder.rglob("*.qasm")):
            category, reason = outcome(path, options.seconds)
            counts[category] += 1
            if options.list:
                print(f"{category}: {path}: {reason}", flush=True)
            if category != "runs":
                reasons[category, reason] += 1
                examples.setdefault((category, reason), path.relative_to(folder))
        print(f"\n{folder}: {sum(counts.values())} files in {time.monotonic() - started:.0f} s")
        for category in ORDER:
            if counts[category]:
                print(f"  {counts[category]:5}  {category}")
        for (category, reason), count in reasons.most_common():
            print(f"  {count:5}  {category}: {reason}   e.g. {examples[category, reason]}")


if __name__ == "__main__":
    main()
