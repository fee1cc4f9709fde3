/* SPDX-License-Identifier: Apache-2.0 */
/* s3_write.c - the way of a write. A call lives until its answer, so all that a write needs lies in its arena: one
 * thread after the other uses it, never two at a time. */
#include "sandbox/s3_write.h"

#include "base/thread.h"

int kt_s3_write_refuse(kt_s3_write *write, kt_s3_code code, const char *text)
{
    write->refusal = code;
    write->refusal_text = text;
    return kt_fail(&write->err, KT_E_INVALID, "refused");
}

/* The last step: what was made and not taken goes, then the answer. */
static void finish(kt_s3_write *write)
{
    const kt_s3 *s3 = write->s3;
    kt_sandbox *sandbox = kt_s3_sandbox(s3);
    if (write->refusal == KT_S3_FINE && write->ingest.refusal != KT_S3_FINE) {
        write->refusal = write->ingest.refusal;
        write->refusal_text = write->ingest.refusal_text;
    }
    if (write->refusal == KT_S3_FINE && write->rc >= 0)
        write->ingest.file[0] = '\0'; /* a row names it now */
    kt_s3_ingest_fini(&write->ingest);
    if (write->release != NULL)
        write->release(write);
    kt_objects_sweep(sandbox->objects);
    if (write->refusal != KT_S3_FINE)
        kt_s3_refuse(s3, write->refusal, write->refusal_text);
    else if (write->rc == KT_E_LIMIT)
        kt_s3_refuse(s3, KT_S3_SLOW_DOWN, NULL);
    else if (write->rc < 0)
        kt_s3_failed(s3, &write->err);
    else
        write->answer(write);
}

static int apply(void *ctx, kt_db *db, kt_error *err)
{
    kt_s3_write *write = ctx;
    return write->apply(write, db, err);
}

static void written(void *ctx, int rc, const kt_error *err)
{
    kt_s3_write *write = ctx;
    write->rc = rc;
    if (rc < 0)
        write->err = *err;
    finish(write);
}

static void prepare(kt_s3_write *write)
{
    if (write->prepare != NULL)
        write->rc = write->prepare(write, &write->err);
    else if (write->ingest.source_count > 0)
        write->rc = kt_s3_ingest_run(&write->ingest, &write->err);
}

static void prepared(kt_s3_write *write)
{
    const kt_db_job job = { apply, written, write };
    const bool is_right = write->rc >= 0 && write->refusal == KT_S3_FINE && write->ingest.refusal == KT_S3_FINE;
    if (is_right && write->apply != NULL) {
        write->rc = kt_db_writer_put(kt_s3_sandbox(write->s3)->writer, &job, &write->err);
        if (write->rc == 0)
            return;
    }
    finish(write);
}

static void work(uv_work_t *request)
{
    kt_s3_write *write = request->data;
    prepare(write);
    uv_sem_post(&write->worked);
}

static void worked(uv_work_t *request, int status)
{
    kt_s3_write *write = request->data;
    (void)status; /* it is cancelled only when it is dropped */
    uv_sem_destroy(&write->worked);
    if (write->is_dropped) {
        kt_http_answer(write->s3->call->exchange, &(kt_http_reply){ .status = 503 });
        return;
    }
    *write->link = write->next;
    if (write->next != NULL)
        write->next->link = write->link;
    prepared(write);
}

static void list_add(kt_objects *objects, kt_s3_write *write)
{
    write->next = objects->writes;
    write->link = &objects->writes;
    if (write->next != NULL)
        write->next->link = &write->next;
    objects->writes = write;
}

/* The loop's helpers start with the first piece of work. */
static int queue_work(kt_s3_write *write)
{
    sigset_t before;
    kt_signals_block(&before);
    const int rc = uv_queue_work(kt_s3_sandbox(write->s3)->loop, &write->work, work, worked);
    kt_signals_restore(&before);
    return rc;
}

void kt_s3_write_start(kt_s3_write *write, bool is_slow)
{
    kt_sandbox *sandbox = kt_s3_sandbox(write->s3);
    write->work.data = write;
    if (is_slow && uv_sem_init(&write->worked, 0) == 0) {
        if (queue_work(write) == 0) {
            list_add(sandbox->objects, write);
            return;
        }
        uv_sem_destroy(&write->worked);
    }
    prepare(write);
    prepared(write);
}

void kt_s3_writes_drop(kt_objects *objects)
{
    for (kt_s3_write *write = objects->writes; write != NULL; write = write->next) {
        if (uv_cancel((uv_req_t *)&write->work) < 0)
            uv_sem_wait(&write->worked);
        kt_s3_ingest_fini(&write->ingest);
        if (write->release != NULL)
            write->release(write);
        write->is_dropped = true;
    }
}
