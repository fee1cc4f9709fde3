# SPDX-License-Identifier: Apache-2.0
"""MQT Bench's circuits as Qiskit writes them, and what Qiskit itself says their outcomes are.

By hand, to see one:  python mqt_circuits.py NAME LEVEL
"""
import functools
import sys
import warnings

import numpy as np
from mqt.bench import BenchmarkLevel, get_benchmark
from mqt.bench.benchmarks import get_available_benchmark_names
from mqt.bench.targets import get_target_for_gateset
from qiskit import QuantumCircuit, qasm2, qasm3
from qiskit.circuit import ControlFlowOp
from qiskit.circuit.classical import expr
from qiskit.quantum_info import Operator

warnings.filterwarnings("ignore")

NAMES = get_available_benchmark_names()
LEVELS = ["alg", "indep", "native"]
# The least size that a benchmark takes is found by trying; these are the sizes tried, small first.
SIZES = [3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 17, 18]
QUBITS_MOST = 18  # beyond that nothing is compared here
NEGLIGIBLE = 1e-12


@functools.lru_cache(maxsize=None)
def circuit(name, level):
    """The benchmark's smallest circuit of at least 3 qubits."""
    failure = None
    for size in SIZES:
        try:
            return _build(name, level, size)
        except (ValueError, TypeError, KeyError, IndexError, AssertionError) as error:
            failure = error
    raise LookupError(f"no size of {name} at level {level} works: {failure}")


def _build(name, level, size):
    if level == "native":
        target = get_target_for_gateset("ibm_falcon", num_qubits=size)
        return get_benchmark(name, BenchmarkLevel.NATIVEGATES, size, target=target)
    return get_benchmark(name, BenchmarkLevel.ALG if level == "alg" else BenchmarkLevel.INDEP, size)


def text(made, version):
    """The circuit as Qiskit writes it; None when the language has no word for something in it."""
    try:
        return qasm3.dumps(made) if version == 3 else qasm2.dumps(made)
    except (qasm2.QASM2ExportError, qasm3.QASM3ExporterError, TypeError):  # TypeError: a gate with a matrix
        return None


def is_dynamic(made):
    """Whether something happens to a qubit behind its measurement, or depends on one."""
    measured = set()
    for item in made.data:
        if isinstance(item.operation, ControlFlowOp) or item.operation.name == "reset":
            return True
        if item.operation.name == "measure":
            measured.update(item.qubits)
        elif item.operation.name != "barrier" and measured.intersection(item.qubits):
            return True
    return False


def outcomes(made):
    """{bits: probability}: exact, by following every outcome of every measurement. Bits are those that were measured,
    register after register in order of declaration, element 0 first."""
    order = {bit: index for index, bit in enumerate(made.clbits)}
    state = np.zeros([2] * made.num_qubits, dtype=complex)
    state[(0,) * made.num_qubits] = 1
    seen, paths = set(), []
    _follow(list(made.data), {}, {}, 1.0, state, {q: i for i, q in enumerate(made.qubits)}, seen, paths)
    columns = sorted(order[bit] for bit in seen)
    result = {}
    for probability, bits in paths:
        known = {order[bit]: value for bit, value in bits.items()}
        word = "".join(str(known.get(column, 0)) for column in columns)
        result[word] = result.get(word, 0.0) + probability
    return result


def _follow(todo, bits, late, weight, state, index, seen, paths):
    """Follows the instructions in `todo`; adds (probability, bits) of each way through them to `paths`.

    late: measurements that nothing follows, as bit -> qubit; they are read from the last state together."""
    for at, item in enumerate(todo):
        operation, qubits, rest = item.operation, [index[q] for q in item.qubits], todo[at + 1:]
        if operation.name in ("barrier", "delay"):
            continue
        if operation.name == "measure" and _nothing_follows(item, rest):
            seen.add(item.clbits[0])
            late = {**late, item.clbits[0]: qubits[0]}
        elif operation.name in ("measure", "reset"):
            for outcome in (0, 1):
                part = np.take(state, outcome, axis=qubits[0])
                likely = float(np.sum(np.abs(part) ** 2))
                if likely < NEGLIGIBLE:
                    continue
                after, where = np.zeros_like(state), [slice(None)] * state.ndim
                where[qubits[0]] = 0 if operation.name == "reset" else outcome
                after[tuple(where)] = part / np.sqrt(likely)
                known = dict(bits)
                if operation.name == "measure":
                    seen.add(item.clbits[0])
                    known[item.clbits[0]] = outcome
                _follow(rest, known, late, weight * likely, after, index, seen, paths)
            return
        elif isinstance(operation, ControlFlowOp):
            block = _chosen(operation, bits)
            inner = []
            if block is not None:
                to = {**dict(zip(block.qubits, item.qubits)), **dict(zip(block.clbits, item.clbits))}
                inner = [i.replace(qubits=[to[q] for q in i.qubits], clbits=[to[c] for c in i.clbits])
                         for i in block.data]
            return _follow(inner + rest, bits, late, weight, state, index, seen, paths)
        elif qubits:
            state = _apply(Operator(operation).data, state, qubits)
    _finish(bits, late, weight, state, paths)


