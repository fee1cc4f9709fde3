/* SPDX-License-Identifier: Apache-2.0 */
/* body.h - the kernels themselves, compiled once for each row of the table (scalar.c, avx2.c, ...), which says
 * KT_VECTOR_DOUBLES, KT_KERNELS_ROW and KT_KERNELS_NAME first. Everything is written on blocks of four amplitudes, so
 * that lanes, and with them every sum, are the same whatever the vector's width.
 * Variants are made by inlining one body with constant flags: `real`, `uniform`, `lane_xor`, `run`. */
#include "sim/kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))
#define VECTORS (KT_BLOCK_DOUBLES / KT_VECTOR_DOUBLES)
#define UNROLL _Pragma("GCC unroll 8")

typedef double vec __attribute__((vector_size(KT_VECTOR_DOUBLES * 8)));
typedef vec vec_in_memory __attribute__((may_alias));
typedef struct block {
    vec v[VECTORS];
} block;

#if KT_VECTOR_DOUBLES == 2
#define SWAP_PARTS(x) __builtin_shufflevector(x, x, 1, 0)
#define SWAP_LANES(x, lane_xor) (x)
#elif KT_VECTOR_DOUBLES == 4
#define SWAP_PARTS(x) __builtin_shufflevector(x, x, 1, 0, 3, 2)
#define SWAP_LANES(x, lane_xor) ((lane_xor)&1 ? __builtin_shufflevector(x, x, 2, 3, 0, 1) : (x))
#else
#define SWAP_PARTS(x) __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6)
#define SWAP_LANES(x, lane_xor)                                                                                        \
    ((lane_xor) == 1   ? __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5)                                         \
     : (lane_xor) == 2 ? __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3)                                         \
     : (lane_xor) == 3 ? __builtin_shufflevector(x, x, 6, 7, 4, 5, 2, 3, 0, 1)                                         \
                       : (x))
#endif

INLINE block load(const double *p)
{
    block b;
    UNROLL
    for (int i = 0; i < VECTORS; i++)
        b.v[i] = ((const vec_in_memory *)p)[i];
    return b;
}

INLINE void store(double *p, block b)
{
    UNROLL
    for (int i = 0; i < VECTORS; i++)
        ((vec_in_memory *)p)[i] = b.v[i];
}

/* Lane l of the answer is lane l ^ lane_xor of b. */
INLINE block lanes_exchanged(block b, const unsigned lane_xor)
{
    block out;
    UNROLL
    for (unsigned i = 0; i < VECTORS; i++)
        out.v[i] = SWAP_LANES(b.v[i ^ (lane_xor * 2 / KT_VECTOR_DOUBLES)], lane_xor);
    return out;
}

/* i * x = swap(x) * signs: re and im exchanged, the new re negated. */
INLINE vec times_i(vec x)
{
    static const double signs[8] __attribute__((aligned(64))) = { -1, 1, -1, 1, -1, 1, -1, 1 };
    return SWAP_PARTS(x) * *(const vec_in_memory *)signs;
}

/* Coefficients as the loops hold them: uniform ones are one vector, which stays in a register. */
typedef struct coef {
    block re, im;
} coef;

INLINE coef load_coef(const kt_coef *c, const int uniform)
{
    coef out;
    UNROLL
    for (int i = 0; i < VECTORS; i++) {
        out.re.v[i] = ((const vec_in_memory *)c->re)[uniform ? 0 : i];
        out.im.v[i] = ((const vec_in_memory *)c->im)[uniform ? 0 : i];
    }
    return out;
}

INLINE vec times(const coef *c, vec x, const int i, const int real)
{
    vec product = c->re.v[i] * x;
    if (!real)
        product += c->im.v[i] * SWAP_PARTS(x);
    return product;
}

/* Loops over a walk, `run` neighbouring blocks a step. Defines `at`, a pointer to the step's first double. */
#define WALK(amps, walk, run)                                                                                          \
    const uint64_t walk_mask = (walk)->mask, walk_base = (walk)->base;                                                 \
    uint64_t walk_index = kt_spread((walk)->begin, walk_mask);                                                         \
    for (uint64_t group = (walk)->begin, walk_end = (walk)->end; group < walk_end;                                     \
         group += (run), walk_index = kt_walk_next(walk_index, walk_mask, (run)))                                      \
        for (__typeof__(amps) at = (amps) + KT_BLOCK_DOUBLES * (walk_index + walk_base),                               \
                              stop = at + KT_BLOCK_DOUBLES * (run);                                                    \
             at < stop; at += KT_BLOCK_DOUBLES)

