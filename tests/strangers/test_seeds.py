# SPDX-License-Identifier: Apache-2.0
"""The same seed gives the same answer, bit for bit, whatever the number of threads and the instruction set."""
import pytest

import generate
import ketch

# Wide enough that the kernels share their work among threads, with a reduction at the end.
WIDE = """OPENQASM 3.0;
qubit[18] q;
h q;
for int i in [0:16] { cnot q[i], q[i + 1]; rz(0.1 * i) q[i]; ry(0.3 + i) q[i + 1]; }
"""
PROGRAMS = {
    "counts": WIDE + "bit[6] b;\nb = measure q[3:8];\n",
    "all qubits": WIDE,
    "feed-forward": WIDE + "bit[2] b;\nb[0] = measure q[0];\nif (b[0] == 1) { x q[1]; }\nb[1] = measure q[17];\n",
    "noise": "OPENQASM 3.0;\nqubit[7] q;\nh q;\n" + "".join(
        f"cnot q[{i}], q[{i + 1}];\n#pragma braket noise depolarizing(0.1) q[{i}]\n" for i in range(6)),
    "values": WIDE + "#pragma braket result expectation x(q[0]) @ y(q[9])\n#pragma braket result probability q[4]\n",
}
EXACT = WIDE + "#pragma braket result expectation x(q[0]) @ y(q[9])\n#pragma braket result variance z(q[3])\n" \
    "#pragma braket result probability q[1], q[16]\n#pragma braket result density_matrix q[2]\n"


def answer(source, seed, threads, shots=400, more=()):
    result = ketch.run(source, seed=seed, shots=shots, more=["--threads", str(threads), *more])
    assert result["seed"] == seed
    return {key: result[key] for key in ("counts", "measured_qubits", "results")}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_number_of_threads_changes_nothing(name):
    first = answer(PROGRAMS[name], 11, 1)
    for threads in (2, 3, 8):
        assert answer(PROGRAMS[name], 11, threads) == first


def test_exact_values_do_not_depend_on_the_number_of_threads():
    first = answer(EXACT, 1, 1, shots=0)
    for threads in (2, 3, 8):
        assert answer(EXACT, 1, threads, shots=0) == first


@pytest.mark.parametrize("name", PROGRAMS)
def test_another_seed_gives_other_counts(name):
    assert answer(PROGRAMS[name], 1, 2)["counts"] != answer(PROGRAMS[name], 2, 2)["counts"]


def test_without_a_seed_two_runs_differ_and_say_which_seed_repeats_them():
    first, second = (ketch.run(PROGRAMS["counts"], shots=400) for _ in range(2))
    assert first["seed"] != second["seed"] and first["counts"] != second["counts"]
    assert ketch.run(PROGRAMS["counts"], shots=400, seed=first["seed"])["counts"] == first["counts"]


def test_shots_of_a_task_result_are_the_counts_of_the_same_seed():
    counts = ketch.run(PROGRAMS["counts"], shots=200, seed=5)["counts"]
    rows = ketch.run(PROGRAMS["counts"], shots=200, seed=5, form="braket")["measurements"]
    seen = {}
    for row in rows:
        bits = "".join(map(str, row))
        seen[bits] = seen.get(bits, 0) + 1
    assert seen == counts


def has_instructions(name):
    try:
        ketch.run("OPENQASM 3.0;\nqubit q;\nh q;\n", more=["--instructions", name])
    except ketch.Refused as refused:
        assert f"can't compute with '{name}'" in str(refused)
        return False
    return True


def test_the_instruction_set_changes_nothing():
    """Our own wide programs and a sample of the random ones, bit for bit."""
    programs = [generate.program(seed) for seed in range(60)]
    cases = [(source, {"shots": 400, "seed": 3}) for source in PROGRAMS.values()] + [(EXACT, {"shots": 0, "seed": 3})]
    cases += [(p.source, {"inputs": p.inputs, "shots": p.shots, "seed": 3, "device": f"local:{p.method}"})
              for p in programs]
    sets = list(filter(has_instructions, ("scalar", "avx2", "avx512")))
    assert sets[0] == "scalar"
    for source, options in cases:
        answers = [ketch.run(source, more=["--instructions", name], **options) for name in sets]
        first = answers[0]["counts"], answers[0]["results"]
        assert all((a["counts"], a["results"]) == first for a in answers), source
