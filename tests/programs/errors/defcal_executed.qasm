OPENQASM 3.0;
defcalgrammar "openpulse";
defcal x $0 { play(d0, gaussian(1.0, 16ns, 4ns)); }
x $0;