/* In a walk: asks for the block that p will be at AHEAD groups later. The processor does not foresee runs of 512 B to
 * 4 KiB; asking doubles the speed there, and costs some when everything is in the cache anyway (`far` is false). */
enum { AHEAD = 64 };
#define FETCH(p)                                                                                                       \
    do {                                                                                                               \
        if (far)                                                                                                       \
            __builtin_prefetch((p) + KT_BLOCK_DOUBLES * (kt_walk_next(walk_index, walk_mask, AHEAD) - walk_index), 1); \
    } while (0)

/* Whether groups come in runs of four neighbours. */
INLINE int has_runs(const kt_walk *walk)
{
    return (walk->mask & 3) == 0 && ((walk->begin | walk->end) & 3) == 0;
}

INLINE void scale_body(double *amps, const kt_walk *walk, const kt_coef *c, const int real, const int uniform,
                       const uint64_t run, const bool far)
{
    const coef f = load_coef(c, uniform);
    WALK(amps, walk, run)
    {
        FETCH(at);
        block a = load(at);
        UNROLL
        for (int i = 0; i < VECTORS; i++)
            a.v[i] = times(&f, a.v[i], i, real);
        store(at, a);
    }
}

INLINE void pair_body(double *amps, const kt_walk *walk, uint64_t step, const kt_coef *c, const unsigned lane_xor,
                      const int real, const int uniform, const uint64_t run, const bool far)
{
    const coef aa = load_coef(&c[0], uniform), ab = load_coef(&c[1], uniform);
    const coef ba = load_coef(&c[2], uniform), bb = load_coef(&c[3], uniform);
    const uint64_t to_b = step * KT_BLOCK_DOUBLES;
    WALK(amps, walk, run)
    {
        FETCH(at);
        FETCH(at + to_b);
        const block a = load(at), b = load(at + to_b);
        const block a_moved = lanes_exchanged(a, lane_xor), b_moved = lanes_exchanged(b, lane_xor);
        block new_a, new_b;
        UNROLL
        for (int i = 0; i < VECTORS; i++) {
            new_a.v[i] = times(&aa, a.v[i], i, real) + times(&ab, b_moved.v[i], i, real);
            new_b.v[i] = times(&ba, a_moved.v[i], i, real) + times(&bb, b.v[i], i, real);
        }
        store(at, new_a);
        store(at + to_b, new_b);
    }
}

INLINE void lone_body(double *amps, const kt_walk *walk, const kt_coef *c, const unsigned lane_xor, const int real,
                      const uint64_t run)
{
    const coef straight = load_coef(&c[0], 0), crossed = load_coef(&c[1], 0);
    WALK(amps, walk, run)
    {
        const block a = load(at), moved = lanes_exchanged(a, lane_xor);
        block out;
        UNROLL
        for (int i = 0; i < VECTORS; i++)
            out.v[i] = times(&straight, a.v[i], i, real) + times(&crossed, moved.v[i], i, real);
        store(at, out);
    }
}

INLINE void exchange_body(double *amps, const kt_walk *walk, uint64_t step, const unsigned lane_xor, const uint64_t run,
                          const bool far)
{
    const uint64_t to_b = step * KT_BLOCK_DOUBLES;
    WALK(amps, walk, run)
    {
        FETCH(at);
        FETCH(at + to_b);
        const block a = load(at), b = load(at + to_b);
        store(at, lanes_exchanged(b, lane_xor));
        store(at + to_b, lanes_exchanged(a, lane_xor));
    }
}

