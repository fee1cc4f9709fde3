/* SPDX-License-Identifier: Apache-2.0 */
/* buf.h - a growing byte buffer with a ceiling. data is always NUL-terminated once anything was added.
 * Failure is remembered: after one failed append all later ones fail too, so a series may be checked once at its end
 * with kt_buf_check. */
#ifndef KT_BASE_BUF_H
#define KT_BASE_BUF_H

#include "base/error.h"
#include "base/view.h"

typedef struct kt_buf {
    char *data; /* NULL while empty */
    size_t length, capacity, ceiling_bytes;
    int failed; /* 0, KT_E_NOMEM or KT_E_LIMIT */
} kt_buf;

void kt_buf_init(kt_buf *buf, size_t ceiling_bytes); /* 0: no ceiling */
void kt_buf_fini(kt_buf *buf);
void kt_buf_clear(kt_buf *buf); /* length 0, failure forgotten, memory kept */
int kt_buf_add(kt_buf *buf, const void *data, size_t length);
int kt_buf_adds(kt_buf *buf, const char *text);
int kt_buf_join(kt_buf *buf, const kt_buf *more); /* what is in `more`; when that has failed, this fails too */
int kt_buf_addc(kt_buf *buf, char c);
int kt_buf_addf(kt_buf *buf, const char *format, ...) KT_PRINTF(2, 3);
int kt_buf_fill(kt_buf *buf, const char *text, size_t times); /* text repeated */
kt_view kt_buf_view(const kt_buf *buf);
char *kt_buf_take(kt_buf *buf); /* moves the bytes out (malloc'ed, NUL-terminated), NULL after a failure */
int kt_buf_check(const kt_buf *buf, kt_error *err, const char *what);
#define KT_BUF_OWN __attribute__((cleanup(kt_buf_fini))) kt_buf

#endif
