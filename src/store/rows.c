/* SPDX-License-Identifier: Apache-2.0 */
/* rows.c - runs and orders as rows: the schema, what is written, what is read. Times are nanoseconds since 1970.
 * A step of the schema that was released is never edited: a change is one more step. */
#include "store/store_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const kt_store_schema[] = {
    "CREATE TABLE run("
    " id TEXT PRIMARY KEY,"
    " created_ns INTEGER NOT NULL,"
    " state INTEGER NOT NULL," /* kt_run_state */
    " about TEXT NOT NULL);"
    "CREATE TABLE paid_order("
    " rid TEXT PRIMARY KEY,"
    " run_id TEXT NOT NULL REFERENCES run(id),"
    " item INTEGER NOT NULL,"
    " attempt INTEGER NOT NULL,"
    " token TEXT NOT NULL UNIQUE,"
    " operation TEXT NOT NULL,"
    " region TEXT NOT NULL,"
    " digest BLOB NOT NULL,"
    " members TEXT NOT NULL,"
    " about TEXT NOT NULL,"
    " permitted_ns INTEGER NOT NULL,"
    " state INTEGER NOT NULL," /* kt_order_state */
    " arn TEXT NOT NULL DEFAULT '',"
    " error TEXT NOT NULL DEFAULT '',"
    " created_at_ns INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE(run_id, item, attempt));",
};
const size_t kt_store_schema_count = KT_COUNT(kt_store_schema);

/* ---- one statement, its end ---- */

static int run_to_end(kt_db_stmt *s, int rc, kt_error *err)
{
    if (rc == 0)
        rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

/* ---- runs ---- */

static int apply_put_run(const kt_store_job *job, kt_db *db, kt_error *err)
{
    kt_db_stmt *s = NULL;
    const int rc = kt_db_begin(db, "INSERT INTO run(id, created_ns, state, about) VALUES(?, ?, ?, ?)", &s, err);
    if (rc == 0) {
        kt_db_bind_text(s, 1, kt_view_of(job->run.id));
        kt_db_bind_int(s, 2, job->run.created_ns);
        kt_db_bind_int(s, 3, job->run.state);
        kt_db_bind_text(s, 4, kt_view_of(job->run.about));
    }
    return run_to_end(s, rc, err);
}

int kt_store_put_run(kt_store *store, const kt_run_row *run, kt_stored *done, void *ctx, kt_error *err)
{
    kt_store_job *job = kt_store_job_new(apply_put_run, done, ctx, err);
    if (job == NULL)
        return KT_E_NOMEM;
    job->run = *run;
    job->run.about = kt_arena_printf(job->arena, "%s", run->about == NULL ? "{}" : run->about);
    if (job->run.about == NULL) {
        kt_store_job_free(job);
        return kt_fail_nomem(err, 64, "a run");
    }
    return kt_store_job_put(store, job, err);
}

static int apply_end_run(const kt_store_job *job, kt_db *db, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, "UPDATE run SET state = ? WHERE id = ?", &s, err);
    if (rc == 0) {
        kt_db_bind_int(s, 1, job->run.state);
        kt_db_bind_text(s, 2, kt_view_of(job->run.id));
    }
    rc = run_to_end(s, rc, err);
    if (rc == 0 && kt_db_changes(db) == 0)
        return kt_fail(err, KT_E_NOT_FOUND, "there is no run %s", job->run.id);
    return rc;
}

int kt_store_end_run(kt_store *store, const char *run_id, kt_run_state state, kt_stored *done, void *ctx, kt_error *err)
{
    kt_store_job *job = kt_store_job_new(apply_end_run, done, ctx, err);
    if (job == NULL)
        return KT_E_NOMEM;
    strncpy(job->run.id, run_id, sizeof(job->run.id) - 1);
    job->run.state = state;
    return kt_store_job_put(store, job, err);
}

/* ---- orders ---- */

