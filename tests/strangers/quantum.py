# SPDX-License-Identifier: Apache-2.0
"""Random gates for generate.py: registers and the ways to name a qubit, gates with modifiers, definitions, subroutines,
matrices and noise. The operands of a gate are distinct by construction, under whatever names."""
import numpy as np

from expressions import Expressions, Names

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

WHOLE_POWERS = ["2", "-1", "3", "0", "-2"]
POWERS = WHOLE_POWERS + ["0.5", "1/2", "-0.3", "1.7", "1/3.0"]


class Quantum(Expressions):
    """Registers, gates, definitions of gates and subroutines."""

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

    def modifiers(self, room, powers=POWERS, inverse=True):
        """Modifier text and how many controls it adds; at most `room` controls.

        A fractional power is not put on a defined gate: Amazon's simulator takes it of each gate in the body.
        Amazon's density matrix mixes up ctrl and negctrl on one gate, and corrupts its heap on controlled gates of two
        qubits (known_errors.json); there all controls are alike and callers leave no room on such gates."""
        text, controls = "", 0
        signs = [self.pick(["ctrl", "negctrl"])] if self.noisy else ["ctrl", "negctrl"]
        for _ in range(self.pick([1, 1, 1, 2, 2, 3])):
            kinds = ["inv"] * inverse + ["pow"] * bool(powers) + signs * (controls < room)
            if not kinds:
                break
            kind = self.pick(kinds)
            if kind == "inv":
                text += "inv @ "
            elif kind == "pow":
                text += f"pow({self.pick(powers)}) @ "
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
                text, controls = self.modifiers(
                    room, powers=WHOLE_POWERS if commuting and not phased else (), inverse=not phased)
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
            mixed = {1: ["ctrl @ "], 2: ["ctrl(2) @ ", "negctrl @ ctrl @ ", "ctrl @ ctrl @ "],
                     3: ["ctrl(3) @ ", "negctrl(2) @ ctrl @ ", "ctrl @ negctrl @ ctrl @ "]}[count]
            text = f"ctrl({count}) @ " if self.noisy else self.pick(mixed)
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
                    0 if self.noisy else qubits - other[1], powers=()) if self.chance(0.4) else ("", 0)
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

    # ---- matrices and noise ----
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
