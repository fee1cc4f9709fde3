OPENQASM 3.0;
include "../outside/secret.inc";
qubit q;
x q;
