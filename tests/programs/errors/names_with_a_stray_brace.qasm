OPENQASM 3.0;
qubit q;
def f(int n) -> int {
  int m = n;
  if (m > 1) {
    m = 1; }
  }
  return m;
}
x q;
