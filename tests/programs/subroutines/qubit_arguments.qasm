OPENQASM 3.0;
def flip(qubit a) { x a; }
def pair(qubit[2] a) { x a[1]; cnot a[1], a[0]; }
qubit[5] q;
flip(q[0]);
pair(q[1:2]);
pair(q[{4, 3}]);
