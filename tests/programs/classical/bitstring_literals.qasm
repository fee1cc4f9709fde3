OPENQASM 3.0;
qubit[2] q;
bit[2] b;
bit[6] r = "01_10_11";
if (r == "011011") { x q[0]; }
if (sizeof(r) == 6) { x q[1]; }
b = measure q;
