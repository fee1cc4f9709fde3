OPENQASM 3.0;
bit[3] r = "01";
