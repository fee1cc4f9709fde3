/* SPDX-License-Identifier: Apache-2.0 */
/* sign_priv.h - what the files of this folder share. */
#ifndef KT_SIGN_SIGN_PRIV_H
#define KT_SIGN_SIGN_PRIV_H

#include "sign/sigv4.h"

enum { KT_SIGN_DATE_LENGTH = 16 };
#define KT_SIGN_ALGORITHM "AWS4-HMAC-SHA256"
#define KT_SIGN_TERMINATOR "aws4_request"

/* The date of an HTTP Date header as a signature writes it; false when it is none. */
bool kt_sign_date_from_http(kt_view text, char out[17]);

typedef struct kt_canonical_options {
    kt_view signed_headers, service;
    bool without_signature;
    bool without_default_port; /* :80 and :443 are dropped from the host */
    bool keep_path;            /* dot segments and double slashes stay, also for services that remove them */
} kt_canonical_options;
int kt_sign_canonical_with(const kt_sign_request *request, const kt_canonical_options *options, kt_buf *out,
                           kt_error *err);

/* Any case, ASCII. */
bool kt_sign_name_equal(kt_view a, kt_view b);
/* Takes what stands before `separator` off *rest; the whole rest when there is none. False at the end (data NULL). */
bool kt_sign_split(kt_view *rest, char separator, kt_view *part);

#endif
