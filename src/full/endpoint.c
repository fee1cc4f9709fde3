/* SPDX-License-Identifier: Apache-2.0 */
/* endpoint.c - where something listens, as people write it. */
#include "full/endpoint.h"

#include "base/text.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HTTP_PORT = 80 };

/* Splits "HOST:PORT" or "[V6]:PORT"; port_text is NULL when there is none. */
static bool split(kt_view text, kt_view *host, kt_view *port)
{
    const char *end = text.data + text.length;
    *port = (kt_view){ NULL, 0 };
    if (text.length > 0 && text.data[0] == '[') {
        const char *bracket = memchr(text.data, ']', text.length);
        if (bracket == NULL || (bracket + 1 < end && bracket[1] != ':'))
            return false;
        *host = (kt_view){ text.data + 1, (size_t)(bracket - text.data - 1) };
        if (bracket + 1 < end)
            *port = (kt_view){ bracket + 2, (size_t)(end - bracket - 2) };
        return host->length > 0;
    }
    const char *colon = text.length == 0 ? NULL : memchr(text.data, ':', text.length);
    *host = colon == NULL ? text : (kt_view){ text.data, (size_t)(colon - text.data) };
    if (colon != NULL)
        *port = (kt_view){ colon + 1, (size_t)(end - colon - 1) };
    return host->length > 0 && (colon == NULL || memchr(colon + 1, ':', (size_t)(end - colon - 1)) == NULL);
}

static int fill(kt_view text, uint64_t absent_port, kt_endpoint *out, kt_error *err)
{
    kt_view host, port_text;
    uint64_t port = absent_port;
    if (!split(text, &host, &port_text) || host.length >= sizeof(out->host) ||
        (port_text.data == NULL && absent_port == 0) ||
        (port_text.data != NULL && kt_parse_uint(port_text, 0, UINT16_MAX, &port, NULL) < 0))
        return kt_fail(err, KT_E_INVALID, "'%.*s' is no place to listen; expected HOST:PORT such as %s",
                       (int)(text.length < 100 ? text.length : 100), text.data, KT_ENDPOINT_DEFAULT);
    memcpy(out->host, host.data, host.length);
    out->host[host.length] = '\0';
    out->port = (uint16_t)port;
    return 0;
}

int kt_endpoint_parse(const char *text, kt_endpoint *out, kt_error *err)
{
    return fill(kt_view_of(text), 0, out, err);
}

int kt_endpoint_parse_url(const char *url, kt_endpoint *out, kt_error *err)
{
    static const char scheme[] = "http://";
    if (strncasecmp(url, scheme, sizeof(scheme) - 1) != 0)
        return kt_fail(err, KT_E_INVALID, "'%.100s' is no sandbox's URL; expected http://HOST:PORT", url);
    const char *place = url + sizeof(scheme) - 1;
    return fill((kt_view){ place, strcspn(place, "/?#") }, HTTP_PORT, out, err);
}

void kt_endpoint_url(const kt_endpoint *endpoint, char url[KT_ENDPOINT_URL_BYTES])
{
    const char *host = endpoint->host;
    if (strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    else if (strcmp(host, "::") == 0)
        host = "::1";
    const bool is_v6 = strchr(host, ':') != NULL;
    snprintf(url, KT_ENDPOINT_URL_BYTES, "http://%s%s%s:%u", is_v6 ? "[" : "", host, is_v6 ? "]" : "", endpoint->port);
}

bool kt_endpoint_is_loopback(const kt_endpoint *endpoint)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, endpoint->host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, endpoint->host, &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6);
    return strcasecmp(endpoint->host, "localhost") == 0;
}
