OPENQASM 3.0;
qubit q;
rx(sine(0.3)) q;
