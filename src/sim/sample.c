/* SPDX-License-Identifier: Apache-2.0 */
/* sample.c - many measurements of one state. Few shots: sorted uniform numbers and one pass over the state. Very many
 * shots of few qubits: the outcomes' probabilities, and one binomial draw an outcome. */
#include "sim/sample.h"

#include <stdlib.h>

enum { BATCH = 1 << 20, DEALT_MOST_POSITIONS = 20, FEW = 16, DEEPEST = 60 };

/* Uniform numbers in [low, low + width), ascending: drawn, then sorted by insertion. */
static void draw_few(kt_rng *rng, size_t count, double low, double width, double *out)
{
    static const double below_one = 1 - 0x1p-53;
    for (size_t i = 0; i < count; i++) {
        double x = low + width * kt_rng_uniform(rng);
        if (x > below_one)
            x = below_one;
        size_t at = i;
        for (; at > 0 && out[at - 1] > x; at--)
            out[at] = out[at - 1];
        out[at] = x;
    }
}

/* Halves the interval again and again, dealing the count to both halves by a fair binomial draw, until few are left:
 * sorted without sorting. */
void kt_sample_uniforms(kt_rng *rng, size_t count, double *out)
{
    struct part {
        size_t count;
        double low, width;
        int depth;
    } stack[DEEPEST + 2];
    size_t top = 0, filled = 0;
    stack[top++] = (struct part){ count, 0, 1, 0 };
    while (top > 0) {
        struct part part = stack[--top];
        if (part.count <= FEW || part.depth == DEEPEST) {
            draw_few(rng, part.count, part.low, part.width, out + filled);
            filled += part.count;
            continue;
        }
        size_t lower = (size_t)kt_rng_binomial(rng, part.count, 0.5);
        double half = part.width / 2;
        stack[top++] = (struct part){ part.count - lower, part.low + half, half, part.depth + 1 };
        stack[top++] = (struct part){ lower, part.low, half, part.depth + 1 };
    }
}

typedef struct seen_list {
    kt_seen *items;
    size_t count, capacity;
} seen_list;

static int compare_seen(const void *a, const void *b)
{
    const kt_seen *left = a, *right = b;
    return left->outcome < right->outcome ? -1 : left->outcome > right->outcome;
}

/* Sorts and adds up equal outcomes. */
static void gather(seen_list *list)
{
    bool sorted = true;
    for (size_t i = 1; i < list->count && sorted; i++)
        sorted = list->items[i - 1].outcome <= list->items[i].outcome;
    if (!sorted)
        qsort(list->items, list->count, sizeof *list->items, compare_seen);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && list->items[kept - 1].outcome == list->items[i].outcome)
            list->items[kept - 1].times += list->items[i].times;
        else
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

static int add_seen(seen_list *list, uint64_t outcome, uint64_t times, kt_error *err)
{
    if (list->count > 0 && list->items[list->count - 1].outcome == outcome) {
        list->items[list->count - 1].times += times;
        return 0;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 256 : 2 * list->capacity;
        kt_seen *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL)
            return kt_fail_nomem(err, capacity * sizeof *items, "measured outcomes");
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = (kt_seen){ outcome, times };
    return 0;
}

/* One outcome after another gets its share of the shots that are left. */
static int deal(const kt_sampling *s, kt_rng *rng, seen_list *list, kt_error *err)
{
    uint64_t shots = s->shots;
    size_t outcomes = (size_t)1 << s->k;
    double *p = malloc(outcomes * sizeof *p);
    if (p == NULL)
        return kt_fail_nomem(err, outcomes * sizeof *p, "probabilities of outcomes");
    int rc = kt_state_probabilities(s->state, s->k, s->positions, p, err);
    size_t last = outcomes - 1; /* what is possible ends here: rounding must not spill over */
    while (rc == 0 && last > 0 && p[last] <= 0)
        last--;
    double rest = 0;
    for (size_t i = 0; rc == 0 && i <= last; i++)
        rest += p[i];
    for (size_t i = 0; rc == 0 && i <= last && shots > 0; i++) {
        double share = rest > 0 ? p[i] / rest : 1;
        uint64_t times = i == last || share >= 1 ? shots : kt_rng_binomial(rng, shots, share);
        if (p[i] <= 0 && i != last)
            times = 0;
        if (times > 0)
            rc = add_seen(list, i, times, err);
        shots -= times;
        rest -= p[i];
    }
    free(p);
    return rc;
}

/* Up to BATCH shots by one pass over the state. */
static int sample_batch(const kt_sampling *s, size_t shots, kt_rng *rng, seen_list *list, kt_error *err)
{
    double *uniforms = malloc(shots * sizeof *uniforms);
    uint64_t *outcomes = malloc(shots * sizeof *outcomes);
    int rc = 0;
    if (uniforms == NULL || outcomes == NULL)
        rc = kt_fail_nomem(err, shots * 2 * sizeof *uniforms, "measured shots");
    if (rc == 0) {
        kt_sample_uniforms(rng, shots, uniforms);
        rc = kt_state_sample(s->state, s->k, s->positions, shots, uniforms, outcomes, err);
    }
    for (size_t i = 0; rc == 0 && i < shots; i++)
        rc = add_seen(list, outcomes[i], 1, err);
    free(uniforms);
    free(outcomes);
    if (rc == 0)
        gather(list);
    return rc;
}

int kt_sample_state(const kt_sampling *s, kt_rng *rng, kt_seen **out, size_t *count, kt_error *err)
{
    seen_list list = { 0 };
    int rc = 0;
    if (s->k == 0) {
        rc = add_seen(&list, 0, s->shots, err);
    } else if (s->shots > BATCH && s->k <= DEALT_MOST_POSITIONS) {
        rc = deal(s, rng, &list, err);
    } else {
        for (uint64_t done = 0; rc == 0 && done < s->shots; done += BATCH) {
            uint64_t left = s->shots - done;
            rc = sample_batch(s, left < BATCH ? (size_t)left : BATCH, rng, &list, err);
            if (rc == 0 && s->outcomes_most > 0 && list.count > s->outcomes_most)
                rc = kt_fail(err, KT_E_CAPACITY,
                             "%zu distinct outcomes after %llu of %llu shots, and there is memory for %llu: use fewer "
                             "shots or measure fewer qubits",
                             list.count, (unsigned long long)(done + BATCH < s->shots ? done + BATCH : s->shots),
                             (unsigned long long)s->shots, (unsigned long long)s->outcomes_most);
            if (rc == 0 && s->poll != NULL)
                rc = s->poll(s->poll_ctx, err);
        }
    }
    if (rc < 0) {
        free(list.items);
        return rc;
    }
    *out = list.items;
    *count = list.count;
    return 0;
}
