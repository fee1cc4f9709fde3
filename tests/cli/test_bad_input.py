# SPDX-License-Identifier: Apache-2.0
"""Bad input is an error that a person can act on: a status, a sentence, no crash."""
import json
import os
import pathlib
import shutil
import subprocess

import pytest
from conftest import PROGRAM
from test_run import schema

# words, exit status, a part of standard error
WRONG = [
    (["run"], 2, "FILE... is missing"),
    (["run", "bell.qasm", "b"], 3, "can't open 'b'"),
    (["run", "-", "bell.qasm", "-"], 2, "'-' is given twice; standard input holds one program"),
    (["run", "missing.qasm"], 3, "can't open 'missing.qasm': No such file"),
    (["run", "."], 2, "'.' is a folder"),
    (["run", "bell.qasm/x"], 3, "can't open 'bell.qasm/x'"),
    (["run", "binary.qasm"], 2, "binary.qasm:1:1: error:"),
    (["run", "flow.yaml"], 2, "'flow.yaml' is a workflow by its name"),
    (["run", "flow.yml"], 2, "a workflow"),
    (["run", "action.json"], 2, "'action.json' is a Braket action by its name"),
    (["run", "--shot", "5", "bell.qasm"], 2, "unknown option '--shot' (did you mean '--shots'?)"),
    (["run", "--shots", "-5", "bell.qasm"], 2, "--shots: '-5' is no whole number"),
    (["run", "--shots", "1.5", "bell.qasm"], 2, "--shots: '1.5' is no whole number"),
    (["run", "--shots", "99999999999999999999", "bell.qasm"], 2, "out of range"),
    (["run", "--seed", "x", "bell.qasm"], 2, "--seed: 'x'"),
    (["run", "--threads", "0", "bell.qasm"], 2, "--threads: '0' is out of range"),
    (["run", "--threads", "100000", "bell.qasm"], 2, "--threads"),
    (["run", "--device", "local:svv", "bell.qasm"], 3, "did you mean 'local:sv'?"),
    (["run", "--memory", "lots", "bell.qasm"], 2, "--memory: 'lots' is no size"),
    (["run", "--memory", "0", "bell.qasm"], 2, "--memory 0 leaves no room"),
    (["run", "--format", "xml", "bell.qasm"], 2, "--format 'xml' is unknown; expected text, json or braket"),
    (["run", "--json", "--format", "braket", "bell.qasm"], 2, "ask for two formats"),
    (["run", "--limit", "statments=5", "bell.qasm"], 2, "no limit 'statments' (did you mean 'statements'?)"),
    (["run", "--limit", "statements", "bell.qasm"], 2, "lacks a value"),
    (["run", "--limit", "statements=0", "bell.qasm"], 2, "--limit statements: '0' is out of range"),
    (["run", "--limit", "nesting=1e10", "bell.qasm"], 2, "--limit nesting"),
    (["run", "--set", "theta", "angle.qasm"], 2, "--set 'theta' is no assignment"),
    (["run", "--set", "=5", "angle.qasm"], 2, "is no assignment"),
    (["run", "--inputs", "{theta: 1}", "angle.qasm"], 2, "--inputs: "),
    (["run", "--inputs", "missing.json", "angle.qasm"], 3, "--inputs: can't open 'missing.json'"),
    *((["run", "--inputs", given, "angle.qasm"], 2, f"--inputs: '{given.strip()}' is no JSON object; expected a JSON")
      for given in ('"theta"', '"', "5", "-0.5", "true", "null")),
    (["run", "--inputs", "", "angle.qasm"], 2, "--inputs: it is empty; expected a JSON object"),
    (["run", "--inputs", "array.json", "angle.qasm"], 2, "--inputs: [0]: expected an object such as {\"theta\": 0.3}"),
    (["run", "--inputs", "[]", "angle.qasm"], 2, "--inputs: found a list of 0; expected 1 to 100000 objects"),
    (["run", "--inputs", '[{"theta": 1}, 2]', "angle.qasm"], 2, "--inputs: [1]: expected an object"),
    (["run", "--inputs", " [1", "angle.qasm"], 2, "--inputs: JSON, line 1, column 2: ']' expected"),
    (["run", "--inputs", "[{}]", "--inputs", "[{}]", "angle.qasm"], 2, "--inputs: a second list"),
    (["run", "--inputs", '[{"theta": 1}, {}]', "angle.qasm"], 2, "angle.qasm, inputs[1]: angle.qasm:4:4: input 'theta'"),
    (["run", "bell.qasm", "broken.qasm"], 2, "broken.qasm:3:7: error: "),
    (["run", "bell.qasm", "angle.qasm"], 2, "theta"),
    (["check", "--inputs", '[{"theta": 1}]', "angle.qasm"], 2, "--inputs: a list is for 'ketch run'"),
    (["run", "x" * 5000], 2, "xxx...': File name too long"),
    (["run", "circle.qasm"], 2, "can't open 'circle.qasm': Too many levels of symbolic links"),
    (["run", "angle.qasm"], 2, "theta"),
    (["run", "-o", "no/such/folder/x", "bell.qasm"], 3, "can't write 'no/such/folder/x'"),
    (["run", "-o", ".", "bell.qasm"], 2, "is a folder"),
    (["run", "-o", "", "bell.qasm"], 2, "can't write to a file without a name"),
    (["run", "-o", "bell.qasm/x", "bell.qasm"], 3, "can't write 'bell.qasm/x': Not a directory"),
    (["run", "-o", "new/", "bell.qasm"], 3, "can't write 'new/'"),
    (["run", "-o", "x" * 300, "bell.qasm"], 2, "File name too long"),
    (["run", "-o", "x" * 5000, "bell.qasm"], 2, "File name too long"),
    (["run", "-o", "circle.qasm", "bell.qasm"], 2, "Too many levels of symbolic links"),
    (["draw", "--svg", "", "bell.qasm"], 2, "can't write to a file without a name"),
    (["run", "-o", "/dev/full", "bell.qasm"], 7, "No space left on device"),
    (["runn", "bell.qasm"], 2, "unknown command 'runn' (did you mean 'run'?)"),
    (["--vershun"], 2, "unknown option '--vershun'"),
    (["help", "runn"], 2, "unknown command 'runn'"),
    (["completion", "powershell"], 2, "there are bash, zsh and fish"),
    (["completion"], 2, "bash|zsh|fish is missing"),
    (["devices", "local:xx"], 3, "there is no device 'local:xx'"),
    (["check", "missing.qasm"], 3, "can't open 'missing.qasm'"),
    (["fmt", "broken.qasm"], 2, "broken.qasm:3:7: error:"),
    (["draw", "dynamic.qasm"], 2, "decides by measured values"),
    (["draw", "--width", "wide", "bell.qasm"], 2, "--width"),
    ([], 2, "usage: ketch COMMAND"),
]


