qubit q;
x q;
