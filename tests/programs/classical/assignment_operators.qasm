OPENQASM 3.0;
qubit[9] q;
bit[9] b;
int a = 7;
a += 3;
a -= 1;
a *= 4;
a /= 5;
int p = 3;
p **= 2;
int m = 17;
m %= 5;
float f = 1.0;
f /= 4;
bit[4] r = "1100";
r &= "0110";
bit[4] s = "1100";
s |= "0110";
bit[4] t = "1100";
t ^= "0110";
bit[4] u = "0011";
u <<= 2;
bit[4] v = "1100";
v >>= 1;
if (a == 7) { x q[0]; }
if (p == 9) { x q[1]; }
if (m == 2) { x q[2]; }
if (f == 0.25) { x q[3]; }
if (r == "0100") { x q[4]; }
if (s == "1110") { x q[5]; }
if (t == "1010") { x q[6]; }
if (u == "1100") { x q[7]; }
if (v == "0110") { x q[8]; }
b = measure q;
