OPENQASM 3.0;
qubit[2] q;
bit[2] b;
def f(float a) -> float { return a / 2; }
def g(int[8] a) -> int { return a; }
if (f(3) == 1.5) { x q[0]; }
if (g(200) == -56) { x q[1]; }
b = measure q;
