OPENQASM 3.0;
qubit[2] q;
bit[2] b;
bit f;
let last = b[1];
let all = b ++ f;
x q[0];
last = measure q[0];
if (last) {
  x q[1];
}
all[0] = measure q[1];
all[2] = measure q[1];
if (all == 7) {
  x q[0];
}
f = measure q[0];
