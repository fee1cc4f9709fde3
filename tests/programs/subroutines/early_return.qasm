OPENQASM 3.0;
qubit[3] q;
bit[3] b;
def f(int a) -> int {
  if (a > 2) { return 100; }
  for int i in [0:9] { if (i == a) { return i; } }
  return -1;
}
if (f(5) == 100) { x q[0]; }
if (f(2) == 2) { x q[1]; }
if (f(-3) == -1) { x q[2]; }
b = measure q;
