OPENQASM 3.0;
def parity(bit[3] v) -> bit { return v[0] ^ v[1] ^ v[2]; }
def sum(readonly array[int[8], #dim = 1] a) -> int { int s = 0; for int i in [0:sizeof(a) - 1] { s += a[i]; } return s; }
def flip(qubit x1, angle t) { rx(t) x1; }
array[int[8], 3] a = {1, 2, 3}; qubit[3] q; bit[3] b;
flip(q[0], pi); rz(sum(a)) q[1]; b = measure q; if (parity(b) == 1) { x q[2]; }
