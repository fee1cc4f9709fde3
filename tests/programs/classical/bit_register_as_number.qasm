OPENQASM 3.0;
qubit[5] q;
bit[5] b;
bit[3] r = "101";
if (r == 5) { x q[0]; }
if (r != 4) { x q[1]; }
if (r > 4) { x q[2]; }
if (uint[3](r) == 5) { x q[3]; }
if (uint[3](r) + 1 == 6) { x q[4]; }
b = measure q;
