/* SPDX-License-Identifier: Apache-2.0 */
/* stdlib.c - the gate libraries that are built in, in OpenQASM: "stdgates.inc" and "qelib1.inc" with the gates that
 * Qiskit has added to it. Gates that Ketch has under the same name (x, h, rz, swap, ...) are not written again.
 * Matrices are those of the names' users: u3 is U, rz and its kin carry no extra phase, rzz is exp(-i theta/2 ZZ). */
#include "qasm/program_priv.h"

#include <string.h>

#define STDGATES                                                                                                       \
    "gate p(theta) a { phaseshift(theta) a; }\n"                                                                       \
    "gate phase(theta) a { phaseshift(theta) a; }\n"                                                                   \
    "gate id a { i a; }\n"                                                                                             \
    "gate sdg a { si a; }\n"                                                                                           \
    "gate tdg a { ti a; }\n"                                                                                           \
    "gate sx a { v a; }\n"                                                                                             \
    "gate cx a, b { cnot a, b; }\n"                                                                                    \
    "gate CX a, b { cnot a, b; }\n"                                                                                    \
    "gate cp(theta) a, b { cphaseshift(theta) a, b; }\n"                                                               \
    "gate cphase(theta) a, b { cphaseshift(theta) a, b; }\n"                                                           \
    "gate crx(theta) a, b { ctrl @ rx(theta) a, b; }\n"                                                                \
    "gate cry(theta) a, b { ctrl @ ry(theta) a, b; }\n"                                                                \
    "gate crz(theta) a, b { ctrl @ rz(theta) a, b; }\n"                                                                \
    "gate ch a, b { ctrl @ h a, b; }\n"                                                                                \
    "gate ccx a, b, c { ccnot a, b, c; }\n"                                                                            \
    "gate cu(theta, phi, lambda, gamma) a, b { phaseshift(gamma) a; ctrl @ U(theta, phi, lambda) a, b; }\n"            \
    "gate u1(lambda) a { phaseshift(lambda) a; }\n"                                                                    \
    "gate u2(phi, lambda) a { U(pi / 2, phi, lambda) a; }\n"                                                           \
    "gate u3(theta, phi, lambda) a { U(theta, phi, lambda) a; }\n"

#define QELIB                                                                                                          \
    "gate u0(gamma) a { i a; }\n"                                                                                      \
    "gate u(theta, phi, lambda) a { U(theta, phi, lambda) a; }\n"                                                      \
    "gate sxdg a { vi a; }\n"                                                                                          \
    "gate cu1(lambda) a, b { cphaseshift(lambda) a, b; }\n"                                                            \
    "gate cu3(theta, phi, lambda) a, b { ctrl @ U(theta, phi, lambda) a, b; }\n"                                       \
    "gate csx a, b { cv a, b; }\n"                                                                                     \
    "gate rxx(theta) a, b { xx(theta) a, b; }\n"                                                                       \
    "gate ryy(theta) a, b { yy(theta) a, b; }\n"                                                                       \
    "gate rzz(theta) a, b { zz(theta) a, b; }\n"                                                                       \
    "gate rccx a, b, c {\n"                                                                                            \
    "  h c; t c; cnot b, c; ti c; cnot a, c; t c; cnot b, c; ti c; h c;\n"                                             \
    "}\n"                                                                                                              \
    "gate rc3x a, b, c, d {\n"                                                                                         \
    "  h d; t d; cnot c, d; ti d; h d; cnot a, d; t d; cnot b, d; ti d; cnot a, d; t d; cnot b, d; ti d;\n"            \
    "  h d; t d; cnot c, d; ti d; h d;\n"                                                                              \
    "}\n"                                                                                                              \
    "gate rcccx a, b, c, d { rc3x a, b, c, d; }\n"                                                                     \
    "gate c3x a, b, c, d { ctrl(3) @ x a, b, c, d; }\n"                                                                \
    "gate c3sx a, b, c, d { ctrl(3) @ v a, b, c, d; }\n"                                                               \
    "gate c3sqrtx a, b, c, d { ctrl(3) @ v a, b, c, d; }\n"                                                            \
    "gate c4x a, b, c, d, e { ctrl(4) @ x a, b, c, d, e; }\n"

static const struct {
    const char *name, *text;
} libraries[] = {
    { "stdgates.inc", STDGATES },
    { "qelib1.inc", STDGATES QELIB },
};

kt_view kt_stdlib_text(kt_view name)
{
    for (size_t i = 0; i < KT_COUNT(libraries); i++)
        if (kt_view_is(name, libraries[i].name))
            return kt_view_of(libraries[i].text);
    return (kt_view){ NULL, 0 };
}
