# SPDX-License-Identifier: Apache-2.0
"""`ketch run`: what it prints, to whom and in which form."""
import json
import pathlib

import jsonschema
import pytest

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "doc/schema"


def schema(name):
    found = json.loads((SCHEMAS / f"ketch-{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


def test_counts_are_shown_as_a_histogram_with_a_summary(ketch):
    done = ketch("run", "--seed", "1", "bell.qasm")
    assert done.status == 0 and done.err == ""
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["00", "11"]
    assert "█" in lines[0] and "%" in lines[0]
    assert lines[-1].startswith("local:sv · 2 qubits · 1,000 shots · seed 1 · ")


def test_an_ascii_locale_gets_ascii(ketch):
    done = ketch("run", "--seed", "1", "bell.qasm", env={"LC_ALL": "C"})
    assert done.out.isascii() and "###" in done.out


@pytest.mark.parametrize("columns", [40, 60, 80, 132])
def test_the_histogram_fits_the_width_it_is_told(ketch, columns):
    done = ketch("run", "bell.qasm", env={"COLUMNS": str(columns)})
    lines = done.out.splitlines()[:2]
    assert max(map(len, lines)) <= columns
    assert max(map(len, lines)) >= min(columns, 80) - 3


def test_of_many_outcomes_the_top_ones_are_shown_and_the_rest_is_counted(ketch, folder):
    (folder / "many.qasm").write_text("OPENQASM 3.0;\nqubit[12] q;\nh q;\n")
    done = ketch("run", "--shots", "5000", "many.qasm")
    lines = done.out.splitlines()
    assert len(lines) == 32 + 3 and "more outcomes (" in lines[32]
    counts = [int(line.split()[1]) for line in lines[:32]]
    assert counts == sorted(counts, reverse=True)
    everything = ketch("run", "--shots", "5000", "--top", "0", "many.qasm").out.splitlines()
    bits = [line.split()[0] for line in everything[:-2]]
    assert len(bits) > 2000 and bits == sorted(bits)
    assert len(ketch("run", "--shots=5000", "--top=3", "many.qasm").out.splitlines()) == 6


def test_a_seed_repeats_the_counts_whatever_the_threads(ketch):
    def counts(*more):
        return json.loads(ketch("run", "--json", "bell.qasm", *more).out)["counts"]

    assert counts("--seed", "5") == counts("--seed", "5", "--threads", "1") == counts("--seed=5", "--threads=2")
    assert counts("--seed", "18446744073709551615") != counts("--seed", "5")


@pytest.mark.parametrize("given", [
    ["--set", "theta=0.5"],
    ["--set=theta=0.5"],
    ["--set=theta=.5"],
    ["--inputs", '{"theta": 0.5}'],
    ["--inputs", "inputs.json"],
    ["--inputs", '{"theta": 9}', "--set", "theta=0.5"],
    ["--set", "theta=9", "--inputs=inputs.json"],
])
def test_inputs_come_from_the_command_line_or_a_file_and_the_last_one_counts(ketch, folder, given):
    (folder / "inputs.json").write_text('{"theta": 0.5}\n')
    done = ketch("run", "--json", "angle.qasm", *given)
    assert done.status == 0, done.err
    result = json.loads(done.out)
    assert result["shots"] == 0  # a state vector is exact-only
    assert abs(result["results"][0]["value"] - 0.8775825618903728) < 1e-12


def test_a_program_comes_from_standard_input(ketch, folder):
    done = ketch("run", "-", "--json", "--shots", "10", stdin=(folder / "bell.qasm").read_text())
    assert done.status == 0 and json.loads(done.out)["shots"] == 10


def test_a_file_with_another_ending_is_a_program_by_its_content(ketch, folder):
    (folder / "program.txt").write_text((folder / "bell.qasm").read_text())
    assert ketch("run", "program.txt").status == 0


def test_json_follows_its_schema(ketch, folder):
    (folder / "all.qasm").write_text("""OPENQASM 3.0;
input float theta;
qubit[3] q;
h q[0]; cnot q[0], q[1]; rx(theta) q[2];
#pragma braket result state_vector
#pragma braket result amplitude "000", "111"
#pragma braket result probability
#pragma braket result probability q[2], q[0]
#pragma braket result expectation z(q[0]) @ x(q[1])
#pragma braket result expectation z all
#pragma braket result variance y(q[2])
#pragma braket result density_matrix q[1]
""")
    (folder / "shots.qasm").write_text("""OPENQASM 3.0;
qubit[2] q;
h q[0]; cnot q[0], q[1];
#pragma braket noise bit_flip(0.1) q[0]
#pragma braket result sample z(q[0]) @ z(q[1])
#pragma braket result sample z all
#pragma braket result expectation z(q[1])
""")
    (folder / "gradient.qasm").write_text("""OPENQASM 3.0;
input float theta;
qubit q;
rx(theta) q;
#pragma braket result adjoint_gradient expectation(z(q)) theta
""")
    (folder / "output.qasm").write_text("""OPENQASM 3.0;
output int n;
qubit q; bit b;
h q; b = measure q; n = 0;
if (b == 1) { n = 7; }
""")
    result = schema("result")
    for words in (["bell.qasm"], ["all.qasm", "--set", "theta=1"], ["shots.qasm", "--seed", "1"], ["output.qasm"],
                  ["gradient.qasm", "--set", "theta=1"], ["dynamic.qasm", "--shots", "50"]):
        done = ketch("run", "--json", *words)
        assert done.status == 0, done.err
        result.validate(json.loads(done.out))
    assert "outputs" in json.loads(ketch("run", "--json", "output.qasm").out)


def test_json_of_a_bell_pair_says_what_was_run(ketch):
    result = json.loads(ketch("run", "--json", "--shots", "100", "--seed", "3", "--device", "local:dm", "bell.qasm").out)
    assert sum(result["counts"].values()) == 100 and set(result["counts"]) <= {"00", "11"}
    assert (result["measured_qubits"], result["device"], result["seed"]) == ([0, 1], "local:dm", 3)
    assert result["qubits"] == 2 and result["elapsed_s"] > 0


def test_braket_s_form_is_a_task_result(ketch):
    result = json.loads(ketch("run", "--format", "braket", "--shots", "7", "bell.qasm").out)
    assert result["braketSchemaHeader"]["name"] == "braket.task_result.gate_model_task_result"
    assert len(result["measurements"]) == 7


def test_every_kind_of_result_is_shown_with_its_name(ketch, folder):
    (folder / "all.qasm").write_text("""OPENQASM 3.0;
input float theta;
qubit[2] q;
h q[0]; cnot q[0], q[1]; rx(theta) q[1];
#pragma braket result state_vector
#pragma braket result amplitude "00", "11"
#pragma braket result expectation z(q[0]) @ z(q[1])
#pragma braket result variance x(q[0])
#pragma braket result probability q[1]
#pragma braket result density_matrix q[0]
""")
    out = ketch("run", "--set", "theta=0", "all.qasm").out
    for part in ("|00>   0.70711 + 0.00000i", "expectation z(q[0]) @ z(q[1])  1\n", "variance x(q[0])  1\n",
                 "0.500000   50.0 %", "0.500+0.000i", "exact"):
        assert part in out, out


def test_output_goes_to_a_file_whole(ketch, folder):
    done = ketch("run", "--json", "-o", "result.json", "bell.qasm")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert json.loads((folder / "result.json").read_text())["shots"] == 1000
    done = ketch("run", "--output=text.txt", "bell.qasm")
    assert done.status == 0 and "shots" in (folder / "text.txt").read_text()


def test_a_failing_run_leaves_the_old_output_file(ketch, folder):
    (folder / "result.json").write_text("old")
    assert ketch("run", "-o", "result.json", "angle.qasm").status == 2
    assert ketch("run", "-o", "result.json", "--memory", "1", "bell.qasm").status == 2
    assert (folder / "result.json").read_text() == "old"
    assert not [path for path in folder.iterdir() if path.suffix == ".tmp"]


def test_limits_can_be_raised_and_lowered(ketch, folder):
    (folder / "loop.qasm").write_text("OPENQASM 3.0;\nqubit q;\nfor int i in [1:1000] { x q; }\n")
    assert ketch("run", "loop.qasm").status == 0
    done = ketch("run", "--limit", "statements=100", "loop.qasm")
    assert done.status == 2 and "100" in done.err
    assert ketch("run", "--limit", "statements=1e4", "--limit", "memory-bytes=64MiB", "loop.qasm").status == 0
    done = ketch("run", "--limit", "source-bytes=10", "loop.qasm")
    assert done.status == 2 and "--limit source-bytes=N raises it" in done.err


def test_a_state_that_does_not_fit_is_refused_with_what_it_needs(ketch, folder):
    (folder / "big.qasm").write_text("OPENQASM 3.0;\nqubit[40] q;\nh q;\n")
    done = ketch("run", "big.qasm")
    assert done.status == 2 and "16.0 TiB" in done.err, done.err
    assert ketch("run", "--memory", "1KiB", "--shots", "0", "bell.qasm").status in (0, 2)


def test_noise_chooses_the_density_matrix_and_the_state_vector_refuses_it(ketch, folder):
    (folder / "noise.qasm").write_text("OPENQASM 3.0;\nqubit q;\n#pragma braket noise bit_flip(0.5) q\n")
    assert json.loads(ketch("run", "--json", "noise.qasm").out)["device"] == "local:dm"
    assert ketch("run", "--device", "local:sv", "noise.qasm").status == 2


def test_several_programs_run_one_after_the_other_under_a_heading(ketch):
    done = ketch("run", "--seed", "1", "bell.qasm", "angle.qasm", "--set", "theta=0.5")
    assert done.status == 0
    assert [line for line in done.out.splitlines() if ".qasm" in line] == ["bell.qasm  theta=0.5", "angle.qasm  theta=0.5"]


def test_a_list_of_inputs_runs_each_program_with_each_of_them(ketch, folder):
    values = [0, 0.5, 1]
    (folder / "list.json").write_text(json.dumps([{"theta": value} for value in values]))
    words = ["run", "--json", "--shots", "10", "--seed", "5", "bell.qasm", "angle.qasm", "--inputs", "list.json"]
    (folder / "angle.qasm").write_text("OPENQASM 3.0;\ninput float theta;\ninput float phi;\nqubit q;\nrx(theta + phi) q;\n")
    done = json.loads(ketch(*words, "--set", "phi=2").out)
    assert [(one["file"], one["inputs"]["theta"]) for one in done["results"]] == [
        (file, value) for file in ("bell.qasm", "angle.qasm") for value in values]
    assert all(one["inputs"]["phi"] == 2 and sum(one["counts"].values()) == 10 for one in done["results"])
    assert [one["seed"] for one in done["results"]] == [5, 6, 7, 8, 9, 10]
    again = json.loads(ketch(*words, "--set", "phi=2").out)
    assert [one["counts"] for one in again["results"]] == [one["counts"] for one in done["results"]]
    for one in done["results"]:
        result = {name: value for name, value in one.items() if name not in ("file", "inputs")}
        assert list(schema("result").iter_errors(result)) == []


def test_what_a_list_says_of_an_input_counts_for_its_execution(ketch):
    done = json.loads(ketch("run", "--json", "--shots", "0", "angle.qasm", "--inputs", '[{"theta": 0}, {}]', "--set",
                            "theta=3.141592653589793").out)
    assert [one["results"][0]["value"] for one in done["results"]] == pytest.approx([1, -1])


def test_a_list_of_one_is_a_list_too(ketch):
    done = json.loads(ketch("run", "--json", "--shots", "0", "angle.qasm", "--inputs", '[{"theta": 0}]').out)
    assert [one["inputs"] for one in done["results"]] == [{"theta": 0}]


def test_several_results_as_braket_are_a_list(ketch):
    done = json.loads(ketch("run", "--format", "braket", "bell.qasm", "bell.qasm").out)
    assert [one["braketSchemaHeader"]["name"] for one in done] == ["braket.task_result.gate_model_task_result"] * 2


def test_nothing_is_run_when_a_later_one_is_wrong(ketch):
    done = ketch("run", "bell.qasm", "angle.qasm")
    assert done.status == 2 and done.out == "" and "theta" in done.err
    done = ketch("run", "--json", "angle.qasm", "--inputs", '[{"theta": 1}, {"tau": 1}]')
    assert done.status == 2 and "angle.qasm, inputs[1]: " in json.loads(done.out)["error"]["message"]
