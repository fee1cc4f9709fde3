/* SPDX-License-Identifier: Apache-2.0 */
/* uri.c - percent-encoding as AWS wants it (RFC 3986, upper-case digits) and its undoing. */
#include "sign/uri_priv.h"

bool kt_uri_is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '~';
}

int kt_uri_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

int kt_uri_escape(char c, kt_buf *out)
{
    static const char digits[] = "0123456789ABCDEF";
    const unsigned char byte = (unsigned char)c;
    return kt_buf_add(out, (const char[]){ '%', digits[byte >> 4], digits[byte & 15] }, 3);
}

/* How many bytes from `at` on need no escape. */
static size_t plain_run(kt_view text, size_t at, bool keep_slash)
{
    size_t end = at;
    while (end < text.length && (kt_uri_is_unreserved(text.data[end]) || (keep_slash && text.data[end] == '/')))
        end++;
    return end - at;
}

int kt_uri_encode(kt_view text, bool keep_slash, kt_buf *out)
{
    int rc = kt_buf_adds(out, "");
    for (size_t at = 0; at < text.length && rc == 0;) {
        const size_t run = plain_run(text, at, keep_slash);
        rc = run > 0 ? kt_buf_add(out, text.data + at, run) : kt_uri_escape(text.data[at], out);
        at += run > 0 ? run : 1;
    }
    return rc;
}

static bool is_escape(kt_view text, size_t at)
{
    return text.data[at] == '%' && text.length - at > 2 && kt_uri_hex_value(text.data[at + 1]) >= 0 &&
           kt_uri_hex_value(text.data[at + 2]) >= 0;
}

int kt_uri_canonical(kt_view text, kt_buf *out)
{
    int rc = kt_buf_adds(out, "");
    for (size_t at = 0; at < text.length && rc == 0;) {
        size_t run = plain_run(text, at, false);
        if (run == 0 && is_escape(text, at))
            run = 3;
        if (run > 0)
            rc = kt_buf_add(out, text.data + at, run);
        else
            rc = text.data[at] == '+' ? kt_buf_adds(out, "%20") : kt_uri_escape(text.data[at], out);
        at += run > 0 ? run : 1;
    }
    return rc;
}

int kt_uri_decode(kt_view text, bool plus_is_blank, kt_buf *out, kt_error *err)
{
    int rc = kt_buf_adds(out, "");
    for (size_t at = 0; at < text.length && rc == 0; at++) {
        char c = text.data[at];
        if (c == '%') {
            if (!is_escape(text, at))
                return kt_fail(err, KT_E_SYNTAX, "a broken percent escape at byte %zu of '%.*s'", at,
                               (int)(text.length < 64 ? text.length : 64), text.data);
            c = (char)(kt_uri_hex_value(text.data[at + 1]) << 4 | kt_uri_hex_value(text.data[at + 2]));
            at += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        if (c == '\0')
            return kt_fail(err, KT_E_SYNTAX, "a zero byte in a URI");
        rc = kt_buf_addc(out, c);
    }
    return rc == 0 ? 0 : kt_buf_check(out, err, "a decoded URI");
}
