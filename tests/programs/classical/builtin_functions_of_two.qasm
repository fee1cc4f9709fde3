OPENQASM 3.0;
qubit[13] q;
bit[13] b;
bit[5] r = "10110";
array[int[32], 2, 3] m = {{1, 2, 3}, {4, 5, 6}};
if (mod(7, 4) == 3) { x q[0]; }
if (mod(-7, 4) == 1) { x q[1]; }
if ((mod(5.5, 2.0) - (1.5)) ** 2 < 1e-24) { x q[2]; }
if (pow(2, 5) == 32) { x q[3]; }
if ((pow(2.0, 0.5) - (1.4142135623730951)) ** 2 < 1e-24) { x q[4]; }
if (popcount(r) == 3) { x q[5]; }
if (popcount(13) == 3) { x q[6]; }
if (rotl(r, 1) == "01101") { x q[7]; }
if (rotr(r, 2) == "10101") { x q[8]; }
if (rotl(r, -2) == "10101") { x q[9]; }
if (sizeof(r) == 5) { x q[10]; }
if (sizeof(m) == 2) { x q[11]; }
if (sizeof(m, 1) == 3) { x q[12]; }
b = measure q;
