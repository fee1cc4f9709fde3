/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_request.c - any bytes as an HTTP request to a whole sandbox that takes unsigned ones: "METHOD target", a header
 * a line, an empty line, the body. Each is answered exactly once, in the form of its service, and never with a 500. The
 * server is left out (its functions are wrapped); nothing listens. A new sandbox begins every few thousand requests. */
#include "sandbox/route.h"
#include "sandbox/s3_xml.h"
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <ftw.h>
#include <string.h>
#include <unistd.h>

enum { HEADERS_MOST = 64, REQUESTS_A_SANDBOX = 3000, ROUNDS_MOST = 20000 };

struct kt_http_exchange {
    kt_http_request request;
    kt_arena *arena;
    int answers;
};

/* Tasks wait, so that nothing is computed. */
static const char scenario[] =
    "{\"seed\": 1, \"simulator_cancellable_s\": 30000000, \"devices\": {\"*\": {\"queue_s\": "
    "30000000}}}";

static struct {
    uv_loop_t loop;
    kt_sandbox *sandbox;
    char folder[64];
    int requests;
} world;

#ifdef __SANITIZE_ADDRESS__
#define HAS_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN
#endif
#endif
#ifdef HAS_ASAN
/* The sandbox keeps what it was told, so every input looks like a leak to libFuzzer, and looking for it takes long. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

/* ---- in place of the server ---- */

const kt_http_request *__wrap_kt_http_exchange_request(const kt_http_exchange *x);
const kt_http_request *__wrap_kt_http_exchange_request(const kt_http_exchange *x)
{
    return &x->request;
}

kt_arena *__wrap_kt_http_exchange_arena(kt_http_exchange *x);
kt_arena *__wrap_kt_http_exchange_arena(kt_http_exchange *x)
{
    return x->arena;
}

int __wrap_kt_http_server_new(uv_loop_t *loop, const kt_http_server_options *options, kt_http_server **out,
                              kt_error *err);
int __wrap_kt_http_server_new(uv_loop_t *loop, const kt_http_server_options *options, kt_http_server **out,
                              kt_error *err)
{
    (void)loop;
    (void)options;
    (void)err;
    *out = NULL;
    return 0;
}

void __wrap_kt_http_server_close(kt_http_server *server);
void __wrap_kt_http_server_close(kt_http_server *server)
{
    (void)server;
}

static kt_view header_of(const kt_http_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (reply->headers[i].name.length == strlen(name) &&
            strncasecmp(reply->headers[i].name.data, name, strlen(name)) == 0)
            return reply->headers[i].value;
    return (kt_view){ NULL, 0 };
}

static void check_headers(const kt_http_reply *reply)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        const kt_http_header *h = &reply->headers[i];
        fuzz_promise(h->name.length > 0, "a header has a name");
        for (size_t c = 0; c < h->name.length; c++)
            fuzz_promise(h->name.data[c] > ' ' && h->name.data[c] < 127 && h->name.data[c] != ':', "and it is a word");
        for (size_t c = 0; c < h->value.length; c++)
            fuzz_promise((unsigned char)h->value.data[c] >= ' ' && h->value.data[c] != 127,
                         "a header's value is one line");
    }
}

static void check_body(const kt_http_exchange *x, const kt_http_reply *reply)
{
    const kt_view type = header_of(reply, "Content-Type"), body = kt_buf_view(reply->take_body);
    const bool is_error = reply->status >= 300;
    KT_OWN(kt_json) *document = NULL;
    const kt_xml *tree = NULL;
    kt_error err = { 0 };
    if (body.length == 0 || (!is_error && kt_view_is(x->request.method, "GET"))) /* an object may be anything */
        return;
    if (kt_view_starts(type, "application/json") || kt_view_starts(type, "application/x-amz-json"))
        fuzz_promise(kt_json_parse(body, &document, &err) == 0, "JSON is JSON");
    KT_OWN(kt_arena) *arena = kt_arena_new(64 << 20);
    /* Listings name keys with control characters by references, as S3 does, which no XML parser takes. */
    const bool has_references = memmem(body.data, body.length, "&#", 2) != NULL;
    if ((kt_view_starts(type, "application/xml") || kt_view_starts(type, "text/xml")) && !has_references)
        fuzz_promise(kt_xml_parse(arena, body, &tree, &err) == 0, "XML is XML");
}

