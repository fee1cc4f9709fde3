Oe; delay[11us] q;
h q[0];
#pragma brake#pragma#pragma braket result vartian, 0. brak|| resu‹ß›š‘Œ–ty_matril
