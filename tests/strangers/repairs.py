# SPDX-License-Identifier: Apache-2.0
"""The known errors of Amazon's simulator 1.41.2 that random programs meet, each with a repair.

data/known_errors.json says for each what is wrong and why. When ketch and the simulator disagree on a program, the
simulator is run again with repairs: a mismatch is the reference's fault only if repairing errors of this list, and
nothing else, makes the two agree. Errors that crash it, or that need no random program to show, are left out by
generate.py and have a row in data/peers.json.
"""
import contextlib
from unittest import mock

import numpy as np
from braket.default_simulator import (
    density_matrix_simulation,
    linalg_utils,
    operation,
)
from braket.default_simulator.simulation_strategies import single_operation_strategy

_CNOT, _SWAP = np.eye(4)[[0, 1, 3, 2]], np.eye(4)[[0, 2, 1, 3]]
_multiply = linalg_utils.multiply_matrix


def _copying(state, matrix, targets, controls=(), control_state=(), out=None, dispatcher=None,
             return_swap_info=False, gate_type=None):
    """lost-controlled-gate: works on a copy of the controlled part and puts it back, whatever its memory layout."""
    if not controls:
        return _multiply(state, matrix, targets, controls, control_state, out, dispatcher, return_swap_info, gate_type)
    out = np.zeros_like(state, dtype=complex) if out is None else out
    part = [slice(None)] * state.ndim
    for qubit, value in zip(controls, control_state or (1,) * len(controls)):
        part[qubit] = slice(1, None) if value else slice(None, 1)
    # One axis for the target side each, in an order that reshape can keep.
    inner = np.ascontiguousarray(state[tuple(part)])
    k = len(targets)
    product = np.tensordot(np.reshape(matrix, [2] * (2 * k)), inner, axes=(range(k, 2 * k), targets))
    np.copyto(out, state)
    out[tuple(part)] = np.moveaxis(product, range(k), targets)
    return (out, True) if return_swap_info else out


def _by_matrix(state, matrix, targets, controls=(), control_state=(), out=None, dispatcher=None,
               return_swap_info=False, gate_type=None):
    """power-ignored: cnot and swap are only what their name says when their matrix is."""
    if gate_type in ("cx", "swap") and not np.allclose(matrix, _CNOT if gate_type == "cx" else _SWAP):
        gate_type = None
    return _multiply(state, matrix, targets, controls, control_state, out, dispatcher, return_swap_info, gate_type)


def _both(state, matrix, targets, controls=(), control_state=(), out=None, dispatcher=None, return_swap_info=False,
          gate_type=None):
    if controls:
        return _copying(state, matrix, targets, controls, control_state, out, dispatcher, return_swap_info)
    return _by_matrix(state, matrix, targets, controls, control_state, out, dispatcher, return_swap_info, gate_type)


def _principal(matrix, power):
    """power-branch: an eigenvalue -1 has the argument +pi, not -pi after a rounding error."""
    values, vectors = np.linalg.eig(np.asarray(matrix, dtype=complex))
    vectors, _ = np.linalg.qr(vectors)  # the matrix is unitary: equal eigenvalues get orthogonal vectors
    values = np.diag(vectors.conj().T @ matrix @ vectors)
    angles = np.angle(values)
    angles[angles < -np.pi + 1e-9] = np.pi
    return vectors @ np.diag(np.exp(1j * angles * power)) @ vectors.conj().T


def _permutation(targets):
    """cyclic-targets: the permutation itself, not its inverse."""
    count = len(targets)
    order = np.argsort(targets)
    states = np.array([[index >> (count - 1 - bit) & 1 for bit in range(count)] for index in range(2 ** count)])
    return np.ravel_multi_index(states[:, order].T, [2] * count)


def _multiplying(function):
    return [mock.patch.object(module, "multiply_matrix", function)
            for module in (linalg_utils, density_matrix_simulation, single_operation_strategy)]


REPAIRS = {
    "lost-controlled-gate": lambda: _multiplying(_copying),
    "power-ignored": lambda: _multiplying(_by_matrix),
    "power-branch": lambda: [mock.patch.object(operation, "fractional_matrix_power", _principal)],
    "cyclic-targets": lambda: [mock.patch.object(linalg_utils, "_get_target_permutation", _permutation)],
}


@contextlib.contextmanager
def repaired(names):
    """The simulator with these errors repaired."""
    with contextlib.ExitStack() as stack:
        both = {"lost-controlled-gate", "power-ignored"} <= set(names)
        for name in names:
            if both and name == "power-ignored":
                continue
            for patch in _multiplying(_both) if both and name == "lost-controlled-gate" else REPAIRS[name]():
                stack.enter_context(patch)
        yield
