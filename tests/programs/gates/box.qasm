OPENQASM 3.0;
qubit q;
box[100ns] {
  x q;
}
box { i q; }
