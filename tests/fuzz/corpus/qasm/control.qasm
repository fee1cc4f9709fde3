OPENQASM 3.0;
bit[3] c; qubit[3] q; int k = 0;
for int i in [0:2] { h q[i]; if (i == 1) { continue; } x q[i]; }
for uint j in {2, 0} cnot q[j], q[1];
while (k < 3) { k += 1; if (k == 2) break; rx(0.1 * k) q[0]; }
switch (k) { case 1, 2 { y q[0]; } default { z q[0]; } }
c[0] = measure q[0];
if (c[0]) { x q[1]; } else { y q[2]; reset q[0]; }
c[1] = measure q[1]; c[2] = measure q[2];
