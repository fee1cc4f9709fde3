/* SPDX-License-Identifier: Apache-2.0 */
/* endpoint.h - "HOST:PORT" and "http://HOST:PORT" in and out. */
#ifndef KT_FULL_ENDPOINT_H
#define KT_FULL_ENDPOINT_H

#include "base/error.h"

typedef struct kt_endpoint {
    char host[256]; /* without brackets */
    uint16_t port;
} kt_endpoint;

#define KT_ENDPOINT_DEFAULT "127.0.0.1:4567"
enum { KT_ENDPOINT_URL_BYTES = 300 };

/* "127.0.0.1:4567", "[::1]:0", "localhost:80". KT_E_INVALID. */
int kt_endpoint_parse(const char *text, kt_endpoint *out, kt_error *err);
/* "http://127.0.0.1:4567", a path behind it ignored; the port may be left out. KT_E_INVALID. */
int kt_endpoint_parse_url(const char *url, kt_endpoint *out, kt_error *err);
/* What a client on this machine calls it: a wildcard becomes the loopback address. */
void kt_endpoint_url(const kt_endpoint *endpoint, char url[KT_ENDPOINT_URL_BYTES]);
bool kt_endpoint_is_loopback(const kt_endpoint *endpoint);

#endif
