# SPDX-License-Identifier: Apache-2.0
"""What a random program asks for, for generate.py: results of every type, measurements at the end, and measurements in
the middle that decide something."""
import numpy as np

from quantum import Quantum


class Asks(Quantum):
    """Wanted results and measurements."""

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
        if kind.startswith("results"):
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
        elif form == "slice" and (wide_operand := self.wide_operand(2)):
            text = wide_operand[0]
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
                self.put(f"if ({name} > 0) {{ ry({self.number()}) {self.one(self.pick(self.single))}; }}")
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
