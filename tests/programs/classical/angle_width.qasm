OPENQASM 3.0;
qubit[2] q;
bit[2] b;
angle[2] a = pi / 2 + 0.1;
angle[4] c = pi;
if ((float(a) - pi / 2) ** 2 < 1e-20) { x q[0]; }
if ((float(c) - pi) ** 2 < 1e-20) { x q[1]; }
b = measure q;
