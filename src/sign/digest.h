/* SPDX-License-Identifier: Apache-2.0 */
/* digest.h - SHA-256 bit by bit, for what does not lie in memory in one piece. Nothing here allocates or fails. */
#ifndef KT_SIGN_DIGEST_H
#define KT_SIGN_DIGEST_H

#include "base/view.h"
#include "sign/sigv4.h"

typedef struct kt_sha256_state {
    uint64_t opaque[16];
} kt_sha256_state;

void kt_sha256_begin(kt_sha256_state *state);
void kt_sha256_add(kt_sha256_state *state, const void *data, size_t bytes);
void kt_sha256_end(kt_sha256_state *state, uint8_t out[KT_SHA256_BYTES]);
void kt_sha256_end_hex(kt_sha256_state *state, char out[KT_SHA256_HEX + 1]);
/* The rest of an open file from `offset` on, at most `bytes`, without moving its position. KT_E_IO. */
int kt_sha256_file_hex(int fd, uint64_t offset, uint64_t bytes, char out[KT_SHA256_HEX + 1], kt_error *err);

/* SHA-1, for names that others made with it; it protects nothing. */
enum { KT_SHA1_HEX = 40 };
void kt_sha1_hex(const void *data, size_t bytes, char out[KT_SHA1_HEX + 1]);

#endif
