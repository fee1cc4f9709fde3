/* SPDX-License-Identifier: Apache-2.0 */
/* upload.c - one object to S3. A small one is one PutObject. A big one: CreateMultipartUpload, then parts, a few at
 * once, then CompleteMultipartUpload; at the first failure no further part is begun, those on their way are waited for,
 * and the upload is aborted. The failure that is told is the first one. */
#include "aws/upload.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_MOST (UINT64_C(5) << 40)

typedef struct upload {
    kt_aws *aws;
    kt_arena *arena;
    const char *region;
    int file;
    uint64_t bytes, part_bytes;
    kt_json *place;     /* Bucket, Key and ExpectedBucketOwner, and UploadId once there is one */
    kt_json *parts;     /* {"ETag", "PartNumber"} by number, null until it is there */
    size_t begun_count; /* parts handed out */
    size_t on_their_way;
    int rc;
    kt_error error; /* the first failure */
    kt_aws_uploaded *done;
    void *ctx;
} upload;

/* A part's call needs to know which one it is. */
typedef struct part {
    upload *of;
    size_t index;
    kt_json *members;
} part;

static void finish(upload *u)
{
    kt_aws_uploaded *done = u->done;
    void *ctx = u->ctx;
    const int rc = u->rc;
    kt_error error = u->error;
    kt_json_free(u->place);
    kt_json_free(u->parts);
    kt_arena_free(u->arena);
    free(u);
    done(ctx, rc, rc < 0 ? &error : NULL);
}

static void remember(upload *u, int rc, const kt_error *err)
{
    if (u->rc == 0 && rc < 0) {
        u->error = *err;
        u->rc = kt_wrap(&u->error, rc, "s3://%s/%s", json_string_value(json_object_get(u->place, "Bucket")),
                        json_string_value(json_object_get(u->place, "Key")));
    }
}

static int call(upload *u, const char *operation, kt_aws_input input, kt_aws_done *done, void *ctx)
{
    kt_error err = { 0 };
    input.service = &kt_aws_s3;
    input.operation = kt_aws_operation_find(&kt_aws_s3, operation);
    input.region = u->region;
    const int rc = kt_aws_send(u->aws, &input, done, ctx, NULL, &err);
    if (rc < 0)
        remember(u, rc, &err);
    return rc;
}

/* ---- the end ---- */

static void on_aborted(void *ctx, const kt_aws_output *output)
{
    (void)output; /* what failed first is what is told */
    finish(ctx);
}

static void give_up(upload *u)
{
    json_object_del(u->place, "MultipartUpload"); /* which completing it takes and aborting it does not */
    if (call(u, "AbortMultipartUpload", (kt_aws_input){ .members = u->place }, on_aborted, u) < 0)
        finish(u);
}

static void on_completed(void *ctx, const kt_aws_output *output)
{
    upload *u = ctx;
    remember(u, output->rc, output->error);
    if (u->rc < 0)
        give_up(u);
    else
        finish(u);
}

static void complete(upload *u)
{
    kt_error err = { 0 };
    kt_json *list = json_pack("{s:O}", "Parts", u->parts);
    if (list == NULL || json_object_set_new(u->place, "MultipartUpload", list) < 0)
        remember(u, kt_fail_nomem(&err, 64, "an upload"), &err);
    const kt_aws_input input = { .members = u->place };
    if (u->rc < 0 || call(u, "CompleteMultipartUpload", input, on_completed, u) < 0)
        give_up(u);
}

/* ---- parts ---- */

static size_t part_count(const upload *u)
{
    return json_array_size(u->parts);
}

static void send_parts(upload *u);

static const char *etag_of(const kt_aws_output *output, kt_arena *arena)
{
    for (size_t i = 0; i < output->header_count; i++)
        if (kt_view_is(output->headers[i].name, "etag"))
            return kt_arena_printf(arena, "%.*s", KT_VIEW_ARG(output->headers[i].value));
    return NULL;
}

static void take_part(part *p, const kt_aws_output *output)
{
    upload *u = p->of;
    kt_error err = { 0 };
    const char *etag = output->rc < 0 ? NULL : etag_of(output, u->arena);
    if (output->rc < 0) {
        remember(u, output->rc, output->error);
        return;
    }
    if (etag == NULL) {
        remember(u, kt_fail(&err, KT_E_AWS, "part %zu was taken without an ETag", p->index + 1), &err);
        return;
    }
    kt_json *one = json_pack("{s:s,s:I}", "ETag", etag, "PartNumber", (json_int_t)p->index + 1);
    if (one == NULL || json_array_set_new(u->parts, p->index, one) < 0)
        remember(u, kt_fail_nomem(&err, 64, "a part"), &err);
}

static void on_part(void *ctx, const kt_aws_output *output)
{
    part *p = ctx;
    upload *u = p->of;
    take_part(p, output);
    kt_json_free(p->members);
    free(p);
    u->on_their_way--;
    send_parts(u);
}

