/* SPDX-License-Identifier: Apache-2.0 */
/* s3_ingest.c - one pass over a body. What is short stays where it is (a request's memory) or is gathered; as soon as
 * it is longer than a row may hold, all goes into a file. A body that lies in a file already is linked instead of
 * copied when it can be, and summed all the same. */
#include "sandbox/s3_ingest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 256 * 1024, COPY_BYTES = 64 << 20 };

static int refuse(kt_s3_ingest *in, kt_s3_code code, const char *text, kt_error *err)
{
    in->refusal = code;
    in->refusal_text = text;
    return kt_fail(err, KT_E_INVALID, "the body is refused");
}

/* Moves on to a file; what was gathered goes first. */
static int open_file(kt_s3_ingest *in, kt_error *err)
{
    if (in->memory_only)
        return refuse(in, KT_S3_MALFORMED_XML, NULL, err);
    int rc = kt_object_create(in->state_dir, in->file, &in->fd, err);
    if (rc == 0)
        rc = kt_object_write_all(in->fd, kt_buf_view(&in->memory), err);
    kt_buf_fini(&in->memory);
    return rc;
}

/* The next bytes of the body, as they shall lie. */
static int lay_down(void *ctx, kt_view bytes, kt_error *err)
{
    kt_s3_ingest *in = ctx;
    in->bytes += bytes.length;
    if (in->bytes > in->bytes_most)
        return refuse(in, KT_S3_ENTITY_TOO_LARGE, NULL, err);
    kt_summer_add(&in->summer, bytes);
    if (in->file[0] == '\0') {
        if (in->bytes <= in->memory_most)
            return kt_buf_add(&in->memory, bytes.data, bytes.length) < 0 ? kt_buf_check(&in->memory, err, "a body") : 0;
        const int rc = open_file(in, err);
        if (rc < 0)
            return rc;
    }
    return in->fd < 0 ? 0 : kt_object_write_all(in->fd, bytes, err); /* no descriptor: it is linked */
}

static int take_trailer(void *ctx, kt_view name, kt_view value, kt_error *err)
{
    kt_s3_ingest *in = ctx;
    const kt_s3_code code = kt_sums_trailer(&in->sums, name, value);
    return code == KT_S3_FINE ? 0 : refuse(in, code, "Value for the trailing checksum is invalid.", err);
}

static int feed(kt_s3_ingest *in, kt_aws_chunked *chunked, kt_view bytes, kt_error *err)
{
    return chunked != NULL ? kt_aws_chunked_put(chunked, bytes, err) : lay_down(in, bytes, err);
}

