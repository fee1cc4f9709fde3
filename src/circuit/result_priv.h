/* SPDX-License-Identifier: Apache-2.0 */
/* result_priv.h - what a kt_result holds; for result.c, which fills and reads it, and for its two writers.
 * Outcomes are kept as entries (bits, outputs, times). Sealing sorts them by bits, then by outputs, and gathers entries
 * of equal bits into groups: a group is what the public side calls an outcome. */
#ifndef KT_CIRCUIT_RESULT_PRIV_H
#define KT_CIRCUIT_RESULT_PRIV_H

#include "circuit/result.h"

typedef struct kt_result_value {
    kt_want want; /* a deep copy in the result's arena */
    const char *text;
    double *numbers;       /* heap */
    kt_complex *complexes; /* heap */
    size_t count;
    double expectation;
    const char **names; /* gradient */
} kt_result_value;

typedef struct kt_result_entry {
    uint64_t times;
    const char *outputs; /* or NULL */
    size_t words_at;     /* index of its first word in words */
} kt_result_entry;

struct kt_result {
    kt_arena *arena;
    kt_result_info info; /* texts in the arena */

    uint32_t column_count;
    uint32_t *columns; /* labels */
    size_t stride;     /* words an outcome */

    uint32_t label_count; /* of qubits that targets name */
    uint32_t *labels;

    uint64_t *words;
    size_t entry_count, entry_capacity;
    kt_result_entry *entries;
    /* after sealing */
    bool sealed, has_outputs;
    size_t group_count;
    size_t *group_first;   /* entry with which each group begins; group_count + 1 numbers */
    uint64_t *entry_after; /* shots up to and with each entry */
    uint64_t shuffle_seed;

    size_t value_count, value_capacity;
    kt_result_value *values;
};

/* The entry that shot number `shot` gave. */
size_t kt_result_shot_entry(const kt_result *r, uint64_t shot);

/* The words of an observable without its targets: "2 * z @ x + y"; a matrix as hermitian([[...]]). */
int kt_observable_text(const kt_want *want, kt_buf *out);

#endif
