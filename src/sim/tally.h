/* SPDX-License-Identifier: Apache-2.0 */
/* tally.h - how often each outcome was seen, while outcomes are still coming in.
 * A row is: the bits of the classical cells, the bits of the frame (qubits that wanted results look at), the output
 * variables, and a number of shots. While rows come in, cells stand in the order in which they were found; when all are
 * in, kt_tally_finish puts them in the order of the result's columns, sorts the rows and adds up equal ones. */
#ifndef KT_SIM_TALLY_H
#define KT_SIM_TALLY_H

#include "base/arena.h"
#include "circuit/result.h"

typedef struct kt_tally_row {
    uint64_t times;
    uint64_t frame;
    const char *outputs; /* in the tally's arena, or NULL */
    uint64_t *words;     /* in the tally's arena; bit c is bit (63 - c % 64) of words[c / 64] */
    uint32_t bits;       /* how many of them are known; missing ones are 0 */
} kt_tally_row;

typedef struct kt_tally {
    kt_arena *arena;
    kt_tally_row *rows;
    size_t count, capacity;
    uint64_t *after; /* once finished: shots up to and with each row */
} kt_tally;

int kt_tally_init(kt_tally *t, kt_error *err);
void kt_tally_fini(kt_tally *t);
/* words: `bits` bits; outputs: JSON text or NULL. Both are copied. */
int kt_tally_add(kt_tally *t, const uint64_t *words, uint32_t bits, uint64_t frame, const char *outputs, uint64_t times,
                 kt_error *err);
/* column c is the bit that came in as number from[c]. */
int kt_tally_finish(kt_tally *t, uint32_t columns, const uint32_t *from, kt_error *err);
int kt_tally_give(const kt_tally *t, kt_result *result, kt_error *err); /* every row becomes an outcome */
/* The row at place `rank` of all shots, in order of rows. */
const kt_tally_row *kt_tally_at(const kt_tally *t, uint64_t rank);

#endif