static int feed_fd(kt_s3_ingest *in, kt_aws_chunked *chunked, int fd, const kt_s3_source *source, kt_error *err)
{
    char *block = malloc(BLOCK_BYTES);
    if (block == NULL)
        return kt_fail_nomem(err, BLOCK_BYTES, "a body");
    int rc = 0;
    for (uint64_t at = 0; at < source->bytes && rc == 0;) {
        const uint64_t left = source->bytes - at;
        const ssize_t got = pread(fd, block, left < BLOCK_BYTES ? left : BLOCK_BYTES, (off_t)(source->offset + at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            rc = kt_fail_sys(err, KT_E_IO, errno, "can't read a body");
        else if (got == 0)
            rc = kt_fail(err, KT_E_IO, "a body's file is shorter than it was");
        else
            rc = feed(in, chunked, (kt_view){ block, (size_t)got }, err);
        at += got > 0 ? (uint64_t)got : 0;
    }
    free(block);
    return rc;
}

/* Bytes that nobody sums move from file to file, inside the kernel when it can. */
static int copy_fd(kt_s3_ingest *in, int fd, const kt_s3_source *source, bool *is_done, kt_error *err)
{
    off_t from = (off_t)source->offset;
    uint64_t left = source->bytes;
    while (left > 0) {
        const ssize_t moved = copy_file_range(fd, &from, in->fd, NULL, left < COPY_BYTES ? left : COPY_BYTES, 0);
        if (moved < 0 && errno == EINTR)
            continue;
        if (moved <= 0 && left == source->bytes)
            return 0; /* not here: the long way */
        if (moved <= 0)
            return kt_fail_sys(err, KT_E_IO, errno, "can't copy a body's file");
        left -= (uint64_t)moved;
    }
    in->bytes += source->bytes;
    *is_done = true;
    return 0;
}

static int feed_source(kt_s3_ingest *in, kt_aws_chunked *chunked, const kt_s3_source *source, kt_error *err)
{
    if (source == NULL)
        return 0;
    if (source->file == NULL)
        return source->fd >= 0 ? feed_fd(in, chunked, source->fd, source, err) : feed(in, chunked, source->memory, err);
    int fd = -1;
    int rc = kt_object_open(in->state_dir, source->file, &fd, err);
    if (rc < 0)
        return rc;
    bool is_done = false;
    if (chunked == NULL && in->sums.wanted == 0 && in->fd >= 0)
        rc = copy_fd(in, fd, source, &is_done, err);
    if (rc == 0 && !is_done)
        rc = feed_fd(in, chunked, fd, source, err);
    close(fd);
    return rc;
}

/* What the chunk decoder found wrong, in S3's words. */
static int chunk_error(kt_s3_ingest *in, int rc, kt_error *err)
{
    if (in->refusal != KT_S3_FINE)
        return rc;
    switch (rc) {
    case KT_E_INVALID: return refuse(in, KT_S3_CHUNK_SIGNATURE, NULL, err);
    case KT_E_SYNTAX: return refuse(in, KT_S3_INCOMPLETE_BODY, "The aws-chunked body is malformed or incomplete.", err);
    case KT_E_LIMIT: return refuse(in, KT_S3_INVALID_REQUEST, "A chunk of the aws-chunked body is too large.", err);
    default: return rc;
    }
}

static int run_chunked(kt_s3_ingest *in, kt_error *err)
{
    kt_aws_chunked *chunked = NULL;
    kt_aws_chunked_options options = in->chunked;
    options.data = lay_down;
    options.trailer = take_trailer;
    options.ctx = in;
    int rc = in->needs_file ? open_file(in, err) : 0;
    if (rc == 0)
        rc = kt_aws_chunked_new(&options, &chunked, err);
    for (size_t i = 0; i < in->source_count && rc == 0; i++)
        rc = feed_source(in, chunked, &in->sources[i], err);
    if (rc == 0)
        rc = kt_aws_chunked_end(chunked, err);
    kt_aws_chunked_free(chunked);
    return rc < 0 ? chunk_error(in, rc, err) : 0;
}

static uint64_t bytes_of(const kt_s3_source *source)
{
    return source->file == NULL && source->fd < 0 ? source->memory.length : source->bytes;
}

static int run_plain(kt_s3_ingest *in, kt_error *err)
{
    const kt_s3_source *only = in->source_count == 1 ? &in->sources[0] : NULL;
    if (only != NULL && only->file == NULL && only->fd < 0 && only->memory.length <= in->memory_most &&
        !in->needs_file) {
        in->bytes = only->memory.length;
        in->body = only->memory;
        kt_summer_add(&in->summer, only->memory);
        return 0;
    }
    if (only != NULL && in->link_from != NULL && bytes_of(only) > in->memory_most &&
        kt_object_link(in->state_dir, in->link_from, in->file, NULL) < 0)
        in->file[0] = '\0';
    if (only != NULL && in->file[0] != '\0' && in->sums.wanted == 0) {
        in->bytes = bytes_of(only);
        return 0;
    }
    int rc = in->needs_file && in->file[0] == '\0' ? open_file(in, err) : 0;
    for (size_t i = 0; i < in->source_count && rc == 0; i++)
        rc = feed_source(in, NULL, &in->sources[i], err);
    return rc;
}

int kt_s3_ingest_run(kt_s3_ingest *in, kt_error *err)
{
    in->fd = -1;
    kt_buf_init(&in->memory, 0);
    int rc = kt_summer_init(&in->summer, in->tables, in->sums.wanted, err);
    if (rc == 0)
        rc = in->is_chunked ? run_chunked(in, err) : run_plain(in, err);
    if (in->fd >= 0)
        rc = kt_object_close(in->fd, rc, err);
    in->fd = -1;
    if (rc == 0) {
        kt_summer_end(&in->summer, in->sums.found);
        in->refusal = kt_sums_check(&in->sums, &in->refusal_text);
        if (in->body.data == NULL)
            in->body = kt_buf_view(&in->memory);
    }
    kt_summer_fini(&in->summer);
    return in->refusal != KT_S3_FINE ? 0 : rc;
}

void kt_s3_ingest_fini(kt_s3_ingest *in)
{
    if (in->file[0] != '\0')
        kt_object_remove(in->state_dir, in->file);
    in->file[0] = '\0';
    kt_buf_fini(&in->memory);
}