@pytest.mark.parametrize("words, status, message", WRONG,
                         ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "")
def test_what_is_wrong_is_told(ketch, folder, words, status, message):
    (folder / "binary.qasm").write_bytes(bytes(range(256)) * 8)
    for name in ("flow.yaml", "flow.yml", "action.json"):
        (folder / name).write_text("{}")
    (folder / "array.json").write_text("[1]")
    (folder / "circle.qasm").symlink_to("circle.qasm")
    done = ketch(*words)
    assert done.status == status, done.err
    assert message in done.err
    assert done.out == ""


def test_a_file_name_cannot_steer_the_terminal(ketch):
    done = ketch("run", "\033[31mred\a.qasm")
    assert done.status == 3 and done.err.startswith("ketch: error: can't open '?[31mred?.qasm'")


def test_an_empty_file_is_a_program_of_nothing(ketch, folder):
    (folder / "empty.qasm").write_text("")
    assert ketch("check", "empty.qasm").status == 0
    assert ketch("run", "empty.qasm").status in (0, 2)
    assert ketch("run", "-", stdin="").status in (0, 2)


def test_a_huge_file_is_refused_by_its_size(ketch, folder):
    with open(folder / "huge.qasm", "wb") as file:
        file.truncate(1 << 34)
    done = ketch("run", "huge.qasm")
    assert done.status == 2 and "17179869184 bytes, which is over the limit of 16777216" in done.err
    done = ketch("run", "/dev/zero")
    assert done.status == 2 and "over the limit" in done.err


