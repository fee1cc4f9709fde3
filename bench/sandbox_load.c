/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_load.c - a load on a running sandbox: many keep-alive connections in one thread, each request signed as a
 * client would sign it.
 *     sandbox_load get    --arns FILE [OPTION...]                  GetQuantumTask of the tasks listed in FILE
 *     sandbox_load create --device ARN --bucket NAME [OPTION...]   CreateQuantumTask; lists the ARNs in --arns FILE
 * Options: --region NAME, --connections N (32), --seconds S (3), --count N (no limit).
 * Reads AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Prints one line of JSON: requests, seconds,
 * rate, answers that were not 2xx, and how long an answer took. */
#include "base/clock.h"
#include "base/json.h"
#include "sign/sigv4.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MOST = 1024, ANSWER_BYTES_MOST = 1 << 20, LATENCIES_MOST = 1 << 22 };

typedef struct connection {
    int fd;
    int64_t sent_ns;
    size_t request_sent;
    kt_buf request, answer;
} connection;

typedef struct load {
    bool creates;
    const char *device, *bucket, *arns_path, *region;
    unsigned connection_count;
    double seconds;
    uint64_t count_most; /* requests; 0: no limit */
    struct sockaddr_in address;
    char host[64];
    kt_view access_key, secret;
    kt_sign_scope scope;
    uint8_t key[KT_SHA256_BYTES];
    char (*arns)[160];
    size_t arn_count, arn_capacity;
    uint64_t begun, ended, refused, ordinal;
    uint32_t *latencies_us;
    size_t latency_count;
    connection connections[CONNECTIONS_MOST];
    int epoll_fd;
    int64_t stop_ns;
    FILE *arns_out;
} load;

static int64_t monotonic_ns(void)
{
    const kt_clock *clock = kt_clock_system();
    return clock->monotonic_ns(clock->ctx);
}

static void die(const char *what)
{
    fprintf(stderr, "sandbox_load: %s\n", what);
    exit(1);
}

/* ---- requests ---- */

static void add_create_body(load *l, kt_buf *out)
{
    kt_buf_addf(
        out,
        "{\"action\":\"{\\\"braketSchemaHeader\\\":{\\\"name\\\":\\\"braket.ir.openqasm.program\\\",\\\"version"
        "\\\":\\\"1\\\"},\\\"source\\\":\\\"OPENQASM 3.0;\\\\nbit[2] b;\\\\nqubit[2] q;\\\\nh q[0];\\\\ncnot "
        "q[0], q[1];\\\\nb[0] = measure q[0];\\\\nb[1] = measure q[1];\\\",\\\"inputs\\\":{}}\",\"clientToken\":"
        "\"load-%d-%llu\",\"deviceArn\":\"%s\",\"outputS3Bucket\":\"%s\",\"outputS3KeyPrefix\":\"tasks\","
        "\"shots\":100}",
        (int)getpid(), (unsigned long long)l->ordinal, l->device, l->bucket);
}

static void make_request(load *l, kt_buf *out)
{
    static char text[2048];
    kt_buf body, canonical, string, path;
    char date[17], hash[KT_SHA256_HEX + 1], signature[KT_SHA256_HEX + 1];
    kt_buf *all[] = { &body, &canonical, &string, &path };
    for (size_t i = 0; i < KT_COUNT(all); i++)
        kt_buf_init(all[i], 0);
    kt_sign_date_text(kt_clock_system()->wall_ns(kt_clock_system()->ctx), date);
    if (l->creates) {
        add_create_body(l, &body);
        kt_buf_adds(&path, "/quantum-task");
    } else {
        kt_buf_adds(&path, "/quantum-task/");
        kt_uri_encode(kt_view_of(l->arns[l->ordinal % l->arn_count]), false, &path);
    }
    l->ordinal++;
    kt_sha256_hex(body.data == NULL ? "" : body.data, body.length, hash);
    const kt_sign_header headers[] = { { kt_view_of("Host"), kt_view_of(l->host) },
                                       { kt_view_of("X-Amz-Date"), kt_view_of(date) } };
    const kt_sign_request request = { .method = kt_view_of(l->creates ? "POST" : "GET"),
                                      .path = kt_buf_view(&path),
                                      .headers = headers,
                                      .header_count = KT_COUNT(headers),
                                      .payload_hash = kt_view_of(hash) };
    if (kt_sign_canonical(&request, kt_view_of("host;x-amz-date"), l->scope.service, false, &canonical, NULL) < 0 ||
        kt_sign_string(kt_view_of(date), &l->scope, kt_buf_view(&canonical), &string, NULL) < 0)
        die("a request can't be signed");
    kt_sign_signature(l->key, kt_buf_view(&string), signature);
    kt_buf_clear(out);
    const int length =
        snprintf(text, sizeof(text),
                 "%s %s HTTP/1.1\r\nHost: %s\r\nX-Amz-Date: %s\r\nAccept-Encoding: identity\r\nUser-Agent: "
                 "Boto3/1.44 BraketSchemas/1.30.0\r\nContent-Length: %zu\r\nAuthorization: AWS4-HMAC-SHA256 "
                 "Credential=%.*s/%.*s/%s/braket/aws4_request, SignedHeaders=host;x-amz-date, "
                 "Signature=%s\r\n\r\n",
                 l->creates ? "POST" : "GET", path.data, l->host, date, body.length, KT_VIEW_ARG(l->access_key),
                 KT_VIEW_ARG(l->scope.date), l->region, signature);
    kt_buf_add(out, text, (size_t)length);
    kt_buf_add(out, body.data, body.length);
    for (size_t i = 0; i < KT_COUNT(all); i++)
        kt_buf_fini(all[i]);
}

