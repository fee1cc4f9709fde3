/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - small services for messages: the nearest name, sizes and numbers for people. */
#ifndef KT_BASE_TEXT_H
#define KT_BASE_TEXT_H

#include "base/error.h"
#include "base/view.h"

/* Edit distance with transpositions, at most `limit` + 1 (it stops looking beyond). Case counts half a step less. */
size_t kt_text_distance(kt_view a, kt_view b, size_t limit);
/* Keeps the nearest candidate: start with best->text.data NULL; offer each; near when distance <= 1 + length / 4. */
typedef struct kt_nearest {
    kt_view wanted, text;
    size_t distance;
} kt_nearest;
void kt_nearest_init(kt_nearest *nearest, kt_view wanted);
void kt_nearest_offer(kt_nearest *nearest, kt_view candidate);
/* " (did you mean 'x'?)" or ""; text must hold 96. */
void kt_nearest_hint(const kt_nearest *nearest, char *text, size_t bytes);
/* "16.0 GiB", "512 B"; text must hold 24. */
void kt_size_text(double bytes, char *text, size_t text_bytes);
/* Whole-string parses: KT_E_INVALID names the text and what was expected. */
int kt_parse_uint(kt_view text, uint64_t least, uint64_t most, uint64_t *out, kt_error *err);
int kt_parse_double(kt_view text, double *out, kt_error *err); /* locale-independent; no inf, nan, hex */

#endif
