/* SPDX-License-Identifier: Apache-2.0 */
/* gate_matrix.c - the matrix of every gate, as a table of its non-zero entries.
 * An entry is a product of a constant, of 1 or the cosine or sine of half an angle, and of a phase that is linear in
 * the angles. All of Braket's gates have that form, so one function gives matrices and one gives their derivatives. */
#include "base/base.h"
#include "circuit/complex.h"
#include "circuit/gate.h"

#include <assert.h>
#include <string.h>

typedef enum trig { ONE, COS, SIN } trig;

typedef struct entry {
    uint8_t row, col;
    kt_complex factor;
    uint8_t trig, angle; /* cos(angles[angle] / 2), sin(angles[angle] / 2), or 1 */
    double turns[3];     /* e^(i sum of turns[k] angles[k]) */
} entry;

#define R M_SQRT1_2
#define NUMBER(row, col, re, im)                                                                                       \
    {                                                                                                                  \
        row, col, { re, im }, ONE, 0,                                                                                  \
        {                                                                                                              \
            0, 0, 0                                                                                                    \
        }                                                                                                              \
    }
#define COSINE(row, col, angle)                                                                                        \
    {                                                                                                                  \
        row, col, { 1, 0 }, COS, angle,                                                                                \
        {                                                                                                              \
            0, 0, 0                                                                                                    \
        }                                                                                                              \
    }
#define SINE(row, col, re, im, angle)                                                                                  \
    {                                                                                                                  \
        row, col, { re, im }, SIN, angle,                                                                              \
        {                                                                                                              \
            0, 0, 0                                                                                                    \
        }                                                                                                              \
    }
#define PHASE(row, col, turn)                                                                                          \
    {                                                                                                                  \
        row, col, { 1, 0 }, ONE, 0,                                                                                    \
        {                                                                                                              \
            turn, 0, 0                                                                                                 \
        }                                                                                                              \
    }

static const entry i[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 1, 0) };
static const entry x[] = { NUMBER(0, 1, 1, 0), NUMBER(1, 0, 1, 0) };
static const entry y[] = { NUMBER(0, 1, 0, -1), NUMBER(1, 0, 0, 1) };
static const entry z[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, -1, 0) };
static const entry h[] = { NUMBER(0, 0, R, 0), NUMBER(0, 1, R, 0), NUMBER(1, 0, R, 0), NUMBER(1, 1, -R, 0) };
static const entry s[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 0, 1) };
static const entry si[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 0, -1) };
static const entry t[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, R, R) };
static const entry ti[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, R, -R) };
static const entry v[] = { NUMBER(0, 0, 0.5, 0.5), NUMBER(0, 1, 0.5, -0.5), NUMBER(1, 0, 0.5, -0.5),
                           NUMBER(1, 1, 0.5, 0.5) };
static const entry vi[] = { NUMBER(0, 0, 0.5, -0.5), NUMBER(0, 1, 0.5, 0.5), NUMBER(1, 0, 0.5, 0.5),
                            NUMBER(1, 1, 0.5, -0.5) };
static const entry rx[] = { COSINE(0, 0, 0), SINE(0, 1, 0, -1, 0), SINE(1, 0, 0, -1, 0), COSINE(1, 1, 0) };
static const entry ry[] = { COSINE(0, 0, 0), SINE(0, 1, -1, 0, 0), SINE(1, 0, 1, 0, 0), COSINE(1, 1, 0) };
static const entry rz[] = { PHASE(0, 0, -0.5), PHASE(1, 1, 0.5) };
static const entry phaseshift[] = { NUMBER(0, 0, 1, 0), PHASE(1, 1, 1) };
static const entry prx[] = { COSINE(0, 0, 0),
                             { 0, 1, { 0, -1 }, SIN, 0, { 0, -1, 0 } },
                             { 1, 0, { 0, -1 }, SIN, 0, { 0, 1, 0 } },
                             COSINE(1, 1, 0) };
static const entry gpi[] = { PHASE(0, 1, -1), PHASE(1, 0, 1) };
static const entry gpi2[] = { NUMBER(0, 0, R, 0),
                              { 0, 1, { 0, -R }, ONE, 0, { -1, 0, 0 } },
                              { 1, 0, { 0, -R }, ONE, 0, { 1, 0, 0 } },
                              NUMBER(1, 1, R, 0) };
static const entry u[] = { COSINE(0, 0, 0),
                           { 0, 1, { -1, 0 }, SIN, 0, { 0, 0, 1 } },
                           { 1, 0, { 1, 0 }, SIN, 0, { 0, 1, 0 } },
                           { 1, 1, { 1, 0 }, COS, 0, { 0, 1, 1 } } };
