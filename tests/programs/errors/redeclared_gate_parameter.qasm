OPENQASM 3.0;
gate g(a, a) t { rx(a) t; }
qubit q;
g(1, 2) q;
