/* SPDX-License-Identifier: Apache-2.0 */
/* answer.c - the ways to answer a call. Every answer leaves through kt_call_reply, which adds what AWS adds to all of
 * them and lets go of the call; errors are written in the form that clients of the service read. */
#include "sandbox/call.h"
#include "sandbox/sandbox_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_HEADERS_MOST = 128, MESSAGE_BYTES = 2048 };

static const char xml_declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

static kt_http_header header_of(const char *name, const char *value)
{
    return (kt_http_header){ kt_view_of(name), kt_view_of(value) };
}

static size_t add_id_headers(const kt_call *call, kt_http_header *headers)
{
    if (call->service != KT_SERVICE_S3) {
        headers[0] = header_of("x-amzn-RequestId", call->request_id);
        return 1;
    }
    headers[0] = header_of("x-amz-request-id", call->request_id);
    headers[1] = header_of("x-amz-id-2", call->request_id);
    return 2;
}

/* Without memory for a part of the request or of the answer, neither a yes nor a no can be meant. */
static bool is_starved(const kt_call *call, const kt_http_reply *reply)
{
    return reply->status < 500 &&
           (kt_arena_failed(call->arena) || (reply->take_body != NULL && reply->take_body->failed < 0));
}

static kt_http_reply starved_reply(const kt_call *call, const kt_http_reply *instead_of)
{
    static const kt_http_header type = { { "x-amzn-ErrorType", 16 }, { "InternalServiceException", 24 } };
    kt_logf(call->sandbox->log, KT_LOG_ERROR, "%s %.*s: out of memory", call->operation == NULL ? "-" : call->operation,
            KT_VIEW_ARG(call->request->target));
    if (instead_of->take_body != NULL)
        kt_buf_fini(instead_of->take_body);
    else if (instead_of->has_file)
        close(instead_of->take_file);
    return (kt_http_reply){ .status = 500, .headers = &type, .header_count = 1, .is_head = instead_of->is_head };
}

static const char *words_of(const kt_http_fault *fault)
{
    return fault->reset ? ", reset" : fault->cut ? ", cut off" : fault->bytes_per_s > 0 ? ", slowly" : "";
}

void kt_call_reply(kt_call *call, const kt_http_reply *wanted)
{
    const kt_http_reply starved = is_starved(call, wanted) ? starved_reply(call, wanted) : (kt_http_reply){ 0 };
    const kt_http_reply *reply = starved.status != 0 ? &starved : wanted;
    kt_http_header headers[ANSWER_HEADERS_MOST];
    size_t count = add_id_headers(call, headers);
    for (size_t i = 0; i < reply->header_count && count < ANSWER_HEADERS_MOST; i++)
        headers[count++] = reply->headers[i];
    kt_http_reply whole = *reply;
    whole.headers = headers;
    whole.header_count = count;
    if (reply->fault == NULL)
        whole.fault = &call->fault;
    kt_logf(call->sandbox->log, KT_LOG_DEBUG, "%d %s %.*s %.*s%s", reply->status,
            call->operation == NULL ? "-" : call->operation, KT_VIEW_ARG(call->request->method),
            KT_VIEW_ARG(call->request->target), words_of(whole.fault));
    kt_json_free(call->body);
    call->body = NULL;
    kt_http_answer(call->exchange, &whole); /* the call lay in the exchange's arena */
}

static void reply_text(kt_call *call, int status, kt_buf *take_body, const kt_http_header *headers, size_t header_count)
{
    kt_call_reply(
        call,
        &(kt_http_reply){ .status = status, .headers = headers, .header_count = header_count, .take_body = take_body });
}

void kt_call_json(kt_call *call, int status, kt_buf *take_body)
{
    const bool is_11 = call->service == KT_SERVICE_ECR;
    const kt_http_header type = header_of("Content-Type", is_11 ? "application/x-amz-json-1.1" : "application/json");
    reply_text(call, status, take_body, &type, 1);
}

void kt_call_xml(kt_call *call, int status, kt_buf *take_body)
{
    const bool is_s3 = call->service == KT_SERVICE_S3;
    const kt_http_header type = header_of("Content-Type", is_s3 ? "application/xml" : "text/xml");
    KT_BUF_OWN whole;
    kt_buf_init(&whole, 0);
    kt_buf_adds(&whole, xml_declaration);
    kt_buf_add(&whole, take_body->data, take_body->length);
    if (take_body->failed < 0)
        whole.failed = take_body->failed;
    kt_buf_fini(take_body);
    reply_text(call, status, &whole, &type, 1);
}

/* ---- errors ---- */

