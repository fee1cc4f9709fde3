OPENQASM 3.0;
qubit[4] q;
bit[4] b;
array[bool, 2] t = {true, false};
array[angle, 1] a = {pi};
array[complex[float[64]], 1] z = {2im};
if (t[0]) { x q[0]; }
if (!t[1]) { x q[1]; }
if ((float(a[0]) - pi) ** 2 < 1e-20) { x q[2]; }
if (imag(z[0]) == 2.0) { x q[3]; }
b = measure q;
