OPENQASM 3.0;
qubit[2] q;
bit[2] b;
int a = 1;
def twice(int a) -> int { return 2 * a; }
int c = twice(21);
for int i in [0:0] { int a = 5; c += a; }
if (a == 1) { x q[0]; }
if (c == 47) { x q[1]; }
b = measure q;