void __wrap_kt_http_answer(kt_http_exchange *x, const kt_http_reply *reply);
void __wrap_kt_http_answer(kt_http_exchange *x, const kt_http_reply *reply)
{
    fuzz_promise(++x->answers == 1, "a request is answered once");
    fuzz_promise(reply->status >= 200 && reply->status < 600, "a status is one");
    fuzz_promise(reply->status != 500, "no request finds a bug");
    check_headers(reply);
    if (reply->take_body != NULL) {
        check_body(x, reply);
        kt_buf_fini(reply->take_body);
    } else if (reply->has_file) {
        close(reply->take_file);
    }
}

/* ---- the sandbox ---- */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

static void close_sandbox(void)
{
    if (world.sandbox == NULL)
        return;
    kt_sandbox_close(KT_GIVE(world.sandbox));
    uv_run(&world.loop, UV_RUN_DEFAULT);
    uv_loop_close(&world.loop);
    nftw(world.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void open_sandbox(void)
{
    const char *temporary = getenv("TMPDIR");
    char file[96];
    kt_error err = { 0 };
    snprintf(world.folder, sizeof(world.folder), "%.40s/ketch-fuzz-XXXXXX", temporary == NULL ? "/tmp" : temporary);
    fuzz_promise(mkdtemp(world.folder) != NULL && uv_loop_init(&world.loop) == 0, "there is room for a sandbox");
    snprintf(file, sizeof(file), "%s/scenario.json", world.folder);
    FILE *out = fopen(file, "w");
    if (out == NULL || fputs(scenario, out) < 0 || fclose(out) != 0)
        abort();
    const kt_sandbox_options options = { .state_dir = world.folder, .no_auth = true, .scenario = file };
    if (kt_sandbox_new(&world.loop, &options, &world.sandbox, &err) < 0)
        fuzz_promise(0, err.message);
    world.requests = 0;
}

/* ---- a request ---- */

static kt_view take_until(kt_view *rest, char end)
{
    const char *at = rest->length == 0 ? NULL : memchr(rest->data, end, rest->length);
    const kt_view taken = { rest->data, at == NULL ? rest->length : (size_t)(at - rest->data) };
    const size_t used = taken.length + (at != NULL);
    *rest = (kt_view){ rest->data + used, rest->length - used };
    return taken;
}

/* As the server gives texts: without control characters, NUL-terminated. */
static kt_view keep(kt_arena *arena, kt_view text, char least)
{
    char *copy = kt_arena_strndup(arena, text.data == NULL ? "" : text.data, text.length);
    if (copy == NULL)
        abort();
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)copy[i] < (unsigned char)least || copy[i] == 127)
            copy[i] = '_';
    return (kt_view){ copy, text.length };
}

static void read_request(kt_view text, kt_http_exchange *x, kt_http_header *headers)
{
    kt_http_request *r = &x->request;
    kt_view line = take_until(&text, '\n');
    *r = (kt_http_request){ .headers = headers, .body_fd = -1 };
    r->method = keep(x->arena, take_until(&line, ' '), '!');
    r->target = keep(x->arena, line, '!');
    kt_view rest = r->target;
    r->path = take_until(&rest, '?');
    r->query = rest;
    while (text.length > 0) {
        line = take_until(&text, '\n');
        if (line.length == 0)
            break;
        const kt_view name = take_until(&line, ':');
        if (name.length == 0 || r->header_count == HEADERS_MOST)
            continue;
        headers[r->header_count].name = keep(x->arena, name, '!');
        headers[r->header_count++].value = keep(x->arena, kt_view_trim(line), ' ');
    }
    r->body = text;
    r->body_bytes = text.length;
}

/* Admin calls that change time and trouble would make tasks run, or the sandbox wait. */
static bool is_left_out(const kt_http_request *r)
{
    return r->target.length == 0 || r->target.data[0] != '/' ||
           (kt_view_starts(r->path, "/_sandbox") && !kt_view_is(r->method, "GET"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_known;
    kt_http_header headers[HEADERS_MOST];
    kt_http_exchange x = { .arena = kt_arena_new(64 << 20) };
    if (x.arena == NULL)
        abort();
    if (!is_known)
        is_known = atexit(close_sandbox) == 0;
    if (world.requests++ == REQUESTS_A_SANDBOX)
        close_sandbox();
    if (world.sandbox == NULL)
        open_sandbox();
    read_request((kt_view){ (const char *)data, size }, &x, headers);
    if (!is_left_out(&x.request)) {
        kt_route_handle(world.sandbox, &x);
        for (int round = 0; x.answers == 0 && round < ROUNDS_MOST; round++)
            uv_run(&world.loop, UV_RUN_ONCE);
        fuzz_promise(x.answers == 1, "a request is answered");
    }
    kt_arena_free(x.arena);
    return 0;
}