static int apply_put_permit(const kt_store_job *job, kt_db *db, kt_error *err)
{
    const kt_order_row *row = &job->order;
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db,
                         "INSERT INTO paid_order(rid, run_id, item, attempt, token, operation, region, digest, members,"
                         " about, permitted_ns, state) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         &s, err);
    if (rc == 0) {
        kt_db_bind_text(s, 1, kt_view_of(row->rid));
        kt_db_bind_text(s, 2, kt_view_of(row->run_id));
        kt_db_bind_int(s, 3, row->index);
        kt_db_bind_int(s, 4, row->attempt);
        kt_db_bind_text(s, 5, kt_view_of(row->token));
        kt_db_bind_text(s, 6, kt_view_of(row->operation));
        kt_db_bind_text(s, 7, kt_view_of(row->region));
        kt_db_bind_blob(s, 8, (kt_view){ (const char *)row->digest, sizeof(row->digest) });
        kt_db_bind_text(s, 9, row->members);
        kt_db_bind_text(s, 10, kt_view_of(row->about));
        kt_db_bind_int(s, 11, row->permitted_ns);
        kt_db_bind_int(s, 12, KT_ORDER_PERMITTED);
    }
    rc = run_to_end(s, rc, err);
    return rc < 0 ? kt_wrap(err, rc, "a permit for item %u of run %s", row->index, row->run_id) : 0;
}

static int copy_order(kt_store_job *job, const kt_order_row *row, kt_error *err)
{
    kt_arena *arena = job->arena;
    job->order = *row;
    job->order.run_id = kt_arena_printf(arena, "%s", row->run_id);
    job->order.operation = kt_arena_printf(arena, "%s", row->operation);
    job->order.region = kt_arena_printf(arena, "%s", row->region);
    job->order.about = kt_arena_printf(arena, "%s", row->about == NULL ? "{}" : row->about);
    char *members = kt_arena_array(arena, row->members.length + 1, 1);
    if (members == NULL || job->order.run_id == NULL || job->order.operation == NULL || job->order.region == NULL ||
        job->order.about == NULL)
        return kt_fail_nomem(err, row->members.length, "a permit");
    memcpy(members, row->members.data, row->members.length);
    job->order.members.data = members;
    return 0;
}

int kt_store_put_permit(kt_store *store, const kt_order_row *row, kt_stored *done, void *ctx, kt_error *err)
{
    kt_store_job *job = kt_store_job_new(apply_put_permit, done, ctx, err);
    if (job == NULL)
        return KT_E_NOMEM;
    const int rc = copy_order(job, row, err);
    if (rc < 0) {
        kt_store_job_free(job);
        return rc;
    }
    return kt_store_job_put(store, job, err);
}

/* Forward only: what is told late, and is older than what is known, changes nothing. */
static int apply_move(const kt_store_job *job, kt_db *db, kt_error *err)
{
    const kt_order_row *row = &job->order;
    kt_db_stmt *s = NULL;
    int rc =
        kt_db_begin(db,
                    "UPDATE paid_order SET state = max(state, ?1), arn = CASE WHEN arn = '' THEN coalesce(?2, '') "
                    "ELSE arn END, error = coalesce(?3, error), created_at_ns = CASE WHEN created_at_ns = 0 THEN ?4 "
                    "ELSE created_at_ns END WHERE rid = ?5 AND (state < ?6 OR state = ?1)",
                    &s, err);
    if (rc == 0) {
        kt_db_bind_int(s, 1, row->state);
        kt_db_bind_text(s, 2, kt_view_of(row->arn));
        kt_db_bind_text(s, 3, kt_view_of(row->error));
        kt_db_bind_int(s, 4, row->created_at_ns);
        kt_db_bind_text(s, 5, kt_view_of(row->rid));
        kt_db_bind_int(s, 6, KT_ORDER_COMPLETED); /* an end is an end */
    }
    rc = run_to_end(s, rc, err);
    return rc < 0 ? kt_wrap(err, rc, "order %s", row->rid) : 0;
}

int kt_store_move_order(kt_store *store, const char *rid, kt_order_state state, const char *arn, const char *error,
                        kt_stored *done, void *ctx, kt_error *err)
{
    kt_store_job *job = kt_store_job_new(apply_move, done, ctx, err);
    if (job == NULL)
        return KT_E_NOMEM;
    const kt_clock *clock = kt_clock_system();
    strncpy(job->order.rid, rid, sizeof(job->order.rid) - 1);
    job->order.state = state;
    job->order.created_at_ns = state == KT_ORDER_CREATED ? clock->wall_ns(clock->ctx) : 0;
    job->order.arn = arn == NULL ? NULL : kt_arena_printf(job->arena, "%s", arn);
    job->order.error = error == NULL ? NULL : kt_arena_printf(job->arena, "%s", error);
    if ((arn != NULL && job->order.arn == NULL) || (error != NULL && job->order.error == NULL)) {
        kt_store_job_free(job);
        return kt_fail_nomem(err, 64, "an order");
    }
    return kt_store_job_put(store, job, err);
}

