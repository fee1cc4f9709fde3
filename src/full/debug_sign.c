/* SPDX-License-Identifier: Apache-2.0 */
/* debug_sign.c - `ketch debug sign`: signs a request from a file and shows each step, for people who look for the
 * difference between their signature and the one that a service expects. */
#include "base/sign_args.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "sign/raw_request.h"
#include "sign/signer.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST_BYTES_MOST = 64 << 20 };

static kt_view from_environment(const char *name)
{
    return kt_view_of(getenv(name));
}

/* A token from the environment belongs to the keys from there, and to no others. */
static int read_keys(const kt_sign_args *args, kt_sign_keys *out, kt_error *err)
{
    const bool given = args->access_key != NULL;
    if (given != (args->secret_key != NULL))
        return kt_fail(err, KT_E_INVALID, "--access-key and --secret-key belong together; give both or none");
    out->access_key = given ? kt_view_of(args->access_key) : from_environment("AWS_ACCESS_KEY_ID");
    out->secret = given ? kt_view_of(args->secret_key) : from_environment("AWS_SECRET_ACCESS_KEY");
    out->session_token = kt_view_of(args->session_token);
    if (!given && args->session_token == NULL)
        out->session_token = from_environment("AWS_SESSION_TOKEN");
    if (out->access_key.length == 0 || out->secret.length == 0)
        return kt_fail(err, KT_E_INVALID,
                       "no key to sign with; give --access-key and --secret-key, or set AWS_ACCESS_KEY_ID and "
                       "AWS_SECRET_ACCESS_KEY");
    return 0;
}

static kt_view header_of(const kt_raw_request *raw, const char *name)
{
    const kt_sign_request request = { .headers = raw->headers, .header_count = raw->header_count };
    const kt_sign_header *header = kt_sign_header_find(&request, name);
    return header == NULL ? (kt_view){ 0 } : header->value;
}

/* Both ways to write a time; kt_time_parse would take others too, which a signature can't have. */
static int read_time(const char *timestamp, const kt_raw_request *raw, int64_t *out, kt_error *err)
{
    const kt_view asked = timestamp == NULL ? header_of(raw, "x-amz-date") : kt_view_of(timestamp);
    if (asked.length == 0) {
        const kt_clock *clock = kt_clock_system();
        *out = clock->wall_ns(clock->ctx);
        return 0;
    }
    if (kt_sign_date_parse(asked, out, NULL) == 0)
        return 0;
    const bool is_long = asked.length == strlen("2015-08-30T12:36:00Z") && asked.data[asked.length - 1] == 'Z';
    if (is_long && kt_time_parse(asked, out, NULL) == 0)
        return 0;
    return kt_fail(err, KT_E_INVALID, "the time '%.*s' is none; expected 2015-08-30T12:36:00Z or 20150830T123600Z",
                   (int)(asked.length < 64 ? asked.length : 64), asked.data);
}

/* S3 signs the path as it is on the wire, where no blank and no UTF-8 can stand unescaped. */
static kt_view wire_path(kt_view path, kt_view service, kt_arena *arena)
{
    if (!kt_view_is(service, "s3"))
        return path;
    char *text = kt_arena_array(arena, path.length + 1, 3);
    size_t length = 0;
    for (size_t i = 0; i < path.length && text != NULL; i++) {
        const unsigned char c = (unsigned char)path.data[i];
        if (c > ' ' && c < 0x7f)
            text[length++] = (char)c;
        else
            length += (size_t)snprintf(text + length, 4, "%%%02X", c);
    }
    return (kt_view){ text, length };
}

/* The hash that the last line of the canonical request holds: what the request says of itself counts before what its
 * body is, and a presigned URL of S3 says nothing about the body. */
static kt_view payload_hash(const kt_raw_request *raw, const kt_sign_order *order, char text[KT_SHA256_HEX + 1])
{
    const kt_view said = header_of(raw, "x-amz-content-sha256");
    if (said.length > 0 && !order->with_body_header)
        return said;
    if (order->style == KT_SIGN_QUERY && kt_view_is(order->service, "s3") && !order->with_body_header)
        return kt_view_of("UNSIGNED-PAYLOAD");
    kt_sha256_hex(raw->body.data, raw->body.length, text);
    return (kt_view){ text, KT_SHA256_HEX };
}

/* ---- what is shown ---- */

static void write_view(kt_jw *w, const char *key, kt_view text)
{
    kt_jw_key(w, key);
    kt_jw_string(w, text);
}

