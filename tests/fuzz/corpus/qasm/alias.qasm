OPENQASM 3.0;
qubit[2] a; qubit[3] b; let c = a ++ b[{0, 2}]; let d = c[1:-1]; h c; cnot d[0], d[1]; barrier c; delay[10us] d; box { x a; } box[1ms] { y b; }
