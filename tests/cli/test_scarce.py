# SPDX-License-Identifier: Apache-2.0
"""Too little of what the machine gives: memory, open files, room on the disk, processors. A clear error, never a crash,
and nothing half-written."""
import json
import os
import resource
import subprocess

import pytest
from conftest import PROGRAM

MIB = 1 << 20
unsanitized = pytest.mark.skipif(os.environ.get("KETCH_SANITIZE", "") not in ("", "OFF"),
                                 reason="a sanitizer's own memory and files are not ours to count")


def limited(folder, words, limit, value):
    """Runs ketch with one resource limit."""
    return subprocess.run([PROGRAM, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=120,
                          preexec_fn=lambda: resource.setrlimit(limit, (value, value)))


def leftovers(folder):
    return [path.name for path in folder.iterdir() if path.suffix == ".tmp"]


@unsanitized
@pytest.mark.parametrize("name, command", [
    ("wide.qasm", ["run", "--shots", "10", "--top", "2"]),
    ("wide.qasm", ["run", "--shots", "0", "--format", "braket", "-o", "out.txt"]),
    ("long.qasm", ["run", "--shots", "10"]),
    ("long.qasm", ["check"]),
    ("long.qasm", ["fmt"]),
    ("long.qasm", ["draw"]),
    ("bell.qasm", ["version"]),
], ids=lambda value: " ".join(value) if isinstance(value, list) else value)
def test_too_little_memory_is_an_error(folder, name, command):
    (folder / "wide.qasm").write_text(
        "OPENQASM 3.0;\nqubit[18] q;\nh q;\n#pragma braket result probability\n"
        if "0" in command else "OPENQASM 3.0;\nqubit[22] q;\nh q;\n")
    (folder / "long.qasm").write_text("OPENQASM 3.0;\nqubit[2] q;\n" + "h q[0]; cnot q[0], q[1];\n" * 10000)
    (folder / "out.txt").write_text("old")
    words = command if command == ["version"] else [*command, name]
    seen = set()
    for mebibytes in (6, 8, 10, 12, 16, 20, 28, 40, 56, 80):
        done = limited(folder, words, resource.RLIMIT_AS, mebibytes * MIB)
        seen.add(done.returncode)
        assert done.returncode in (0, 2, 7, 127), (mebibytes, done)
        if done.returncode == 127:  # the system's loader found no room, before the program began
            assert mebibytes < 10 and "error while loading shared libraries" in done.stderr
        elif done.returncode != 0:
            assert "error:" in done.stderr, (mebibytes, done)
            assert any(word in done.stderr for word in ("memory", "bytes", "map segment", "libketch")), (mebibytes, done)
            assert (folder / "out.txt").read_text() == "old"
        assert not leftovers(folder)
    assert seen & {2, 7} or name == "bell.qasm", seen


@unsanitized
@pytest.mark.parametrize("most", [4, 5, 6])
@pytest.mark.parametrize("words", [
    ["run", "bell.qasm"], ["run", "--threads", "2", "-o", "out.txt", "including.qasm"], ["fmt", "-w", "bell.qasm"],
    ["check", "bell.qasm", "including.qasm"], ["draw", "--svg", "out.txt", "bell.qasm"],
    ["run", "--inputs", "inputs.json", "angle.qasm"],
], ids=" ".join)
def test_a_few_open_files_are_enough(folder, most, words):
    (folder / "gates.inc").write_text("gate mine a { h a; }\n")
    (folder / "including.qasm").write_text('OPENQASM 3.0;\ninclude "gates.inc";\nqubit q;\nmine q;\n')
    (folder / "inputs.json").write_text('{"theta": 1}')
    done = limited(folder, words, resource.RLIMIT_NOFILE, most)
    assert done.returncode == 0 and done.stderr == ""


@unsanitized
@pytest.mark.parametrize("most", [4, 5, 6])
def test_a_library_that_finds_no_free_file_is_not_called_missing(folder, most):
    done = limited(folder, ["version"], resource.RLIMIT_NOFILE, most)
    assert done.returncode in (0, 7), done.stderr
    assert done.returncode == 0 or "can't open libketch" in done.stderr and "installing" not in done.stderr


def test_twenty_started_at_once_all_give_the_same(folder):
    (folder / "busy.qasm").write_text("OPENQASM 3.0;\nqubit[16] q;\nh q;\nfor int i in [0:14] { cnot q[i], q[i+1]; }\n")
    runs = [subprocess.Popen([PROGRAM, "run", "--json", "--seed", "5", "-o", f"{n % 3}.json", "busy.qasm"], cwd=folder,
                             stderr=subprocess.PIPE, text=True) for n in range(20)]
    for run in runs:
        err = run.communicate(timeout=120)[1]
        assert run.returncode == 0 and err == ""
    counts = [json.loads((folder / f"{n}.json").read_text())["counts"] for n in range(3)]
    assert counts[0] == counts[1] == counts[2] and sum(counts[0].values()) == 1000
    assert not leftovers(folder)


@pytest.mark.parametrize("words", [
    ["run", "--json", "bell.qasm"], ["run", "--format", "braket", "bell.qasm"], ["draw", "bell.qasm"],
    ["fmt", "bell.qasm"], ["check", "--json", "bell.qasm"], ["version", "--json"], ["help", "run"],
], ids=" ".join)
def test_standard_output_on_a_full_disk(folder, words):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, *words], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 7
    assert done.stderr.count("ketch: error:") == 1 and "No space left on device" in done.stderr


@pytest.mark.parametrize("words", [
    ["run", "-o", "/dev/full", "wide.qasm"],
    ["run", "--format", "braket", "-o", "/dev/full", "wide.qasm"],
    ["draw", "--svg", "/dev/full", "wide.qasm"],
], ids=" ".join)
def test_an_output_file_on_a_full_disk(ketch, folder, words):
    (folder / "wide.qasm").write_text("OPENQASM 3.0;\nqubit[12] q;\nh q;\n")
    done = ketch(*words)
    assert done.status == 7 and done.out == "" and "can't write '/dev/full': No space left on device" in done.err


@pytest.mark.parametrize("words, name", [
    (["run", "--format", "braket", "-o", "old.txt", "wide.qasm"], "old.txt"),
    (["draw", "--svg", "old.txt", "long.qasm"], "old.txt"),
    (["fmt", "-w", "messy.qasm"], "messy.qasm"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_a_disk_that_fills_up_leaves_the_old_file(folder, words, name):
    (folder / "wide.qasm").write_text("OPENQASM 3.0;\nqubit[12] q;\nh q;\n")
    (folder / "long.qasm").write_text("OPENQASM 3.0;\nqubit[12] q;\n" + "h q;\n" * 20)
    (folder / "old.txt").write_text("old")
    (folder / "messy.qasm").write_text("OPENQASM 3.0;\nqubit q;" + "h   q;" * 1000)
    before = (folder / name).read_text()
    done = limited(folder, words, resource.RLIMIT_FSIZE, 4096)
    assert done.returncode == 7 and f"{name}': File too large" in done.stderr, done
    assert (folder / name).read_text() == before
    assert not leftovers(folder)
