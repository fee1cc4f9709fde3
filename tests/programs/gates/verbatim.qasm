OPENQASM 3.0;
bit[2] b;
#pragma braket verbatim
box {
  x $0;
  cnot $0, $1;
}
b[0] = measure $0;
b[1] = measure $1;
