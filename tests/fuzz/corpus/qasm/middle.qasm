OPENQASM 3.0; bit b; qubit q; int n = 0;
while (n < 5) { h q; b = measure q; if (b) { n += 1; reset q; } else { n += 2; } }
