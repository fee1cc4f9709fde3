/* SPDX-License-Identifier: Apache-2.0 */
/* s3_list.h - what listings share: query parameters of a page, keys written plain or encoded. */
#ifndef KT_SANDBOX_S3_LIST_H
#define KT_SANDBOX_S3_LIST_H

#include "sandbox/s3_priv.h"
#include "sandbox/s3_xml.h"

typedef struct kt_s3_page {
    kt_view prefix, delimiter; /* never NULL; empty: none */
    size_t most;               /* 0 to KT_S3_PAGE_MOST */
    bool is_encoded;           /* encoding-type=url */
} kt_s3_page;
/* most_name: "max-keys". Refuses the call itself and returns false when a parameter is wrong. */
bool kt_s3_page_read(const kt_s3 *s3, const char *most_name, kt_s3_page *out);
void kt_s3_page_text(const kt_s3_page *page, kt_buf *xml, const char *name, kt_view text); /* a key or part of one */
/* The part of a key that stands for all keys under it ("a/b/" of "a/b/c" with prefix "a/" and delimiter "/"); empty:
 * the key stands for itself. */
kt_view kt_s3_page_common(const kt_s3_page *page, kt_view key);
/* The first text that is greater than every text with that prefix, in the arena; data NULL: there is none. */
kt_view kt_s3_after_prefix(kt_arena *arena, kt_view prefix);

#endif