INLINE void quad_body(double *amps, const kt_walk *walk, const uint64_t *steps, const kt_complex *matrix,
                      const int real)
{
    const bool far = walk->far;
    const uint64_t to[4] = { steps[0] * KT_BLOCK_DOUBLES, steps[1] * KT_BLOCK_DOUBLES, steps[2] * KT_BLOCK_DOUBLES,
                             steps[3] * KT_BLOCK_DOUBLES };
    /* The matrix is read again for each block: 32 broadcasts from the nearest cache, more than there are registers. */
    WALK(amps, walk, 1)
    {
        block in[4], sum[4];
        UNROLL
        for (int i = 0; i < 4; i++) {
            FETCH(at + to[i]);
            in[i] = load(at + to[i]);
        }
        UNROLL
        for (int row = 0; row < 4; row++) {
            block straight, crossed;
            UNROLL
            for (int column = 0; column < 4; column++) {
                const kt_complex m = matrix[4 * row + column];
                UNROLL
                for (int i = 0; i < VECTORS; i++) {
                    const vec x = in[column].v[i];
                    straight.v[i] = column ? straight.v[i] + m.re * x : m.re * x;
                    if (!real)
                        crossed.v[i] = column ? crossed.v[i] + m.im * x : m.im * x;
                }
            }
            UNROLL
            for (int i = 0; i < VECTORS; i++)
                sum[row].v[i] = real ? straight.v[i] : straight.v[i] + times_i(crossed.v[i]);
        }
        UNROLL
        for (int i = 0; i < 4; i++)
            store(at + to[i], sum[i]);
    }
}

/* Rows [row, row + count) of matrix times the gathered column. */
INLINE void gather_rows(const block *in, size_t size, const kt_complex *matrix, block *out, const int count)
{
    block straight[4] = { 0 }, crossed[4] = { 0 };
    for (size_t column = 0; column < size; column++) {
        UNROLL
        for (int row = 0; row < count; row++) {
            const kt_complex m = matrix[(size_t)row * size + column];
            UNROLL
            for (int i = 0; i < VECTORS; i++) {
                straight[row].v[i] += m.re * in[column].v[i];
                crossed[row].v[i] += m.im * in[column].v[i];
            }
        }
    }
    for (int row = 0; row < count; row++)
        UNROLL
    for (int i = 0; i < VECTORS; i++)
        out[row].v[i] = straight[row].v[i] + times_i(crossed[row].v[i]);
}

typedef double amplitude __attribute__((vector_size(16), may_alias));

/* Where the four amplitudes of a group of groups are: lane by lane, or side by side in one block. */
typedef struct gathered {
    amplitude *base[KT_LANES];
    size_t lanes;
    bool side_by_side;
} gathered;

/* Written to memory, not returned: lanes are put together by stores. */
INLINE void fetch(const gathered *from, uint64_t offset, block *out)
{
    amplitude *lanes = (amplitude *)out;
    if (from->side_by_side) {
        *out = load((const double *)(from->base[0] + offset));
        return;
    }
    if (from->lanes < KT_LANES)
        *out = (block){ 0 };
    for (size_t lane = 0; lane < from->lanes; lane++)
        lanes[lane] = from->base[lane][offset];
}

INLINE void put(const gathered *to, uint64_t offset, block b)
{
    if (to->side_by_side) {
        store((double *)(to->base[0] + offset), b);
        return;
    }
    for (size_t lane = 0; lane < to->lanes; lane++)
        to->base[lane][offset] = ((const amplitude *)&b)[lane];
}

/* Takes the walk's next four groups, or what is left of them. */
INLINE void next_gathered(gathered *at, double *amps, const kt_walk *walk, uint64_t group, uint64_t *index)
{
    at->lanes = walk->end - group < KT_LANES ? (size_t)(walk->end - group) : KT_LANES;
    at->side_by_side = (walk->mask & (KT_LANES - 1)) == 0;
    for (size_t lane = 0; lane < at->lanes; lane++) {
        at->base[lane] = (amplitude *)amps + *index + walk->base;
        *index = kt_walk_next(*index, walk->mask, 1);
    }
}

