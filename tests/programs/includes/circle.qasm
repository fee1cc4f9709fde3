OPENQASM 3.0;
include "circle_a.inc";
