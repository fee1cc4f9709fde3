OPENQASM 3.0;
qubit[1] q;
bit[1] b;
int[64] a = -3;
a <<= 2;
if (a == -12) {
    x q[0];
}
b = measure q;
