OPENQASM 3.0;
// a line
/* a
 block */
@note "anything" goes here
qubit q; // behind
;
x /* between */ q;