static int send_part(upload *u)
{
    kt_error err = { 0 };
    const uint64_t offset = (uint64_t)u->begun_count * u->part_bytes;
    const uint64_t left = u->bytes - offset;
    part *p = malloc(sizeof(*p));
    kt_json *members = json_copy(u->place);
    if (p == NULL || members == NULL ||
        json_object_set_new(members, "PartNumber", json_integer((json_int_t)u->begun_count + 1)) < 0) {
        free(p);
        kt_json_free(members);
        const int rc = kt_fail_nomem(&err, sizeof(*p), "a part");
        remember(u, rc, &err);
        return rc;
    }
    *p = (part){ .of = u, .index = u->begun_count, .members = members };
    const kt_aws_input input = { .members = members,
                                 .body_file = u->file,
                                 .body_offset = offset,
                                 .body_bytes = left < u->part_bytes ? left : u->part_bytes };
    const int rc = call(u, "UploadPart", input, on_part, p);
    if (rc < 0) {
        kt_json_free(members);
        free(p);
        return rc;
    }
    u->begun_count++;
    u->on_their_way++;
    return 0;
}

static void send_parts(upload *u)
{
    while (u->rc == 0 && u->on_their_way < KT_AWS_PARTS_AT_ONCE && u->begun_count < part_count(u))
        if (send_part(u) < 0)
            break;
    if (u->on_their_way > 0)
        return;
    if (u->rc < 0)
        give_up(u);
    else
        complete(u);
}

/* ---- the beginning ---- */

static int make_parts(upload *u, kt_error *err)
{
    u->parts = json_array();
    for (uint64_t at = 0; at < u->bytes; at += u->part_bytes)
        if (u->parts == NULL || json_array_append_new(u->parts, json_null()) < 0)
            return kt_fail_nomem(err, 64, "the parts of an upload");
    return 0;
}

static void on_begun(void *ctx, const kt_aws_output *output)
{
    upload *u = ctx;
    kt_error err = { 0 };
    remember(u, output->rc, output->error);
    kt_json *id = output->rc < 0 ? NULL : json_object_get(output->members, "UploadId");
    if (u->rc == 0 && !json_is_string(id))
        remember(u, kt_fail(&err, KT_E_AWS, "an upload was begun and has no UploadId"), &err);
    else if (u->rc == 0 && json_object_set(u->place, "UploadId", id) < 0)
        remember(u, kt_fail_nomem(&err, 64, "an upload"), &err);
    if (u->rc < 0)
        finish(u);
    else
        send_parts(u);
}

static void on_put(void *ctx, const kt_aws_output *output)
{
    upload *u = ctx;
    remember(u, output->rc, output->error);
    finish(u);
}

static int fill(upload *u, const kt_aws_upload_input *input, kt_error *err)
{
    u->arena = kt_arena_new(0);
    u->region = u->arena == NULL || input->region == NULL ? NULL : kt_arena_printf(u->arena, "%s", input->region);
    u->place = json_pack("{s:s,s:s}", "Bucket", input->bucket, "Key", input->key);
    if (u->arena == NULL || u->place == NULL || (input->region != NULL && u->region == NULL))
        return kt_fail_nomem(err, sizeof(*u), "an upload");
    if (input->owner != NULL && json_object_set_new(u->place, "ExpectedBucketOwner", json_string(input->owner)) < 0)
        return kt_fail_nomem(err, 64, "an upload");
    u->part_bytes = input->part_bytes == 0 ? KT_AWS_PART_BYTES : input->part_bytes;
    if (u->bytes / u->part_bytes >= KT_AWS_PARTS_MOST)
        u->part_bytes = u->bytes / (KT_AWS_PARTS_MOST - 1) + 1;
    return u->bytes <= u->part_bytes ? 0 : make_parts(u, err);
}

int kt_aws_upload(kt_aws *aws, const kt_aws_upload_input *input, kt_aws_uploaded *done, void *ctx, kt_error *err)
{
    if (input->bytes > BYTES_MOST)
        return kt_fail(err, KT_E_LIMIT, "s3://%s/%s would have %llu bytes; S3 takes 5 TiB at most", input->bucket,
                       input->key, (unsigned long long)input->bytes);
    upload *u = calloc(1, sizeof(*u));
    if (u == NULL)
        return kt_fail_nomem(err, sizeof(*u), "an upload");
    *u = (upload){ .aws = aws, .file = input->file, .bytes = input->bytes, .done = done, .ctx = ctx };
    int rc = fill(u, input, err);
    if (rc == 0 && u->parts == NULL)
        rc = call(u, "PutObject", (kt_aws_input){ .members = u->place, .body_file = u->file, .body_bytes = u->bytes },
                  on_put, u);
    else if (rc == 0)
        rc = call(u, "CreateMultipartUpload", (kt_aws_input){ .members = u->place }, on_begun, u);
    if (rc == 0)
        return 0;
    if (u->rc < 0 && err != NULL)
        *err = u->error;
    kt_json_free(u->place);
    kt_json_free(u->parts);
    kt_arena_free(u->arena);
    free(u);
    return rc;
}
