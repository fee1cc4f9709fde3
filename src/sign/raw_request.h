/* SPDX-License-Identifier: Apache-2.0 */
/* raw_request.h - an HTTP request as a person keeps it in a file: a request line, headers, and a body behind an empty
 * line. Lenient where files differ (line ends, folded headers, blanks and UTF-8 in the target, no empty line at the
 * end), strict where a guess would change what is signed. */
#ifndef KT_SIGN_RAW_REQUEST_H
#define KT_SIGN_RAW_REQUEST_H

#include "sign/sigv4.h"

enum { KT_RAW_HEADERS_MOST = 200 };

typedef struct kt_raw_request {
    kt_view method, target, version; /* version: "HTTP/1.1", or empty */
    kt_view path, query;             /* the two halves of the target; query without the '?' */
    bool has_query;
    kt_sign_header *headers; /* values trimmed, folded lines joined by one blank */
    size_t header_count;
    kt_view body;
} kt_raw_request;

/* Views into `text` or the arena. KT_E_SYNTAX names the line; KT_E_LIMIT; KT_E_NOMEM. */
int kt_raw_request_read(kt_view text, kt_arena *arena, kt_raw_request *out, kt_error *err);

#endif
