/* SPDX-License-Identifier: Apache-2.0 */
/* probe.c - makes AWS calls for the tests, as the program will make them. Reads one JSON object a line from standard
 * input, makes all calls at once, and writes one object a line as they end:
 *   {"id": any, "service": "S3", "operation": "PutObject", "region": ..., "members": {...}, "body": "text",
 *    "body_file": PATH, "answer_file": PATH}
 *   -> {"id": ..., "rc": 0, "code": "", "status": 200, "attempts": 1, "error": "", "members": {...}, "headers": {...},
 *       "body": "text", "body_bytes": 4}
 * or {"upload": {"bucket", "key", "owner"?, "part_bytes"?}, "body_file": PATH} -> {"id": ..., "rc": 0, "error": ""}.
 * Settings and credentials come from the environment, as everywhere. */
#include "aws/call.h"
#include "aws/upload.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct probe {
    kt_json *order;
    int body_file, answer_file;
} probe;

static const char *text(const kt_json *order, const char *name)
{
    return json_string_value(json_object_get(order, name));
}

static const kt_aws_service *service_of(const char *id)
{
    for (size_t i = 0; id != NULL && kt_aws_services[i] != NULL; i++)
        if (strcmp(kt_aws_services[i]->id, id) == 0)
            return kt_aws_services[i];
    return NULL;
}

static void write_headers(kt_jw *w, const kt_aws_output *output)
{
    kt_jw_key(w, "headers");
    kt_jw_object(w);
    for (size_t i = 0; i < output->header_count; i++) {
        kt_jw_keyn(w, output->headers[i].name);
        kt_jw_string(w, output->headers[i].value);
    }
    kt_jw_close(w);
}

static void write_output(const probe *p, const kt_aws_output *output)
{
    kt_jw w;
    kt_jw_init(&w, kt_out_file(stdout), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "id");
    kt_jw_value(&w, json_object_get(p->order, "id"));
    kt_jw_key(&w, "rc");
    kt_jw_int(&w, output->rc);
    kt_jw_key(&w, "code");
    kt_jw_strz(&w, output->code);
    kt_jw_key(&w, "status");
    kt_jw_int(&w, output->status);
    kt_jw_key(&w, "attempts");
    kt_jw_int(&w, output->attempts);
    kt_jw_key(&w, "error");
    kt_jw_strz(&w, output->error == NULL ? "" : output->error->message);
    kt_jw_key(&w, "members");
    if (output->members != NULL)
        kt_jw_value(&w, output->members);
    else
        kt_jw_null(&w);
    write_headers(&w, output);
    kt_jw_key(&w, "body");
    kt_jw_string(&w, output->body);
    kt_jw_key(&w, "body_bytes");
    kt_jw_uint(&w, output->body_bytes);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    kt_jw_end(&w, NULL);
    fflush(stdout);
}

static void probe_free(probe *p)
{
    if (p->body_file >= 0)
        close(p->body_file);
    if (p->answer_file >= 0)
        close(p->answer_file);
    kt_json_free(p->order);
    free(p);
}

static void on_done(void *ctx, const kt_aws_output *output)
{
    write_output(ctx, output);
    probe_free(ctx);
}

/* The permit of these tests: it takes any request, and its token is the order's. */
static int permit_use(kt_permit *permit, const char *members, size_t length, kt_error *err)
{
    (void)permit, (void)members, (void)length, (void)err;
    return 0;
}

static void permit_free(kt_permit *permit)
{
    free(permit);
}

static kt_permit *permit_for(const kt_aws_operation *operation, const kt_json *order)
{
    const char *token = text(json_object_get(order, "members"), "clientToken");
    kt_permit *permit = operation->cost == KT_AWS_PAID ? malloc(sizeof(*permit)) : NULL;
    if (permit != NULL)
        *permit = (kt_permit){ .rid = "rid", .token = token, .use = permit_use, .free = permit_free };
    return permit;
}

