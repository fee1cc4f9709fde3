OPENQASM 3.0;
qubit q;
int[8] n = 3;
array[int[8], 2] a = {1, 2};
bit[2] b;
let x1 = n[0:1];
let x2 = a;
let x3 = b ++ q;
let x4 = 2;
