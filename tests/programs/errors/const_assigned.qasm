OPENQASM 3.0;
const int n = 3;
n = 4;
