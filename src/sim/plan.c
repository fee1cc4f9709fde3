/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - cuts a matrix into pieces of work for the kernels (see plan.h). Pure functions; nothing is allocated. */
#include "sim/plan.h"

/* 1 MiB: what a core has to itself. */
enum { FAR_BLOCKS = 1 << 14 };

/* What making a plan keeps at hand. */
typedef struct maker {
    kt_plan *plan;
    kt_plan_room room; /* what is left of it */
    const kt_bit_op *op;
    size_t size; /* 2^k */
    uint64_t lane_targets, lane_controls, lane_value;
} maker;

/* Amplitude offset of a pattern: its bits spread over the targets. */
static uint64_t pattern_offset(const kt_bit_op *op, size_t pattern)
{
    uint64_t offset = 0;
    for (int i = 0; i < op->k; i++)
        offset |= (uint64_t)(pattern >> (op->k - 1 - i) & 1) << op->bits[i];
    return offset;
}

static bool is_number(kt_complex a, double re)
{
    return a.re == re && a.im == 0;
}

static bool is_zero(kt_complex a)
{
    return a.re == 0 && a.im == 0;
}

static kt_complex entry(const maker *m, size_t row, size_t column)
{
    return m->op->matrix[row * m->size + column];
}

/* Sets a coefficient in all lanes that hold the pattern with this amplitude offset. */
static void set_lanes(const maker *m, kt_coef *coef, uint64_t offset, kt_complex value)
{
    for (unsigned lane = 0; lane < KT_LANES; lane++) {
        if ((lane & m->lane_controls) != m->lane_value || ((lane ^ offset) & m->lane_targets) != 0)
            continue;
        coef->re[2 * lane] = coef->re[2 * lane + 1] = value.re;
        coef->im[2 * lane] = -value.im;
        coef->im[2 * lane + 1] = value.im;
    }
}

static kt_coef *new_coef(maker *m, double value)
{
    kt_coef *coef = m->room.coefs++;
    for (int i = 0; i < KT_BLOCK_DOUBLES; i++) {
        coef->re[i] = value;
        coef->im[i] = 0;
    }
    return coef;
}

/* The piece of that kind and place, made (as the identity) when it is not there yet. */
static kt_piece *piece_at(maker *m, kt_piece_kind kind, uint64_t slot, uint64_t step, unsigned lane_xor)
{
    static const uint8_t identity[][4] = {
        [KT_PIECE_SCALE] = { 1 }, [KT_PIECE_LONE] = { 1, 0 }, [KT_PIECE_PAIR] = { 1, 0, 0, 1 }
    };
    static const int coef_count[] = { [KT_PIECE_SCALE] = 1, [KT_PIECE_LONE] = 2, [KT_PIECE_PAIR] = 4 };
    for (size_t i = 0; i < m->plan->piece_count; i++) {
        kt_piece *p = &m->plan->pieces[i];
        if (p->kind == kind && p->slot == slot && p->step == step && p->lane_xor == lane_xor)
            return p;
    }
    kt_piece *p = &m->plan->pieces[m->plan->piece_count++];
    *p = (kt_piece){ .kind = (uint8_t)kind, .lane_xor = (uint8_t)lane_xor, .slot = slot, .step = step };
    p->coefs = m->room.coefs;
    for (int i = 0; i < coef_count[kind]; i++)
        new_coef(m, identity[kind][i]);
    return p;
}

static void add_scale(maker *m, size_t pattern)
{
    const kt_complex factor = entry(m, pattern, pattern);
    if (is_number(factor, 1))
        return;
    const uint64_t offset = pattern_offset(m->op, pattern);
    kt_piece *p = piece_at(m, KT_PIECE_SCALE, offset >> KT_LANE_BITS, 0, 0);
    set_lanes(m, &p->coefs[0], offset, factor);
}

