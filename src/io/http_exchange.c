/* SPDX-License-Identifier: Apache-2.0 */
/* http_exchange.c - a request as it comes in: its head copied (a handler may look at it after the connection has gone),
 * its body gathered in memory or, when it is large, in a file without a name. */
#include "io/http_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* A body above its ceiling is read and thrown away up to here, so that the client gets to read why; an even longer one
 * loses its connection. */
#define SWALLOW_BYTES_MOST ((uint64_t)64 << 20)
#define BODY_MOST_DEFAULT ((uint64_t)16 << 20)

enum { HEADERS_MOST = 256 };

static void set_target(kt_http_exchange *x, kt_view target)
{
    char *copy = kt_arena_strndup(x->arena, target.data, target.length);
    if (copy == NULL)
        return;
    x->request.target = (kt_view){ copy, target.length };
    /* A client that takes us for a proxy sends "http://host/path". */
    const char *at = copy, *end = copy + target.length;
    if (strncasecmp(at, "http://", 7) == 0) {
        at = memchr(at + 7, '/', target.length - 7);
        at = at == NULL ? end : at;
    }
    const char *mark = memchr(at, '?', (size_t)(end - at));
    x->request.path = (kt_view){ at, (size_t)((mark == NULL ? end : mark) - at) };
    if (mark != NULL)
        x->request.query = (kt_view){ mark + 1, (size_t)(end - mark - 1) };
    else
        x->request.query = (kt_view){ end, 0 };
}

typedef struct head_copy {
    kt_arena *arena;
    kt_http_header *headers;
    size_t count;
} head_copy;

static enum MHD_Result copy_header(void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
                                   const char *value, size_t value_bytes)
{
    (void)kind;
    head_copy *copy = ctx;
    const char *own_name = kt_arena_strndup(copy->arena, name, name_bytes);
    const char *own_value = kt_arena_strndup(copy->arena, value == NULL ? "" : value, value_bytes);
    if (own_name == NULL || own_value == NULL)
        return MHD_NO;
    copy->headers[copy->count++] = (kt_http_header){ { own_name, name_bytes }, { own_value, value_bytes } };
    return MHD_YES;
}

static void copy_headers(kt_http_exchange *x)
{
    const int count = MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, NULL, NULL);
    head_copy copy = { .arena = x->arena };
    if (count <= 0 || count > HEADERS_MOST)
        return;
    copy.headers = KT_ARENA_ARRAY(x->arena, kt_http_header, (size_t)count);
    if (copy.headers == NULL)
        return;
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, copy_header, &copy);
    x->request.headers = copy.headers;
    x->request.header_count = copy.count;
}

kt_http_exchange *kt_http_exchange_new(kt_http_server *server, struct MHD_Connection *connection, const char *method,
                                       kt_view target)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    if (arena == NULL)
        return NULL;
    kt_http_exchange *x = KT_ARENA_NEW(arena, kt_http_exchange);
    if (x == NULL)
        return NULL;
    x->server = server;
    x->connection = connection;
    x->arena = arena;
    x->request.body_fd = -1;
    x->reply.file = -1;
    const size_t method_bytes = strlen(method);
    x->request.method = (kt_view){ kt_arena_strndup(arena, method, method_bytes), method_bytes };
    set_target(x, target);
    copy_headers(x);
    kt_buf_init(&x->body.memory, 0);
    if (kt_arena_failed(arena))
        return NULL;
    (void)KT_GIVE(arena);
    return x;
}

void kt_http_exchange_free(kt_http_exchange *x)
{
    kt_buf_fini(&x->body.memory);
    if (x->request.body_fd >= 0)
        close(x->request.body_fd);
    if (x->reply.response != NULL)
        MHD_destroy_response(x->reply.response);
    if (x->reply.file >= 0)
        close(x->reply.file);
    free(x->reply.bytes);
    kt_arena_free(x->arena);
}

bool kt_http_head_fits(const kt_http_exchange *x)
{
    const union MHD_ConnectionInfo *head =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, NULL, NULL) <= HEADERS_MOST &&
           (head == NULL || head->header_size <= x->server->options.header_bytes_most);
}