static const entry gphase[] = { PHASE(0, 0, 1) };
static const entry cnot[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 1, 0), NUMBER(2, 3, 1, 0), NUMBER(3, 2, 1, 0) };
static const entry cy[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 1, 0), NUMBER(2, 3, 0, -1), NUMBER(3, 2, 0, 1) };
static const entry cz[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 1, 0), NUMBER(2, 2, 1, 0), NUMBER(3, 3, -1, 0) };
static const entry cv[] = { NUMBER(0, 0, 1, 0),      NUMBER(1, 1, 1, 0),      NUMBER(2, 2, 0.5, 0.5),
                            NUMBER(2, 3, 0.5, -0.5), NUMBER(3, 2, 0.5, -0.5), NUMBER(3, 3, 0.5, 0.5) };
static const entry cphaseshift[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 1, 0), NUMBER(2, 2, 1, 0), PHASE(3, 3, 1) };
static const entry cphaseshift00[] = { PHASE(0, 0, 1), NUMBER(1, 1, 1, 0), NUMBER(2, 2, 1, 0), NUMBER(3, 3, 1, 0) };
static const entry cphaseshift01[] = { NUMBER(0, 0, 1, 0), PHASE(1, 1, 1), NUMBER(2, 2, 1, 0), NUMBER(3, 3, 1, 0) };
static const entry cphaseshift10[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 1, 0), PHASE(2, 2, 1), NUMBER(3, 3, 1, 0) };
static const entry swap[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 2, 1, 0), NUMBER(2, 1, 1, 0), NUMBER(3, 3, 1, 0) };
static const entry iswap[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 2, 0, 1), NUMBER(2, 1, 0, 1), NUMBER(3, 3, 1, 0) };
static const entry pswap[] = { NUMBER(0, 0, 1, 0), PHASE(1, 2, 1), PHASE(2, 1, 1), NUMBER(3, 3, 1, 0) };
static const entry xy[] = { NUMBER(0, 0, 1, 0),  COSINE(1, 1, 0), SINE(1, 2, 0, 1, 0),
                            SINE(2, 1, 0, 1, 0), COSINE(2, 2, 0), NUMBER(3, 3, 1, 0) };
static const entry xx[] = { COSINE(0, 0, 0),      COSINE(1, 1, 0),      COSINE(2, 2, 0),      COSINE(3, 3, 0),
                            SINE(0, 3, 0, -1, 0), SINE(1, 2, 0, -1, 0), SINE(2, 1, 0, -1, 0), SINE(3, 0, 0, -1, 0) };
static const entry yy[] = { COSINE(0, 0, 0),     COSINE(1, 1, 0),      COSINE(2, 2, 0),      COSINE(3, 3, 0),
                            SINE(0, 3, 0, 1, 0), SINE(1, 2, 0, -1, 0), SINE(2, 1, 0, -1, 0), SINE(3, 0, 0, 1, 0) };
static const entry zz[] = { PHASE(0, 0, -0.5), PHASE(1, 1, 0.5), PHASE(2, 2, 0.5), PHASE(3, 3, -0.5) };
static const entry ecr[] = { NUMBER(0, 2, R, 0), NUMBER(0, 3, 0, R),  NUMBER(1, 2, 0, R),  NUMBER(1, 3, R, 0),
                             NUMBER(2, 0, R, 0), NUMBER(2, 1, 0, -R), NUMBER(3, 0, 0, -R), NUMBER(3, 1, R, 0) };
static const entry ms[] = { COSINE(0, 0, 2),
                            COSINE(1, 1, 2),
                            COSINE(2, 2, 2),
                            COSINE(3, 3, 2),
                            { 0, 3, { 0, -1 }, SIN, 2, { -1, -1, 0 } },
                            { 1, 2, { 0, -1 }, SIN, 2, { -1, 1, 0 } },
                            { 2, 1, { 0, -1 }, SIN, 2, { 1, -1, 0 } },
                            { 3, 0, { 0, -1 }, SIN, 2, { 1, 1, 0 } } };
static const entry ccnot[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 1, 0), NUMBER(2, 2, 1, 0), NUMBER(3, 3, 1, 0),
                               NUMBER(4, 4, 1, 0), NUMBER(5, 5, 1, 0), NUMBER(6, 7, 1, 0), NUMBER(7, 6, 1, 0) };
static const entry cswap[] = { NUMBER(0, 0, 1, 0), NUMBER(1, 1, 1, 0), NUMBER(2, 2, 1, 0), NUMBER(3, 3, 1, 0),
                               NUMBER(4, 4, 1, 0), NUMBER(5, 6, 1, 0), NUMBER(6, 5, 1, 0), NUMBER(7, 7, 1, 0) };

#define ROW(entries)                                                                                                   \
    {                                                                                                                  \
        entries, KT_COUNT(entries)                                                                                     \
    }
