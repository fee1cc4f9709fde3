# SPDX-License-Identifier: Apache-2.0
"""Random classical expressions for generate.py: what is in scope, and numbers, truth values and bits made from it.

An expression is finite by construction: divisors are positive literals, roots and logarithms have arguments above 0,
integers are reduced before they are stored. What Amazon's simulator can't evaluate is not written: comparisons of pi,
integer division by what floor() gives, functions of a gate's parameter inside the gate."""
import dataclasses
import random


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


class Expressions:
    """The program written so far, what is in scope, and expressions of it."""

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
