/* SPDX-License-Identifier: Apache-2.0 */
/* run_args.c - what stands above a result where there are several: the same words on this machine and on Braket. */
#include "base/run_args.h"

#include <stdint.h>

void kt_run_heading(kt_buf *out, const char *file, const kt_json *inputs)
{
    /* jansson's iterators take a non-const object, and change nothing. */
    kt_json *object = (kt_json *)(uintptr_t)inputs;
    const char *name, *before = "  ";
    kt_json *value;
    kt_buf_adds(out, file);
    json_object_foreach(object, name, value)
    {
        kt_jw w;
        kt_buf_addf(out, "%s%s=", before, name);
        kt_jw_init(&w, kt_out_buf(out), 0);
        kt_jw_value(&w, value);
        kt_jw_end(&w, NULL); /* a failure stays in the buffer */
        before = " ";
    }
    kt_buf_addc(out, '\n');
}
