/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - reading JSON (jansson, with limits and positions in its errors) and writing it as a stream.
 * The writer never builds a tree, so a result of any size costs constant memory. */
#ifndef KT_BASE_JSON_H
#define KT_BASE_JSON_H

#include "base/buf.h"
#include <jansson.h>

typedef json_t kt_json;
static inline void kt_json_free(kt_json *json)
{
    json_decref(json);
}
KT_DEFINE_FREEP(kt_json)

/* Parses one JSON value (any kind); trailing text is an error. Errors: KT_E_SYNTAX with line and column,
 * KT_E_LIMIT above 2048 levels, KT_E_NOMEM. Duplicate keys are refused. */
int kt_json_parse(kt_view text, kt_json **out, kt_error *err);

/* Where a stream of bytes goes. write returns 0 or a negative code. */
typedef struct kt_out {
    int (*write)(void *ctx, const void *data, size_t length, kt_error *err);
    void *ctx;
} kt_out;
kt_out kt_out_buf(kt_buf *buf);
kt_out kt_out_file(void *stdio_file); /* a FILE *; errors name errno */

/* The stream writer: commas, colons, quotes and indentation are its business. Errors stick; kt_jw_end reports them. */
typedef struct kt_jw {
    kt_out out;
    int indent; /* spaces a level; 0: all on one line */
    int depth;  /* at most 64 */
    uint8_t has_items[64], is_object[64];
    bool after_key;
    int rc;
    size_t used;
    char pending[4096];
    kt_error error;
} kt_jw;
void kt_jw_init(kt_jw *w, kt_out out, int indent);
void kt_jw_object(kt_jw *w);
void kt_jw_array(kt_jw *w);
void kt_jw_close(kt_jw *w); /* the innermost object or array */
void kt_jw_key(kt_jw *w, const char *key);
void kt_jw_keyn(kt_jw *w, kt_view key);
void kt_jw_string(kt_jw *w, kt_view text);   /* malformed UTF-8 becomes U+FFFD */
void kt_jw_strz(kt_jw *w, const char *text); /* NULL writes null */
void kt_jw_int(kt_jw *w, int64_t value);
void kt_jw_uint(kt_jw *w, uint64_t value);
void kt_jw_double(kt_jw *w, double value); /* shortest form that reads back the same; inf and nan become null */
void kt_jw_bool(kt_jw *w, bool value);
void kt_jw_null(kt_jw *w);
void kt_jw_value(kt_jw *w, const kt_json *value);
void kt_jw_raw(kt_jw *w, kt_view json_text);     /* one value, already JSON */
void kt_jw_members(kt_jw *w, kt_view json_text); /* those of an object's text, into the object that is open */
void kt_jw_newline(kt_jw *w);
int kt_jw_end(kt_jw *w, kt_error *err); /* flushes; the first error, if any */

/* The shortest decimal text that reads back as the same double ("0", "0.5", "1e-09"); bytes must hold 32. */
size_t kt_double_text(double value, char *text, size_t bytes);

#endif
