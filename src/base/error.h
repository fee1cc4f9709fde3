/* SPDX-License-Identifier: Apache-2.0 */
/* error.h - making and wrapping errors; the codes themselves are public, in ketch/error.h.
 * A kt_error may be NULL everywhere. Messages: lower case, no full stop, with the value, the limit, the next step. */
#ifndef KT_BASE_ERROR_H
#define KT_BASE_ERROR_H

#include "base/base.h"
#include <ketch/error.h>

/* Sets *err and returns code. A message that is too long is cut at a whole UTF-8 character and ends in "...". */
int kt_fail(kt_error *err, kt_code code, const char *format, ...) KT_PRINTF(3, 4);
/* The same, with errno kept in err->sys and its text added after ": ". */
int kt_fail_sys(kt_error *err, kt_code code, int sys, const char *format, ...) KT_PRINTF(4, 5);
/* Puts context in front of what *err says ("context: message") and returns rc, which must be negative. */
int kt_wrap(kt_error *err, int rc, const char *format, ...) KT_PRINTF(3, 4);
/* kt_fail(err, KT_E_NOMEM, "out of memory (%zu bytes for %s)"). */
int kt_fail_nomem(kt_error *err, size_t bytes, const char *what);
void kt_error_clear(kt_error *err);

#endif