static void add_pair(maker *m, size_t p, size_t q)
{
    uint64_t first = pattern_offset(m->op, p), second = pattern_offset(m->op, q);
    if (first >> KT_LANE_BITS > second >> KT_LANE_BITS) {
        add_pair(m, q, p);
        return;
    }
    const uint64_t slot = first >> KT_LANE_BITS, step = (second >> KT_LANE_BITS) - slot;
    const unsigned lane_xor = (unsigned)((first ^ second) & (KT_LANES - 1));
    if (step == 0) {
        kt_piece *lone = piece_at(m, KT_PIECE_LONE, slot, 0, lane_xor);
        set_lanes(m, &lone->coefs[0], first, entry(m, p, p));
        set_lanes(m, &lone->coefs[1], first, entry(m, p, q));
        set_lanes(m, &lone->coefs[0], second, entry(m, q, q));
        set_lanes(m, &lone->coefs[1], second, entry(m, q, p));
        return;
    }
    kt_piece *pair = piece_at(m, KT_PIECE_PAIR, slot, step, lane_xor);
    set_lanes(m, &pair->coefs[0], first, entry(m, p, p));
    set_lanes(m, &pair->coefs[1], first, entry(m, p, q));
    set_lanes(m, &pair->coefs[2], second, entry(m, q, p));
    set_lanes(m, &pair->coefs[3], second, entry(m, q, q));
}

/* A component of three or more patterns. */
static void add_many(maker *m, const uint16_t *patterns, size_t count)
{
    kt_piece *p = &m->plan->pieces[m->plan->piece_count++];
    const bool quad = count == 4 && (m->plan->amp_mask & (KT_LANES - 1)) == 0;
    *p = (kt_piece){ .kind = quad ? KT_PIECE_QUAD : KT_PIECE_GATHER, .size = count, .offsets = m->room.offsets };
    m->room.offsets += count;
    for (size_t i = 0; i < count; i++)
        p->offsets[i] = pattern_offset(m->op, patterns[i]) >> (quad ? KT_LANE_BITS : 0);
    p->matrix = m->op->matrix;
    if (count < m->size) {
        for (size_t row = 0; row < count; row++)
            for (size_t column = 0; column < count; column++)
                m->room.matrix[row * count + column] = entry(m, patterns[row], patterns[column]);
        p->matrix = m->room.matrix;
        m->room.matrix += count * count;
    }
    bool real = true;
    for (size_t i = 0; i < count * count && real; i++)
        real = p->matrix[i].im == 0;
    p->variant = quad && real;
}

/* component[p]: the smallest pattern that p is mixed with. */
static void find_components(const maker *m, size_t size, uint16_t *component)
{
    for (size_t p = 0; p < size; p++)
        component[p] = (uint16_t)p;
    for (size_t p = 0; p < size; p++) {
        for (size_t q = p + 1; q < size; q++) {
            if (component[p] == component[q] || (is_zero(entry(m, p, q)) && is_zero(entry(m, q, p))))
                continue;
            const uint16_t low = component[p] < component[q] ? component[p] : component[q];
            const uint16_t high = component[p] < component[q] ? component[q] : component[p];
            for (size_t i = high; i < size; i++)
                if (component[i] == high)
                    component[i] = low;
        }
    }
}

/* Looks at the coefficients once all are set and picks the cheapest kernel. */
static void choose_variant(kt_piece *p, int coef_count)
{
    bool real = true, uniform = true, exchange = p->kind == KT_PIECE_PAIR;
    for (int c = 0; c < coef_count; c++) {
        const kt_coef *coef = &p->coefs[c];
        const double crossed = p->kind == KT_PIECE_PAIR && (c == 1 || c == 2);
        for (int i = 0; i < KT_BLOCK_DOUBLES; i++) {
            real &= coef->im[i] == 0;
            uniform &= coef->re[i] == coef->re[i & 1] && coef->im[i] == coef->im[i & 1];
            exchange &= coef->re[i] == crossed && coef->im[i] == 0;
        }
    }
    if (exchange)
        p->kind = KT_PIECE_EXCHANGE;
    if (p->kind == KT_PIECE_LONE)
        p->variant = real;
    else
        p->variant = (uint8_t)((uniform ? KT_UNIFORM : KT_LANEWISE) + (real ? KT_LANEWISE_REAL - KT_LANEWISE : 0));
}