static void on_uploaded(void *ctx, int rc, const kt_error *err)
{
    probe *p = ctx;
    kt_json *answer = json_pack("{s:O,s:i,s:s}", "id", json_object_get(p->order, "id"), "rc", rc, "error",
                                rc < 0 ? err->message : "");
    json_dumpf(answer, stdout, 0);
    puts("");
    fflush(stdout);
    kt_json_free(answer);
    probe_free(p);
}

static void start_upload(kt_aws *aws, kt_json *take_order)
{
    kt_error err = { 0 };
    struct stat info = { 0 };
    const kt_json *upload = json_object_get(take_order, "upload");
    probe *p = calloc(1, sizeof(*p));
    const int file = open(text(take_order, "body_file"), O_RDONLY | O_CLOEXEC);
    if (p == NULL || file < 0 || fstat(file, &info) < 0) {
        fprintf(stderr, "probe: nothing to upload\n");
        exit(2);
    }
    *p = (probe){ .order = take_order, .body_file = file, .answer_file = -1 };
    const kt_aws_upload_input input = {
        .bucket = text(upload, "bucket"),
        .key = text(upload, "key"),
        .owner = text(upload, "owner"),
        .file = file,
        .bytes = (uint64_t)info.st_size,
        .part_bytes = (uint64_t)json_integer_value(json_object_get(upload, "part_bytes")),
    };
    const int rc = kt_aws_upload(aws, &input, on_uploaded, p, &err);
    if (rc < 0)
        on_uploaded(p, rc, &err);
}

static void start(kt_aws *aws, kt_json *take_order)
{
    kt_error err = { 0 };
    struct stat info = { 0 };
    probe *p = calloc(1, sizeof(*p));
    const char *body = text(take_order, "body"), *body_file = text(take_order, "body_file");
    const char *answer_file = text(take_order, "answer_file");
    const kt_aws_service *service = service_of(text(take_order, "service"));
    const kt_aws_operation *operation =
        service == NULL ? NULL : kt_aws_operation_find(service, text(take_order, "operation"));
    if (p == NULL || operation == NULL) {
        fprintf(stderr, "probe: no such operation\n");
        exit(2);
    }
    *p = (probe){ .order = take_order,
                  .body_file = body_file == NULL ? -1 : open(body_file, O_RDONLY | O_CLOEXEC),
                  .answer_file = answer_file == NULL ? -1 : open(answer_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600) };
    if (p->body_file >= 0)
        fstat(p->body_file, &info);
    const kt_aws_input input = { .service = service,
                                 .operation = operation,
                                 .region = text(take_order, "region"),
                                 .members = json_object_get(take_order, "members"),
                                 .body = kt_view_of(body),
                                 .body_file = p->body_file,
                                 .body_bytes = (uint64_t)info.st_size,
                                 .to_file = p->answer_file >= 0,
                                 .answer_file = p->answer_file,
                                 .take_permit = permit_for(operation, take_order) };
    const int rc = kt_aws_send(aws, &input, on_done, p, NULL, &err);
    if (rc < 0)
        on_done(p, &(kt_aws_output){ .rc = rc, .error = &err, .code = "" });
}

static void read_orders(kt_aws *aws)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) > 0) {
        kt_json *order = NULL;
        kt_error err = { 0 };
        if (kt_json_parse((kt_view){ line, (size_t)length }, &order, &err) < 0) {
            fprintf(stderr, "probe: %s\n", err.message);
            exit(2);
        }
        if (json_object_get(order, "upload") != NULL)
            start_upload(aws, order);
        else
            start(aws, order);
    }
    free(line);
}

int main(void)
{
    uv_loop_t loop;
    kt_aws *aws = NULL;
    kt_log log;
    kt_error err = { 0 };
    const char *level = getenv("PROBE_LOG");
    kt_log_to_stderr(&log, level != NULL ? KT_LOG_DEBUG : KT_LOG_ERROR);
    uv_loop_init(&loop);
    const kt_aws_options options = { .loop = &loop, .log = &log };
    if (kt_aws_new(&options, &aws, &err) < 0) {
        fprintf(stderr, "probe: %s\n", err.message);
        return 1;
    }
    read_orders(aws);
    uv_run(&loop, UV_RUN_DEFAULT);
    kt_aws_close(aws);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop) == 0 ? 0 : 3;
}