/* Content-Length, already checked by libmicrohttpd; 0 when there is none. */
static uint64_t announced_bytes(const kt_http_request *request)
{
    uint64_t value = 0;
    const kt_view text = kt_http_header_get(request, "Content-Length");
    for (size_t i = 0; i < text.length && text.data[i] >= '0' && text.data[i] <= '9'; i++)
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, text.data[i] - '0', &value))
            return UINT64_MAX;
    return value;
}

bool kt_http_body_begin(kt_http_exchange *x)
{
    const kt_http_server_options *options = &x->server->options;
    const uint64_t announced = announced_bytes(&x->request);
    if (announced == 0 && kt_http_header_get(&x->request, "Transfer-Encoding").data == NULL)
        return false;
    x->body.most = options->body_most == NULL ? BODY_MOST_DEFAULT : options->body_most(options->ctx, &x->request);
    if (announced > x->body.most) {
        x->request.body_too_large = true;
        x->request.body_bytes = announced;
        const bool asks_first = kt_http_header_get(&x->request, "Expect").data != NULL;
        return asks_first || announced - x->body.most > SWALLOW_BYTES_MOST;
    }
    return false;
}

static int open_nameless(const char *dir)
{
    const int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    /* Not every file system knows O_TMPFILE. */
    KT_BUF_OWN path;
    kt_buf_init(&path, 4096);
    kt_buf_addf(&path, "%s/ketch-body-XXXXXX", dir);
    if (path.failed < 0)
        return -1;
    const int named = mkostemp(path.data, O_CLOEXEC);
    if (named >= 0)
        unlink(path.data);
    return named;
}

static bool write_whole(int fd, const char *data, size_t bytes)
{
    while (bytes > 0) {
        const ssize_t written = write(fd, data, bytes);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            data += written;
            bytes -= (size_t)written;
        }
    }
    return true;
}

/* What has been gathered in memory goes to a file, and everything that follows. */
static bool spill(kt_http_exchange *x)
{
    const char *dir = x->server->options.temp_dir;
    if (dir == NULL)
        dir = getenv("TMPDIR");
    x->request.body_fd = open_nameless(dir == NULL ? "/tmp" : dir);
    if (x->request.body_fd < 0)
        return false;
    const bool kept = write_whole(x->request.body_fd, x->body.memory.data, x->body.memory.length);
    kt_buf_fini(&x->body.memory);
    return kept;
}

static bool keep(kt_http_exchange *x, const char *data, size_t bytes)
{
    if (x->request.body_fd < 0 && x->body.memory.length + bytes <= x->server->options.body_memory_bytes)
        return kt_buf_add(&x->body.memory, data, bytes) == 0;
    if (x->request.body_fd < 0 && !spill(x))
        return false;
    return write_whole(x->request.body_fd, data, bytes);
}

bool kt_http_body_add(kt_http_exchange *x, const char *data, size_t bytes)
{
    kt_http_request *request = &x->request;
    if (request->body_too_large || request->body_error != 0) {
        x->body.swallowed += bytes;
        return x->body.swallowed <= SWALLOW_BYTES_MOST;
    }
    request->body_bytes += bytes;
    if (request->body_bytes > x->body.most) {
        request->body_too_large = true;
        kt_buf_fini(&x->body.memory);
        if (request->body_fd >= 0)
            close(request->body_fd);
        request->body_fd = -1;
        return true;
    }
    errno = 0;
    if (!keep(x, data, bytes))
        request->body_error = errno != 0 ? errno : ENOMEM;
    return true;
}

void kt_http_body_end(kt_http_exchange *x)
{
    if (x->request.body_too_large || x->request.body_error != 0)
        return;
    if (x->request.body_fd < 0)
        x->request.body = kt_buf_view(&x->body.memory);
    else if (lseek(x->request.body_fd, 0, SEEK_SET) != 0)
        x->request.body_error = errno;
}

kt_view kt_http_header_get(const kt_http_request *request, const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < request->header_count; i++)
        if (request->headers[i].name.length == length && strncasecmp(request->headers[i].name.data, name, length) == 0)
            return request->headers[i].value;
    return (kt_view){ NULL, 0 };
}

const kt_http_request *kt_http_exchange_request(const kt_http_exchange *x)
{
    return &x->request;
}

kt_arena *kt_http_exchange_arena(kt_http_exchange *x)
{
    return x->arena;
}
