OPENQASM 3.0;
def f(int n) -> int { return f(n + 1); }
int r = f(0);
qubit q;
x q;