def _nothing_follows(item, rest):
    return not any(item.qubits[0] in i.qubits or item.clbits[0] in i.clbits or isinstance(i.operation, ControlFlowOp)
                   for i in rest if i.operation.name != "barrier")


def _apply(matrix, state, qubits):
    k = len(qubits)
    axes = qubits[::-1]  # Qiskit's first qubit is the least significant
    product = np.tensordot(matrix.reshape([2] * (2 * k)), state, axes=(list(range(k, 2 * k)), axes))
    return np.moveaxis(product, list(range(k)), axes)


def _finish(bits, late, weight, state, paths):
    axes = sorted(set(late.values()))
    spread = np.sum(np.abs(state) ** 2, axis=tuple(a for a in range(state.ndim) if a not in axes))
    for values in zip(*np.nonzero(spread > NEGLIGIBLE)) if axes else [()]:
        known = {bit: int(values[axes.index(axis)]) for bit, axis in late.items()}
        paths.append((weight * float(spread[values]), {**bits, **known}))


def _chosen(operation, bits):
    """The block of an if/else that runs with these bits; None when none does."""
    if operation.name != "if_else":
        raise NotImplementedError(operation.name)
    condition = operation.condition
    true = _value(condition, bits) if isinstance(condition, expr.Expr) else _read(condition[0], bits) == condition[1]
    blocks = operation.blocks
    return blocks[0] if true else (blocks[1] if len(blocks) > 1 else None)


def _read(target, bits):
    """A classical bit, or a register as a number."""
    return sum(bits.get(b, 0) << i for i, b in enumerate(target)) if hasattr(target, "size") else bits.get(target, 0)


def _value(node, bits):
    """Qiskit's classical expressions, as far as the benchmarks use them."""
    if isinstance(node, expr.Var):
        return _read(node.var, bits)
    if isinstance(node, expr.Value):
        return int(node.value)
    if isinstance(node, expr.Unary):
        inner = _value(node.operand, bits)
        return int(not inner) if node.op in (expr.Unary.Op.LOGIC_NOT, expr.Unary.Op.BIT_NOT) else NotImplemented
    if isinstance(node, expr.Binary):
        left, right = _value(node.left, bits), _value(node.right, bits)
        return int({
            expr.Binary.Op.BIT_AND: left & right, expr.Binary.Op.BIT_OR: left | right,
            expr.Binary.Op.BIT_XOR: left ^ right,
            expr.Binary.Op.LOGIC_AND: bool(left and right), expr.Binary.Op.LOGIC_OR: bool(left or right),
            expr.Binary.Op.EQUAL: left == right, expr.Binary.Op.NOT_EQUAL: left != right,
        }[node.op])
    raise NotImplementedError(type(node).__name__)


def probabilities(made):
    """Of every qubit of a circuit without its final measurements, first qubit most significant; up to a few qubits."""
    bare = made.remove_final_measurements(inplace=False)
    empty = QuantumCircuit(made.num_qubits, 0)
    index = {q: i for i, q in enumerate(made.qubits)}
    for item in bare.data:
        empty.append(item.operation, [index[q] for q in item.qubits])
    from qiskit.quantum_info import Statevector

    return Statevector(empty.reverse_bits()).probabilities()


if __name__ == "__main__":
    print(text(circuit(sys.argv[1], sys.argv[2]), 3))
