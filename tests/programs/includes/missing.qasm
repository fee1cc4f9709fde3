OPENQASM 3.0;
include "nothere.inc";
