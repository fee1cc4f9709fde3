# SPDX-License-Identifier: Apache-2.0
"""Seeded random programs in Braket's dialect of OpenQASM 3.

program(seed) gives a Program that Amazon's local simulator accepts, by construction: names are declared before use and
only used in their scope, operands of a gate are distinct, indexes lie in range, loops end, numbers stay small. What the
simulator is known to get wrong is left out here, or written with a tag that known_errors.json explains; each such case
has a row of its own in test_peers_errors.py.

Run by hand to look at one:  python generate.py SEED
"""
import dataclasses
import random
import sys

import numpy as np

KINDS = {  # what a program asks for: share of all programs in percent
    "exact_sv": 30,  # shots = 0, state vector: results of every type
    "exact_dm": 14,  # shots = 0, density matrix: noise
    "counts_sv": 16,  # shots > 0: measurement at the end, all or part
    "counts_dm": 6,  # the same with noise
    "results_sv": 12,  # shots > 0: result types, basis rotations
    "feed_forward": 16,  # measurement in the middle that decides something
    "gradient": 6,  # shots = 0: adjoint gradient
}

ONE_QUBIT = ["i", "x", "y", "z", "h", "s", "si", "t", "ti", "v", "vi"]
ONE_ANGLE = ["rx", "ry", "rz", "phaseshift", "gpi", "gpi2"]
TWO_QUBIT = ["cnot", "cy", "cz", "cv", "swap", "iswap", "ecr"]
TWO_ANGLE = ["cphaseshift", "cphaseshift00", "cphaseshift01", "cphaseshift10", "pswap", "xy", "xx", "yy", "zz"]
THREE_QUBIT = ["ccnot", "cswap"]
GATES = (  # name, qubits, angles
    [(g, 1, 0) for g in ONE_QUBIT]
    + [(g, 1, 1) for g in ONE_ANGLE]
    + [("prx", 1, 2), ("U", 1, 3)]
    + [(g, 2, 0) for g in TWO_QUBIT]
    + [(g, 2, 1) for g in TWO_ANGLE]
    + [("ms", 2, 3)]
    + [(g, 3, 0) for g in THREE_QUBIT]
)
DIAGONAL = ["z", "s", "si", "t", "ti", "rz", "phaseshift", "cz", "cphaseshift", "zz", "i"]
NOISES = [  # name, qubits, most that each parameter may be
    ("bit_flip", 1, [0.5]), ("phase_flip", 1, [0.5]), ("pauli_channel", 1, [0.3, 0.3, 0.3]),
    ("depolarizing", 1, [0.75]), ("two_qubit_depolarizing", 2, [0.9]), ("two_qubit_dephasing", 2, [0.7]),
    ("amplitude_damping", 1, [1.0]), ("generalized_amplitude_damping", 1, [1.0, 1.0]), ("phase_damping", 1, [1.0]),
]


@dataclasses.dataclass
class Program:
    """A program and how it is to be run."""

    seed: int
    kind: str
    source: str
    inputs: dict
    method: str  # "sv" or "dm"
    shots: int
    gradient: dict | None = None  # for kind "gradient": {"terms", "parameters", "all"}


@dataclasses.dataclass
class Names:
    """What may be used at a place in the program. Copied for an inner block, so that its names die with it."""

    floats: list  # float variables
    fixed: list  # float constants and inputs: never assigned
    ints: list  # int and uint variables, each kept in -1000 .. 1000
    counters: list  # loop variables and constants: read only
    bools: list
    bits: dict  # bit registers that were given a value: name -> size
    arrays: dict  # name -> (kind, dimensions)

    def copy(self):
        return Names(*(type(v)(v) for v in (getattr(self, f.name) for f in dataclasses.fields(self))))


