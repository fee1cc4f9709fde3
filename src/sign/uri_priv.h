/* SPDX-License-Identifier: Apache-2.0 */
/* uri_priv.h - the characters of a URI, for the files of this folder. */
#ifndef KT_SIGN_URI_PRIV_H
#define KT_SIGN_URI_PRIV_H

#include "sign/sigv4.h"

/* A-Z a-z 0-9 - _ . ~ */
bool kt_uri_is_unreserved(char c);
int kt_uri_hex_value(char c); /* 0 .. 15, or -1 */
/* One byte as %XX. */
int kt_uri_escape(char c, kt_buf *out);
/* A name or value of a query as it stands in a canonical request: escapes stay as they were sent, bit for bit, what
 * should have been escaped becomes so, and '+' is the blank that it stands for. */
int kt_uri_canonical(kt_view text, kt_buf *out);

#endif
