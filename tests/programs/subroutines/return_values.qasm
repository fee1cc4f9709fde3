OPENQASM 3.0;
qubit[5] q;
bit[5] b;
def add(int a, int c) -> int { return a + c; }
def half(float a) -> float { return a / 2; }
def not_(bool a) -> bool { return !a; }
def both(bit[2] a) -> bit[2] { return ~a; }
if (add(2, 3) == 5) { x q[0]; }
if (half(3) == 1.5) { x q[1]; }
if (not_(false)) { x q[2]; }
if (both("01") == "10") { x q[3]; }
if (add(add(1, 2), add(3, 4)) == 10) { x q[4]; }
b = measure q;
