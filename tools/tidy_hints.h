/* SPDX-License-Identifier: Apache-2.0 */
/* tidy_hints.h - told to clang-tidy only (tools/lint.sh): what calls that make errors give back. The analyser does not
 * look into other files, so it would follow paths on which kt_fail() returns 0 and a result is missing all the same. */
#ifndef KT_TOOLS_TIDY_HINTS_H
#define KT_TOOLS_TIDY_HINTS_H

#include "base/error.h"

#include <stdlib.h>

static inline int kt_hint_negative(int rc)
{
    if (rc >= 0)
        abort();
    return rc;
}

#define kt_fail(err, code, ...) ((void)kt_fail(err, code, __VA_ARGS__), kt_hint_negative((int)(code)))
#define kt_fail_sys(err, code, ...) ((void)kt_fail_sys(err, code, __VA_ARGS__), kt_hint_negative((int)(code)))
#define kt_fail_nomem(err, bytes, what) ((void)kt_fail_nomem(err, bytes, what), (int)KT_E_NOMEM)
#define kt_wrap(err, rc, ...) kt_hint_negative(kt_wrap(err, rc, __VA_ARGS__))

#endif
