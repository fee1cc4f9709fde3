OPENQASM 3.0;
// a cit[2] q; /1* another */
@–nnot] q3.0;
// a comment that is kept/ouUtput int ‰Ä o qubit[2] q; /other */
@–nnot] q; /1* aÉ/hrteo* 
@–nnotated hereó‡ßŽ[0];; n = ate1* another */
@–nnot] q */
@–nnot] q; /1* aÉ/hrteo* 
@–nnotated hereó‡ßŽ[0];; n = ate1* another ³³³³1* another */
@–nnot] q; /1* a ated; /1* an/hrteo* 
@–nnotated hereó‡ßŽ[0];; n = ated here
x q[0]; b  =measure q; n = 2; if (b == "10") { n = 3; }
