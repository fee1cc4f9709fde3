OPENQASM 3.0;
output int rounds;
qubit[2] q;
bit b;
def stop_when(bit done) -> int {
  for int k in [0:3] {
    while (true) {
      if (done) {
        end;
      }
      break;
    }
  }
  return 1;
}
for int i in [0:9] {
  rounds = i;
  x q[0];
  b = measure q[0];
  rounds = rounds + 2 * stop_when(b);
  b = 0;
}
x q[1];
#pragma braket result expectation z(q[1])
