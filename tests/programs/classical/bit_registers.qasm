OPENQASM 3.0;
qubit[9] q;
bit[9] b;
bit[4] r = "0111";
bit[4] s = "0001";
if (r[0] == 0) { x q[0]; }
if (r[1] == 1) { x q[1]; }
if (r[-1] == 1) { x q[2]; }
if (r[-4] == 0) { x q[3]; }
if (r[0:1] == "01") { x q[4]; }
if (r != s) { x q[5]; }
if (s < r) { x q[6]; }
if (r >= s) { x q[7]; }
if (r == "0111") { x q[8]; }
b = measure q;
