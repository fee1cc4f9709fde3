/* SPDX-License-Identifier: Apache-2.0 */
/* aws_chunked.c - taking an aws-chunked body apart as it comes: "size;chunk-signature=...\r\n" data "\r\n", a chunk of
 * size 0, then trailer lines until an empty one. Each signature covers the one before it, so chunks can neither be
 * swapped nor left out. Source: AWS's pages on signing chunked uploads and trailing headers; their worked examples are
 * in aws_chunked_test.c. */
#include "sign/aws_chunked.h"

#include "sign/digest.h"
#include "sign/sign_priv.h"
#include "sign/uri_priv.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES_MOST = 2048, TRAILERS_MOST = 16 };
static const uint64_t default_chunk_bytes_most = 16u << 20;
static const char empty_hash[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

typedef enum state { SIZE_LINE, DATA, DATA_END, TRAILER_LINE, ENDED } state;

struct kt_aws_chunked {
    kt_aws_chunked_options options; /* its views point into `texts` */
    char *texts;
    state state;
    int failed;                   /* the first failure; no more is taken after it */
    uint64_t chunk_left, decoded; /* bytes */
    char previous[KT_SHA256_HEX]; /* signature: what the next one covers */
    char claimed[KT_SHA256_HEX];  /* of the chunk at hand */
    kt_sha256_state chunk_hash, trailer_hash;
    unsigned trailer_count;
    bool has_trailer_signature;
    size_t line_length;
    char line[LINE_BYTES_MOST];
};

static kt_view keep(char **at, kt_view text)
{
    const kt_view kept = { *at, text.length };
    if (text.length > 0)
        memcpy(*at, text.data, text.length);
    *at += text.length;
    return kept;
}

/* One block holds all the texts that the caller lent. */
static int keep_texts(kt_aws_chunked *c, kt_error *err)
{
    kt_aws_chunked_options *o = &c->options;
    const size_t bytes = o->amz_date.length + o->scope.date.length + o->scope.region.length + o->scope.service.length;
    char *at = c->texts = malloc(bytes + 1);
    if (at == NULL)
        return kt_fail_nomem(err, bytes, "a chunked body");
    o->amz_date = keep(&at, o->amz_date);
    o->scope.date = keep(&at, o->scope.date);
    o->scope.region = keep(&at, o->scope.region);
    o->scope.service = keep(&at, o->scope.service);
    return 0;
}

int kt_aws_chunked_new(const kt_aws_chunked_options *options, kt_aws_chunked **out, kt_error *err)
{
    if (options->is_signed && options->seed_signature.length != KT_SHA256_HEX)
        return kt_fail(err, KT_E_INVALID, "the request's signature has %zu digits instead of %d",
                       options->seed_signature.length, KT_SHA256_HEX);
    KT_OWN(kt_aws_chunked) *c = calloc(1, sizeof(*c));
    if (c == NULL)
        return kt_fail_nomem(err, sizeof(*c), "a chunked body");
    c->options = *options;
    const int rc = keep_texts(c, err);
    if (rc < 0)
        return rc;
    if (options->is_signed)
        memcpy(c->previous, options->seed_signature.data, KT_SHA256_HEX);
    c->options.seed_signature = (kt_view){ 0 };
    if (c->options.chunk_bytes_most == 0)
        c->options.chunk_bytes_most = default_chunk_bytes_most;
    kt_sha256_begin(&c->trailer_hash);
    *out = KT_GIVE(c);
    return 0;
}

void kt_aws_chunked_free(kt_aws_chunked *c)
{
    if (c == NULL)
        return;
    OPENSSL_cleanse(c->options.signing_key, sizeof(c->options.signing_key));
    free(c->texts);
    free(c);
}

/* ---- signatures ---- */

static void add_view(kt_buf *out, kt_view text, char end)
{
    kt_buf_add(out, text.data, text.length);
    kt_buf_addc(out, end);
}

/* Compares with the claimed signature, which the next one then covers. */
static int check_signature(kt_aws_chunked *c, const char *algorithm, const char *hashes, kt_error *err)
{
    KT_BUF_OWN text;
    char expected[KT_SHA256_HEX + 1];
    kt_buf_init(&text, 0);
    add_view(&text, kt_view_of(algorithm), '\n');
    add_view(&text, c->options.amz_date, '\n');
    add_view(&text, c->options.scope.date, '/');
    add_view(&text, c->options.scope.region, '/');
    add_view(&text, c->options.scope.service, '/');
    add_view(&text, kt_view_of(KT_SIGN_TERMINATOR), '\n');
    add_view(&text, (kt_view){ c->previous, KT_SHA256_HEX }, '\n');
    kt_buf_adds(&text, hashes);
    const int rc = kt_buf_check(&text, err, "a chunk's string to sign");
    if (rc < 0)
        return rc;
    kt_sign_signature(c->options.signing_key, kt_buf_view(&text), expected);
    if (CRYPTO_memcmp(expected, c->claimed, KT_SHA256_HEX) != 0)
        return kt_fail(err, KT_E_INVALID, "the signature of a chunk that ends at byte %" PRIu64 " does not match",
                       c->decoded);
    memcpy(c->previous, expected, KT_SHA256_HEX);
    return 0;
}

static int check_chunk(kt_aws_chunked *c, kt_error *err)
{
    char hashes[2 * KT_SHA256_HEX + 2];
    if (!c->options.is_signed)
        return 0;
    memcpy(hashes, empty_hash, KT_SHA256_HEX);
    hashes[KT_SHA256_HEX] = '\n';
    kt_sha256_end_hex(&c->chunk_hash, hashes + KT_SHA256_HEX + 1);
    return check_signature(c, KT_SIGN_ALGORITHM "-PAYLOAD", hashes, err);
}

/* ---- lines ---- */

/* The 64 digits of "chunk-signature=..." */
static bool take_signature(kt_aws_chunked *c, kt_view text, const char *name)
{
    if (!kt_view_starts(text, name) || text.length != strlen(name) + KT_SHA256_HEX)
        return false;
    memcpy(c->claimed, text.data + strlen(name), KT_SHA256_HEX);
    return true;
}

static int parse_size(kt_aws_chunked *c, kt_view digits, kt_error *err)
{
    uint64_t size = 0;
    if (digits.length == 0 || digits.length > 16)
        return kt_fail(err, KT_E_SYNTAX, "a chunk's size of %zu digits", digits.length);
    for (size_t i = 0; i < digits.length; i++) {
        const int value = kt_uri_hex_value(digits.data[i]);
        if (value < 0)
            return kt_fail(err, KT_E_SYNTAX, "a chunk's size is no hexadecimal number");
        size = size << 4 | (uint64_t)value;
    }
    if (size > c->options.chunk_bytes_most)
        return kt_fail(err, KT_E_LIMIT, "a chunk of %" PRIu64 " bytes, above the limit of %" PRIu64, size,
                       c->options.chunk_bytes_most);
    if (size > c->options.decoded_bytes - c->decoded)
        return kt_fail(err, KT_E_SYNTAX, "the chunks hold more than the %" PRIu64 " bytes that were announced",
                       c->options.decoded_bytes);
    c->chunk_left = size;
    return 0;
}

static int take_size_line(kt_aws_chunked *c, kt_view line, kt_error *err)
{
    kt_view digits = { 0 };
    kt_sign_split(&line, ';', &digits);
    int rc = parse_size(c, digits, err);
    if (rc < 0)
        return rc;
    if (c->options.is_signed && (line.data == NULL || !take_signature(c, line, "chunk-signature=")))
        return kt_fail(err, KT_E_SYNTAX, "a chunk without its chunk-signature");
    kt_sha256_begin(&c->chunk_hash);
    c->state = DATA;
    if (c->chunk_left > 0)
        return 0;
    c->state = TRAILER_LINE;
    return check_chunk(c, err);
}

static int end_trailers(kt_aws_chunked *c, kt_error *err)
{
    char hash[KT_SHA256_HEX + 1];
    c->state = ENDED;
    if (!c->options.is_signed || !c->options.has_trailer)
        return 0;
    if (!c->has_trailer_signature)
        return kt_fail(err, KT_E_SYNTAX, "trailers without their x-amz-trailer-signature");
    kt_sha256_end_hex(&c->trailer_hash, hash);
    return check_signature(c, KT_SIGN_ALGORITHM "-TRAILER", hash, err);
}

static int take_trailer_line(kt_aws_chunked *c, kt_view line, kt_error *err)
{
    kt_view name = { 0 }, value = line;
    if (line.length == 0)
        return end_trailers(c, err);
    kt_sign_split(&value, ':', &name);
    if (!c->options.has_trailer || name.length == 0 || value.data == NULL || c->has_trailer_signature)
        return kt_fail(err, KT_E_SYNTAX, "a line after the last chunk that is no trailer");
    if (++c->trailer_count > TRAILERS_MOST)
        return kt_fail(err, KT_E_LIMIT, "more than %d trailers", TRAILERS_MOST);
    value = kt_view_trim(value);
    if (c->options.is_signed && kt_view_is(name, "x-amz-trailer-signature")) {
        if (!take_signature(c, value, ""))
            return kt_fail(err, KT_E_SYNTAX, "an x-amz-trailer-signature of %zu digits", value.length);
        c->has_trailer_signature = true;
        return 0;
    }
    kt_sha256_add(&c->trailer_hash, name.data, name.length);
    kt_sha256_add(&c->trailer_hash, ":", 1);
    kt_sha256_add(&c->trailer_hash, value.data, value.length);
    kt_sha256_add(&c->trailer_hash, "\n", 1);
    return c->options.trailer == NULL ? 0 : c->options.trailer(c->options.ctx, name, value, err);
}

/* What ends a chunk's data: an empty line. */
static int take_data_end(kt_aws_chunked *c, kt_view line, kt_error *err)
{
    if (line.length > 0)
        return kt_fail(err, KT_E_SYNTAX, "a chunk is longer than its size says");
    c->state = SIZE_LINE;
    return check_chunk(c, err);
}

/* Moves bytes into the line; once it is whole, acts on it. */
static int put_line(kt_aws_chunked *c, kt_view *bytes, kt_error *err)
{
    const char *end = memchr(bytes->data, '\n', bytes->length);
    const size_t length = end == NULL ? bytes->length : (size_t)(end - bytes->data);
    if (length > sizeof(c->line) - c->line_length)
        return kt_fail(err, KT_E_LIMIT, "a line of more than %d bytes between chunks", LINE_BYTES_MOST);
    memcpy(c->line + c->line_length, bytes->data, length);
    c->line_length += length;
    if (end == NULL) {
        bytes->length = 0;
        return 0;
    }
    *bytes = (kt_view){ end + 1, bytes->length - length - 1 };
    if (c->line_length == 0 || c->line[c->line_length - 1] != '\r')
        return kt_fail(err, KT_E_SYNTAX, "a line between chunks ends without a carriage return");
    const kt_view line = { c->line, c->line_length - 1 };
    c->line_length = 0;
    return c->state == SIZE_LINE  ? take_size_line(c, line, err)
           : c->state == DATA_END ? take_data_end(c, line, err)
                                  : take_trailer_line(c, line, err);
}

static int put_data(kt_aws_chunked *c, kt_view *bytes, kt_error *err)
{
    const size_t length = bytes->length < c->chunk_left ? bytes->length : (size_t)c->chunk_left;
    const kt_view part = { bytes->data, length };
    if (c->options.is_signed)
        kt_sha256_add(&c->chunk_hash, part.data, part.length);
    *bytes = (kt_view){ bytes->data + length, bytes->length - length };
    c->chunk_left -= length;
    c->decoded += length;
    if (c->chunk_left == 0)
        c->state = DATA_END;
    return c->options.data(c->options.ctx, part, err);
}

int kt_aws_chunked_put(kt_aws_chunked *c, kt_view bytes, kt_error *err)
{
    if (c->failed != 0)
        return kt_fail(err, (kt_code)c->failed, "the chunked body has failed before");
    int rc = 0;
    while (bytes.length > 0 && rc >= 0) {
        if (c->state == ENDED)
            rc = kt_fail(err, KT_E_SYNTAX, "%zu bytes after the end of a chunked body", bytes.length);
        else
            rc = c->state == DATA ? put_data(c, &bytes, err) : put_line(c, &bytes, err);
    }
    if (rc < 0)
        c->failed = rc;
    return rc < 0 ? rc : 0;
}

int kt_aws_chunked_end(kt_aws_chunked *c, kt_error *err)
{
    if (c->failed != 0)
        return kt_fail(err, (kt_code)c->failed, "the chunked body has failed before");
    if (c->state != ENDED)
        return kt_fail(err, KT_E_SYNTAX, "a chunked body ends after %" PRIu64 " bytes without its last chunk",
                       c->decoded);
    if (c->decoded != c->options.decoded_bytes)
        return kt_fail(err, KT_E_SYNTAX, "a chunked body of %" PRIu64 " bytes, %" PRIu64 " were announced", c->decoded,
                       c->options.decoded_bytes);
    return 0;
}