/* ---- reading ---- */

/* A column's text with a NUL behind it, in the arena. */
static const char *text_of(kt_arena *arena, const kt_db_stmt *s, int column)
{
    const kt_view text = kt_db_text(s, column);
    return kt_arena_printf(arena, "%.*s", KT_VIEW_ARG(text));
}

static void take_text(const kt_db_stmt *s, int column, char *out, size_t bytes)
{
    const kt_view text = kt_db_text(s, column);
    snprintf(out, bytes, "%.*s", KT_VIEW_ARG(text));
}

static int visit_run(const kt_db_stmt *s, kt_run_visit *visit, void *ctx, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    kt_run_row row = { .created_ns = kt_db_int(s, 1), .state = (kt_run_state)kt_db_int(s, 2) };
    take_text(s, 0, row.id, sizeof(row.id));
    row.about = arena == NULL ? NULL : text_of(arena, s, 3);
    return row.about == NULL ? kt_fail_nomem(err, 64, "a run") : visit(ctx, &row, err);
}

int kt_store_runs(kt_store *store, bool only_open, kt_run_visit *visit, void *ctx, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(kt_store_reader(store),
                         "SELECT id, created_ns, state, about FROM run WHERE ? = 0 OR state = 0 "
                         "ORDER BY created_ns DESC, rowid DESC",
                         &s, err);
    if (rc == 0)
        kt_db_bind_int(s, 1, only_open);
    while (rc == 0 && (rc = kt_db_step(s, err)) > 0)
        rc = visit_run(s, visit, ctx, err);
    kt_db_end(s);
    return rc;
}

int kt_store_run(kt_store *store, const char *run_id, kt_run_visit *visit, void *ctx, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(kt_store_reader(store), "SELECT id, created_ns, state, about FROM run WHERE id = ?", &s, err);
    if (rc == 0) {
        kt_db_bind_text(s, 1, kt_view_of(run_id));
        rc = kt_db_step(s, err);
        if (rc == 0)
            rc = kt_fail(err, KT_E_NOT_FOUND, "there is no run '%.40s' in this state folder", run_id);
        else if (rc > 0)
            rc = visit_run(s, visit, ctx, err);
    }
    kt_db_end(s);
    return rc;
}

static int visit_order(const kt_db_stmt *s, kt_order_visit *visit, void *ctx, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    if (arena == NULL)
        return kt_fail_nomem(err, 64, "an order");
    kt_order_row row = {
        .run_id = text_of(arena, s, 1),
        .index = (uint32_t)kt_db_int(s, 2),
        .attempt = (uint32_t)kt_db_int(s, 3),
        .operation = text_of(arena, s, 5),
        .region = text_of(arena, s, 6),
        .members = kt_db_text(s, 8),
        .about = text_of(arena, s, 9),
        .permitted_ns = kt_db_int(s, 10),
        .state = (kt_order_state)kt_db_int(s, 11),
        .arn = text_of(arena, s, 12),
        .error = text_of(arena, s, 13),
        .created_at_ns = kt_db_int(s, 14),
    };
    const kt_view digest = kt_db_blob(s, 7);
    take_text(s, 0, row.rid, sizeof(row.rid));
    take_text(s, 4, row.token, sizeof(row.token));
    if (row.run_id == NULL || row.operation == NULL || row.region == NULL || row.about == NULL || row.arn == NULL ||
        row.error == NULL)
        return kt_fail_nomem(err, 64, "an order");
    if (digest.length != sizeof(row.digest) || row.state < KT_ORDER_PERMITTED || row.state > KT_ORDER_CANCELLED)
        return kt_fail(err, KT_E_IO, "order %s in the store is damaged", row.rid);
    memcpy(row.digest, digest.data, sizeof(row.digest));
    return visit(ctx, &row, err);
}

int kt_store_orders(kt_store *store, const char *run_id, kt_order_visit *visit, void *ctx, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(kt_store_reader(store),
                         "SELECT rid, run_id, item, attempt, token, operation, region, digest, members, about,"
                         " permitted_ns, state, arn, error, created_at_ns FROM paid_order WHERE run_id = ?"
                         " ORDER BY item, attempt",
                         &s, err);
    if (rc == 0)
        kt_db_bind_text(s, 1, kt_view_of(run_id));
    while (rc == 0 && (rc = kt_db_step(s, err)) > 0)
        rc = visit_order(s, visit, ctx, err);
    kt_db_end(s);
    return rc;
}
