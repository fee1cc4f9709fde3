/* SPDX-License-Identifier: Apache-2.0 */
/* s3_write.h - a write of the S3 service on its way: perhaps through a worker thread (long bodies are summed and laid
 * into files there), through the database's writer, and back to the loop for its answer. */
#ifndef KT_SANDBOX_S3_WRITE_H
#define KT_SANDBOX_S3_WRITE_H

#include "sandbox/s3_ingest.h"
#include "sandbox/s3_xml.h"

/* In the call's arena, zeroed; an operation puts it first in a struct of its own. The steps are taken in this order and
 * any may be NULL; the first that fails or sets `refusal` is the last before the answer. */
struct kt_s3_write {
    const kt_s3 *s3;
    int (*prepare)(kt_s3_write *write, kt_error *err);          /* a worker's thread or the loop's */
    int (*apply)(kt_s3_write *write, kt_db *db, kt_error *err); /* the writer's thread */
    void (*answer)(kt_s3_write *write);                         /* the loop; when all has worked */
    void (*release)(kt_s3_write *write);                        /* the loop; always, before the answer */
    kt_s3_code refusal;                                         /* the client's fault; nothing is written then */
    const char *refusal_text;
    kt_s3_ingest ingest;
    /* its own */
    uv_work_t work;
    uv_sem_t worked; /* posted when a worker has nothing more to do with it */
    int rc;
    kt_error err;
    bool is_dropped;
    kt_s3_write *next, **link;
};

/* On a slow way `prepare` is called by a worker. Answers the call, now or later. */
void kt_s3_write_start(kt_s3_write *write, bool is_slow);
/* Sets `refusal` and returns what apply or prepare returns then. */
int kt_s3_write_refuse(kt_s3_write *write, kt_s3_code code, const char *text);
/* The request's body as the source of write->ingest, with its sums; hashes besides those that the client sent are asked
 * for in `wanted`. Refuses the call itself and returns false when the headers are wrong. */
bool kt_s3_ingest_request(kt_s3_write *write, unsigned wanted);
bool kt_s3_write_is_slow(const kt_s3_write *write); /* too long a body for the loop's thread */
/* A short XML body, read and checked on the loop's thread; NULL: refused. */
typedef enum kt_s3_xml_sums {
    KT_S3_SUMS_CHECKED,  /* when they are there */
    KT_S3_SUMS_REQUIRED, /* S3 wants one for what can't be undone */
    KT_S3_SUMS_OF_OBJECT /* the headers speak of something else: not looked at */
} kt_s3_xml_sums;
const kt_xml *kt_s3_read_xml(const kt_s3 *s3, kt_s3_xml_sums sums);

/* Waits for the workers; their calls get no answer. */
void kt_s3_writes_drop(kt_objects *objects);

#endif
