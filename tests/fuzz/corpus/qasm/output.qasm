OPENQASM 3.0;
// a comment that is kept
output int n; output bit[2] b; qubit[2] q; /* another */
@annotated here
x q[0]; b = measure q; n = 2; if (b == "10") { n = 3; }
