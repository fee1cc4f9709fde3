OPENQASM 3.0;
qubit q;
bit b;
while (true) {
  h q;
  b = measure q;
}
