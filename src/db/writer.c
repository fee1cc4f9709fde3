/* SPDX-License-Identifier: Apache-2.0 */
/* writer.c - the writing thread. It takes all jobs that wait (at most GROUP_MOST), applies each inside a savepoint, and
 * commits them at once; what arrives meanwhile is the next group. So a commit's cost is shared by as many jobs as came
 * during the one before, and one job alone waits for nobody.
 * An item is on exactly one list: waiting (hold the lock), the group at work (writer's thread), ended (hold the lock).
 */
#include "db/writer.h"

#include "base/thread.h"

#include <stdlib.h>

enum { JOBS_MOST = 65536, GROUP_MOST = 1024 };

/* Prepared before the first job, so that what undoes a job needs no memory. */
static const char begin_sql[] = "BEGIN IMMEDIATE", commit_sql[] = "COMMIT", rollback_sql[] = "ROLLBACK";
static const char open_sql[] = "SAVEPOINT job", keep_sql[] = "RELEASE job", drop_sql[] = "ROLLBACK TO job";

typedef struct item item;
struct item {
    kt_db_job job;
    int rc;
    kt_error *err; /* owned; NULL when rc >= 0, or when there was no memory for it */
    item *next;
};

typedef struct list {
    item *first, **last;
} list;

struct kt_db_writer {
    kt_db *db; /* writer's thread */
    void (*wake)(void *ctx);
    void *wake_ctx;
    pthread_t thread;
    struct {
        pthread_mutex_t lock;
        pthread_cond_t work, idle;
        list waiting, ended;
        size_t count; /* put and not yet delivered */
        bool busy, stop;
    } shared; /* hold lock */
};

static void list_init(list *l)
{
    l->first = NULL;
    l->last = &l->first;
}

static void list_add(list *l, item *one)
{
    one->next = NULL;
    *l->last = one;
    l->last = &one->next;
}

static void list_join(list *l, list *more)
{
    if (more->first == NULL)
        return;
    *l->last = more->first;
    l->last = more->last;
    list_init(more);
}

static void item_fail(item *one, int rc, const kt_error *err)
{
    one->rc = rc;
    if (one->err == NULL)
        one->err = malloc(sizeof *one->err);
    if (one->err != NULL)
        *one->err = *err;
}

/* Applies one job. Returns false when the whole transaction was lost with it. */
static bool apply(kt_db *db, item *one)
{
    kt_error err = { 0 };
    int rc = kt_db_exec(db, open_sql, &err);
    const bool is_open = rc == 0;
    if (rc == 0)
        rc = one->job.apply(one->job.ctx, db, &err);
    if (rc >= 0) {
        one->rc = rc;
        rc = kt_db_exec(db, keep_sql, &err);
        if (rc == 0)
            return true;
    }
    item_fail(one, rc, &err);
    if (!is_open || !kt_db_in_transaction(db))
        return false;
    return kt_db_exec(db, drop_sql, NULL) == 0 && kt_db_exec(db, keep_sql, NULL) == 0;
}

/* The jobs from `first` up to before `end` are undone: those that thought they had worked are told why not. */
static void undo(kt_db *db, item *first, const item *end, int rc, const kt_error *err)
{
    if (kt_db_in_transaction(db))
        kt_db_exec(db, rollback_sql, NULL); /* when that fails too, the next transaction begins with it */
    for (item *one = first; one != end; one = one->next)
        if (one->rc >= 0)
            item_fail(one, rc, err);
}

/* One transaction, as far as it goes; returns the first item that is not part of it, NULL when all are. */
static item *run_transaction(kt_db *db, item *first)
{
    kt_error err = { 0 };
    int rc = kt_db_in_transaction(db) ? kt_db_exec(db, rollback_sql, &err) : 0;
    if (rc == 0)
        rc = kt_db_exec(db, begin_sql, &err);
    if (rc < 0) {
        undo(db, first, NULL, rc, &err);
        return NULL;
    }
    for (item *one = first; one != NULL; one = one->next) {
        if (apply(db, one))
            continue;
        if (one->err != NULL)
            err = *one->err;
        kt_wrap(&err, one->rc, "undone together with another write");
        undo(db, first, one->next, one->rc, &err);
        return one->next;
    }
    rc = kt_db_exec(db, commit_sql, &err);
    if (rc < 0)
        undo(db, first, NULL, rc, &err);
    return NULL;
}

/* Moves up to GROUP_MOST waiting items over; hold the lock. */
static void take_group(kt_db_writer *w, list *group)
{
    list_init(group);
    for (size_t i = 0; i < GROUP_MOST && w->shared.waiting.first != NULL; i++) {
        item *one = w->shared.waiting.first;
        w->shared.waiting.first = one->next;
        list_add(group, one);
    }
    if (w->shared.waiting.first == NULL)
        list_init(&w->shared.waiting);
}

