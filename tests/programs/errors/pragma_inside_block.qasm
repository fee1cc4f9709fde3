OPENQASM 3.0;
qubit q;
if (true) {
  #pragma braket result probability
}
