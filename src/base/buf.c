/* SPDX-License-Identifier: Apache-2.0 */
/* buf.c - the growing buffer. Room is doubled, one byte more than the length is always kept for the NUL, and the
 * ceiling is checked before memory is asked for. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void kt_buf_init(kt_buf *buf, size_t ceiling_bytes)
{
    *buf = (kt_buf){ .ceiling_bytes = ceiling_bytes };
}

void kt_buf_fini(kt_buf *buf)
{
    free(buf->data);
    *buf = (kt_buf){ .ceiling_bytes = buf->ceiling_bytes };
}

void kt_buf_clear(kt_buf *buf)
{
    buf->length = 0;
    buf->failed = 0;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

/* Makes room for `more` bytes and the NUL behind them. */
static int reserve(kt_buf *buf, size_t more)
{
    if (buf->failed != 0)
        return buf->failed;
    const size_t most = buf->ceiling_bytes == 0 ? PTRDIFF_MAX - 1 : buf->ceiling_bytes;
    if (more > most - buf->length)
        return buf->failed = KT_E_LIMIT;
    const size_t need = buf->length + more + 1;
    if (need <= buf->capacity)
        return 0;
    size_t capacity = buf->capacity == 0 ? FIRST_CAPACITY : buf->capacity;
    while (capacity < need)
        capacity = capacity > PTRDIFF_MAX / 2 ? need : capacity * 2;
    char *data = realloc(buf->data, capacity);
    if (data == NULL)
        return buf->failed = KT_E_NOMEM;
    buf->data = data;
    buf->capacity = capacity;
    return 0;
}

int kt_buf_add(kt_buf *buf, const void *data, size_t length)
{
    const int rc = reserve(buf, length);
    if (rc < 0)
        return rc;
    if (length > 0)
        memcpy(buf->data + buf->length, data, length);
    buf->length += length;
    buf->data[buf->length] = '\0';
    return 0;
}

int kt_buf_adds(kt_buf *buf, const char *text)
{
    return kt_buf_add(buf, text, strlen(text));
}

int kt_buf_join(kt_buf *buf, const kt_buf *more)
{
    if (more->failed < 0 && buf->failed == 0)
        buf->failed = more->failed;
    return kt_buf_add(buf, more->data, more->length);
}

int kt_buf_addc(kt_buf *buf, char c)
{
    return kt_buf_add(buf, &c, 1);
}

int kt_buf_addf(kt_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    int rc = length < 0 ? (buf->failed = KT_E_LIMIT) : reserve(buf, (size_t)length);
    if (rc == 0) {
        vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
    va_end(args);
    return rc;
}

int kt_buf_fill(kt_buf *buf, const char *text, size_t times)
{
    const size_t length = strlen(text);
    size_t bytes;
    if (__builtin_mul_overflow(length, times, &bytes))
        return buf->failed = KT_E_LIMIT;
    const int rc = reserve(buf, bytes);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < times; i++)
        memcpy(buf->data + buf->length + i * length, text, length);
    buf->length += bytes;
    buf->data[buf->length] = '\0';
    return 0;
}

kt_view kt_buf_view(const kt_buf *buf)
{
    return (kt_view){ buf->data == NULL ? "" : buf->data, buf->length };
}

char *kt_buf_take(kt_buf *buf)
{
    if (reserve(buf, 0) < 0)
        return NULL;
    char *data = KT_GIVE(buf->data);
    data[buf->length] = '\0';
    kt_buf_init(buf, buf->ceiling_bytes);
    return data;
}

int kt_buf_check(const kt_buf *buf, kt_error *err, const char *what)
{
    if (buf->failed == KT_E_LIMIT)
        return kt_fail(err, KT_E_LIMIT, "%s is larger than its limit of %zu bytes", what, buf->ceiling_bytes);
    if (buf->failed != 0)
        return kt_fail_nomem(err, buf->capacity * 2, what);
    return 0;
}
