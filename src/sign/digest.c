/* SPDX-License-Identifier: Apache-2.0 */
/* digest.c - SHA-256 and HMAC-SHA-256 by libcrypto's plain functions. They are called deprecated in favour of EVP,
 * which looks up its algorithm and allocates at every use: a signature's verification would take several times as long,
 * and could fail. The plain functions choose the processor's SHA instructions all the same. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sign/digest.h"

#include <assert.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdalign.h>
#include <string.h>
#include <unistd.h>

static_assert(sizeof(SHA256_CTX) <= sizeof(kt_sha256_state), "no room for libcrypto's state");
static_assert(alignof(SHA256_CTX) <= alignof(kt_sha256_state), "libcrypto's state is aligned otherwise");

enum { BLOCK_BYTES = 64, FILE_PIECE_BYTES = 64 * 1024 };

void kt_sha256_begin(kt_sha256_state *state)
{
    SHA256_Init((SHA256_CTX *)state->opaque);
}

void kt_sha256_add(kt_sha256_state *state, const void *data, size_t bytes)
{
    if (bytes > 0)
        SHA256_Update((SHA256_CTX *)state->opaque, data, bytes);
}

void kt_sha256_end(kt_sha256_state *state, uint8_t out[KT_SHA256_BYTES])
{
    SHA256_Final(out, (SHA256_CTX *)state->opaque);
}

void kt_sha256_end_hex(kt_sha256_state *state, char out[KT_SHA256_HEX + 1])
{
    uint8_t digest[KT_SHA256_BYTES];
    kt_sha256_end(state, digest);
    kt_hex(digest, sizeof(digest), out);
}

void kt_sha256(const void *data, size_t bytes, uint8_t out[KT_SHA256_BYTES])
{
    kt_sha256_state state;
    kt_sha256_begin(&state);
    kt_sha256_add(&state, data, bytes);
    kt_sha256_end(&state, out);
}

void kt_sha256_hex(const void *data, size_t bytes, char out[KT_SHA256_HEX + 1])
{
    uint8_t digest[KT_SHA256_BYTES];
    kt_sha256(data, bytes, digest);
    kt_hex(digest, sizeof(digest), out);
}

void kt_sha1_hex(const void *data, size_t bytes, char out[KT_SHA1_HEX + 1])
{
    uint8_t digest[SHA_DIGEST_LENGTH];
    SHA1(data, bytes, digest);
    kt_hex(digest, sizeof(digest), out);
}

int kt_sha256_file_hex(int fd, uint64_t offset, uint64_t bytes, char out[KT_SHA256_HEX + 1], kt_error *err)
{
    char piece[FILE_PIECE_BYTES];
    kt_sha256_state state;
    kt_sha256_begin(&state);
    while (bytes > 0) {
        const size_t wanted = bytes < sizeof(piece) ? (size_t)bytes : sizeof(piece);
        const ssize_t got = pread(fd, piece, wanted, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return kt_fail_sys(err, KT_E_IO, errno, "reading a request's body");
        if (got == 0)
            break;
        kt_sha256_add(&state, piece, (size_t)got);
        offset += (uint64_t)got;
        bytes -= (uint64_t)got;
    }
    kt_sha256_end_hex(&state, out);
    return 0;
}

/* RFC 2104. */
void kt_hmac_sha256(const void *key, size_t key_bytes, const void *data, size_t bytes, uint8_t out[KT_SHA256_BYTES])
{
    uint8_t pad[BLOCK_BYTES] = { 0 };
    kt_sha256_state state;
    if (key_bytes > BLOCK_BYTES)
        kt_sha256(key, key_bytes, pad);
    else if (key_bytes > 0)
        memcpy(pad, key, key_bytes);
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        pad[i] ^= 0x36;
    kt_sha256_begin(&state);
    kt_sha256_add(&state, pad, BLOCK_BYTES);
    kt_sha256_add(&state, data, bytes);
    kt_sha256_end(&state, out);
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    kt_sha256_begin(&state);
    kt_sha256_add(&state, pad, BLOCK_BYTES);
    kt_sha256_add(&state, out, KT_SHA256_BYTES);
    kt_sha256_end(&state, out);
    OPENSSL_cleanse(pad, sizeof(pad));
}

void kt_hex(const uint8_t *data, size_t bytes, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes; i++) {
        out[2 * i] = digits[data[i] >> 4];
        out[2 * i + 1] = digits[data[i] & 15];
    }
    out[2 * bytes] = '\0';
}

static int digit_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool kt_unhex(kt_view text, uint8_t *out)
{
    if (text.length % 2 != 0)
        return false;
    for (size_t i = 0; i < text.length; i += 2) {
        const int high = digit_value(text.data[i]), low = digit_value(text.data[i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return true;
}
