OPENQASM 3.0;
qubit[2] q;
hh q[0];
x p[0];
rx(alpha) q[1];
y q[0];
cnoot q[0], q[1];
