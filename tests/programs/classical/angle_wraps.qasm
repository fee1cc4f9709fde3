OPENQASM 3.0;
qubit[2] q;
bit[2] b;
angle a = 3 * pi;
angle c = -pi / 2;
if ((float(a) - pi) ** 2 < 1e-20) { x q[0]; }
if ((float(c) - 3 * pi / 2) ** 2 < 1e-20) { x q[1]; }
b = measure q;
