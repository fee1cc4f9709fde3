OPENQASM 3.0;
qubit[5] q;
bit[5] b;
def fill(mutable array[int[32], 3] a, int v) { for int i in [0:2] { a[i] = v + i; } }
def sum(readonly array[int[32], 3] a) -> int { int s = 0; for int i in [0:2] { s += a[i]; } return s; }
def rows(mutable array[int[32], #dim = 2] m) -> int { m[0, 0] = 50; return sizeof(m); }
array[int[32], 3] v = {1, 1, 1};
array[int[32], 2, 3] m = {{1, 2, 3}, {4, 5, 6}};
int before = sum(v);
fill(v, 7);
int n = rows(m);
fill(m[1], 60);
if (before == 3) { x q[0]; }
if (sum(v) == 24) { x q[1]; }
if (n == 2) { x q[2]; }
if (m[0, 0] == 50) { x q[3]; }
if (m[1, 2] == 62) { x q[4]; }
b = measure q;
