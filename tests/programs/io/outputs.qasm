OPENQASM 3.0;
output int n;
output float f;
qubit q;
bit b;
x q;
b = measure q;
n = 2;
f = 0.5;
if (b) { n = 7; }
