OPENQASM 3.0;
def f(int a, int c) -> int { return a + c; }
int n = f(1);