/* ---- connections ---- */

static void watch(load *l, connection *c, uint32_t events, int operation)
{
    struct epoll_event event = { .events = events, .data.ptr = c };
    epoll_ctl(l->epoll_fd, operation, c->fd, &event);
}

static void connect_one(load *l, connection *c)
{
    const int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&l->address, sizeof(l->address)) < 0)
        die("can't connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    fcntl(c->fd, F_SETFL, fcntl(c->fd, F_GETFL) | O_NONBLOCK);
    watch(l, c, EPOLLIN, EPOLL_CTL_ADD);
}

static void send_more(load *l, connection *c)
{
    const ssize_t sent =
        send(c->fd, c->request.data + c->request_sent, c->request.length - c->request_sent, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
        die("a connection was closed");
    c->request_sent += sent > 0 ? (size_t)sent : 0;
    if (c->request_sent < c->request.length)
        watch(l, c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static bool begin_request(load *l, connection *c)
{
    if ((l->count_most != 0 && l->begun == l->count_most) || monotonic_ns() >= l->stop_ns)
        return false;
    l->begun++;
    make_request(l, &c->request);
    kt_buf_clear(&c->answer);
    c->request_sent = 0;
    c->sent_ns = monotonic_ns();
    send_more(l, c);
    return true;
}

/* ---- answers ---- */

static bool is_whole(const kt_buf *answer)
{
    const char *end = answer->length == 0 ? NULL : strstr(answer->data, "\r\n\r\n");
    const char *mark = end == NULL ? NULL : strcasestr(answer->data, "content-length:");
    if (mark == NULL || mark > end)
        return false;
    return answer->length >= (size_t)(end + 4 - answer->data) + strtoul(mark + 15, NULL, 10);
}

static void note_arn(load *l, const kt_buf *answer)
{
    const char *mark = strstr(answer->data, "\"quantumTaskArn\":\"");
    if (mark != NULL && l->arns_out != NULL)
        fprintf(l->arns_out, "%.*s\n", (int)strcspn(mark + 18, "\""), mark + 18);
}

static void note_answer(load *l, connection *c)
{
    l->ended++;
    if (l->latency_count < LATENCIES_MOST)
        l->latencies_us[l->latency_count++] = (uint32_t)((monotonic_ns() - c->sent_ns) / 1000);
    if (c->answer.length < 12 || c->answer.data[9] != '2') {
        if (l->refused++ == 0)
            fprintf(stderr, "sandbox_load: refused: %s\n", c->answer.data);
        return;
    }
    if (l->creates)
        note_arn(l, &c->answer);
}

/* Returns whether the connection goes on. */
static bool read_more(load *l, connection *c)
{
    char piece[65536];
    const ssize_t got = recv(c->fd, piece, sizeof(piece), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN))
        die("a connection was closed");
    if (got < 0)
        return true;
    if (kt_buf_add(&c->answer, piece, (size_t)got) < 0)
        die("an answer is too large");
    if (!is_whole(&c->answer))
        return true;
    note_answer(l, c);
    return begin_request(l, c);
}

static void run(load *l)
{
    struct epoll_event events[CONNECTIONS_MOST];
    unsigned live = 0;
    for (unsigned i = 0; i < l->connection_count; i++) {
        connect_one(l, &l->connections[i]);
        kt_buf_init(&l->connections[i].answer, ANSWER_BYTES_MOST);
        kt_buf_init(&l->connections[i].request, 0);
        live += begin_request(l, &l->connections[i]);
    }
    while (live > 0) {
        const int count = epoll_wait(l->epoll_fd, events, CONNECTIONS_MOST, 10000);
        if (count == 0)
            die("no answer for 10 s");
        for (int i = 0; i < count; i++) {
            connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) {
                watch(l, c, EPOLLIN, EPOLL_CTL_MOD);
                send_more(l, c);
            }
            if ((events[i].events & ~(uint32_t)EPOLLOUT) && !read_more(l, c))
                live--;
        }
    }
}

/* ---- beginning and end ---- */

static void read_arns(load *l)
{
    FILE *file = fopen(l->arns_path, "re");
    if (file == NULL)
        die("can't read the file of ARNs");
    char line[160];
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (l->arn_count == l->arn_capacity) {
            l->arn_capacity = l->arn_capacity == 0 ? 1024 : l->arn_capacity * 2;
            l->arns = realloc(l->arns, l->arn_capacity * sizeof(*l->arns));
            if (l->arns == NULL)
                die("out of memory");
        }
        memcpy(l->arns[l->arn_count++], line, sizeof(line));
    }
    fclose(file);
    if (l->arn_count == 0)
        die("the file of ARNs is empty");
}

