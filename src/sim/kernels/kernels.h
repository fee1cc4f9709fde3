/* SPDX-License-Identifier: Apache-2.0 */
/* kernels.h - the loops over amplitudes, one table of functions for each instruction set.
 * Amplitudes are interleaved (re, im) doubles, aligned to 64 bytes, and are handled in blocks of four: one cache line.
 * Bits 0 and 1 of a basis index choose the lane in a block, the higher bits choose the block. A state always has
 * at least one block. All rows of the table compute the same numbers to the last bit: sums have a fixed order, and no
 * multiplication is contracted with an addition. */
#ifndef KT_SIM_KERNELS_H
#define KT_SIM_KERNELS_H

#include "base/base.h"
#include <ketch/circuit.h>

enum { KT_LANE_BITS = 2, KT_LANES = 4, KT_BLOCK_DOUBLES = 8 };

/* The blocks (for `gather`: the amplitudes) whose index has the bits `base` among the bits `mask`, and anything in the
 * others: group g of the walk is g with zeros inserted at the mask's bits, plus base. It goes over [begin, end).
 * far: the state is larger than a processor's own cache. */
typedef struct kt_walk {
    uint64_t mask, base, begin, end;
    bool far;
} kt_walk;

/* One complex coefficient for each lane: re is doubled, im is (-im, +im), so that
 * coefficient * v = re * v + im * swap(v). */
typedef struct kt_coef {
    double re[KT_BLOCK_DOUBLES], im[KT_BLOCK_DOUBLES];
} __attribute__((aligned(64))) kt_coef;

/* What is known of a set of coefficients and saves work; an index into a row's variants. */
enum { KT_LANEWISE = 0, KT_UNIFORM = 1, KT_LANEWISE_REAL = 2, KT_UNIFORM_REAL = 3, KT_VARIANTS = 4 };

typedef void kt_scale_kernel(double *amps, const kt_walk *walk, const kt_coef *c);
typedef void kt_pair_kernel(double *amps, const kt_walk *walk, uint64_t step, const kt_coef *c);
typedef void kt_exchange_kernel(double *amps, const kt_walk *walk, uint64_t step);
typedef void kt_lone_kernel(double *amps, const kt_walk *walk, const kt_coef *c);
typedef void kt_quad_kernel(double *amps, const kt_walk *walk, const uint64_t *steps, const kt_complex *matrix);

typedef struct kt_kernels {
    const char *name;
    /* a = c[0] a */
    kt_scale_kernel *scale[KT_VARIANTS];
    /* (a, b) = (c[0] a + c[1] b', c[2] a' + c[3] b); b is `step` blocks after a, and a prime means lanes exchanged:
     * lane l stands where l ^ lane_xor was. [lane_xor][variant]. */
    kt_pair_kernel *pair[KT_LANES][KT_VARIANTS];
    /* (a, b) = (b', a') */
    kt_exchange_kernel *exchange[KT_LANES];
    /* a = c[0] a + c[1] a'; [lane_xor][0: complex, 1: real] */
    kt_lone_kernel *lone[KT_LANES][2];
    /* Four blocks, `steps` after the walk's, times a 4 x 4 matrix; [0: complex, 1: real]. */
    kt_quad_kernel *quad[2];
    /* `size` amplitudes (at most 1024) at base + offsets[i], times a size x size matrix. The walk: amplitudes. */
    void (*gather)(double *amps, const kt_walk *walk, size_t size, const uint64_t *offsets, const kt_complex *matrix);

    /* Sum of weight * |a|^2 over the walk's blocks; weights: one for each lane. */
    double (*norm)(const double *amps, const kt_walk *walk, const double *weights);
    /* Sum over the walk's blocks i of sign(i & z_mask) * weights . a[i] * a[i ^ x_mask]' where the product is of the
     * doubles one by one, or with re and im of the second exchanged (crossed); weights: one for each double;
     * sign: -1 for an odd number of bits. x_mask, z_mask: in blocks. */
    double (*bilinear[KT_LANES][2])(const double *amps, const kt_walk *walk, uint64_t x_mask, uint64_t z_mask,
                                    const double *weights);
    /* sum conj(a) b over blocks [begin, end). */
    kt_complex (*inner)(const double *a, const double *b, uint64_t begin, uint64_t end);
} kt_kernels;

/* The rows that this machine can run, best last; ends with NULL. rows: room for 4. */
void kt_kernels_list(const kt_kernels *rows[4]);
const kt_kernels *kt_kernels_best(void);
const kt_kernels *kt_kernels_find(const char *name); /* NULL: no such row, or not on this machine */

extern const kt_kernels kt_kernels_scalar;
#if defined(__x86_64__)
extern const kt_kernels kt_kernels_avx2, kt_kernels_avx512;
#endif

/* group with a zero inserted at each bit of mask. */
static inline uint64_t kt_spread(uint64_t group, uint64_t mask)
{
    for (; mask; mask &= mask - 1) {
        uint64_t below = (mask & -mask) - 1;
        group = (group & ~below) << 1 | (group & below);
    }
    return group;
}

/* The next index of a walk, `by` further: the mask's bits are filled so that the carry runs through them. */
static inline uint64_t kt_walk_next(uint64_t index, uint64_t mask, uint64_t by)
{
    return ((index | mask) + by) & ~mask;
}

#endif
