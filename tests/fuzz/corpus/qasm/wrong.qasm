OPENQASM 3.0;
qubit[2] q; hh q[0]; cnot q[0], q[0]; int i = "01" + 1; /* never closed
