/* SPDX-License-Identifier: Apache-2.0 */
/* writer.h - the one thread that writes a database. Jobs handed in while it works are committed together, each inside a
 * savepoint of its own: one that fails undoes only itself. The loop thread never waits for a disk. */
#ifndef KT_DB_WRITER_H
#define KT_DB_WRITER_H

#include "db/db.h"

typedef struct kt_db_writer kt_db_writer;

typedef struct kt_db_job {
    /* On the writer's thread, inside a transaction. A negative code undoes what this job wrote. */
    int (*apply)(void *ctx, kt_db *db, kt_error *err);
    /* On the thread that calls kt_db_writer_deliver, after the commit (rc >= 0, what apply returned) or after the
     * failure of the job or the commit. Exactly once. May be NULL. */
    void (*done)(void *ctx, int rc, const kt_error *err);
    void *ctx;
} kt_db_job;

/* Takes the db. `wake` is called on the writer's thread when something is to be delivered (uv_async_send). */
int kt_db_writer_new(kt_db *take_db, void (*wake)(void *ctx), void *ctx, kt_db_writer **out, kt_error *err);
/* Errors: KT_E_NOMEM, KT_E_LIMIT when 65,536 jobs wait. `done` is not called when this fails. */
int kt_db_writer_put(kt_db_writer *writer, const kt_db_job *job, kt_error *err);
size_t kt_db_writer_deliver(kt_db_writer *writer); /* calls `done` of what has ended; how many */
/* Waits until all that was put is committed, delivers it, ends the thread, closes the database. */
void kt_db_writer_free(kt_db_writer *writer);

#endif