/* Four groups at a time, one in each lane; with fewer groups left the other lanes are zero. */
static void gather(double *amps, const kt_walk *walk, size_t size, const uint64_t *offsets, const kt_complex *matrix)
{
    block in[1024], out[4];
    gathered at;
    uint64_t index = kt_spread(walk->begin, walk->mask);
    for (uint64_t group = walk->begin; group < walk->end; group += KT_LANES) {
        next_gathered(&at, amps, walk, group, &index);
        const amplitude *ahead = (amplitude *)amps + walk->base + kt_walk_next(index, walk->mask, AHEAD / 2);
        for (size_t i = 0; i < size; i++) {
            if (walk->far)
                __builtin_prefetch(ahead + offsets[i], 1);
            fetch(&at, offsets[i], &in[i]);
        }
        for (size_t row = 0; row < size; row += 4) {
            const size_t rows = size - row < 4 ? size - row : 4;
            if (rows == 4)
                gather_rows(in, size, matrix + row * size, out, 4);
            else
                gather_rows(in, size, matrix + row * size, out, (int)rows);
            for (size_t i = 0; i < rows; i++)
                put(&at, offsets[row + i], out[i]);
        }
    }
}

/* Lane sums times weights, in a fixed order. */
INLINE double weighed(block sum, const double *weights)
{
    double d[KT_BLOCK_DOUBLES] __attribute__((aligned(64)));
    store(d, sum);
    for (int i = 0; i < KT_BLOCK_DOUBLES; i++)
        d[i] *= weights[i];
    return ((d[0] + d[1]) + (d[2] + d[3])) + ((d[4] + d[5]) + (d[6] + d[7]));
}

static double norm(const double *amps, const kt_walk *walk, const double *weights)
{
    block sum = { 0 };
    WALK(amps, walk, 1)
    {
        const block a = load(at);
        UNROLL
        for (int i = 0; i < VECTORS; i++)
            sum.v[i] += a.v[i] * a.v[i];
    }
    const double twice[KT_BLOCK_DOUBLES] = { weights[0], weights[0], weights[1], weights[1],
                                             weights[2], weights[2], weights[3], weights[3] };
    return weighed(sum, twice);
}

INLINE double bilinear_body(const double *amps, const kt_walk *walk, uint64_t x_mask, uint64_t z_mask,
                            const double *weights, const unsigned lane_xor, const int crossed)
{
    static const double signs[2] = { 1, -1 };
    block sum = { 0 };
    WALK(amps, walk, 1)
    {
        const uint64_t here = walk_index + walk_base;
        const double sign = signs[__builtin_parityll(here & z_mask)];
        const block a = load(at), b = lanes_exchanged(load(amps + KT_BLOCK_DOUBLES * (here ^ x_mask)), lane_xor);
        UNROLL
        for (int i = 0; i < VECTORS; i++)
            sum.v[i] += sign * (a.v[i] * (crossed ? SWAP_PARTS(b.v[i]) : b.v[i]));
    }
    return weighed(sum, weights);
}

static kt_complex inner(const double *a, const double *b, uint64_t begin, uint64_t end)
{
    static const double ones[8] = { 1, 1, 1, 1, 1, 1, 1, 1 }, signs[8] = { 1, -1, 1, -1, 1, -1, 1, -1 };
    block re = { 0 }, im = { 0 };
    for (uint64_t at = begin * KT_BLOCK_DOUBLES; at < end * KT_BLOCK_DOUBLES; at += KT_BLOCK_DOUBLES) {
        const block x = load(a + at), y = load(b + at);
        UNROLL
        for (int i = 0; i < VECTORS; i++) {
            re.v[i] += x.v[i] * y.v[i];
            im.v[i] += x.v[i] * SWAP_PARTS(y.v[i]);
        }
    }
    return (kt_complex){ weighed(re, ones), weighed(im, signs) };
}

/* Calls the form of a body that suits the walk. */
#define BY_RUN(body, walk, ...)                                                                                        \
    do {                                                                                                               \
        if (!has_runs(walk))                                                                                           \
            body(__VA_ARGS__, 1, false);                                                                               \
        else if ((walk)->far)                                                                                          \
            body(__VA_ARGS__, 4, true);                                                                                \
        else                                                                                                           \
            body(__VA_ARGS__, 4, false);                                                                               \
    } while (0)

#define SCALE(name, real, uniform)                                                                                     \
    static void name(double *amps, const kt_walk *walk, const kt_coef *c)                                              \
    {                                                                                                                  \
        BY_RUN(scale_body, walk, amps, walk, c, real, uniform);                                                        \
    }
SCALE(scale_lanewise, 0, 0)
SCALE(scale_uniform, 0, 1)
SCALE(scale_lanewise_real, 1, 0)
SCALE(scale_uniform_real, 1, 1)

