/* SPDX-License-Identifier: Apache-2.0 */
/* s3_body.c - a request's body made ready for s3_ingest.c: plain or aws-chunked, in memory or in a file, with all that
 * its headers promise of it. */
#include "sandbox/s3_write.h"

#include "base/text.h"

/* Above it summing and laying down a body takes long enough for others to notice. */
enum { LOOP_BYTES_MOST = KT_OBJECT_ROW_BYTES_MOST };

static bool is_chunked(const kt_s3 *s3)
{
    return kt_view_starts(kt_s3_header(s3, "x-amz-content-sha256"), "STREAMING-");
}

/* The key and the first signature of a chain of signed chunks come from the request's own signature. */
static bool read_chunk_signing(const kt_s3 *s3, kt_aws_chunked_options *options)
{
    kt_auth_claim claim = { 0 };
    if (!options->is_signed)
        return true;
    if (kt_auth_read(kt_s3_sandbox(s3)->auth, s3->call, &claim) < 0)
        return false;
    if (claim.secret == NULL) { /* let in unknown (--no-auth): nothing to check chunks with */
        options->is_signed = false;
        return true;
    }
    kt_sign_key(kt_view_of(claim.secret), &claim.claim.scope, options->signing_key);
    options->amz_date = claim.claim.amz_date;
    options->scope = claim.claim.scope;
    options->seed_signature = claim.claim.signature;
    return true;
}

static kt_s3_code read_chunked(kt_s3_write *write, const char **text)
{
    const kt_s3 *s3 = write->s3;
    const kt_view word = kt_s3_header(s3, "x-amz-content-sha256");
    const kt_view decoded = kt_s3_header(s3, "x-amz-decoded-content-length");
    kt_s3_ingest *in = &write->ingest;
    in->is_chunked = true;
    in->chunked.is_signed = kt_view_starts(word, "STREAMING-AWS4-");
    in->chunked.has_trailer = kt_s3_has_header(s3, "x-amz-trailer");
    if (decoded.data == NULL || kt_parse_uint(decoded, 0, UINT64_MAX, &in->chunked.decoded_bytes, NULL) < 0) {
        *text = "You must provide the x-amz-decoded-content-length HTTP header.";
        return KT_S3_MISSING_LENGTH;
    }
    if (in->chunked.decoded_bytes > in->bytes_most)
        return KT_S3_ENTITY_TOO_LARGE;
    in->chunked.chunk_bytes_most = in->bytes_most; /* some clients send all in one chunk */
    return read_chunk_signing(s3, &in->chunked) ? KT_S3_FINE : KT_S3_CHUNK_SIGNATURE;
}

static bool set_source(kt_s3_write *write)
{
    const kt_http_request *request = write->s3->call->request;
    write->ingest.state_dir = kt_s3_sandbox(write->s3)->state_dir;
    write->ingest.tables = &kt_s3_sandbox(write->s3)->objects->tables;
    kt_s3_source *source = KT_ARENA_NEW(write->s3->call->arena, kt_s3_source);
    if (source == NULL)
        return false;
    *source = (kt_s3_source){ .memory = { request->body.data == NULL ? "" : request->body.data, request->body.length },
                              .fd = request->body_fd,
                              .bytes = request->body_bytes };
    write->ingest.sources = source;
    write->ingest.source_count = 1;
    /* A file without a name has one under /proc as long as it is open. */
    if (request->body_fd >= 0 && !write->ingest.is_chunked)
        write->ingest.link_from = kt_arena_printf(write->s3->call->arena, "/proc/self/fd/%d", request->body_fd);
    return true;
}

static bool take_source(kt_s3_write *write)
{
    if (set_source(write))
        return true;
    kt_s3_no_memory(write->s3);
    return false;
}

bool kt_s3_ingest_request(kt_s3_write *write, unsigned wanted)
{
    const kt_s3 *s3 = write->s3;
    kt_s3_ingest *in = &write->ingest;
    const char *text = NULL;
    if (in->bytes_most == 0)
        in->bytes_most = KT_S3_OBJECT_BYTES_MOST;
    kt_s3_code code = kt_sums_read(s3, &in->sums, &text);
    if (code == KT_S3_FINE && is_chunked(s3))
        code = read_chunked(write, &text);
    else if (code == KT_S3_FINE && s3->call->request->body_bytes > in->bytes_most)
        code = KT_S3_ENTITY_TOO_LARGE;
    if (code != KT_S3_FINE) {
        kt_s3_refuse(s3, code, text);
        return false;
    }
    if (!take_source(write))
        return false;
    /* The checksum that S3 adds by itself stands in for one that the client did not send. */
    const bool has_sum = ((in->sums.expected & ~KT_SUM_BIT(KT_SUM_MD5)) | in->sums.trailing) != 0;
    in->sums.wanted |= has_sum ? wanted & ~KT_SUM_BIT(KT_SUM_CRC64NVME) : wanted;
    return true;
}

bool kt_s3_write_is_slow(const kt_s3_write *write)
{
    return write->s3->call->request->body_bytes > LOOP_BYTES_MOST;
}

static kt_s3_code read_body(kt_s3_write *write, const kt_xml **out)
{
    kt_error err = { 0 };
    kt_s3_ingest *in = &write->ingest;
    kt_arena *arena = write->s3->call->arena;
    int rc = kt_s3_ingest_run(in, &err);
    kt_s3_code code = in->refusal != KT_S3_FINE ? in->refusal : rc < 0 ? KT_S3_INCOMPLETE_BODY : KT_S3_FINE;
    if (code == KT_S3_FINE) {
        rc = kt_xml_parse(arena, in->body, out, &err);
        code = rc < 0 ? KT_S3_MALFORMED_XML : KT_S3_FINE;
    }
    if (rc == KT_E_NOMEM)
        kt_arena_fail(arena);
    return code;
}

const kt_xml *kt_s3_read_xml(const kt_s3 *s3, kt_s3_xml_sums sums)
{
    kt_s3_write *write = KT_ARENA_NEW(s3->call->arena, kt_s3_write);
    const kt_xml *root = NULL;
    if (write == NULL) {
        kt_s3_no_memory(s3);
        return NULL;
    }
    write->s3 = s3;
    write->ingest.memory_only = true;
    write->ingest.memory_most = write->ingest.bytes_most = KT_S3_XML_BYTES_MOST;
    if (sums == KT_S3_SUMS_OF_OBJECT ? !take_source(write) : !kt_s3_ingest_request(write, 0))
        return NULL;
    const bool is_summed = (write->ingest.sums.expected | write->ingest.sums.trailing) != 0;
    const kt_s3_code code =
        sums == KT_S3_SUMS_REQUIRED && !is_summed ? KT_S3_MISSING_CHECKSUM : read_body(write, &root);
    if (code != KT_S3_FINE)
        kt_s3_refuse(s3, code, write->ingest.refusal_text);
    kt_s3_ingest_fini(&write->ingest);
    return code == KT_S3_FINE ? root : NULL;
}
