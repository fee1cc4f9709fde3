# SPDX-License-Identifier: Apache-2.0
"""Seeded random programs in Braket's dialect of OpenQASM 3.

program(seed) gives a Program that Amazon's local simulator accepts, by construction: names are declared before use and
only used in their scope, operands of a gate are distinct, indexes lie in range, loops end, numbers stay small. What the
simulator is known to get wrong is either left out here, with a row of its own in data/peers.json, or explained in
data/known_errors.json and repaired in repairs.py when a program runs into it.

Run by hand to look at one:  python generate.py SEED
"""
import dataclasses
import sys

from asks import Asks

KINDS = {  # what a program asks for: share of all programs in percent; _dm: on the density matrix, with noise
    "exact_sv": 28,  # shots = 0: results of every type
    "exact_dm": 12,
    "counts_sv": 14,  # shots > 0: measurement at the end, all or part
    "counts_dm": 6,
    "results_sv": 12,  # shots > 0: result types, basis rotations
    "results_dm": 4,
    "feed_forward_sv": 14,  # measurement in the middle that decides something
    "feed_forward_dm": 4,
    "gradient_sv": 6,  # shots = 0: adjoint gradient
}


@dataclasses.dataclass
class Program:
    """A program and how it is to be run."""

    seed: int
    kind: str
    source: str
    inputs: dict
    method: str  # "sv" or "dm"
    shots: int
    gradient: dict | None = None  # of a gradient: {"terms", "parameters", "all"}


