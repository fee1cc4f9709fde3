# SPDX-License-Identifier: Apache-2.0
"""`ketch check`, `fmt`, `draw`, `devices` and `version`."""
import json
import os
import shutil
import stat
import subprocess
import xml.etree.ElementTree

from conftest import PROGRAM
from test_run import schema

MESSY = "OPENQASM 3.0;\nqubit[2]   q;h q[0];// a comment\ncnot q[0],q[1];\n"


def test_check_is_silent_when_all_is_right(ketch):
    done = ketch("check", "bell.qasm", "angle.qasm", "dynamic.qasm")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_check_goes_on_behind_a_broken_file_and_ends_with_the_worst_status(ketch):
    done = ketch("check", "broken.qasm", "missing.qasm", "bell.qasm")
    assert done.status == 3
    assert "broken.qasm:" in done.err and "missing.qasm" in done.err


def test_check_finds_what_depends_on_numbers_when_the_inputs_are_there(ketch, folder):
    (folder / "range.qasm").write_text("OPENQASM 3.0;\ninput int n;\nqubit[2] q;\nx q[n];\n")
    assert ketch("check", "range.qasm").status == 0
    assert ketch("check", "--set", "n=1", "range.qasm").status == 0
    done = ketch("check", "--set", "n=7", "range.qasm")
    assert done.status == 2 and "range.qasm:4:" in done.err
    (folder / "loop.qasm").write_text("OPENQASM 3.0;\nqubit[2] q;\nfor int i in [0:5] { x q[i]; }\n")
    assert ketch("check", "loop.qasm").status == 2


def test_check_syntax_resolves_no_name_and_opens_no_include(ketch, folder):
    (folder / "names.qasm").write_text('OPENQASM 3.0;\ninclude "nowhere.inc";\n#pragma someone else\nfoo q[0];\n')
    assert ketch("check", "--syntax", "names.qasm").status == 0
    assert ketch("check", "names.qasm").status != 0


def test_check_json_follows_its_schema(ketch):
    done = ketch("check", "--json", "broken.qasm", "missing.qasm", "bell.qasm")
    said = json.loads(done.out)
    schema("diagnostics").validate(said)
    assert done.status == 3 and done.err == ""
    assert [file["ok"] for file in said["files"]] == [False, False, True]
    assert said["files"][0]["diagnostics"][0]["line"] == 3
    assert said["files"][1]["diagnostics"][0]["line"] == 0


def test_includes_stay_in_the_folder_unless_allowed(ketch, folder):
    (folder / "sub").mkdir()
    (folder / "gates.inc").write_text("gate mine a { h a; }\n")
    (folder / "sub/user.qasm").write_text('OPENQASM 3.0;\ninclude "../gates.inc";\nqubit q;\nmine q;\n')
    assert ketch("check", "sub/user.qasm").status == 2
    assert ketch("check", "--allow-outside", "sub/user.qasm").status == 0
    assert ketch("run", "--allow-outside", "sub/user.qasm").status == 0


def test_fmt_prints_writes_and_compares(ketch, folder):
    (folder / "messy.qasm").write_text(MESSY)
    done = ketch("fmt", "messy.qasm")
    assert done.status == 0 and "qubit[2] q;\n" in done.out and "// a comment" in done.out
    assert done.out.endswith("cnot q[0], q[1];\n")
    compared = ketch("fmt", "--check", "messy.qasm", "bell.qasm")
    assert compared.status == 1 and compared.out == "messy.qasm\n"
    assert (folder / "messy.qasm").read_text() == MESSY
    os.chmod(folder / "messy.qasm", 0o640)
    assert ketch("fmt", "-w", "messy.qasm", "bell.qasm").status == 0
    assert (folder / "messy.qasm").read_text() == done.out
    assert stat.S_IMODE(os.stat(folder / "messy.qasm").st_mode) == 0o640
    assert ketch("fmt", "--check", "messy.qasm").status == 0
    assert ketch("fmt", "-", stdin=MESSY).out == done.out


def test_fmt_leaves_a_broken_file_as_it_is(ketch, folder):
    before = (folder / "broken.qasm").read_text()
    assert ketch("fmt", "--write", "broken.qasm").status == 2
    assert (folder / "broken.qasm").read_text() == before


def test_draw_fits_the_width_and_svg_is_well_formed(ketch, folder):
    (folder / "wide.qasm").write_text("OPENQASM 3.0;\nqubit[2] q;\n" + "h q[0];\ncnot q[0], q[1];\n" * 40)
    out = ketch("draw", "wide.qasm", env={"COLUMNS": "60"}).out
    assert max(map(len, out.splitlines())) <= 60
    assert max(map(len, ketch("draw", "--width", "0", "wide.qasm").out.splitlines())) > 200
    done = ketch("draw", "--svg", "wide.svg", "wide.qasm")
    assert (done.status, done.out) == (0, "")
    assert xml.etree.ElementTree.parse(folder / "wide.svg").getroot().tag.endswith("svg")
    assert ketch("draw", "--svg", "-", "bell.qasm").out.startswith("<")


def test_devices_are_listed_with_their_limits(ketch):
    listed = ketch("devices").out
    assert "local:sv" in listed and "local:dm" in listed and "QUBITS" in listed
    one = ketch("devices", "local:dm").out
    for word in ("qubits", "kraus", "negctrl", "density_matrix", "cnot"):
        assert word in one
    said = json.loads(ketch("devices", "--json").out)
    schema("devices").validate(said)
    vector, density = said["devices"]
    assert vector["qubits_most"] in (2 * density["qubits_most"], 2 * density["qubits_most"] + 1)
    assert [device["name"] for device in json.loads(ketch("devices", "--json", "local:dm").out)["devices"]] == ["local:dm"]


def test_version_asks_both_libraries(ketch):
    said = json.loads(ketch("version", "--json").out)
    schema("version").validate(said)
    assert len(set(said.values())) == 1
    assert ketch("--version").out == f"ketch {said['ketch']}\n"
    assert ketch("version").out.count(said["ketch"]) == 3


def test_a_missing_libketch_stops_only_the_commands_that_need_it(folder):
    build = os.path.dirname(PROGRAM)
    (folder / "alone").mkdir()
    shutil.copy(PROGRAM, folder / "alone/ketch")
    for name in os.listdir(build):
        if name.startswith("libketch-core.so"):
            shutil.copy(os.path.join(build, name), folder / "alone" / name)
    ketch = folder / "alone/ketch"
    assert subprocess.run([ketch, "run", "bell.qasm"], cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode == 0
    done = subprocess.run([ketch, "version"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 3 and done.stdout == ""
    assert done.stderr.startswith("ketch: error: can't open libketch") and "installing ketch again" in done.stderr