static void read_environment(load *l)
{
    static char date[17];
    const char *url = getenv("AWS_ENDPOINT_URL"), *key = getenv("AWS_ACCESS_KEY_ID");
    const char *secret = getenv("AWS_SECRET_ACCESS_KEY");
    unsigned port = 0;
    if (url == NULL || key == NULL || secret == NULL || sscanf(url, "http://127.0.0.1:%u", &port) != 1)
        die("AWS_ENDPOINT_URL (http://127.0.0.1:PORT), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set");
    snprintf(l->host, sizeof(l->host), "127.0.0.1:%u", port);
    l->address = (struct sockaddr_in){ .sin_family = AF_INET,
                                       .sin_port = htons((uint16_t)port),
                                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    l->access_key = kt_view_of(key);
    kt_sign_date_text(kt_clock_system()->wall_ns(kt_clock_system()->ctx), date);
    l->scope = (kt_sign_scope){ { date, 8 }, kt_view_of(l->region), kt_view_of("braket") };
    kt_sign_key(kt_view_of(secret), &l->scope, l->key);
}

static void read_options(load *l, int argc, char **argv)
{
    if (argc < 2 || (strcmp(argv[1], "get") != 0 && strcmp(argv[1], "create") != 0))
        die("usage: sandbox_load get|create [--arns FILE] [--device ARN] [--bucket NAME] [--region NAME] "
            "[--connections N] [--seconds S] "
            "[--count N]");
    l->creates = strcmp(argv[1], "create") == 0;
    for (int i = 2; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (strcmp(name, "--arns") == 0)
            l->arns_path = value;
        else if (strcmp(name, "--device") == 0)
            l->device = value;
        else if (strcmp(name, "--bucket") == 0)
            l->bucket = value;
        else if (strcmp(name, "--region") == 0)
            l->region = value;
        else if (strcmp(name, "--connections") == 0)
            l->connection_count = (unsigned)atoi(value);
        else if (strcmp(name, "--seconds") == 0)
            l->seconds = atof(value);
        else if (strcmp(name, "--count") == 0)
            l->count_most = strtoull(value, NULL, 10);
        else
            die("unknown option");
    }
    if (l->connection_count == 0 || l->connection_count > CONNECTIONS_MOST || l->seconds <= 0 ||
        (l->creates ? l->device == NULL || l->bucket == NULL : l->arns_path == NULL))
        die("an option is missing or out of range");
}

static int compare(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(load *l, double seconds)
{
    qsort(l->latencies_us, l->latency_count, sizeof(*l->latencies_us), compare);
    const size_t n = l->latency_count;
    printf("{\"load\":\"%s\",\"connections\":%u,\"requests\":%llu,\"seconds\":%.3f,\"rate\":%.0f,\"refused\":%llu,"
           "\"p50_us\":%u,\"p99_us\":%u}\n",
           l->creates ? "create" : "get", l->connection_count, (unsigned long long)l->ended, seconds,
           (double)l->ended / seconds, (unsigned long long)l->refused, n == 0 ? 0 : l->latencies_us[n / 2],
           n == 0 ? 0 : l->latencies_us[n * 99 / 100]);
}

int main(int argc, char **argv)
{
    static load l = { .connection_count = 32, .seconds = 3, .region = "us-east-1" };
    read_options(&l, argc, argv);
    read_environment(&l);
    l.latencies_us = calloc(LATENCIES_MOST, sizeof(*l.latencies_us));
    l.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (l.latencies_us == NULL || l.epoll_fd < 0)
        die("out of memory");
    if (!l.creates)
        read_arns(&l);
    else if (l.arns_path != NULL)
        l.arns_out = fopen(l.arns_path, "we");
    const int64_t began = monotonic_ns();
    l.stop_ns = began + (int64_t)(l.seconds * 1e9);
    run(&l);
    report(&l, (double)(monotonic_ns() - began) / 1e9);
    if (l.arns_out != NULL)
        fclose(l.arns_out);
    return l.refused != 0;
}
