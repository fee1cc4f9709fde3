OPENQASM 3.0;
int n = 0;
int m = 5 / n;
