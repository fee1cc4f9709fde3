OPENQASM 3.0;
def look(qubit a) -> bit {
  bit r;
  r = measure a;
  return r;
}
qubit[2] q;
x q[0];
if (look(q[0]) == 1) { x q[1]; }
measure q[1];