/* Sets up the walks: which bits are fixed, in blocks and in amplitudes. */
static void lay_out(maker *m, uint64_t blocks)
{
    kt_plan *plan = m->plan;
    uint64_t targets = 0;
    for (int i = 0; i < m->op->k; i++)
        targets |= (uint64_t)1 << m->op->bits[i];
    plan->amp_mask = targets | m->op->control_mask;
    plan->amp_base = m->op->control_value;
    plan->mask = plan->amp_mask >> KT_LANE_BITS;
    plan->base = plan->amp_base >> KT_LANE_BITS;
    plan->far = blocks > FAR_BLOCKS;
    plan->groups = blocks >> __builtin_popcountll(plan->mask);
    plan->group_blocks = (uint64_t)1 << __builtin_popcountll(targets >> KT_LANE_BITS);
    plan->amp_shift = KT_LANE_BITS - __builtin_popcountll(plan->amp_mask & (KT_LANES - 1));
    m->lane_targets = targets & (KT_LANES - 1);
    m->lane_controls = m->op->control_mask & (KT_LANES - 1);
    m->lane_value = m->op->control_value & (KT_LANES - 1);
}

void kt_plan_make(kt_plan *plan, const kt_plan_room *room, const kt_bit_op *op, uint64_t blocks)
{
    const size_t size = (size_t)1 << op->k;
    maker m = { .plan = plan, .room = *room, .op = op, .size = size };
    plan->piece_count = 0;
    plan->pieces = room->pieces;
    lay_out(&m, blocks);

    uint16_t component[1 << KT_PLAN_MOST_BITS], members[1 << KT_PLAN_MOST_BITS];
    find_components(&m, size, component);
    for (size_t p = 0; p < size; p++) {
        size_t count = 0;
        for (size_t q = p; component[p] == p && q < size; q++)
            if (component[q] == p)
                members[count++] = (uint16_t)q;
        if (count == 1)
            add_scale(&m, p);
        else if (count == 2)
            add_pair(&m, p, members[1]);
        else if (count > 2)
            add_many(&m, members, count);
    }
    static const int coef_count[] = { [KT_PIECE_SCALE] = 1, [KT_PIECE_PAIR] = 4, [KT_PIECE_LONE] = 2 };
    for (size_t i = 0; i < plan->piece_count; i++)
        if (plan->pieces[i].kind < KT_PIECE_QUAD)
            choose_variant(&plan->pieces[i], coef_count[plan->pieces[i].kind]);
}

void kt_plan_run(const kt_plan *plan, const kt_kernels *kernels, double *amps, uint64_t begin, uint64_t end)
{
    for (size_t i = 0; i < plan->piece_count; i++) {
        const kt_piece *p = &plan->pieces[i];
        const kt_walk walk = { plan->mask, plan->base + p->slot, begin, end, plan->far };
        switch ((kt_piece_kind)p->kind) {
        case KT_PIECE_SCALE: kernels->scale[p->variant](amps, &walk, p->coefs); break;
        case KT_PIECE_PAIR: kernels->pair[p->lane_xor][p->variant](amps, &walk, p->step, p->coefs); break;
        case KT_PIECE_EXCHANGE: kernels->exchange[p->lane_xor](amps, &walk, p->step); break;
        case KT_PIECE_LONE: kernels->lone[p->lane_xor][p->variant](amps, &walk, p->coefs); break;
        case KT_PIECE_QUAD: kernels->quad[p->variant](amps, &walk, p->offsets, p->matrix); break;
        case KT_PIECE_GATHER: {
            const kt_walk by_amplitude = { plan->amp_mask, plan->amp_base, begin << plan->amp_shift,
                                           end << plan->amp_shift, plan->far };
            kernels->gather(amps, &by_amplitude, p->size, p->offsets, p->matrix);
            break;
        }
        }
    }
}