class Writer(Asks):
    """Statements in random order, and the whole program."""

    # ---- classical statements ----
    def declare(self):
        roll, top = self.rng.random(), self.depth == 0
        if roll < 0.28:
            name = self.new("x")
            expr = self.float_expr()  # before the name exists
            kind = self.pick(["float", "float", "float[64]"])
            self.put(f"{kind} {name} = {expr};")
            self.names.floats.append(name)
        elif roll < 0.48:
            name, kind = self.new("k"), self.pick(["int", "int[32]", "int[16]", "uint[16]"])
            expr = f"({self.int_expr()}) % {self.rng.randint(5, 97)}"
            self.put(f"{kind} {name} = {expr};")
            self.names.ints.append(name)
        elif roll < 0.58:
            name, expr = self.new("t"), self.bool_expr()
            self.put(f"bool {name} = {expr};")
            self.names.bools.append(name)
        elif roll < 0.7:
            name, size = self.new("r"), self.rng.randint(2, 5)
            bits = "".join(self.pick("01") for _ in range(size))
            same = [n for n, s in self.names.bits.items() if s == size]
            value = f'"{bits}"'
            if same and self.chance(0.6):
                a, b = self.pick(same), self.pick(same)
                value = self.pick([f"{a} & {b}", f"{a} | {b}", f"{a} ^ {b}", f"~{a}", f"{a} << 1", f"{a} >> 2"])
            self.put(f"bit[{size}] {name} = {value};")
            self.names.bits[name] = size
        elif roll < 0.76 and top:
            name = self.new("c")
            if self.chance(0.5):
                self.put(f"const float {name} = {self.number()} * pi;")
                self.names.fixed.append(name)
            else:
                self.put(f"const int {name} = {self.rng.randint(0, 6)};")
                self.names.counters.append(name)
        elif roll < 0.82:
            name = self.new("a")
            self.put(f"angle {name} = {self.number_positive()} + pi;")
            self.names.fixed.append(name)
        elif top:
            name = self.new("v")
            if self.chance(0.45):
                values = ", ".join(self.number() for _ in range(3))
                self.put(f"array[float[64], 3] {name} = {{{values}}};")
                self.names.arrays[name] = ("float", [3])
            elif self.chance(0.5):
                values = ", ".join(str(self.rng.randint(-9, 9)) for _ in range(4))
                self.put(f"array[int[32], 4] {name} = {{{values}}};")
                self.names.arrays[name] = ("int", [4])
            else:
                rows = ", ".join("{%s}" % ", ".join(str(self.rng.randint(0, 9)) for _ in range(3)) for _ in range(2))
                self.put(f"array[int[32], 2, 3] {name} = {{{rows}}};")
                self.names.arrays[name] = ("int", [2, 3])

    def assign(self):
        roll = self.rng.random()
        if roll < 0.35 and self.names.floats:
            name = self.pick(self.names.floats)
            form = self.pick(["{n} = {e};", "{n} += {e};", "{n} -= {e};", "{n} *= 0.5;", "{n} /= 2.0;"])
            self.put(form.format(n=name, e=f"sin({self.float_expr(1)})"))
        elif roll < 0.65 and self.names.ints:
            name = self.pick(self.names.ints)
            self.put(f"{name} = ({self.int_expr()}) % {self.rng.randint(5, 97)};")
            if self.chance(0.3):
                self.put(f"{name} {self.pick(['+= 3', '*= 2', '-= 1', '/= 2', '%= 7'])};")
        elif roll < 0.75 and self.names.bools:
            self.put(f"{self.pick(self.names.bools)} = {self.bool_expr()};")
        elif roll < 0.87 and self.names.bits:
            name = self.pick(self.names.bits)
            size = self.names.bits[name]
            self.put(self.pick([f"{self.bit_index(name)} = {self.pick('01')};", f"{name} = ~{name};",
                                f"{name} = {name} << 1;", f'{name} ^= "{"1" * size}";',
                                f'{name}[0:1] = "{self.pick(["00", "01", "10", "11"])}";']))
        elif self.names.arrays:
            name = self.pick(self.names.arrays)
            kind, dims = self.names.arrays[name]
            if kind == "float":
                self.put(f"{self.element(name)} = {self.float_expr(1)};")
            else:
                self.put(f"{self.element(name)} = ({self.int_expr(1)}) % 50;")

    def branch(self, body):
        condition = self.bool_expr()
        if self.chance(0.2):  # without braces
            self.put(f"if ({condition})")
            self.indent += 1
            self.gate()
            self.indent -= 1
            return
        if self.chance(0.5):
            self.block(f"if ({condition})", body)
        else:
            self.block(f"if ({condition})", body, "} else {")
            self.indent += 1
            outer, self.names = self.names, self.names.copy()
            self.depth += 1
            body()
            self.depth -= 1
            self.names = outer
            self.indent -= 1
            self.put("}")

    def loop(self, body):
        name = self.new("i")
        form = self.pick(["range", "step", "down", "set", "array", "while"])
        inner = body

        def with_jump():
            inner()
            if self.chance(0.3):
                self.put(f"if ({name} == {self.rng.randint(0, 3)}) {{ {self.pick(['break', 'continue'])}; }}")
                inner()

        arrays = [n for n, (kind, dims) in self.names.arrays.items() if len(dims) == 1 and kind == "int"]
        if form == "while":
            counter = self.new("w")
            self.put(f"int {counter} = 0;")
            self.names.counters.append(counter)

            def steps():
                self.put(f"{counter} += 1;")
                if self.chance(0.3):
                    self.put(f"if ({counter} == 2) {self.pick(['continue', 'break'])};")
                body()

            return self.block(f"while ({counter} < {self.rng.randint(1, 3)})", steps)
        start = self.rng.randint(-1, 2)
        kind = self.pick(["int", "int[32]", "uint[8]" if start >= 0 else "int"])
        if form == "array" and arrays:
            head = f"for int[32] {name} in {self.pick(arrays)}"
        elif form == "set":
            head = f"for {kind} {name} in {{{', '.join(str(self.rng.randint(0, 5)) for _ in range(3))}}}"
        elif form == "step":
            head = f"for {kind} {name} in [{start}:2:{start + self.rng.randint(0, 5)}]"
        elif form == "down":
            head = f"for int {name} in [{start + 2}:-1:{start}]"
        else:
            head = f"for {kind} {name} in [{start}:{start + self.rng.randint(0, 3)}]"
        outer = self.names
        self.names = self.names.copy()
        self.names.counters.append(name)
        self.block(head, with_jump)
        self.names = outer
        return None

    # ---- statements ----
    def statement(self, noisy=False):
        roll = self.rng.random()
        shallow = self.depth < 2
        if roll < 0.5:
            self.gate()
        elif roll < 0.62:
            self.declare()
        elif roll < 0.7:
            self.assign()
        elif roll < 0.77 and shallow:
            self.branch(lambda: self.some(1, 2, noisy))
        elif roll < 0.84 and shallow:
            self.loop(lambda: self.some(1, 2, noisy))
        elif roll < 0.89 and self.functions:
            self.call()
        elif roll < 0.93 and self.depth == 0:
            self.unitary()
        elif roll < 0.95 and self.depth == 0:
            if self.chance(0.5):
                self.put("#pragma braket verbatim")
            outer, self.names = self.names, self.names.copy()
            self.put("box {")
            self.indent += 1
            self.gate()
            self.indent -= 1
            self.put("}")
            self.names = outer
        elif roll < 0.96:
            self.put(self.pick(["barrier;", f"barrier {self.one(self.pick(self.single))};", "// a comment",
                                "/* a comment */", f"delay[100ns] {self.one(self.pick(self.single))};"]))
        else:
            self.gate()
        if noisy and self.depth == 0 and self.chance(0.4):
            self.noise()

    def some(self, least, most, noisy=False):
        for _ in range(self.rng.randint(least, most)):
            self.statement(noisy and self.depth == 0)

    # ---- whole programs ----
    def prologue(self, total):
        if self.chance(0.9):
            self.put(self.pick(["OPENQASM 3;", "OPENQASM 3.0;"]))
        for _ in range(self.pick([0, 0, 1, 2])):
            name, value = self.new("in"), round(self.rng.uniform(-3, 3), 6)
            self.put(f"input float {name};")
            self.inputs[name] = value
            self.names.fixed.append(name)
        if self.chance(0.08):
            name, value = self.new("in"), self.rng.randint(0, 5)
            self.put(f"input int {name};")
            self.inputs[name] = value
            self.names.counters.append(name)
        if self.chance(0.05):
            name, size = self.new("in"), 3
            self.put(f"input bit[{size}] {name};")
            self.inputs[name] = "".join(self.pick("01") for _ in range(size))
            self.names.bits[name] = size
        for _ in range(self.pick([0, 0, 1, 2])):
            self.define_gate()
        for _ in range(self.pick([0, 0, 0, 1, 2])):
            self.define_function()
        self.declare_qubits(total)
        if self.chance(0.2):
            self.alias()


