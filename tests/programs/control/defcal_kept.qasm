OPENQASM 3.0;
defcalgrammar "openpulse";
cal {
  port d0;
}
defcal rz(angle[20] theta) $0 { shift_phase(d0, theta); }
extern get(int[8]) -> float[64];
qubit q;
x q;
