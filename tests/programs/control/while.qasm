OPENQASM 3.0;
qubit[2] q;
bit[2] b;
int i = 0;
int a = 0;
while (i < 10) {
  i += 1;
  if (i == 3) continue;
  if (i == 6) break;
  a = 10 * a + i;
}
if (a == 1245) { x q[0]; }
if (i == 6) { x q[1]; }
b = measure q;
