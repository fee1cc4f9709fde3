OPENQASM 3.0;
qubit q;
h q;
gphase(0.7);
#pragma braket result state_vector
