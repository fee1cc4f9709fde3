OPENQASM 3.0;
qubit[2] q;
bit[2] b;
int ones = 0;
for int i in [1:10] {
  h q[0];
  b[0] = measure q[0];
  if (b[0]) { x q[0]; x q[1]; ones += 1; }
}
if (ones % 2 == 1) { x q[1]; }
b[1] = measure q[1];
b[0] = measure q[0];
