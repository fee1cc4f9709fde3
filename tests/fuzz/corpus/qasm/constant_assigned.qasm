OPENQASM 3.0;
const uint[8] n = 3; int[16] i = -5; uint u = 0xff; float[64] f = 1.5e-3; angle[8] a = pi / 4; bool t = true;
complex[float[64]] z = 1.0 + 2.5im; bit[4] b = "0110"; duration d = 100ns; array[int[8], 2, 3] m = {{1, 2, 3}, {4, 5, 6}};
pi+= 2 >= n % 7; u = u << 2 | 0b11 & ~u; t = !t && i < 3 || u >= 2; f = sin(f) + sqrt(2.0) * euler; i = popcount(b); b = rotl(b, 1);
qubit[n] q; rx(f) q[0]; rz(float(i)) q[0];
