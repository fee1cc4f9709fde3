/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_target.c - any bytes as a request's head: "METHOD target" and a header a line. Its signature's claim is read,
 * its canonical form made; a request that is signed here for what it claims verifies, and not under another secret. */
#include "sign/sigv4.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

enum { HEADERS_MOST = 64 };

static kt_view take_until(kt_view *rest, char end)
{
    const char *at = rest->length == 0 ? NULL : memchr(rest->data, end, rest->length);
    const kt_view taken = { rest->data, at == NULL ? rest->length : (size_t)(at - rest->data) };
    const size_t used = taken.length + (at != NULL);
    *rest = (kt_view){ rest->data + used, rest->length - used };
    return taken;
}

static void read_head(kt_view text, kt_sign_request *out, kt_sign_header *headers)
{
    kt_view line = take_until(&text, '\n');
    *out = (kt_sign_request){ .headers = headers, .payload_hash = kt_view_of("UNSIGNED-PAYLOAD") };
    out->method = take_until(&line, ' ');
    out->path = take_until(&line, '?');
    out->query = line;
    while (text.length > 0 && out->header_count < HEADERS_MOST) {
        line = take_until(&text, '\n');
        headers[out->header_count].name = take_until(&line, ':');
        headers[out->header_count++].value = line;
    }
}

/* Signs what the claim says, and lets it be verified. */
static void check_round(const kt_sign_request *request, kt_sign_claim claim)
{
    char signature[KT_SHA256_HEX + 1];
    uint8_t key[KT_SHA256_BYTES];
    KT_BUF_OWN canonical, string;
    kt_error err = { 0 };
    kt_buf_init(&canonical, 1 << 20);
    kt_buf_init(&string, 1 << 20);
    int rc = kt_sign_canonical(request, claim.signed_headers, claim.scope.service, claim.style == KT_SIGN_QUERY,
                               &canonical, &err);
    if (rc == 0)
        rc = kt_sign_string(claim.amz_date, &claim.scope, kt_buf_view(&canonical), &string, &err);
    if (rc < 0) {
        fuzz_promise(rc == KT_E_LIMIT, "a canonical request can be too long, nothing else");
        return;
    }
    kt_sign_key(kt_view_of("secret"), &claim.scope, key);
    kt_sign_signature(key, kt_buf_view(&string), signature);
    claim.signature = kt_view_of(signature);
    rc = kt_sign_verify(request, &claim, kt_view_of("secret"), NULL, NULL, &err);
    fuzz_promise(rc == 0, "what was signed verifies");
    rc = kt_sign_verify(request, &claim, kt_view_of("Secret"), NULL, NULL, &err);
    fuzz_promise(rc == KT_E_INVALID, "another secret does not");
    fuzz_check_error(rc, &err);
}

static void check_uri(kt_view text)
{
    KT_BUF_OWN decoded, encoded, again;
    kt_error err = { 0 };
    kt_buf_init(&decoded, 0);
    kt_buf_init(&encoded, 0);
    kt_buf_init(&again, 0);
    const int rc = kt_uri_decode(text, false, &decoded, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        return;
    }
    kt_uri_encode(kt_buf_view(&decoded), false, &encoded);
    fuzz_promise(kt_uri_decode(kt_buf_view(&encoded), true, &again, &err) == 0, "what was encoded can be decoded");
    fuzz_promise(kt_view_equal(kt_buf_view(&decoded), kt_buf_view(&again)), "and is the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kt_sign_request request;
    kt_sign_header headers[HEADERS_MOST];
    kt_sign_claim claim;
    kt_error err = { 0 };
    kt_arena *arena = kt_arena_new(1 << 20);
    if (arena == NULL)
        abort();
    read_head((kt_view){ (const char *)data, size }, &request, headers);
    const int rc = kt_sign_claim_read(&request, arena, &claim, &err);
    if (rc < 0)
        fuzz_check_error(rc, &err);
    fuzz_promise(rc != 0 || (claim.access_key.length > 0 && claim.signature.length > 0), "a whole claim has all parts");
    check_round(&request, claim);
    claim.scope.service = kt_view_of("s3");
    claim.signed_headers = kt_view_of("host;x-amz-date");
    check_round(&request, claim);
    check_uri(request.path);
    kt_arena_free(arena);
    return 0;
}
