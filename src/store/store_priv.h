/* SPDX-License-Identifier: Apache-2.0 */
/* store_priv.h - a write on its way to the store's thread; the schema. */
#ifndef KT_STORE_STORE_PRIV_H
#define KT_STORE_STORE_PRIV_H

#include "base/arena.h"
#include "base/rng.h"
#include "db/writer.h"
#include "store/store.h"

extern const char *const kt_store_schema[];
extern const size_t kt_store_schema_count;

typedef struct kt_store_job kt_store_job;
typedef int kt_store_apply(const kt_store_job *job, kt_db *db, kt_error *err); /* on the writer's thread */
struct kt_store_job {
    kt_arena *arena; /* has every text of the two rows */
    kt_run_row run;
    kt_order_row order;
    const char *run_id;
    kt_store_apply *apply;
    kt_stored *done;
    void *ctx;
};
/* NULL: no memory, said in *err. */
kt_store_job *kt_store_job_new(kt_store_apply *work, kt_stored *done, void *ctx, kt_error *err);
void kt_store_job_free(kt_store_job *job);
int kt_store_job_put(kt_store *store, kt_store_job *take_job, kt_error *err);
kt_db *kt_store_reader(kt_store *store);

#endif
