OPENQASM 3.0;
qubit[3] q;
bit[3] b;
bit[4] r = "0000";
r[1] = 1;
r[-1] = 1;
bit[4] s = "0000";
s[1:2] = "11";
bit[4] t = "0000";
t = ~t;
t[0] = 0;
t ^= "0001";
if (r == "0101") { x q[0]; }
if (s == "0110") { x q[1]; }
if (t == "0110") { x q[2]; }
b = measure q;
