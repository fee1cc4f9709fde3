/* SPDX-License-Identifier: Apache-2.0 */
/* view.h - a borrowed slice of text or bytes; it dies with its source and is not NUL-terminated. */
#ifndef KT_BASE_VIEW_H
#define KT_BASE_VIEW_H

#include "base/base.h"

typedef struct kt_view {
    const char *data;
    size_t length;
} kt_view;

#define KT_VIEW_ARG(v) (int)(v).length, (v).data /* for "%.*s" */

kt_view kt_view_of(const char *text); /* NULL gives an empty view */
bool kt_view_equal(kt_view a, kt_view b);
bool kt_view_is(kt_view v, const char *text);
bool kt_view_starts(kt_view v, const char *prefix);
int kt_view_compare(kt_view a, kt_view b);       /* byte order, as strcmp */
kt_view kt_view_trim(kt_view v);                 /* without leading and trailing ASCII white space */
uint64_t kt_view_hash(kt_view v, uint64_t seed); /* for hash maps; not cryptographic */

/* UTF-8: the code point at *offset, which moves past it; -1 for a malformed sequence (offset moves by one byte). */
int32_t kt_utf8_next(kt_view v, size_t *offset);
/* Number of characters (code points; a malformed byte counts as one) in the view. */
size_t kt_utf8_count(kt_view v);

#endif
