OPENQASM 3.0;
qubit[3] q;
bit[3] b;
array[int[32], 3] v = {4, 5, 6};
int a = 0;
for int[32] x in v { a = 10 * a + x; }
bit[3] r = "101";
int c = 0;
for bit y in r { c = 2 * c + int(y); }
float f = 0;
array[float[64], 2] w = {0.5, 0.25};
for float[64] x in w { f += x; }
if (a == 456) { x q[0]; }
if (c == 5) { x q[1]; }
if (f == 0.75) { x q[2]; }
b = measure q;
