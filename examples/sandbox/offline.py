# SPDX-License-Identifier: Apache-2.0
"""offline.py - a program that looks at a device before it uses it: the graph, the calibration, the native gates. It
picks the pair of qubits with the best gate and runs a Bell pair on just these two, in native gates.
The first argument is the device's ARN, IQM's Garnet unless said."""
import math
import sys

from braket.aws import AwsDevice
from braket.circuits import Circuit

GARNET = "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"


def best_pair(device):
    """The two qubits whose cz has the best fidelity, and that fidelity."""
    pairs = device.properties.standardized.twoQubitProperties
    fidelities = {pair: gates.twoQubitGateFidelity[0].fidelity for pair, gates in pairs.items()}
    best = max(fidelities, key=fidelities.get)
    return *map(int, best.split("-")), fidelities[best]


def native_bell(a, b):
    """h is a quarter turn about y behind a half turn about x; cnot is cz between two h."""
    def h(circuit, qubit):
        return circuit.prx(qubit, math.pi / 2, math.pi / 2).prx(qubit, math.pi, 0)

    circuit = h(h(Circuit(), a), b).cz(a, b)
    return Circuit().add_verbatim_box(h(circuit, b)).measure([a, b])


def main():
    device = AwsDevice(sys.argv[1] if len(sys.argv) > 1 else GARNET)
    graph = device.topology_graph.to_undirected()
    print(f"{device.name}: {graph.number_of_nodes()} qubits, {graph.number_of_edges()} couplings,",
          f"native gates {', '.join(device.properties.paradigm.nativeGateSet[:2])}")
    a, b, fidelity = best_pair(device)
    print(f"best pair: {a} and {b}, fidelity of cz {fidelity:.4f}")
    counts = device.run(native_bell(a, b), shots=1000, disable_qubit_rewiring=True).result().measurement_counts
    print(f"a Bell pair there: {dict(sorted(counts.items()))}")


if __name__ == "__main__":
    main()