def program(seed):
    """The program of this seed: the same on every machine."""
    w = Writer(seed)
    kind = w.rng.choices(list(KINDS), list(KINDS.values()))[0]
    noisy = w.noisy = kind.endswith("dm")
    w.feeding = kind.startswith("feed_forward")
    gradient = None
    w.prologue(w.rng.randint(1, 3 if noisy else 5))  # two-qubit gates on 4 qubits fail in Amazon's density matrix
    if kind.startswith("gradient"):
        gradient = gradient_body(w)
    else:
        if kind == "exact_sv" or w.chance(0.7):  # every qubit takes part, so an amplitude's length is known
            for q in sorted(w.single):
                w.put(f"{w.pick(['h', 'ry(0.4)', 'rx(1.1)', 'v'])} {w.one(q)};")
        w.some(3, 6 if w.feeding else 10, noisy)
        if w.feeding:
            w.feed_forward()
        elif kind.startswith("counts"):
            w.measure()
        else:
            w.results(kind)
    return Program(seed, kind, "\n".join(w.lines) + "\n", w.inputs, "dm" if noisy else "sv",
                   0 if kind.startswith(("exact", "gradient")) else 1000, gradient)


def gradient_body(w):
    """A parametrised circuit and a sum of observables. The parameters stand in angles, plain or in an expression."""
    parameters = []
    for _ in range(w.rng.randint(1, 3)):
        name = w.new("in")
        w.put(f"input float {name};")
        w.inputs[name] = round(w.rng.uniform(-2, 2), 6)
        parameters.append(name)
    qubits = sorted(w.single)
    for step in range(w.rng.randint(3, 7)):
        theta = parameters[step % len(parameters)]
        angle = w.pick([theta, theta, f"2 * {theta}", f"{theta} / 2 + 0.3", f"-{theta}"])
        one = w.one(w.pick(qubits))
        w.put(f"{w.pick(['rx', 'ry', 'rz', 'phaseshift'])}({angle}) {one};" if len(qubits) == 1 or w.chance(0.6)
              else "{}({}) {}, {};".format(w.pick(["xx", "zz", "xy", "cphaseshift", "ctrl @ ry"]), angle,
                                           *(w.one(q) for q in w.distinct(2))))
        w.put(f"{w.pick(['h', 'v', 't', 's', 'rx(0.4)'])} {w.one(w.pick(qubits))};")
        if len(qubits) > 1 and w.chance(0.6):
            w.put("{} {}, {};".format(w.pick(["cnot", "cz", "iswap"]), *(w.one(q) for q in w.distinct(2))))
    terms = []
    for _ in range(w.rng.randint(1, 3)):
        chosen = w.distinct(w.rng.randint(1, min(2, len(qubits))))
        terms.append((w.pick([1, 2, -1, 0.5, -1.5]), " @ ".join(f"{w.pick('xyzh')}({w.single[q][0]})" for q in chosen)))
    text = " + ".join(f"{c} * {t}" for c, t in terms)
    everything = w.chance(0.5)
    w.put(f"#pragma braket result adjoint_gradient expectation({text}) "
          f"{'all' if everything else ', '.join(parameters)}")
    return {"terms": terms, "parameters": parameters, "all": everything}


if __name__ == "__main__":
    made = program(int(sys.argv[1]))
    print(f"// kind {made.kind}, method {made.method}, shots {made.shots}, inputs {made.inputs}")
    print(made.source, end="")
