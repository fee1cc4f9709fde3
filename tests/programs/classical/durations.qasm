OPENQASM 3.0;
qubit[7] q;
bit[7] b;
duration d = 100ns;
duration e = 2 * d + 0.5us;
delay[d] q[0];
delay[e] q;
if (d == 100ns) { x q[0]; }
if (e == 700ns) { x q[1]; }
if (d < e) { x q[2]; }
if (e / d == 7.0) { x q[3]; }
if (1ms == 1000us) { x q[4]; }
if (1s == 1000ms) { x q[5]; }
if (1µs == 1us) { x q[6]; }
b = measure q;
