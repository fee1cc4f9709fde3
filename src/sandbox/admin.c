/* SPDX-License-Identifier: Apache-2.0 */
/* admin.c - /_sandbox/, the calls that Braket does not have: who may make them, and which there are. A browser may be
 * led here by a page of any site, so the Host must be this machine's and the Origin the same; with keys of the user's
 * own a token is needed as well. */
#include "sandbox/call.h"
#include "sandbox/route.h"
#include "sandbox/sandbox_priv.h"

#include <arpa/inet.h>
#include <ketch/version.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- who may ---- */

/* "[::1]:4567" and "localhost:4567" without the port. */
static kt_view host_name(kt_view host)
{
    if (host.length > 0 && host.data[0] == '[') {
        const char *end = memchr(host.data, ']', host.length);
        return end == NULL ? host : (kt_view){ host.data + 1, (size_t)(end - host.data - 1) };
    }
    const char *colon = host.length == 0 ? NULL : memchr(host.data, ':', host.length);
    return colon == NULL ? host : (kt_view){ host.data, (size_t)(colon - host.data) };
}

static bool equal_any_case(kt_view a, const char *b)
{
    return a.length == strlen(b) && strncasecmp(a.data, b, a.length) == 0;
}

static bool is_wildcard(const char *address)
{
    return strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0;
}

bool kt_admin_host_is_ours(kt_view host, const char *listen_host)
{
    char name[64];
    struct in_addr v4;
    struct in6_addr v6;
    const kt_view bare = host_name(host);
    if (bare.length == 0 || bare.length >= sizeof(name))
        return false;
    memcpy(name, bare.data, bare.length);
    name[bare.length] = '\0';
    if (equal_any_case(bare, "localhost") || equal_any_case(bare, listen_host))
        return true;
    /* An address can't be pointed elsewhere as a name can; with a wildcard any of them may be ours. */
    if (inet_pton(AF_INET, name, &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127 || is_wildcard(listen_host);
    if (inet_pton(AF_INET6, name, &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6) || is_wildcard(listen_host);
    return false;
}

bool kt_admin_origin_is_ours(kt_view origin, kt_view host)
{
    static const char *const schemes[] = { "http://", "https://" };
    if (origin.data == NULL)
        return true;
    for (size_t i = 0; i < KT_COUNT(schemes); i++) {
        const size_t length = strlen(schemes[i]);
        if (kt_view_starts(origin, schemes[i]) && origin.length - length == host.length &&
            strncasecmp(origin.data + length, host.data, host.length) == 0)
            return true;
    }
    return false;
}

/* In a time that does not tell how much of it was right. */
static bool is_token(kt_view given, const char *token)
{
    const size_t length = strlen(token);
    unsigned difference = given.length != length;
    for (size_t i = 0; i < given.length && i < length; i++)
        difference |= (unsigned)(unsigned char)(given.data[i] ^ token[i]);
    return difference == 0;
}

static bool has_token(const kt_call *call)
{
    const kt_auth *auth = call->sandbox->auth;
    if (!kt_auth_keys_given(auth))
        return true;
    kt_view given = kt_http_header_get(call->request, "x-sandbox-token");
    const kt_view bearer = kt_http_header_get(call->request, "Authorization");
    if (given.data == NULL && bearer.length > 7 && strncasecmp(bearer.data, "Bearer ", 7) == 0)
        given = kt_view_trim((kt_view){ bearer.data + 7, bearer.length - 7 });
    return given.data != NULL && is_token(given, kt_auth_admin_token(auth));
}

static bool may_call(kt_call *call)
{
    const kt_view host = kt_http_header_get(call->request, "Host");
    if (!kt_admin_host_is_ours(host, call->sandbox->host)) {
        kt_call_error(call, 403, "Forbidden", "admin calls must name this machine in their Host header, not '%.*s'",
                      KT_VIEW_ARG(host));
        return false;
    }
    if (!kt_admin_origin_is_ours(kt_http_header_get(call->request, "Origin"), host)) {
        kt_call_error(call, 403, "Forbidden", "admin calls from pages of other origins are refused");
        return false;
    }
    if (!has_token(call)) {
        kt_call_error(call, 401, "Unauthorized",
                      "a token is needed: the one printed at the start, in the header x-sandbox-token");
        return false;
    }
    return true;
}

/* ---- what there is ---- */

static const struct {
    const char *path, *methods, *about;
} index_rows[] = {
    { "/_sandbox/health", "GET", "whether it is up, its version, how many devices it has" },
    { "/_sandbox/bill", "GET", "what Braket would charge, line by line" },
    { "/_sandbox/clock", "GET POST", "the sandbox's time and its speed" },
    { "/_sandbox/scenario", "GET PUT PATCH", "what goes wrong, and when" },
    { "/_sandbox/faults", "GET", "how often each fault saw a call and struck" },
    { "/offers/v1.0/aws/AmazonBraket/current/index.csv", "GET", "the price list; index.json too" },
};

static void answer_written(kt_call *call, kt_jw *w, kt_buf *body)
{
    kt_error err = { 0 };
    if (kt_jw_end(w, &err) < 0)
        kt_call_failed(call, &err);
    else
        kt_call_json(call, 200, body);
}

static void answer_index(kt_call *call)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "sandbox");
    kt_jw_strz(&w, KETCH_VERSION);
    kt_jw_key(&w, "calls");
    kt_jw_array(&w);
    for (size_t i = 0; i < KT_COUNT(index_rows); i++) {
        kt_jw_object(&w);
        kt_jw_key(&w, "path");
        kt_jw_strz(&w, index_rows[i].path);
        kt_jw_key(&w, "methods");
        kt_jw_strz(&w, index_rows[i].methods);
        kt_jw_key(&w, "about");
        kt_jw_strz(&w, index_rows[i].about);
        kt_jw_close(&w);
    }
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    answer_written(call, &w, &body);
}

static void answer_health(kt_call *call)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    char now[32] = "";
    kt_time_text(kt_world_now_ns(call->sandbox->world), now, sizeof(now), NULL);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "status");
    kt_jw_strz(&w, "ok");
    kt_jw_key(&w, "version");
    kt_jw_strz(&w, KETCH_VERSION);
    kt_jw_key(&w, "account");
    kt_jw_strz(&w, call->sandbox->account);
    kt_jw_key(&w, "devices");
    kt_jw_uint(&w, kt_devices_count(call->sandbox->devices));
    kt_jw_key(&w, "now");
    kt_jw_strz(&w, now);
    kt_jw_close(&w);
    answer_written(call, &w, &body);
}

static bool is_get(const kt_call *call)
{
    return kt_view_is(call->request->method, "GET") || kt_view_is(call->request->method, "HEAD");
}

void kt_admin_handle(kt_call *call)
{
    if (!may_call(call) || !kt_route_parse_body(call))
        return;
    const bool is_index = call->segment_count == 1 || (call->segment_count == 2 && call->segments[1].length == 0);
    const bool is_health = call->segment_count == 2 && kt_view_is(call->segments[1], "health");
    if ((is_index || is_health) && !is_get(call))
        kt_call_error(call, 405, "MethodNotAllowed", "%s takes GET", is_health ? "health" : "the index");
    else if (is_index)
        answer_index(call);
    else if (is_health)
        answer_health(call);
    else if (!kt_world_admin(call->sandbox->world, call) && !kt_bill_admin(call))
        kt_call_error(call, 404, "NotFound", "there is no such admin call; GET /_sandbox/ lists them");
}
