OPENQASM 3.0;
def look(qubit a) -> bit {
  bit r = measure a;
  return r;
}
qubit[2] q;
bit c;
x q[0];
if (look(q[0]) == 1) { x q[1]; }
c = measure q[1];