/* The request as it is to be sent. Nothing in it is a secret that the caller did not give, but it is a working one. */
static void write_request(const kt_raw_request *raw, const kt_sign_order *order, const kt_signed *made, kt_buf *out)
{
    kt_buf_addf(out, "%.*s %.*s", KT_VIEW_ARG(raw->method), KT_VIEW_ARG(raw->path));
    if (made->query.length > 0 || raw->has_query)
        kt_buf_addf(out, "?%.*s", KT_VIEW_ARG(made->query));
    kt_buf_addf(out, " %.*s\r\n", KT_VIEW_ARG(raw->version.length > 0 ? raw->version : kt_view_of("HTTP/1.1")));
    for (size_t i = 0; i < raw->header_count; i++)
        if (!kt_sign_sets_header(order, raw->headers[i].name))
            kt_buf_addf(out, "%.*s: %.*s\r\n", KT_VIEW_ARG(raw->headers[i].name), KT_VIEW_ARG(raw->headers[i].value));
    for (size_t i = 0; i < made->added_count; i++)
        kt_buf_addf(out, "%.*s: %.*s\r\n", KT_VIEW_ARG(made->added[i].name), KT_VIEW_ARG(made->added[i].value));
    kt_buf_adds(out, "\r\n");
    kt_buf_add(out, raw->body.data, raw->body.length);
}

static int show(const kt_raw_request *raw, const kt_sign_order *order, const kt_signed *made, kt_error *err)
{
    KT_BUF_OWN request;
    kt_jw w;
    kt_buf_init(&request, 0);
    write_request(raw, order, made, &request);
    int rc = kt_buf_check(&request, err, "the signed request");
    if (rc < 0)
        return rc;
    kt_jw_init(&w, kt_out_file(stdout), 2);
    kt_jw_object(&w);
    write_view(&w, "canonical_request", made->canonical_request);
    write_view(&w, "string_to_sign", made->string_to_sign);
    write_view(&w, "signature", made->signature);
    write_view(&w, "signed_headers", made->signed_headers);
    if (order->style == KT_SIGN_QUERY)
        write_view(&w, "query", made->query);
    else
        write_view(&w, "authorization", made->added[made->added_count - 1].value);
    write_view(&w, "signed_request", kt_buf_view(&request));
    kt_jw_close(&w);
    kt_jw_newline(&w);
    rc = kt_jw_end(&w, err);
    return rc == 0 && fflush(stdout) != 0 ? kt_fail_sys(err, KT_E_IO, errno, "can't write to standard output") : rc;
}

static int sign(const kt_sign_args *args, kt_view text, kt_arena *arena, kt_error *err)
{
    kt_raw_request raw;
    kt_signed made;
    char hash[KT_SHA256_HEX + 1];
    kt_sign_order order = { .style = args->in_query ? KT_SIGN_QUERY : KT_SIGN_HEADER,
                            .region = kt_view_of(args->region),
                            .service = kt_view_of(args->service),
                            .expires_s = (int64_t)args->expires_s,
                            .token_after = args->token_after,
                            .keep_path = args->keep_path,
                            .with_body_header = args->sign_body };
    int rc = read_keys(args, &order.keys, err);
    if (rc < 0)
        return rc;
    rc = kt_raw_request_read(text, arena, &raw, err);
    if (rc < 0)
        return kt_wrap(err, rc, "%s", args->request);
    rc = read_time(args->timestamp, &raw, &order.signed_at_ns, err);
    if (rc < 0)
        return rc;
    const kt_sign_request request = { .method = raw.method,
                                      .path = wire_path(raw.path, order.service, arena),
                                      .query = raw.query,
                                      .headers = raw.headers,
                                      .header_count = raw.header_count,
                                      .payload_hash = payload_hash(&raw, &order, hash) };
    rc = kt_sign_make(&request, &order, arena, &made, err);
    if (rc < 0)
        return kt_wrap(err, rc, "%s", args->request);
    return show(&raw, &order, &made, err);
}

int kt_cmd_debug_sign(const kt_sign_args *args, kt_error *err)
{
    KT_BUF_OWN text;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    kt_buf_init(&text, 0);
    if (arena == NULL)
        return kt_fail_nomem(err, 0, "a request");
    const int rc = kt_file_read(args->request, REQUEST_BYTES_MOST, &text, err);
    return rc < 0 ? rc : sign(args, kt_buf_view(&text), arena, err);
}
