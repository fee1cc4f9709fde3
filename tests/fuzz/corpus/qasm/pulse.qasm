OPENQASM 3.0;
defcalgrammar "openpulse";
extern f(int[8], float) -> float;
cal { frame f0 = newframe(p0, 1e9, 0); { nested } }
defcal x $0 { play(f0, drag(1, 2)); }
qubit q; h q; end;
