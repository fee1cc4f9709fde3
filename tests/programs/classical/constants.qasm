OPENQASM 3.0;
qubit[6] q;
bit[6] b;
if (pi == π) { x q[0]; }
if (tau == τ) { x q[1]; }
if (euler == ℇ) { x q[2]; }
if ((tau - 2 * pi) ** 2 < 1e-28) { x q[3]; }
if ((euler - 2.718281828459045) ** 2 < 1e-28) { x q[4]; }
if ((pi - 3.141592653589793) ** 2 < 1e-28) { x q[5]; }
b = measure q;
