OPENQASM 3.0;
qubit q;
if (true) { gate g a { x a; } }
