# SPDX-License-Identifier: Apache-2.0
"""Random programs through Amazon's local simulator and through ketch.

Values agree within 1e-9. Counts are held against the exact distribution that Amazon's code gives (reference.py) by a
G-test. The family of all G-tests of a run raises a false alarm with a probability of at most FALSE_ALARM: each one
fails below FALSE_ALARM / (number of programs), and one test more looks at the sum of all statistics, so that a small
bias which no single program shows is found too. An outcome of probability 0 may never be seen at all.

KETCH_RANDOM_PROGRAMS   how many (1000; the soak run takes 10000)
KETCH_RANDOM_SEED       seed of the first (fixed by default, so that a run means the same tomorrow)
KETCH_RANDOM_SAVE       where programs go on which the two differ (build/strangers)
"""
import json
import math
import os
import pathlib

import numpy as np
import pytest
from braket.tasks import GateModelQuantumTaskResult

import agree
import generate
import ketch
import reference
import repairs

PROGRAMS = int(os.environ.get("KETCH_RANDOM_PROGRAMS", "1000"))
FIRST = int(os.environ.get("KETCH_RANDOM_SEED", "20260801"))
SAVE = pathlib.Path(os.environ.get("KETCH_RANDOM_SAVE", ketch.ROOT / "build" / "strangers"))
FALSE_ALARM = 1e-6
KNOWN = [e["id"] for e in json.loads((pathlib.Path(__file__).parent / "data" / "known_errors.json").read_text())]
KNOWN_MOST = 0.1  # share of programs that may need a repair of the reference; more means that something else broke

tested = []  # (statistic, degrees of freedom) of every G-test of this run
forgiven = {}  # error of the reference -> seeds of the programs that agree once it is repaired


def report(program, command, differences, theirs, ours):
    """Saves the program and fails."""
    SAVE.mkdir(parents=True, exist_ok=True)
    path = SAVE / f"random-{program.seed}.qasm"
    path.write_text(program.source)
    text = "\n".join([
        f"program {program.seed} ({program.kind}), saved as {path}", *differences, f"inputs: {program.inputs}",
        program.source, f"reference: {theirs}", f"ketch: {ours}", f"to see it again: {command} {path}",
        f"  and: python {pathlib.Path(__file__).parent / 'generate.py'} {program.seed}"])
    path.with_suffix(".txt").write_text(text)
    pytest.fail(text, pytrace=False)


def check_exact(program, ours):
    theirs = reference.exact(program.source, program.inputs, program.method)
    differences = [] if len(theirs) == len(ours["results"]) else ["another number of results"]
    for (kind, value), mine in zip(theirs, ours["results"]):
        wrong = agree.values(kind["type"].value, value, mine["value"])
        if wrong:
            differences.append(wrong)
    return differences, theirs


def check_counts(program, ours):
    measured, exact, wanted = reference.distribution(program.source, program.inputs, program.method)
    differences = []
    if ours["measured_qubits"] != measured:
        differences.append(f"measured_qubits {ours['measured_qubits']} where the reference has {measured}")
    if sum(ours["counts"].values()) != program.shots:
        differences.append("the counts do not add up to the shots")
    if not math.isclose(sum(exact.values()), 1.0, abs_tol=1e-9):
        differences.append(f"the reference's probabilities add up to {sum(exact.values())}")
    strange = agree.impossible(ours["counts"], exact)
    if strange:
        differences.append(f"outcomes of probability 0: {strange}")
    elif not differences:
        test = agree.g_test(ours["counts"], exact)
        p = agree.p_value(*test) if test else 1.0
        if p < FALSE_ALARM / PROGRAMS:
            differences.append(f"the counts do not fit the distribution: p = {p:.3g}")
        elif test:
            tested.append(test)
    if len(wanted) != len(ours["results"]):
        differences.append("another number of results")
    return differences, (measured, exact), wanted


def sdk_values(program, wanted, braket):
    """What the Amazon SDK computes from ketch's own measurements for the wanted results."""
    from braket.task_result import AdditionalMetadata, GateModelTaskResult, TaskMetadata
    from braket.ir.openqasm import Program

    bare = GateModelTaskResult.construct(
        taskMetadata=TaskMetadata(id="0", shots=program.shots, deviceId="ketch"),
        additionalMetadata=AdditionalMetadata(action=Program(source=program.source)),
        resultTypes=wanted, measurements=braket["measurements"], measuredQubits=braket["measuredQubits"])
    return GateModelQuantumTaskResult.from_object(bare).values


