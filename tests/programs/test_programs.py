# SPDX-License-Identifier: Apache-2.0
"""Programs of our own, one for each feature and each error, with what must come out.

Beside NAME.qasm lies NAME.expect, a JSON object:
  about          what the program shows
  verb, args     `ketch VERB NAME.qasm ARGS`; run, and --json unless `plain`
  exit           exit status, 0 unless given
  counts         the exact counts;  probabilities: tested against the counts by a G-test, one in a million
  last_column    what the last measured column must always show
  measured_qubits, device, shots, qubits, outputs    members of the result, exactly
  results        values of the wanted results, within `tolerance` (1e-9)
  errors         for each diagnostic, in order: file, line, column, message (a pattern), hint (a pattern)
                 any_column, any_line: the place is not tested (a person can place the caret in more than one way)
  error_count    how many diagnostics there are
  stdout, stderr patterns; seconds: it must be over by then
The outcomes were worked out by hand or calculated from the definitions of the gates, never copied from ketch."""
import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "strangers"))
import agree  # noqa: E402
import ketch  # noqa: E402

FILES = sorted(HERE.glob("*/*.expect"))
FALSE_ALARM = 1e-6


def name_of(path):
    return str(path.relative_to(HERE).with_suffix(""))


def start(path, expect):
    words = [ketch.PROGRAM, expect.get("verb", "run"), str(path.with_suffix(".qasm")), *expect.get("args", [])]
    if not expect.get("plain"):
        words.append("--json")
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=expect.get("seconds", 60))
    except subprocess.TimeoutExpired:
        pytest.fail(f"not over after {expect.get('seconds', 60)} s: {' '.join(words)}", pytrace=False)


def check_errors(expect, found):
    assert len(found) == expect.get("error_count", len(expect.get("errors", found))), found
    for want, have in zip(expect.get("errors", []), found):
        if not expect.get("any_line") and "line" in want:
            assert have["line"] == want["line"], have
        if not expect.get("any_line") and not expect.get("any_column") and "column" in want:
            assert have["column"] == want["column"], have
        if "file" in want:
            assert have["file"].endswith(want["file"]), have
        assert re.search(want["message"], have["message"] + " " + (have["hint"] or "")), have
        if "hint" in want:
            assert re.search(want["hint"], have["hint"] or ""), have


def as_numbers(value):
    if isinstance(value, dict):
        return {key: as_numbers(v) for key, v in value.items()}
    return np.asarray(value, dtype=float)


def check_value(want, have, tolerance):
    want, have = as_numbers(want), as_numbers(have)
    if isinstance(want, dict):
        assert set(want) == set(have)
        for key in want:
            check_value(want[key], have[key], tolerance)
        return
    want = want.reshape(have.shape) if want.size == have.size else want
    assert have.shape == want.shape
    assert have.size == 0 or np.max(np.abs(have - want)) <= tolerance, f"{have.tolist()} where {want.tolist()} is right"


def check_result(expect, result):
    for key in ("counts", "measured_qubits", "device", "shots", "qubits", "outputs"):
        if key in expect:
            assert result[key] == expect[key], f"{key}: {result[key]}"
    if "last_column" in expect:
        assert {bits[-1] for bits in result["counts"]} == {expect["last_column"]}
    if "probabilities" in expect:
        assert agree.impossible(result["counts"], expect["probabilities"]) == []
        test = agree.g_test(result["counts"], expect["probabilities"])
        assert test is not None and agree.p_value(*test) > FALSE_ALARM, result["counts"]
    if "results" in expect:
        assert len(result["results"]) == len(expect["results"])
        for want, have in zip(expect["results"], result["results"]):
            check_value(want, have["value"], expect.get("tolerance", agree.TOLERANCE))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_program(path):
    expect = json.loads(path.read_text())
    done = start(path, expect)
    shown = f"exit status {done.returncode}\n{done.stderr}{done.stdout[:3000]}"
    assert done.returncode == expect.get("exit", 0), shown
    for stream in ("stdout", "stderr"):
        if stream in expect:
            assert re.search(expect[stream], getattr(done, stream)), shown
    if expect.get("plain"):
        return
    answer = json.loads(done.stdout)
    if expect.get("exit", 0) == 0:
        check_result(expect, answer)
    else:
        found = answer["error"]["diagnostics"] or [{"file": None, "line": 0, "column": 0, "hint": None,
                                                    "message": answer["error"]["message"]}]
        check_errors(expect, found)


def test_every_program_has_its_outcome():
    assert [p for p in HERE.glob("*/*.qasm") if not p.with_suffix(".expect").exists()] == []
    assert len(FILES) >= 100
