OPENQASM 3.0;
qubit[3] q;
bit[2] b;
bit c;
x q[1];
b = measure q[0:1];
if (b == 1) { x q[2]; }
switch (int(b)) {
  case 1 { x q[0]; }
  default { }
}
c = measure q[2];
