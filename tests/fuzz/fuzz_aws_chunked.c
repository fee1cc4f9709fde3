/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_aws_chunked.c - any bytes as an aws-chunked body: a line of flags (1: signed, 2: trailers) and the announced
 * length, then the body. What comes of it does not depend on the pieces in which it comes. */
#include "sign/aws_chunked.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static int take_data(void *ctx, kt_view bytes, kt_error *err)
{
    (void)err;
    return kt_buf_add(ctx, bytes.data, bytes.length);
}

static int take_trailer(void *ctx, kt_view name, kt_view value, kt_error *err)
{
    (void)err;
    return kt_buf_addf(ctx, "[%.*s=%.*s]", KT_VIEW_ARG(name), KT_VIEW_ARG(value));
}

static int decode(const kt_aws_chunked_options *options, kt_view body, size_t step, kt_buf *out)
{
    kt_aws_chunked_options o = *options;
    kt_aws_chunked *c = NULL;
    kt_error err = { 0 };
    o.data = take_data;
    o.trailer = take_trailer;
    o.ctx = out;
    kt_buf_init(out, 0);
    if (kt_aws_chunked_new(&o, &c, &err) < 0)
        abort();
    int rc = 0;
    for (size_t at = 0; at < body.length && rc == 0; at += step)
        rc =
            kt_aws_chunked_put(c, (kt_view){ body.data + at, body.length - at < step ? body.length - at : step }, &err);
    if (rc == 0)
        rc = kt_aws_chunked_end(c, &err);
    if (rc < 0)
        fuzz_check_error(rc, &err);
    kt_aws_chunked_free(c);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *line = size < 2 ? NULL : memchr(text, '\n', size);
    kt_aws_chunked_options o = { .amz_date = kt_view_of("20130524T000000Z"),
                                 .scope = { kt_view_of("20130524"), kt_view_of("us-east-1"), kt_view_of("s3") } };
    if (line == NULL || line - text > 16)
        return 0;
    o.is_signed = (text[0] & 1) != 0;
    o.has_trailer = (text[0] & 2) != 0;
    for (const char *at = text + 1; at < line; at++)
        o.decoded_bytes = *at >= '0' && *at <= '9' ? o.decoded_bytes * 10 + (uint64_t)(*at - '0') : o.decoded_bytes;
    o.seed_signature = kt_view_of("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
    kt_sign_key(kt_view_of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), &o.scope, o.signing_key);
    const kt_view body = { line + 1, size - (size_t)(line + 1 - text) };
    KT_BUF_OWN whole;
    KT_BUF_OWN bytes;
    const int rc = decode(&o, body, body.length + 1, &whole);
    fuzz_promise(decode(&o, body, 1, &bytes) == rc, "byte by byte ends as all at once does");
    fuzz_promise(rc != 0 || kt_view_equal(kt_buf_view(&whole), kt_buf_view(&bytes)), "and gives the same");
    return 0;
}
