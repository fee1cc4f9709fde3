/* SPDX-License-Identifier: Apache-2.0 */
/* s3_put.c - PutObject, and the storing of an object that all ways of making one share. */
#include "sandbox/s3_put.h"

#include <string.h>

int kt_s3_store(kt_s3_write *write, kt_s3_object_plan *plan, kt_db *db, kt_error *err)
{
    const kt_s3 *s3 = write->s3;
    const kt_s3_ingest *in = &write->ingest;
    kt_s3_code code = KT_S3_FINE;
    const kt_object_new object = { .bucket = s3->bucket,
                                   .key = s3->key,
                                   .etag = kt_view_of(plan->etag),
                                   .content_type = plan->meta.content_type,
                                   .meta = plan->meta.lines,
                                   .checksums = plan->checksums,
                                   .tags = plan->meta.tags,
                                   .upload_id = plan->upload_id,
                                   .body = in->body,
                                   .file = in->file[0] == '\0' ? (kt_view){ NULL, 0 } : kt_view_of(in->file),
                                   .bytes = in->bytes,
                                   .now_ns = s3->now_ns };
    int rc = kt_s3_guard_check(&plan->guard, db, s3->bucket, s3->key, &code, err);
    if (rc == 0 && code != KT_S3_FINE)
        return kt_s3_write_refuse(write, code, NULL);
    if (rc == 0)
        rc = kt_object_store(db, kt_s3_sandbox(s3)->state_dir, &object, err);
    return rc == KT_E_NOT_FOUND ? kt_s3_write_refuse(write, KT_S3_NO_SUCH_BUCKET, NULL) : rc;
}

/* The kept lines are put into the plan itself: any thread may call this. */
int kt_s3_plan_sums(kt_s3_object_plan *plan, const kt_sums *sums, kt_error *err)
{
    KT_BUF_OWN lines;
    kt_buf_init(&lines, sizeof plan->checksum_text - 1);
    kt_digest_hex(KT_SUM_MD5, &sums->found[KT_SUM_MD5], plan->etag);
    if (kt_sums_lines(sums, &lines) < 0)
        return kt_buf_check(&lines, err, "checksums");
    if (lines.length > 0) {
        memcpy(plan->checksum_text, lines.data, lines.length + 1);
        plan->checksums = (kt_view){ plan->checksum_text, lines.length };
    }
    return 0;
}

typedef struct put_write {
    kt_s3_write write;
    kt_s3_object_plan plan;
} put_write;

static int apply_put(kt_s3_write *write, kt_db *db, kt_error *err)
{
    put_write *p = (put_write *)write;
    const int rc = kt_s3_plan_sums(&p->plan, &write->ingest.sums, err);
    return rc < 0 ? rc : kt_s3_store(write, &p->plan, db, err);
}

static void answer_put(kt_s3_write *write)
{
    const put_write *p = (const put_write *)write;
    kt_s3_answer answer = { .s3 = write->s3 };
    kt_s3_answer_etag(&answer, kt_view_of(p->plan.etag));
    kt_s3_answer_lines(&answer, p->plan.checksums);
    kt_s3_answer_encryption(&answer, p->plan.meta.lines);
    kt_s3_answer_send(&answer, 200);
}

void kt_s3_put(kt_s3 *s3)
{
    put_write *p = KT_ARENA_NEW(s3->call->arena, put_write);
    if (p == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    p->write = (kt_s3_write){ .s3 = s3, .apply = apply_put, .answer = answer_put };
    p->write.ingest.memory_most = KT_OBJECT_ROW_BYTES_MOST;
    const kt_s3_code code = kt_s3_guard_read(s3, &p->plan.guard);
    if (code != KT_S3_FINE) {
        kt_s3_refuse(s3, code, NULL);
        return;
    }
    if (!kt_s3_need_bucket(s3) || !kt_s3_meta_read(s3, &p->plan.meta) ||
        !kt_s3_ingest_request(&p->write, KT_SUM_BIT(KT_SUM_MD5) | KT_SUM_BIT(KT_SUM_CRC64NVME)))
        return;
    kt_s3_write_start(&p->write, kt_s3_write_is_slow(&p->write));
}
