/* SPDX-License-Identifier: Apache-2.0 */
/* error.c - fills kt_error and reads the one table of codes (KT_CODES in ketch/error.h).
 * Nothing here allocates, so that running out of memory can still be told. A message is first made in a local buffer:
 * its arguments may point into the very error that is being replaced. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* the strerror_r that returns the text */
#endif
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct code_row {
    int value, retry, exit_status, http;
    const char *text;
} code_row;

static const code_row code_rows[] = { { KT_OK, 0, 0, 200, "done" },
#define CODE_ROW(name, value, retry, exit, http, text) { value, retry, exit, http, text },
                                      KT_CODES(CODE_ROW)
#undef CODE_ROW
};

static const code_row unknown_code = { 0, 0, 7, 500, "unknown error" };

static const code_row *code_find(int code)
{
    for (size_t i = 0; i < KT_COUNT(code_rows); i++)
        if (code_rows[i].value == code)
            return &code_rows[i];
    return &unknown_code;
}

const char *kt_code_text(int code)
{
    return code_find(code)->text;
}

int kt_code_exit(int code)
{
    return code_find(code)->exit_status;
}

int kt_code_http(int code)
{
    return code_find(code)->http;
}

int kt_code_retry(int code)
{
    return code_find(code)->retry;
}

/* Ends text, which was cut after `room` - 1 bytes, in "..." behind its last whole character. */
static void end_in_dots(char *text, size_t room)
{
    size_t end = room - sizeof("...");
    while (end > 0 && ((unsigned char)text[end] & 0xC0u) == 0x80u)
        end--;
    memcpy(text + end, "...", sizeof("..."));
}

/* What stands in text after `used` bytes: the format's text, cut to what fits. Returns the bytes used then. */
static size_t append_v(char *text, size_t room, size_t used, const char *format, va_list args)
{
    int wanted = vsnprintf(text + used, room - used, format, args);
    if (wanted < 0)
        return used;
    if ((size_t)wanted >= room - used) {
        end_in_dots(text, room);
        return strlen(text);
    }
    return used + (size_t)wanted;
}

static size_t append(char *text, size_t room, size_t used, const char *format, ...) KT_PRINTF(4, 5);
static size_t append(char *text, size_t room, size_t used, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    used = append_v(text, room, used, format, args);
    va_end(args);
    return used;
}

int kt_fail(kt_error *err, kt_code code, const char *format, ...)
{
    if (err == NULL)
        return code;
    char text[sizeof(err->message)] = "";
    va_list args;
    va_start(args, format);
    append_v(text, sizeof(text), 0, format, args);
    va_end(args);
    err->code = code;
    err->sys = 0;
    memcpy(err->message, text, sizeof(text));
    return code;
}

int kt_fail_sys(kt_error *err, kt_code code, int sys, const char *format, ...)
{
    if (err == NULL)
        return code;
    char text[sizeof(err->message)] = "", reason[128];
    va_list args;
    va_start(args, format);
    size_t used = append_v(text, sizeof(text), 0, format, args);
    va_end(args);
    append(text, sizeof(text), used, ": %s", strerror_r(sys, reason, sizeof(reason)));
    err->code = code;
    err->sys = sys;
    memcpy(err->message, text, sizeof(text));
    return code;
}

int kt_wrap(kt_error *err, int rc, const char *format, ...)
{
    if (err == NULL)
        return rc;
    char text[sizeof(err->message)] = "";
    va_list args;
    va_start(args, format);
    size_t used = append_v(text, sizeof(text), 0, format, args);
    va_end(args);
    append(text, sizeof(text), used, ": %s", err->message);
    memcpy(err->message, text, sizeof(text));
    return rc;
}

int kt_fail_nomem(kt_error *err, size_t bytes, const char *what)
{
    return kt_fail(err, KT_E_NOMEM, "out of memory (%zu bytes for %s)", bytes, what);
}

void kt_error_clear(kt_error *err)
{
    if (err != NULL)
        memset(err, 0, sizeof(*err));
}
