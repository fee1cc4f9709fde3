OPENQASM 3.0;
qubit[1] q;
bit[1] b;
int a = 0;
for int i in [1:3] {
  for int j in [1:3] {
    if (j == 2) break;
    a = 10 * a + i * j;
  }
  if (i == 2) continue;
  a += 1;
}
if (a == 224) { x q[0]; }
b = measure q;
