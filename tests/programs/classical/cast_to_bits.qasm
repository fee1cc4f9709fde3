OPENQASM 3.0;
qubit[2] q;
bit[2] b;
bit[4] r = bit[4](5);
uint[3] u = 6;
bit[3] s = bit[3](u);
if (r == "0101") { x q[0]; }
if (s == "110") { x q[1]; }
b = measure q;
