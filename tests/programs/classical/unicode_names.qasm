OPENQASM 3.0;
qubit[3] q;
bit[3] b;
float θ = 0.5;
int größe = 3;
int _x1 = 2;
if (θ == 0.5) { x q[0]; }
if (größe == 3) { x q[1]; }
if (_x1 == 2) { x q[2]; }
b = measure q;
