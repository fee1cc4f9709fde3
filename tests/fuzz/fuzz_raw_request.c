/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_raw_request.c - any bytes as the file that `ketch debug sign` reads: what is read can be signed in both styles,
 * or is refused with a word. */
#include "sign/raw_request.h"
#include "sign/signer.h"
#include "tests/fuzz/fuzz.h"

static void check_views(const kt_raw_request *raw)
{
    fuzz_promise(raw->method.length > 0, "a request that is read has a method");
    fuzz_promise(raw->header_count <= KT_RAW_HEADERS_MOST, "and no more headers than the limit");
    for (size_t i = 0; i < raw->header_count; i++)
        fuzz_promise(raw->headers[i].name.length > 0, "a header has a name");
    fuzz_promise(raw->has_query || raw->query.length == 0, "without a question mark there is no query");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kt_error err = { 0 };
    kt_raw_request raw = { 0 };
    KT_OWN(kt_arena) *arena = kt_arena_new(64 << 20);
    if (arena == NULL)
        abort();
    const int rc = kt_raw_request_read((kt_view){ (const char *)data, size }, arena, &raw, &err);
    if (rc < 0)
        fuzz_check_error(rc, &err);
    else
        check_views(&raw);
    return 0;
}