class Writer:
    def __init__(self, seed):
        self.seed = seed
        self.noisy = False  # for the density matrix, where Amazon's controlled gates have gaps: see modifiers()
        self.rng = random.Random(seed)
        self.lines = []
        self.indent = 0
        self.serial = 0
        self.inputs = {}
        self.names = Names([], [], [], [], [], {}, {})
        self.registers = {}  # qubit register or alias -> list of qubits (numbers over all registers)
        self.single = {}  # qubit -> texts that name it alone
        self.gates = []  # defined gates: (name, qubits, angles, commuting body, holds a gphase)
        self.functions = []  # defined subroutines: (name, list of parameter kinds, returns a float)
        self.depth = 0
        self.physical = False
        self.in_gate = False
        self.feeding = False

    # ---- small helpers ----
    def chance(self, p):
        return self.rng.random() < p

    def pick(self, items):
        return self.rng.choice(list(items))

    def new(self, prefix):
        self.serial += 1
        return f"{prefix}{self.serial}"

    def put(self, text):
        self.lines.append("    " * self.indent + text)

    def block(self, head, fill, tail="}"):
        """head { ... }: names declared inside are forgotten behind it."""
        outer, self.names = self.names, self.names.copy()
        self.put(head + " {")
        self.indent += 1
        self.depth += 1
        fill()
        self.depth -= 1
        self.indent -= 1
        self.put(tail)
        self.names = outer

    # ---- expressions ----
    def number(self):
        return f"{self.rng.uniform(-3.2, 3.2):.{self.pick([1, 3, 9])}f}"

    def float_atom(self):
        roll = self.rng.random()
        named = self.names.floats + self.names.fixed
        if roll < 0.3 and named:
            return self.pick(named)
        if roll < 0.42:
            return self.pick(["pi", "π", "tau", "τ", "euler", "ℇ", "pi/2", "pi / 4", "3*pi/8", "-pi/3"])
        floats = [n for n, (kind, _) in self.names.arrays.items() if kind == "float"]
        if roll < 0.5 and floats:
            return self.element(self.pick(floats))
        if roll < 0.56 and self.names.ints + self.names.counters:
            return f"{self.pick(self.names.ints + self.names.counters)} * {self.rng.uniform(-0.1, 0.1):.4f}"
        callable_ = [f for f in self.functions if f[1] == ["float"] and f[2]]
        if roll < 0.6 and callable_ and self.depth < 3:
            return f"{self.pick(callable_)[0]}({self.number_positive()})"
        return self.number()

    def number_positive(self):
        return f"{self.rng.uniform(0.05, 3):.4f}"

    def float_expr(self, depth=2):
        """A finite real expression of any size up to about 1e3."""
        if depth == 0 or self.chance(0.35):
            return self.float_atom()
        inner = self.float_expr(depth - 1)
        roll = self.rng.random() * (0.65 if self.in_gate else 1)  # there functions of a parameter are refused
        if roll < 0.45:
            return f"({inner} {self.pick('+-*')} {self.float_expr(depth - 1)})"
        if roll < 0.55:
            return f"({inner}) / {self.number_positive()}"
        if roll < 0.6:
            return f"({inner}) ** 2"
        if roll < 0.65:
            return f"-({inner})"
        return self.pick([
            "sin({0})", "cos({0})", "arctan({0})", "exp(sin({0}))", "log(1.5 + cos({0}))", "sqrt(2.0 + sin({0}))",
            "arcsin(0.9 * sin({0}))", "arccos(0.9 * cos({0}))", "tan(0.7 * sin({0}))", "mod({0}, 2.5)",
            "float(0.5) * cos({0})", "float[64](sin({0}))", "floor({0}) * 0.25", "ceiling({0}) * 0.25",
        ]).format(inner)

    def int_atom(self):
        roll = self.rng.random()
        named = self.names.ints + self.names.counters
        if roll < 0.5 and named:
            return self.pick(named)
        if roll < 0.6 and self.names.bits:
            name = self.pick(self.names.bits)
            return self.pick([f"popcount({name})", f"sizeof({name})", f"uint[{self.names.bits[name]}]({name})"])
        whole = [n for n, (kind, _) in self.names.arrays.items() if kind == "int"]
        if roll < 0.72 and whole:
            name = self.pick(whole)
            return self.pick([self.element(name), f"sizeof({name})", f"sizeof({name}, 0)"])
        if roll < 0.76 and self.names.bools:
            return f"int[8]({self.pick(self.names.bools)})"
        return self.pick([str(self.rng.randint(0, 9)), "0b101", "0x1F", "0o17", "1_0", "popcount(13)"])

    def int_expr(self, depth=2):
        if depth == 0 or self.chance(0.4):
            return self.int_atom()
        a, b = self.int_expr(depth - 1), self.int_expr(depth - 1)
        return self.pick([
            f"({a} + {b})", f"({a} - {b})", f"({a} * {self.rng.randint(0, 5)})", f"({a}) % {self.rng.randint(2, 9)}",
            f"({a}) / {self.rng.randint(2, 5)}", f"({a}) ** 2", f"-({a})", f"int[16]({a})", f"uint[6]({a})",
            f"int[32]({self.pick(self.names.floats + ['2.75', '-3.25'])})", f"mod({a}, 5)",
        ])

    def bool_expr(self, depth=2):
        roll = self.rng.random()
        if depth > 0 and roll < 0.4:
            a, b = self.bool_expr(depth - 1), self.bool_expr(depth - 1)
            return self.pick([f"({a} && {b})", f"({a} || {b})", f"!({a})", f"({a} == {b})", f"({a} ^ {b})",
                              f"({a} & {b})", f"({a} | {b})"])
        if roll < 0.5 and self.names.bools:
            return self.pick(self.names.bools)
        if roll < 0.6 and self.names.bits:
            name = self.pick(self.names.bits)
            other = self.pick([n for n in self.names.bits if self.names.bits[n] == self.names.bits[name]])
            return self.pick([f"({name} == {other})", f"({name} < {other})", f"({name} != ~{other})",
                              f"bool({self.bit_index(name)})"])
        if roll < 0.7 and self.names.floats:
            return f"({self.pick(self.names.floats)} {self.pick(['<', '>', '<=', '>='])} {self.number()})"
        if roll < 0.78:
            return self.pick(["true", "false", "bool(1)", "bool(0)"])
        return f"({self.int_expr(1)} {self.pick(['<', '>', '<=', '>=', '==', '!='])} {self.int_expr(1)})"

    def bit_index(self, name):
        size = self.names.bits[name]
        return f"{name}[{self.rng.randrange(-size, size)}]"

    def element(self, name):
        _, dims = self.names.arrays[name]
        indexes = [self.rng.randrange(-d, d) for d in dims]
        if len(dims) == 2 and self.chance(0.5):
            return f"{name}[{indexes[0]}][{indexes[1]}]"
        return f"{name}[{', '.join(map(str, indexes))}]"

    # ---- qubits ----
    def declare_qubits(self, total):
        self.physical = self.chance(0.12)
        if self.physical:
            labels = sorted(self.rng.sample(range(total + 2), total))
            for qubit, label in enumerate(labels):
                self.single[qubit] = [f"${label}"]
            return
        sizes, left = [], total
        while left:
            sizes.append(self.rng.randint(1, left))
            left -= sizes[-1]
        qubit = 0
        for size in sizes:
            name = self.new("q")
            form = self.pick([f"qubit[{size}] {name};", f"qubit[{size}] {name};", f"qreg {name}[{size}];"])
            if size == 1 and self.chance(0.5):
                form = f"qubit {name};"
            elif self.chance(0.15):
                const = self.new("n")
                self.put(f"const int {const} = {size};")
                self.names.counters.append(const)
                form = f"qubit[{const}] {name};"
            self.put(form)
            self.register(name, list(range(qubit, qubit + size)))
            qubit += size

    def register(self, name, qubits):
        self.registers[name] = qubits
        for index, qubit in enumerate(qubits):
            self.single.setdefault(qubit, []).append(f"{name}[{index}]")
            self.single[qubit].append(f"{name}[{index - len(qubits)}]")
        if len(qubits) == 1:
            self.single[qubits[0]].append(name)

    def alias(self):
        wide = list(self.registers)
        if self.physical or not wide:
            return
        name, first = self.new("l"), self.pick(wide)
        others = [r for r in wide if not set(self.registers[r]) & set(self.registers[first])]
        if others and self.chance(0.7):
            second = self.pick(others)
            self.put(f"let {name} = {first} ++ {second};")
            self.register(name, self.registers[first] + self.registers[second])
        else:
            self.put(f"let {name} = {first};")
            self.register(name, self.registers[first])

    def one(self, qubit):
        return self.pick(self.single[qubit])

    def plain(self, qubit):
        """For a pragma, whose targets Amazon's simulator wants without a sign."""
        return self.pick([text for text in self.single[qubit] if "-" not in text])

    def distinct(self, count, among=None):
        return self.rng.sample(sorted(among if among is not None else self.single), count)

    def wide_operand(self, size):
        """A slice or set of a register with `size` >= 2 distinct qubits; (text, qubits), or None."""
        fitting = [r for r, qubits in self.registers.items() if len(qubits) >= size]
        if not fitting:
            return None
        name = self.pick(fitting)
        qubits = self.registers[name]
        if len(qubits) == size and self.chance(0.5):
            return name, qubits
        if self.chance(0.5):
            indexes = self.rng.sample(range(len(qubits)), size)
            return f"{name}[{{{', '.join(map(str, indexes))}}}]", [qubits[i] for i in indexes]
        step = self.pick([1, 1, 2])
        start = self.rng.randrange(0, max(1, len(qubits) - (size - 1) * step))
        chosen = qubits[start::step][:size]
        if len(chosen) < size:
            return None
        end = start + (size - 1) * step
        return f"{name}[{start}:{end}]" if step == 1 else f"{name}[{start}:{step}:{end}]", chosen

    # ---- gates ----
    def angles(self, count):
        return "" if not count else "(" + ", ".join(self.float_expr(1) for _ in range(count)) + ")"

    def modifiers(self, room, powers=True, inverse=True):
        """Modifier text and how many controls it adds; at most `room` controls.

        Amazon's density matrix mixes up ctrl and negctrl on one gate, and corrupts its heap on controlled gates of two
        qubits (known_errors.json); there all controls are alike and callers leave no room on such gates."""
        text, controls = "", 0
        signs = [self.pick(["ctrl", "negctrl"])] if self.noisy else ["ctrl", "negctrl"]
        for _ in range(self.pick([1, 1, 1, 2, 2, 3])):
            kinds = ["inv"] * inverse + ["pow"] * powers + signs * (controls < room)
            if not kinds:
                break
            kind = self.pick(kinds)
            if kind == "inv":
                text += "inv @ "
            elif kind == "pow":
                text += f"pow({self.pick(['2', '0.5', '-1', '1/2', '-0.3', '3', '1.7', '0', '-2', '1/3.0'])}) @ "
            else:
                count = self.rng.randint(1, min(2, room - controls))
                text += f"{kind}({count}) @ " if count > 1 or self.chance(0.2) else f"{kind} @ "
                controls += count
        return text, controls

    def gate_choice(self, among):
        name, qubits, angles = self.pick([g for g in GATES if g[1] <= among])
        if name == "ms" and self.chance(0.3):
            angles = 2
        return name, qubits, angles

    def gate(self, among=None):
        """One gate on distinct qubits, or on registers element by element."""
        free = sorted(among if among is not None else self.single)
        roll = self.rng.random()
        if among is None and not self.physical and roll < 0.2 and self.broadcast():
            return
        if roll < 0.28:
            return self.phase(free)
        defined = [g for g in self.gates if g[1] <= len(free)]
        if roll < 0.42 and defined:
            name, qubits, angles, commuting, phased = self.pick(defined)
            text, controls = "", 0
            if self.chance(0.4):
                room = 0 if phased or self.noisy else len(free) - qubits
                text, controls = self.modifiers(room, powers=commuting and not phased, inverse=not phased)
        else:
            name, qubits, angles = self.gate_choice(len(free))
            text, controls = "", 0
            if self.chance(0.35):
                text, controls = self.modifiers(0 if self.noisy and qubits > 1 else len(free) - qubits)
        operands = ", ".join(self.one(q) for q in self.distinct(qubits + controls, free))
        self.put(f"{text}{name}{self.angles(angles)} {operands};")

    def broadcast(self):
        size = self.rng.randint(2, 3)
        first = self.wide_operand(size)
        if not first:
            return False
        if self.chance(0.5):
            name, angles = self.pick([(g, 0) for g in ONE_QUBIT] + [(g, 1) for g in ONE_ANGLE])
            modifier = self.pick(["", "", "", "inv @ ", "pow(0.5) @ "])
            self.put(f"{modifier}{name}{self.angles(angles)} {first[0]};")
            return True
        second = self.wide_operand(size)
        if second and not set(second[1]) & set(first[1]):
            name, angles = self.pick([(g, 0) for g in TWO_QUBIT] + [(g, 1) for g in TWO_ANGLE])
            self.put(f"{name}{self.angles(angles)} {first[0]}, {second[0]};")
            return True
        rest = set(self.single) - set(first[1])
        if not rest:
            return False
        lone = self.one(self.pick(sorted(rest)))
        pair = [lone, first[0]] if self.chance(0.5) else [first[0], lone]
        self.put(f"{self.pick(['cnot', 'cz', 'ctrl @ ry(0.7)', 'negctrl @ x'])} {', '.join(pair)};")
        return True

    def phase(self, free):
        if self.chance(0.4):
            return self.put(f"{self.pick(['', 'inv @ '])}gphase({self.float_expr(1)});")
        count = self.rng.randint(1, min(3, len(free)))
        if self.feeding:  # a counted control loses a count each time Amazon's simulator passes here on another path
            text = "ctrl @ " * count
        else:
            text = f"ctrl({count}) @ " if self.noisy else {1: "ctrl @ ", 2: self.pick(["ctrl(2) @ ", "negctrl @ ctrl @ ", "ctrl @ ctrl @ "]),
                3: self.pick(["ctrl(3) @ ", "negctrl(2) @ ctrl @ ", "ctrl @ negctrl @ ctrl @ "])}[count]
        operands = ", ".join(self.one(q) for q in self.distinct(count, free))
        self.put(f"{self.pick(['', 'inv @ '])}{text}gphase({self.float_expr(1)}) {operands};")

    def define_gate(self):
        name, qubits, angles = self.new("g"), self.rng.randint(1, 3), self.rng.randint(0, 2)
        commuting, phased = self.chance(0.4), self.chance(0.15)
        operands = [self.new("t") for _ in range(qubits)]
        parameters = [self.new("p") for _ in range(angles)]
        # Inside a gate only its parameters and constants exist.
        outer = (self.names, self.single, self.registers, self.functions)
        self.names = Names([], parameters[:], [], [], [], {}, {})
        self.single = {i: [t] for i, t in enumerate(operands)}
        self.registers, self.functions = {}, []
        head = f"gate {name}" + (f"({', '.join(parameters)})" if parameters else "") + f" {', '.join(operands)}"
        self.put(head + " {")
        self.indent += 1
        self.in_gate = True
        for _ in range(self.rng.randint(1, 4)):
            if commuting:
                gate = self.pick([g for g in GATES if g[0] in DIAGONAL and g[1] <= qubits])
                self.put(f"{gate[0]}{self.angles(gate[2])} "
                         f"{', '.join(self.one(q) for q in self.distinct(gate[1]))};")
                continue
            inner = [g for g in self.gates if g[1] <= qubits and not g[4]]
            if inner and self.chance(0.3):
                other = self.pick(inner)
                text, controls = self.modifiers(
                    0 if self.noisy else qubits - other[1], powers=False) if self.chance(0.4) else ("", 0)
                self.put(f"{text}{other[0]}{self.angles(other[2])} "
                         f"{', '.join(self.one(q) for q in self.distinct(other[1] + controls))};")
                continue
            gate = self.gate_choice(qubits)
            room = 0 if self.noisy and gate[1] > 1 else qubits - gate[1]
            text, controls = self.modifiers(room) if self.chance(0.3) else ("", 0)
            self.put(f"{text}{gate[0]}{self.angles(gate[2])} "
                     f"{', '.join(self.one(q) for q in self.distinct(gate[1] + controls))};")
        if phased:
            self.put(f"gphase({self.float_expr(1)});")
        self.in_gate = False
        self.indent -= 1
        self.put("}")
        self.names, self.single, self.registers, self.functions = outer
        self.gates.append((name, qubits, angles, commuting, phased))

    def define_function(self):
        name = self.new("f")
        outer = (self.names, self.single, self.registers, self.functions)
        form = self.pick(["float", "gate", "wide", "array", "int"])
        self.names = Names([], [], [], [], [], {}, {})
        self.functions = []
        if form == "float":  # a calculation
            self.names.floats = ["x"]
            self.put(f"def {name}(float x) -> float {{")
            self.put(f"    float y = {self.float_expr(2)};")
            self.put("    x = x * 0.5;")
            self.put("    return x + y * 0.1;")
            kinds, returns = ["float"], True
        elif form == "int":  # classical control inside
            self.names.counters = ["n", "k"]
            self.put(f"def {name}(int n, qubit a) {{")
            self.single, self.registers = {0: ["a"]}, {}
            self.indent += 1
            self.block("for int k in [0:n]", lambda: self.gate([0]))
            self.indent -= 1
            kinds, returns = ["int", 1], False
        elif form == "array":  # an array that the subroutine changes
            self.put(f"def {name}(mutable array[float[64], 3] v, qubit a) {{")
            self.put("    v[1] = v[0] + 0.25;")
            self.put("    v[2] = v[1] * 0.5;")
            self.put("    rx(v[2]) a;")
            kinds, returns = ["array", 1], False
        else:
            width = 1 if form == "gate" else 2
            self.names.fixed = ["w"]
            self.put(f"def {name}({'qubit a' if width == 1 else 'qubit[2] a'}, float w) {{")
            self.single = {0: ["a"]} if width == 1 else {0: ["a[0]"], 1: ["a[1]"]}
            self.registers = {}
            self.indent += 1
            for _ in range(self.rng.randint(1, 3)):
                self.gate(sorted(self.single))
            if width == 2:
                self.put(f"{self.pick(['h', 'x', 't', 'rx(w)'])} a;")
            self.indent -= 1
            kinds, returns = [width, "float"], False
        self.put("}")
        self.names, self.single, self.registers, self.functions = outer
        self.functions.append((name, kinds, returns))

    def call(self):
        usable = []
        for name, kinds, returns in self.functions:
            if "array" in kinds and not any(a == ("float", [3]) for a in self.names.arrays.values()):
                continue
            if 2 in kinds and (self.physical or not self.wide_operand(2)):
                continue
            if not returns:
                usable.append((name, kinds))
        if not usable:
            return self.gate()
        name, kinds = self.pick(usable)
        arguments = []
        for kind in kinds:
            if kind == "float":
                arguments.append(self.pick([self.number()] + self.names.floats + self.names.fixed))
            elif kind == "int":
                arguments.append(str(self.rng.randint(0, 3)))
            elif kind == "array":
                arguments.append(self.pick([n for n, a in self.names.arrays.items() if a == ("float", [3])]))
            elif kind == 1:
                arguments.append(self.one(self.pick(self.single)))
            else:
                wide = [r for r, qubits in self.registers.items() if len(qubits) == 2]
                if not wide:
                    return self.gate()
                arguments.append(self.pick(wide))
        self.put(f"{name}({', '.join(arguments)});")

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
                self.put(self.pick([f"{name} += 3;", f"{name} *= 2;", f"{name} -= 1;", f"{name} /= 2;", f"{name} %= 7;"]))
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
            self.block(f"if ({condition})", body, "}" if self.chance(0) else "} else {")
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

    def matrix(self, rows):
        def entry(z):
            return self.pick([f"{z.real:.16f}{z.imag:+.16f}im"]) if z.imag else f"{z.real:.16f}"
        return "[" + ", ".join("[" + ", ".join(entry(complex(z)) for z in row) + "]" for row in rows) + "]"

    def random_unitary(self, size):
        numbers = np.random.default_rng(self.rng.getrandbits(32))
        q, r = np.linalg.qr(numbers.normal(size=(size, size)) + 1j * numbers.normal(size=(size, size)))
        return q * (np.diag(r) / np.abs(np.diag(r)))

    def unitary(self):
        count = self.rng.randint(1, min(3, len(self.single)))
        targets = ", ".join(self.plain(q) for q in self.distinct(count))
        self.put(f"#pragma braket unitary({self.matrix(self.random_unitary(2 ** count))}) {targets}")

    def noise(self):
        if self.chance(0.2):
            count = self.rng.randint(1, min(2, len(self.single)))
            size, many = 2 ** count, self.rng.randint(2, 3)
            isometry = self.random_unitary(size * many)[:, :size]
            matrices = ", ".join(self.matrix(isometry[i * size:(i + 1) * size]) for i in range(many))
            targets = ", ".join(self.plain(q) for q in self.distinct(count))
            return self.put(f"#pragma braket noise kraus({matrices}) {targets}")
        name, count, most = self.pick([n for n in NOISES if n[1] <= len(self.single)])
        numbers = ", ".join(f"{self.rng.uniform(0.01, m):.4f}" for m in most)
        return self.put(f"#pragma braket noise {name}({numbers}) "
                        f"{', '.join(self.plain(q) for q in self.distinct(count))}")

    # ---- wanted results ----
    def hermitian(self, count):
        numbers = np.random.default_rng(self.rng.getrandbits(32))
        a = numbers.normal(size=(2 ** count, 2 ** count)) + 1j * numbers.normal(size=(2 ** count, 2 ** count))
        return self.matrix(np.round((a + a.conj().T) / 2, 6))

    def observable(self, exact, basis=None):
        """Text of an observable. basis: qubit -> factor already asked for there; with shots they must agree."""
        free = [q for q in self.single if basis is None or q not in basis]
        if not free:
            return None
        qubits = self.distinct(self.rng.randint(1, min(3, len(free))), free)
        factors = []
        while qubits:
            if self.chance(0.2):
                count = min(len(qubits), self.rng.randint(1, 2))
                targets = [qubits.pop() for _ in range(count)]
                factors.append(f"hermitian({self.hermitian(count)}) {', '.join(self.plain(q) for q in targets)}")
            else:
                targets = [qubits.pop()]
                factors.append(f"{self.pick('xyzhi')}({self.plain(targets[0])})")
            if basis is not None:
                for q in targets:
                    basis[q] = factors[-1]
        # A matrix in front of other factors would take them for its targets: it goes last, alone of its kind.
        matrices = [f for f in factors if f.startswith("hermitian")]
        return " @ ".join([f for f in factors if not f.startswith("hermitian")] + matrices[:1]) or None

    def results(self, kind):
        if kind == "results_sv":
            basis = {}
            for _ in range(self.rng.randint(1, 3)):
                observable = self.observable(False, basis)
                if observable:
                    self.put(f"#pragma braket result {self.pick(['expectation', 'variance', 'sample'])} {observable}")
            if not basis or self.chance(0.3):
                self.put("#pragma braket result probability" + self.pick(["", " all", " " + self.targets()]))
            elif self.chance(0.15) and all(t[0] == "z" for t in basis.values()):
                self.put("#pragma braket result expectation z all")
            return
        for _ in range(self.rng.randint(1, 3)):
            forms = ["probability", "density_matrix", "expectation", "variance", "expectation", "all"]
            if kind == "exact_sv":
                forms += ["state_vector", "amplitude", "state_vector"]
            form = self.pick(forms)
            if form == "state_vector":
                self.put("#pragma braket result state_vector")
            elif form == "amplitude":
                states = ['"' + "".join(self.pick("01") for _ in self.single) + '"' for _ in range(2)]
                self.put(f"#pragma braket result amplitude {', '.join(dict.fromkeys(states))}")
            elif form == "all":
                self.put(f"#pragma braket result {self.pick(['expectation', 'variance'])} {self.pick('xyzh')} all")
            elif form in ("probability", "density_matrix"):
                if form == "density_matrix" and len(self.single) > 4:
                    self.put(f"#pragma braket result density_matrix {self.targets()}")
                else:
                    self.put(f"#pragma braket result {form}" + self.pick(["", " all", " " + self.targets()]))
            else:
                self.put(f"#pragma braket result {form} {self.observable(True)}")

    def targets(self):
        qubits = self.distinct(self.rng.randint(1, min(3, len(self.single))))
        return ", ".join(self.plain(q) for q in qubits)

    # ---- measurements ----
    def measure(self):
        """Measurement at the end: everything, part of it, with or without a destination, in any order."""
        total = len(self.single)
        form = self.pick(["none", "bare", "bare register", "whole", "elements", "elements", "arrow", "slice", "bit"])
        wide = {r: q for r, q in self.registers.items()}
        if form == "none":
            return
        if form == "bare" or (self.physical and form in ("bare register", "whole", "slice")):
            for q in self.distinct(self.rng.randint(1, total)):
                self.put(f"measure {self.one(q)};")
        elif form == "bare register":
            self.put(f"measure {self.pick(wide)};")
        elif form in ("whole", "arrow") and wide:
            name = self.pick(wide)
            size = len(wide[name])
            self.put(f"bit[{size}] b;" if form == "whole" else f"creg b[{size}];")
            self.put(f"b = measure {name};" if form == "whole" else f"measure {name} -> b;")
        elif form == "slice" and self.wide_operand(2):
            text, _ = self.wide_operand(2)
            self.put("bit[4] b;")
            self.put(f"b[{self.pick(['1:2', '0:2:2', '{3, 0}', '2:3'])}] = measure {text};")
        elif form == "bit":
            self.put(f"bit b = measure {self.one(self.pick(self.single))};")
        else:
            extra = self.rng.randint(0, 2)
            qubits = self.distinct(self.rng.randint(1, total))
            places = self.rng.sample(range(len(qubits) + extra), len(qubits))
            self.put(f"bit[{len(qubits) + extra}] b;")
            for q, place in zip(qubits, places):
                self.put(f"b[{place}] = measure {self.one(q)};" if self.chance(0.7)
                         else f"measure {self.one(q)} -> b[{place}];")

    def feed_forward(self):
        """A program that decides by measured bits. Conditions keep to what the simulator evaluates path by path."""
        total = len(self.single)
        size = self.rng.randint(2, 3)
        self.put(f"bit[{size}] b;")
        known = []

        def gates():
            for _ in range(self.rng.randint(1, 2)):
                self.gate(sorted(self.single))

        for step in range(self.rng.randint(1, 3)):
            place, qubit = self.rng.randrange(size), self.pick(self.single)
            self.put(f"b[{place}] = measure {self.one(qubit)};")
            known.append(place)
            bit = f"b[{self.pick(known)}]"
            form = self.pick(["if", "if", "else", "equal", "sum", "count", "for", "while", "reset", "copy"])
            if form == "if":
                self.block(f"if ({bit})", gates)
            elif form == "equal":
                self.block(f"if ({bit} == {self.pick('01')})", gates)
            elif form == "sum" and len(set(known)) > 1:
                a, c = self.rng.sample(sorted(set(known)), 2)
                self.block(f"if (b[{a}] + b[{c}] {self.pick(['> 0', '== 1', '> 1'])})", gates)
            elif form == "count":
                name = self.new("s")
                self.put(f"int {name} = 0;")
                self.block(f"if ({bit} == 1)", lambda: self.put(f"{name} = {name} + {self.rng.randint(1, 3)};"))
                self.put(f"rx({name} * 0.7) {self.one(self.pick(self.single))};" if False else
                         f"if ({name} > 0) {{ ry({self.number()}) {self.one(self.pick(self.single))}; }}")
            elif form == "for":
                self.block(f"for int {self.new('i')} in [0:1]",
                           lambda: (self.put(f"b[{place}] = measure {self.one(qubit)};"),
                                    self.block(f"if (b[{place}])", lambda: self.put(f"h {self.one(qubit)};"))))
            elif form == "while":
                name = self.new("w")
                self.put(f"int {name} = 0;")
                self.block(f"while ({name} < 2)",
                           lambda: (self.put(f"{name} += 1;"),
                                    self.put(f"b[{place}] = measure {self.one(qubit)};"),
                                    self.block(f"if (b[{place}] == 1)", gates)))
            elif form == "reset":
                self.put(f"if ({f'b[{place}]'}) x {self.one(qubit)};")
                self.put(f"h {self.one(qubit)};")
            else:
                self.block(f"if ({bit})", gates, "} else {")
                self.indent += 1
                gates()
                self.indent -= 1
                self.put("}")
            gates()
        if total > 1 and self.chance(0.3):
            key = self.rng.randint(0, 3)
            first, second = self.distinct(2)
            self.put(f"measure_ff({key}) {self.one(first)};")
            self.put(f"cc_prx({self.number()}, {self.number()}, {key}) {self.one(second)};")
        for place in range(size):
            if self.chance(0.6):
                self.put(f"b[{place}] = measure {self.one(self.pick(self.single))};")

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
    w.feeding = kind == "feed_forward"
    gradient = None
    w.prologue(w.rng.randint(1, 3 if noisy else 5))  # two-qubit gates on 4 qubits fail in Amazon's density matrix
    if kind == "gradient":
        gradient = gradient_body(w)
    else:
        if kind == "exact_sv" or w.chance(0.7):  # every qubit takes part, so an amplitude's length is known
            for q in sorted(w.single):
                w.put(f"{w.pick(['h', 'ry(0.4)', 'rx(1.1)', 'v'])} {w.one(q)};")
        w.some(3, 6 if kind == "feed_forward" else 10, noisy)
        if kind == "feed_forward":
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