def check_sampled_results(program, ours, options):
    differences, theirs, wanted = check_counts(program, ours)
    if differences or not wanted:
        return differences, theirs
    braket = ketch.run(program.source, form="braket", **options)
    values = sdk_values(program, wanted, braket)
    for rt, value, mine, other in zip(wanted, values, ours["results"], braket["resultTypes"]):
        wrong = agree.values(rt.type.value, value, mine["value"]) or agree.values(rt.type.value, value, other["value"])
        if wrong:
            differences.append("from the same measurements the Amazon SDK computes another value: " + wrong)
    return differences, (theirs, values)


# Central difference of order 10: error (h ** 10 / 2772) times the eleventh derivative, below 1e-13 at h = 0.02.
STEP = 0.02
STENCIL = [5 / 6, -5 / 21, 5 / 84, -5 / 504, 1 / 1260]


def check_gradient(program, ours):
    """Amazon's simulator takes the pragma for a plain expectation; so the terms are asked for one by one."""
    lines = [f"#pragma braket result expectation {text}\n" for _, text in program.gradient["terms"]]
    source = "\n".join(s for s in program.source.splitlines() if "adjoint_gradient" not in s) + "\n" + "".join(lines)

    def energy(inputs):
        terms = reference.exact(source, inputs, "sv")
        return sum(c * float(value) for (c, _), (_, value) in zip(program.gradient["terms"], terms))

    gradient = {}
    floats = [line.split()[2].rstrip(";") for line in source.splitlines() if line.startswith("input float")]
    for name in floats if program.gradient["all"] else program.gradient["parameters"]:
        gradient[name] = sum(
            w * (energy({**program.inputs, name: program.inputs[name] + (k + 1) * STEP})
                 - energy({**program.inputs, name: program.inputs[name] - (k + 1) * STEP})) / STEP
            for k, w in enumerate(STENCIL))
    theirs = {"expectation": energy(program.inputs), "gradient": gradient}
    value = ours["results"][0]["value"]
    differences = []
    if not abs(value["expectation"] - theirs["expectation"]) <= agree.TOLERANCE:
        differences.append("another expectation")
    if set(value["gradient"]) != set(gradient):
        differences.append("other parameters")
    elif not all(abs(value["gradient"][n] - g) <= agree.TOLERANCE for n, g in gradient.items()):
        differences.append("another gradient")
    return differences, theirs


@pytest.mark.parametrize("number", range(PROGRAMS))
def test_both_agree(number):
    program = generate.program(FIRST + number)
    options = {"inputs": program.inputs, "shots": program.shots, "seed": program.seed,
               "device": None if number % 3 == 0 else f"local:{program.method}"}
    command = f"{ketch.PROGRAM} run --json --shots {program.shots} --seed {program.seed}"
    if program.inputs:
        command += f" --inputs '{json.dumps(program.inputs)}'"
    if options["device"]:
        command += f" --device {options['device']}"
    try:
        ours = ketch.run(program.source, **options)
    except ketch.Refused as refusal:
        return report(program, command, ["ketch refuses what the reference runs"], "runs", refusal)
    differences, theirs = compare(program, ours, options)
    if not differences:
        return None
    for names in [[name] for name in KNOWN] + [KNOWN]:
        with repairs.repaired(names):
            if not compare(program, ours, options)[0]:
                forgiven.setdefault(" + ".join(names) if len(names) == 1 else "several", []).append(program.seed)
                return None
    return report(program, command, differences, theirs, ours)


def compare(program, ours, options):
    """(what differs, the reference's answer)."""
    if program.kind.startswith("gradient"):
        return check_gradient(program, ours)
    if program.shots == 0:
        return check_exact(program, ours)
    if program.kind.startswith("results"):
        return check_sampled_results(program, ours, options)
    return check_counts(program, ours)[:2]


def test_the_reference_is_rarely_at_fault(record_property):
    count = sum(map(len, forgiven.values()))
    for name, seeds in sorted(forgiven.items()):
        record_property(name, len(seeds))
        print(f"{name}: {len(seeds)} of {PROGRAMS} programs agree only with this error of the reference repaired: "
              f"{seeds[:20]}")
    assert count <= KNOWN_MOST * max(PROGRAMS, 50)


def test_all_distributions_together():
    """The sum of independent G statistics is chi-square with the sum of their degrees of freedom."""
    if not tested:
        pytest.skip("no program with counts was run")
    statistic, freedom = np.sum(tested, axis=0)
    p = agree.p_value(statistic, freedom)
    assert p > FALSE_ALARM, f"{len(tested)} distributions together do not fit: p = {p:.3g}"
    assert math.isfinite(statistic)
