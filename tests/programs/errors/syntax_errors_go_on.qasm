OPENQASM 3.0;
qubit[2] q;
x q[0]
y q[1];
h );

