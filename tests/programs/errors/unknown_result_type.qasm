OPENQASM 3.0;
qubit q;
x q;
#pragma braket result expectatoin z(q)
