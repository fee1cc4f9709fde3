OPENQASM 3.0;
qubit q;
bit b;
h q;
b = measure q;
while (b == 0) {
  h q;
  b = measure q;
}
