/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - what handlers ask of a call: its query parameters and form fields, decoded when asked for. */
#include "sandbox/call.h"

#include "sign/sigv4.h"

#include <string.h>

/* Decoded into the arena, or the text itself when there is nothing to decode. A broken escape stays as it was sent. */
static kt_view decode(const kt_call *call, kt_view text)
{
    if (text.length == 0 ||
        (memchr(text.data, '%', text.length) == NULL && memchr(text.data, '+', text.length) == NULL))
        return text;
    KT_BUF_OWN decoded;
    kt_buf_init(&decoded, 0);
    const int rc = kt_uri_decode(text, true, &decoded, NULL);
    if (rc == KT_E_NOMEM)
        kt_arena_fail(call->arena);
    if (rc < 0)
        return text;
    const char *kept = kt_arena_strndup(call->arena, decoded.data == NULL ? "" : decoded.data, decoded.length);
    return kept == NULL ? text : (kt_view){ kept, decoded.length };
}

/* The nth value of `name` in "a=b&c=d"; data NULL: absent. A name without '=' has an empty value. */
static kt_view find_pair(const kt_call *call, kt_view pairs, const char *name, size_t nth)
{
    if (pairs.length == 0)
        return (kt_view){ NULL, 0 };
    const char *at = pairs.data, *end = pairs.data + pairs.length;
    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        const char *sign = memchr(at, '=', (size_t)(stop - at));
        const char *name_end = sign == NULL ? stop : sign;
        if (kt_view_is(decode(call, (kt_view){ at, (size_t)(name_end - at) }), name) && nth-- == 0) {
            const char *value = sign == NULL ? stop : sign + 1;
            return decode(call, (kt_view){ value, (size_t)(stop - value) });
        }
        at = stop + 1;
    }
    return (kt_view){ NULL, 0 };
}

kt_view kt_call_query(const kt_call *call, const char *name, size_t nth)
{
    return find_pair(call, call->request->query, name, nth);
}

kt_view kt_call_form(const kt_call *call, const char *name)
{
    const kt_view in_body = find_pair(call, call->request->body, name, 0);
    return in_body.data != NULL ? in_body : kt_call_query(call, name, 0);
}
