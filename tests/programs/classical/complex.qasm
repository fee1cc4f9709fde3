OPENQASM 3.0;
qubit[5] q;
bit[5] b;
complex[float[64]] z = 1.0 + 2.0im;
complex[float[64]] w = z * z;
if (real(w) == -3.0) { x q[0]; }
if (imag(w) == 4.0) { x q[1]; }
if (real(z / z) == 1.0) { x q[2]; }
if (z == 1 + 2im) { x q[3]; }
if (z != w) { x q[4]; }
b = measure q;
