OPENQASM 3.0;
qubit[11] q;
bit[11] b;
if (0x1F == 31) { x q[0]; }
if (0X1f == 31) { x q[1]; }
if (0b101 == 5) { x q[2]; }
if (0B11 == 3) { x q[3]; }
if (0o17 == 15) { x q[4]; }
if (1_000 == 1000) { x q[5]; }
if (1e3 == 1000.0) { x q[6]; }
if (2.5E-1 == 0.25) { x q[7]; }
if (.5 == 0.5) { x q[8]; }
if (5. == 5.0) { x q[9]; }
if (0xFF_FF == 65535) { x q[10]; }
b = measure q;
