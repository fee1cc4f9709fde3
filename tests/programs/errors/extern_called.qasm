OPENQASM 3.0;
extern get(int[8]) -> float[64];
qubit q;
rx(get(1)) q;
