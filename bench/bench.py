#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench.py - Ketch beside Amazon's local simulator and qulacs, in one run on one machine.

usage: bench.py KETCH [--quick]

Absolute times say more about the machine than about the program, so each row ends in ratios: how many times longer the
other one took. Two tables: a small circuit from process start to exit, with the memory it took; and circuits of several
kinds and sizes inside a running process (Ketch's own elapsed_s, the others' call that simulates). All draw 1000 shots.
Medians of several runs; the same circuits for everybody.
"""
import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

SHOTS = 1000
AMAZON_PROCESS = '''
import sys
from braket.devices import LocalSimulator
from braket.ir.openqasm import Program
result = LocalSimulator().run(Program(source=open(sys.argv[1]).read()), shots=1000).result()
print(result.measurement_counts)
'''


# ---- circuits: lists of (gate, qubits, angles) ----

def ghz(n):
    return [('h', [0], [])] + [('cnot', [i, i + 1], []) for i in range(n - 1)]


def qft(n):
    gates = []
    for i in range(n):
        gates.append(('h', [i], []))
        gates += [('cphaseshift', [j, i], [math.pi / 2 ** (j - i)]) for j in range(i + 1, n)]
    return gates


def rand(n, layers=10):
    """Layers of random rotations on all qubits, and cnots on random pairs."""
    rng = random.Random(n)
    gates = []
    for _ in range(layers):
        gates += [(rng.choice(['rx', 'ry', 'rz']), [i], [rng.uniform(0, 6)]) for i in range(n)]
        order = rng.sample(range(n), n)
        gates += [('cnot', [a, b], []) for a, b in zip(order[::2], order[1::2])]
    return gates


def noisy(n):
    """A random circuit with a depolarizing channel behind every gate's first qubit."""
    gates = []
    for gate in rand(n, 3):
        gates += [gate, ('depolarizing', gate[1][:1], [0.01])]
    return gates


KINDS = {'ghz': ghz, 'qft': qft, 'rand': rand, 'noisy': noisy}


def to_qasm(gates, n):
    lines = ['OPENQASM 3.0;', f'bit[{n}] b;', f'qubit[{n}] q;']
    for name, qubits, angles in gates:
        places = ', '.join(f'q[{i}]' for i in qubits)
        words = f'({", ".join(repr(a) for a in angles)})' if angles else ''
        lines.append(f'#pragma braket noise {name}{words} {places}' if name == 'depolarizing'
                     else f'{name}{words} {places};')
    return '\n'.join(lines + ['b = measure q;', ''])


# ---- the three simulators: each gives seconds ----

def ketch_seconds(program, path):
    done = subprocess.run([program, 'run', path, '--shots', str(SHOTS), '--seed', '1', '--json'], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)['elapsed_s']


def amazon_seconds(gates, n, density):
    from braket.devices import LocalSimulator
    from braket.ir.openqasm import Program
    device = LocalSimulator('braket_dm' if density else 'braket_sv')
    program = Program(source=to_qasm(gates, n))
    start = time.perf_counter()
    device.run(program, shots=SHOTS).result()
    return time.perf_counter() - start


def qulacs_gates(gates):
    import qulacs
    import numpy
    makers = {'h': qulacs.gate.H, 'cnot': qulacs.gate.CNOT, 'depolarizing': qulacs.gate.DepolarizingNoise,
              'rx': qulacs.gate.RotX, 'ry': qulacs.gate.RotY, 'rz': qulacs.gate.RotZ}
    for name, qubits, angles in gates:
        if name == 'cphaseshift':
            phase = qulacs.gate.DenseMatrix(qubits[1], numpy.diag([1, numpy.exp(1j * angles[0])]))
            phase.add_control_qubit(qubits[0], 1)
            yield phase
        else:
            yield makers[name](*qubits, *angles)


def qulacs_seconds(gates, n, density):
    import qulacs
    circuit = qulacs.QuantumCircuit(n)
    for gate in qulacs_gates(gates):
        circuit.add_gate(gate)
    start = time.perf_counter()
    state = qulacs.DensityMatrix(n) if density else qulacs.QuantumState(n)
    circuit.update_quantum_state(state)
    state.sampling(SHOTS, 1)
    return time.perf_counter() - start


# ---- measuring and printing ----

def process(command, runs):
    """Median seconds from start to exit, and the largest resident size in MB."""
    times, peak = [], 0
    for _ in range(runs):
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        times.append(time.perf_counter() - start)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f'bench: {command} ended with {child.returncode}')
        peak = max(peak, usage.ru_maxrss / 1024)
    return statistics.median(times), peak


def shown(seconds):
    if seconds is None:
        return '-'
    return f'{seconds * 1e3:.2f} ms' if seconds < 1 else f'{seconds:.2f} s'


def ratio(other, ours):
    return '-' if other is None else f'{other / ours:.2f} x'


def table(title, head, rows):
    print(f'\n{title}\n')
    rows = [head] + rows
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for number, row in enumerate(rows):
        print('  '.join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))))
        if number == 0:
            print('  '.join('-' * w for w in widths))


def bench_process(program, folder, quick):
    rows = []
    for name, gates, n in (('Bell pair', ghz(2), 2), ('10 qubits', rand(10), 10)):
        path = os.path.join(folder, 'small.qasm')
        with open(path, 'w') as file:
            file.write(to_qasm(gates, n))
        ours, our_peak = process([program, 'run', path], 5 if quick else 21)
        other, other_peak = process([sys.executable, '-c', AMAZON_PROCESS, path], 1 if quick else 3)
        rows.append([name, shown(ours), f'{our_peak:.1f} MB', shown(other), f'{other_peak:.1f} MB', ratio(other, ours)])
    table(f'One process from start to exit, {SHOTS} shots',
          ['circuit', 'ketch', 'memory', 'Amazon', 'memory', 'Amazon/ketch'], rows)


def bench_circuits(program, folder, quick):
    sizes = {'ghz': (10, 16, 20, 24), 'qft': (10, 16, 20, 22), 'rand': (10, 16, 20, 22), 'noisy': (4, 6, 8, 10)}
    amazon_most = {'ghz': 20, 'qft': 16, 'rand': 18, 'noisy': 8}
    rows = []
    for kind, counts in sizes.items():
        for n in counts[:2] if quick else counts:
            gates = KINDS[kind](n)
            path = os.path.join(folder, 'circuit.qasm')
            with open(path, 'w') as file:
                file.write(to_qasm(gates, n))
            density = kind == 'noisy'
            ours = statistics.median(ketch_seconds(program, path) for _ in range(5))
            fast = statistics.median(qulacs_seconds(gates, n, density) for _ in range(5))
            amazon = amazon_seconds(gates, n, density) if n <= amazon_most[kind] else None
            rows.append([f'{kind} {n}', shown(ours), shown(amazon), shown(fast), ratio(amazon, ours), ratio(fast, ours)])
    table(f'Simulation alone, {SHOTS} shots (noisy: density matrix)',
          ['circuit', 'ketch', 'Amazon', 'qulacs', 'Amazon/ketch', 'qulacs/ketch'], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('ketch')
    parser.add_argument('--quick', action='store_true', help='few sizes, few runs')
    arguments = parser.parse_args()
    print(f'{os.cpu_count()} processors; times are medians; ratios above 1 mean that ketch is faster')
    with tempfile.TemporaryDirectory() as folder:
        bench_process(arguments.ketch, folder, arguments.quick)
        bench_circuits(arguments.ketch, folder, arguments.quick)


if __name__ == '__main__':
    main()