def test_an_include_of_a_name_too_long_is_an_error_of_the_program(ketch, folder):
    (folder / "long.qasm").write_text(f'OPENQASM 3.0;\ninclude "{"x" * 15_000_000}";\n')
    done = ketch("check", "long.qasm")
    assert done.status == 2 and "long.qasm:2:1: error:" in done.err and "File name too long" in done.err
    (folder / "circle.inc").symlink_to("circle.inc")
    (folder / "circle.qasm").write_text('OPENQASM 3.0;\ninclude "circle.inc";\n')
    done = ketch("check", "circle.qasm")
    assert done.status == 2 and "Too many levels of symbolic links" in done.err


def test_the_longest_name_that_the_system_takes_can_be_written(ketch, folder):
    name = "x" * os.pathconf(folder, "PC_NAME_MAX")
    assert ketch("run", "-o", name, "bell.qasm").status == 0
    assert "shots" in (folder / name).read_text()


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root, to become somebody else")
@pytest.mark.parametrize("words", [["run", "secret.qasm"], ["run", "-o", "locked/x", "bell.qasm"]], ids=" ".join)
def test_what_may_not_be_read_or_written_is_the_caller_s_mistake(folder, words):
    for above in (folder, *folder.parents):  # pytest's own folders are for root only
        os.chmod(above, os.stat(above).st_mode | 0o055 if above != pathlib.Path("/") else os.stat(above).st_mode)
    (folder / "secret.qasm").touch(0o600)
    (folder / "locked").mkdir(0o700)
    done = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", PROGRAM, *words], cwd=folder,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Permission denied" in done.stderr


def test_several_errors_are_shown_in_one_run_with_line_and_caret(ketch, folder):
    (folder / "two.qasm").write_text("OPENQASM 3.0;\nqubit[2] q;\nhh q[0];\ncnott q[0], q[1];\n")
    done = ketch("check", "two.qasm")
    assert done.status == 2 and done.out == ""
    assert "two.qasm:3:1: error:" in done.err and "two.qasm:4:1: error:" in done.err
    assert "^" in done.err and "cnot" in done.err
    assert "\033" not in done.err


@pytest.mark.parametrize("words", [
    ["run", "--json", "broken.qasm"],
    ["run", "--json", "missing.qasm"],
    ["run", "--json", "--shots", "x", "bell.qasm"],
    ["devices", "--json", "nothing"],
    ["check", "--json", "--limit", "x=1", "bell.qasm"],
], ids=" ".join)
def test_with_json_an_error_is_json_on_standard_output(ketch, words):
    done = ketch(*words)
    error = json.loads(done.out)
    schema("error").validate(error)
    assert done.err == "" and done.status == error["error"]["exit_status"] > 0


@pytest.mark.parametrize("words", [
    ["run", "bell.qasm"], ["run", "--json", "bell.qasm"], ["run", "--format", "braket", "bell.qasm"], ["--help"],
    ["devices", "--json"], ["fmt", "bell.qasm"], ["draw", "bell.qasm"], ["completion", "bash"], ["--version"],
], ids=" ".join)
def test_a_full_disk_is_an_error(folder, words):
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, cwd=folder, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert done.stderr.count("ketch: error:") == 1 and "No space left on device" in done.stderr


def test_a_reader_that_goes_away_is_no_error(folder):
    (folder / "many.qasm").write_text("OPENQASM 3.0;\nqubit[16] q;\nh q;\n")
    for form in (["--json"], ["--top", "0"], ["--format", "braket"]):
        command = f"'{PROGRAM}' run --shots 60000 {' '.join(form)} many.qasm | head -1; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        assert done.stderr == "" and done.stdout.splitlines()[-1] == "0", done


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_standard_files_do_no_harm(folder, redirection):
    done = subprocess.run(["bash", "-c", f"'{PROGRAM}' run -o out.txt bell.qasm {redirection}"], cwd=folder, check=False)
    assert done.returncode == 0
    assert (folder / "out.txt").read_text().count("shots") == 1
    before = (folder / "bell.qasm").read_text()
    done = subprocess.run(["bash", "-c", f"'{PROGRAM}' run bell.qasm {redirection}"], cwd=folder, check=False,
                          stdout=subprocess.DEVNULL)
    assert done.returncode == 0 and (folder / "bell.qasm").read_text() == before
