OPENQASM 3.0;
qubit[1] q;
bit[1] b;
int r = 0;
for int i in [0:3] {
  switch (i) {
    case 0 { r += 1; }
    case 1, 2 { r += 10; }
    default { r += 100; }
  }
}
int s = 7;
switch (s) { case 1 { r = -1; } }
if (r == 121) { x q[0]; }
b = measure q;
