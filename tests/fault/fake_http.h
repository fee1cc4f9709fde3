/* SPDX-License-Identifier: Apache-2.0 */
/* fake_http.h - io/http_server.h without a network: linked in the place of the real one, so that a test hands requests
 * to the sandbox itself and looks at the answers. */
#ifndef KT_TESTS_FAKE_HTTP_H
#define KT_TESTS_FAKE_HTTP_H

#include "io/http_server.h"

enum { FAKE_HEADERS_MOST = 12, FAKE_ANSWER_BYTES = 1024 };

struct kt_http_exchange {
    kt_arena *arena;
    kt_http_request request;
    kt_http_header headers[FAKE_HEADERS_MOST];
    kt_buf text, body;
    /* the answer */
    int answer_count, status;
    size_t bytes;                   /* of its body, as it was announced */
    char answer[FAKE_ANSWER_BYTES]; /* how it begins */
};

/* `text` is a request line without the version, header lines, and after an empty line the body; a header "Fill: N"
 * gives N bytes of body. Stands until fake_http_end. KT_E_NOMEM. */
int fake_http_begin(const char *text, kt_http_exchange *out);
void fake_http_end(kt_http_exchange *x);

#endif
