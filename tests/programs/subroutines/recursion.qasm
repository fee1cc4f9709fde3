OPENQASM 3.0;
qubit[1] q;
bit[1] b;
def factorial(int n) -> int {
  if (n <= 1) { return 1; }
  return n * factorial(n - 1);
}
if (factorial(5) == 120) { x q[0]; }
b = measure q;
