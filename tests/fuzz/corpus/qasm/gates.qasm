OPENQASM 3.0;
qubit[3] q;
gate mine(a, b) x1, x2 { rx(a) x1; ctrl @ rz(b / 2) x1, x2; gphase(a); inv @ s x2; }
mine(pi / 3, 0.5) q[0], q[1];
ctrl @ mine(1, 2) q[2], q[0], q[1];
negctrl(2) @ pow(-0.5) @ x q[0], q[1], q[2];
inv @ pow(2) @ t q; ccnot q[0], q[1], q[2]; ms(0.1, 0.2, 0.3) q[0], q[2]; U(0.1, 0.2, 0.3) q[1];