#define PAIR(name, lane_xor, real, uniform)                                                                            \
    static void name(double *amps, const kt_walk *walk, uint64_t step, const kt_coef *c)                               \
    {                                                                                                                  \
        BY_RUN(pair_body, walk, amps, walk, step, c, lane_xor, real, uniform);                                         \
    }
PAIR(pair_uniform, 0, 0, 1)
PAIR(pair_uniform_real, 0, 1, 1)

/* What exists once for each way that lanes may be exchanged. */
#define BY_LANE_XOR(x)                                                                                                 \
    PAIR(pair_lanewise_##x, x, 0, 0)                                                                                   \
    PAIR(pair_lanewise_real_##x, x, 1, 0)                                                                              \
    static void exchange_##x(double *amps, const kt_walk *walk, uint64_t step)                                         \
    {                                                                                                                  \
        BY_RUN(exchange_body, walk, amps, walk, step, x);                                                              \
    }                                                                                                                  \
    static void lone_##x(double *amps, const kt_walk *walk, const kt_coef *c)                                          \
    {                                                                                                                  \
        lone_body(amps, walk, c, x, 0, 1);                                                                             \
    }                                                                                                                  \
    static void lone_real_##x(double *amps, const kt_walk *walk, const kt_coef *c)                                     \
    {                                                                                                                  \
        lone_body(amps, walk, c, x, 1, 1);                                                                             \
    }                                                                                                                  \
    static double bilinear_##x(const double *amps, const kt_walk *walk, uint64_t x_mask, uint64_t z_mask,              \
                               const double *weights)                                                                  \
    {                                                                                                                  \
        return bilinear_body(amps, walk, x_mask, z_mask, weights, x, 0);                                               \
    }                                                                                                                  \
    static double bilinear_crossed_##x(const double *amps, const kt_walk *walk, uint64_t x_mask, uint64_t z_mask,      \
                                       const double *weights)                                                          \
    {                                                                                                                  \
        return bilinear_body(amps, walk, x_mask, z_mask, weights, x, 1);                                               \
    }
BY_LANE_XOR(0)
BY_LANE_XOR(1)
BY_LANE_XOR(2)
BY_LANE_XOR(3)

static void quad_complex(double *amps, const kt_walk *walk, const uint64_t *steps, const kt_complex *matrix)
{
    quad_body(amps, walk, steps, matrix, 0);
}

static void quad_real(double *amps, const kt_walk *walk, const uint64_t *steps, const kt_complex *matrix)
{
    quad_body(amps, walk, steps, matrix, 1);
}

#define PAIR_ROW(x, uniform_kernel, uniform_real_kernel)                                                               \
    {                                                                                                                  \
        [KT_LANEWISE] = pair_lanewise_##x, [KT_LANEWISE_REAL] = pair_lanewise_real_##x, [KT_UNIFORM] = uniform_kernel, \
        [KT_UNIFORM_REAL] = uniform_real_kernel                                                                        \
    }

const kt_kernels KT_KERNELS_ROW = {
    .name = KT_KERNELS_NAME,
    .scale = { [KT_LANEWISE] = scale_lanewise,
               [KT_UNIFORM] = scale_uniform,
               [KT_LANEWISE_REAL] = scale_lanewise_real,
               [KT_UNIFORM_REAL] = scale_uniform_real },
    .pair = { PAIR_ROW(0, pair_uniform, pair_uniform_real), PAIR_ROW(1, pair_lanewise_1, pair_lanewise_real_1),
              PAIR_ROW(2, pair_lanewise_2, pair_lanewise_real_2), PAIR_ROW(3, pair_lanewise_3, pair_lanewise_real_3) },
    .exchange = { exchange_0, exchange_1, exchange_2, exchange_3 },
    .lone = { { lone_0, lone_real_0 }, { lone_1, lone_real_1 }, { lone_2, lone_real_2 }, { lone_3, lone_real_3 } },
    .quad = { quad_complex, quad_real },
    .gather = gather,
    .norm = norm,
    .bilinear = { { bilinear_0, bilinear_crossed_0 },
                  { bilinear_1, bilinear_crossed_1 },
                  { bilinear_2, bilinear_crossed_2 },
                  { bilinear_3, bilinear_crossed_3 } },
    .inner = inner,
};
