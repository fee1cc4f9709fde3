OPENQASM 3.0;
qubit[2] q;
bit b;
int n = 0;
x q[0];
b = measure q[0];
n = int(b) + 2;
for int i in [1:n] { x q[1]; }
rx(n * pi) q[1];
bit c;
c = measure q[1];