static void *run(void *ctx)
{
    kt_db_writer *w = ctx;
    pthread_mutex_lock(&w->shared.lock);
    for (;;) {
        while (w->shared.waiting.first == NULL && !w->shared.stop)
            pthread_cond_wait(&w->shared.work, &w->shared.lock);
        if (w->shared.waiting.first == NULL)
            break;
        list group;
        take_group(w, &group);
        w->shared.busy = true;
        pthread_mutex_unlock(&w->shared.lock);
        for (item *rest = group.first; rest != NULL;)
            rest = run_transaction(w->db, rest);
        pthread_mutex_lock(&w->shared.lock);
        w->shared.busy = false;
        list_join(&w->shared.ended, &group);
        if (w->shared.waiting.first == NULL)
            pthread_cond_broadcast(&w->shared.idle);
        pthread_mutex_unlock(&w->shared.lock);
        if (w->wake != NULL)
            w->wake(w->wake_ctx);
        pthread_mutex_lock(&w->shared.lock);
    }
    pthread_mutex_unlock(&w->shared.lock);
    return NULL;
}

static void destroy(kt_db_writer *w)
{
    pthread_cond_destroy(&w->shared.idle);
    pthread_cond_destroy(&w->shared.work);
    pthread_mutex_destroy(&w->shared.lock);
    kt_db_close(w->db);
    free(w);
}

static int prepare(kt_db *db, kt_error *err)
{
    static const char *const all[] = { begin_sql, commit_sql, rollback_sql, open_sql, keep_sql, drop_sql };
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < KT_COUNT(all); i++) {
        kt_db_stmt *s = NULL;
        rc = kt_db_begin(db, all[i], &s, err);
        kt_db_end(s);
    }
    return rc;
}

int kt_db_writer_new(kt_db *take_db, void (*wake)(void *ctx), void *ctx, kt_db_writer **out, kt_error *err)
{
    kt_db_writer *w = calloc(1, sizeof *w);
    const int rc = w == NULL ? kt_fail_nomem(err, sizeof *w, "the database's writer") : prepare(take_db, err);
    if (rc < 0) {
        kt_db_close(take_db);
        free(w);
        return rc;
    }
    w->db = take_db;
    w->wake = wake;
    w->wake_ctx = ctx;
    list_init(&w->shared.waiting);
    list_init(&w->shared.ended);
    pthread_mutex_init(&w->shared.lock, NULL);
    pthread_cond_init(&w->shared.work, NULL);
    pthread_cond_init(&w->shared.idle, NULL);
    const int code = kt_thread_start(&w->thread, NULL, run, w);
    if (code != 0) {
        destroy(w);
        return kt_fail_sys(err, KT_E_IO, code, "can't start the database's writer");
    }
    *out = w;
    return 0;
}

int kt_db_writer_put(kt_db_writer *writer, const kt_db_job *job, kt_error *err)
{
    item *one = calloc(1, sizeof *one);
    if (one == NULL)
        return kt_fail_nomem(err, sizeof *one, "a write");
    one->job = *job;
    pthread_mutex_lock(&writer->shared.lock);
    const bool is_full = writer->shared.count >= JOBS_MOST;
    if (!is_full) {
        writer->shared.count++;
        if (writer->shared.waiting.first == NULL)
            pthread_cond_signal(&writer->shared.work);
        list_add(&writer->shared.waiting, one);
    }
    pthread_mutex_unlock(&writer->shared.lock);
    if (!is_full)
        return 0;
    free(one);
    return kt_fail(err, KT_E_LIMIT, "%d writes wait for the disk already; try again later", JOBS_MOST);
}

static void deliver(item *one)
{
    static const kt_error no_memory = { .code = KT_E_NOMEM, .message = "out of memory" };
    if (one->job.done != NULL)
        one->job.done(one->job.ctx, one->rc, one->rc >= 0 ? NULL : one->err != NULL ? one->err : &no_memory);
    free(one->err);
    free(one);
}

size_t kt_db_writer_deliver(kt_db_writer *writer)
{
    list ended;
    size_t count = 0;
    list_init(&ended);
    pthread_mutex_lock(&writer->shared.lock);
    list_join(&ended, &writer->shared.ended);
    for (const item *one = ended.first; one != NULL; one = one->next)
        count++;
    writer->shared.count -= count;
    pthread_mutex_unlock(&writer->shared.lock);
    for (item *one = ended.first, *next; one != NULL; one = next) {
        next = one->next;
        deliver(one);
    }
    return count;
}

void kt_db_writer_free(kt_db_writer *writer)
{
    if (writer == NULL)
        return;
    /* What is delivered may put more. */
    do {
        pthread_mutex_lock(&writer->shared.lock);
        while (writer->shared.waiting.first != NULL || writer->shared.busy)
            pthread_cond_wait(&writer->shared.idle, &writer->shared.lock);
        pthread_mutex_unlock(&writer->shared.lock);
    } while (kt_db_writer_deliver(writer) > 0);
    pthread_mutex_lock(&writer->shared.lock);
    writer->shared.stop = true;
    pthread_cond_signal(&writer->shared.work);
    pthread_mutex_unlock(&writer->shared.lock);
    pthread_join(writer->thread, NULL);
    destroy(writer);
}
