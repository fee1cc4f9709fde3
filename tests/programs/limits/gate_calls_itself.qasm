OPENQASM 3.0;
gate g a { g a; }
qubit q;
g q;