static const struct {
    const entry *entries;
    size_t count;
} tables[] = {
    [KT_GATE_I] = ROW(i),
    [KT_GATE_X] = ROW(x),
    [KT_GATE_Y] = ROW(y),
    [KT_GATE_Z] = ROW(z),
    [KT_GATE_H] = ROW(h),
    [KT_GATE_S] = ROW(s),
    [KT_GATE_SI] = ROW(si),
    [KT_GATE_T] = ROW(t),
    [KT_GATE_TI] = ROW(ti),
    [KT_GATE_V] = ROW(v),
    [KT_GATE_VI] = ROW(vi),
    [KT_GATE_RX] = ROW(rx),
    [KT_GATE_RY] = ROW(ry),
    [KT_GATE_RZ] = ROW(rz),
    [KT_GATE_PHASESHIFT] = ROW(phaseshift),
    [KT_GATE_PRX] = ROW(prx),
    [KT_GATE_GPI] = ROW(gpi),
    [KT_GATE_GPI2] = ROW(gpi2),
    [KT_GATE_U] = ROW(u),
    [KT_GATE_GPHASE] = ROW(gphase),
    [KT_GATE_CNOT] = ROW(cnot),
    [KT_GATE_CY] = ROW(cy),
    [KT_GATE_CZ] = ROW(cz),
    [KT_GATE_CV] = ROW(cv),
    [KT_GATE_CPHASESHIFT] = ROW(cphaseshift),
    [KT_GATE_CPHASESHIFT00] = ROW(cphaseshift00),
    [KT_GATE_CPHASESHIFT01] = ROW(cphaseshift01),
    [KT_GATE_CPHASESHIFT10] = ROW(cphaseshift10),
    [KT_GATE_SWAP] = ROW(swap),
    [KT_GATE_ISWAP] = ROW(iswap),
    [KT_GATE_PSWAP] = ROW(pswap),
    [KT_GATE_XY] = ROW(xy),
    [KT_GATE_XX] = ROW(xx),
    [KT_GATE_YY] = ROW(yy),
    [KT_GATE_ZZ] = ROW(zz),
    [KT_GATE_ECR] = ROW(ecr),
    [KT_GATE_MS] = ROW(ms),
    [KT_GATE_CCNOT] = ROW(ccnot),
    [KT_GATE_CSWAP] = ROW(cswap),
};
static_assert(KT_COUNT(tables) == KT_GATE_COUNT, "a gate lacks its matrix");

static double trig_value(const entry *e, const double *angles)
{
    switch (e->trig) {
    case COS: return cos(angles[e->angle] / 2);
    case SIN: return sin(angles[e->angle] / 2);
    default: return 1;
    }
}

static double trig_slope(const entry *e, const double *angles, int which)
{
    if (e->trig == ONE || e->angle != which)
        return 0;
    return e->trig == COS ? -0.5 * sin(angles[e->angle] / 2) : 0.5 * cos(angles[e->angle] / 2);
}

/* The constant and the phase of an entry; entries without a phase stay exact. */
static kt_complex phase_value(const entry *e, const double *angles, size_t angle_count)
{
    double turn = 0;
    bool turns = false;
    for (size_t k = 0; k < angle_count; k++) {
        if (e->turns[k] != 0) {
            turn += e->turns[k] * angles[k];
            turns = true;
        }
    }
    return turns ? kt_c_mul(e->factor, kt_c_turn(turn)) : e->factor;
}

static size_t gate_dimension(kt_gate gate)
{
    return (size_t)1 << kt_gate_rows[gate].qubit_count;
}

void kt_gate_matrix(kt_gate gate, const double *angles, kt_complex *out)
{
    size_t n = gate_dimension(gate);
    memset(out, 0, n * n * sizeof *out);
    for (size_t k = 0; k < tables[gate].count; k++) {
        const entry *e = &tables[gate].entries[k];
        kt_complex phase = phase_value(e, angles, kt_gate_rows[gate].angle_count);
        out[e->row * n + e->col] = e->trig == ONE ? phase : kt_c_scale(trig_value(e, angles), phase);
    }
}

void kt_gate_derivative(kt_gate gate, const double *angles, int which, kt_complex *out)
{
    size_t n = gate_dimension(gate);
    assert(which >= 0 && which < kt_gate_rows[gate].angle_count);
    memset(out, 0, n * n * sizeof *out);
    for (size_t k = 0; k < tables[gate].count; k++) {
        const entry *e = &tables[gate].entries[k];
        kt_complex slope = kt_c(trig_slope(e, angles, which), e->turns[which] * trig_value(e, angles));
        out[e->row * n + e->col] = kt_c_mul(slope, phase_value(e, angles, kt_gate_rows[gate].angle_count));
    }
}
