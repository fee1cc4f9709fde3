OPENQASM 3.0;
x $3;
i $1;