/* What XML has no place for becomes a blank, broken UTF-8 a question mark: a path may hold anything. */
static void add_xml_text(kt_buf *out, const char *text)
{
    static const struct {
        char letter;
        const char *escape;
    } escapes[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" } };
    const kt_view whole = kt_view_of(text);
    for (size_t at = 0, next = 0; at < whole.length; at = next) {
        const int32_t letter = kt_utf8_next(whole, &next);
        const char *escape = letter < 0 ? "?" : (letter < ' ' && letter != '\n') || letter >= 0xfffe ? " " : NULL;
        if (letter > 0xffff)
            escape = NULL;
        for (size_t i = 0; i < KT_COUNT(escapes); i++)
            if (letter == escapes[i].letter)
                escape = escapes[i].escape;
        if (escape != NULL)
            kt_buf_adds(out, escape);
        else
            kt_buf_add(out, whole.data + at, next - at);
    }
}

static void add_xml_element(kt_buf *out, const char *name, const char *text)
{
    kt_buf_addf(out, "<%s>", name);
    add_xml_text(out, text);
    kt_buf_addf(out, "</%s>", name);
}

static void answer_s3_error(kt_call *call, int status, const char *code, const char *message)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    const char *path = kt_arena_strndup(call->arena, call->request->path.data, call->request->path.length);
    kt_buf_adds(&body, "<Error>");
    add_xml_element(&body, "Code", code);
    add_xml_element(&body, "Message", message);
    add_xml_element(&body, "Resource", path == NULL ? "" : path);
    add_xml_element(&body, "RequestId", call->request_id);
    add_xml_element(&body, "HostId", call->request_id);
    kt_buf_adds(&body, "</Error>");
    kt_call_xml(call, status, &body);
}

static void answer_query_error(kt_call *call, int status, const char *code, const char *message)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    const bool is_sts = call->service == KT_SERVICE_STS;
    kt_buf_addf(&body, "<ErrorResponse xmlns=\"https://%s.amazonaws.com/doc/%s/\"><Error>", is_sts ? "sts" : "iam",
                is_sts ? "2011-06-15" : "2010-05-08");
    add_xml_element(&body, "Type", status < 500 ? "Sender" : "Receiver");
    add_xml_element(&body, "Code", code);
    add_xml_element(&body, "Message", message);
    kt_buf_adds(&body, "</Error>");
    add_xml_element(&body, "RequestId", call->request_id);
    kt_buf_adds(&body, "</ErrorResponse>");
    kt_call_xml(call, status, &body);
}

/* rest-json names the error in a header, JSON 1.1 in the body; both are given to both. */
static void answer_json_error(kt_call *call, int status, const char *code, const char *message)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    if (call->service != KT_SERVICE_BRAKET) {
        kt_jw_key(&w, "__type");
        kt_jw_strz(&w, code);
    }
    kt_jw_key(&w, "message");
    kt_jw_strz(&w, message);
    kt_jw_close(&w);
    kt_jw_end(&w, NULL);
    const kt_http_header headers[] = {
        header_of("Content-Type", call->service == KT_SERVICE_ECR ? "application/x-amz-json-1.1" : "application/json"),
        header_of("x-amzn-ErrorType", code),
    };
    reply_text(call, status, &body, headers, KT_COUNT(headers));
}

void kt_call_error(kt_call *call, int status, const char *code, const char *format, ...)
{
    char few[MESSAGE_BYTES], *message = few;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(few, sizeof(few), format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof(few)) { /* a canonical request is shown whole; without memory for it, cut */
        char *all = kt_arena_alloc(call->arena, (size_t)length + 1);
        va_start(arguments, format);
        if (all != NULL && vsnprintf(all, (size_t)length + 1, format, arguments) > 0)
            message = all;
        va_end(arguments);
    }
    kt_logf(call->sandbox->log, KT_LOG_DEBUG, "%s: %s", code, message);
    switch (call->service) {
    case KT_SERVICE_S3: answer_s3_error(call, status, code, message); return;
    case KT_SERVICE_STS:
    case KT_SERVICE_IAM: answer_query_error(call, status, code, message); return;
    default: answer_json_error(call, status, code, message);
    }
}

void kt_call_failed(kt_call *call, const kt_error *err)
{
    kt_logf(call->sandbox->log, KT_LOG_ERROR, "%s %.*s: %s", call->operation == NULL ? "-" : call->operation,
            KT_VIEW_ARG(call->request->target), err->message);
    switch (call->service) {
    case KT_SERVICE_S3:
        kt_call_error(call, 500, "InternalError", "We encountered an internal error. Please try again.");
        return;
    case KT_SERVICE_STS:
    case KT_SERVICE_IAM: kt_call_error(call, 500, "InternalFailure", "%s", err->message); return;
    default: kt_call_error(call, 500, "InternalServiceException", "%s", err->message);
    }
}
