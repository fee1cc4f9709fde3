/* SPDX-License-Identifier: Apache-2.0 */
/* writer_test.c - many jobs, one commit; a failing job alone is undone, a failing commit tells all; nothing that was
 * acknowledged is lost with a killed process. */
#include "db/writer.h"

#include "db/dir_test.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static const char *const schema[] = {
    "CREATE TABLE t(id INTEGER PRIMARY KEY, value INTEGER);"
    "CREATE TABLE parent(id INTEGER PRIMARY KEY);"
    "CREATE TABLE child(id INTEGER REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED);"
};

/* The thread is held inside a first job until the test opens the gate, so that what comes after is one group. */
typedef struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_open;
} gate;

typedef struct fixture {
    test_dir dir;
    kt_db_writer *writer;
    gate gate;
    int wakes;
} fixture;

typedef struct job {
    fixture *f;
    const char *sql;
    int value, give; /* what apply returns when its SQL worked */
    int done_count, rc;
    char message[480];
} job;

static void count_wake(void *ctx)
{
    fixture *f = ctx;
    __atomic_add_fetch(&f->wakes, 1, __ATOMIC_RELAXED);
}

static kt_db *open_db(const char *path)
{
    const kt_db_options options = { 0 };
    kt_db *db = NULL;
    kt_error err = { 0 };
    if (kt_db_open(path, &options, &db, &err) < 0 || kt_db_migrate(db, schema, KT_COUNT(schema), &err) < 0)
        fail_msg("%s", err.message);
    return db;
}

static void set_up(fixture *f)
{
    *f = (fixture){ .dir = test_dir_new() };
    pthread_mutex_init(&f->gate.lock, NULL);
    pthread_cond_init(&f->gate.changed, NULL);
    assert_int_equal(kt_db_writer_new(open_db(f->dir.path), count_wake, f, &f->writer, NULL), 0);
}

static int wait_at_gate(void *ctx, kt_db *db, kt_error *err)
{
    gate *g = ctx;
    (void)db;
    (void)err;
    pthread_mutex_lock(&g->lock);
    while (!g->is_open)
        pthread_cond_wait(&g->changed, &g->lock);
    pthread_mutex_unlock(&g->lock);
    return 0;
}

static void close_gate(fixture *f)
{
    const kt_db_job wait = { .apply = wait_at_gate, .ctx = &f->gate };
    assert_int_equal(kt_db_writer_put(f->writer, &wait, NULL), 0);
    usleep(20000);
}

static void open_gate(fixture *f)
{
    pthread_mutex_lock(&f->gate.lock);
    f->gate.is_open = true;
    pthread_cond_signal(&f->gate.changed);
    pthread_mutex_unlock(&f->gate.lock);
}

static int64_t count_rows(const test_dir *dir, const char *sql)
{
    kt_db *db = open_db(dir->path);
    kt_db_stmt *s = NULL;
    assert_int_equal(kt_db_begin(db, sql, &s, NULL), 0);
    assert_int_equal(kt_db_step(s, NULL), 1);
    const int64_t count = kt_db_int(s, 0);
    kt_db_end(s);
    kt_db_close(db);
    return count;
}

static void tear_down(fixture *f)
{
    kt_db_writer_free(f->writer);
    test_dir_free(&f->dir);
}

static int apply_sql(void *ctx, kt_db *db, kt_error *err)
{
    job *j = ctx;
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, j->sql, &s, err);
    if (rc < 0)
        return rc;
    if (strchr(j->sql, '?') != NULL)
        kt_db_bind_int(s, 1, j->value);
    while ((rc = kt_db_step(s, err)) > 0)
        ;
    kt_db_end(s);
    if (rc == 0 && j->give < 0)
        return kt_fail(err, (kt_code)j->give, "refused %d", j->value);
    return rc < 0 ? rc : j->give;
}

static void note_done(void *ctx, int rc, const kt_error *err)
{
    job *j = ctx;
    j->done_count++;
    j->rc = rc;
    assert_true((err == NULL) == (rc >= 0));
    snprintf(j->message, sizeof j->message, "%s", err == NULL ? "" : err->message);
}

static void put(fixture *f, job *j)
{
    const kt_db_job spec = { apply_sql, note_done, j };
    kt_error err = { 0 };
    if (kt_db_writer_put(f->writer, &spec, &err) < 0)
        fail_msg("%s", err.message);
}

static const char insert_sql[] = "INSERT INTO t(value) VALUES(?)";

/* Delivers until `count` jobs have been. */
static void deliver(fixture *f, size_t count)
{
    for (size_t got = 0; got < count;) {
        got += kt_db_writer_deliver(f->writer);
        usleep(200);
    }
}

TEST(writer, delivers_each_job_once_in_order_and_after_its_commit)
{
    enum { JOBS = 100 };
    fixture f;
    job jobs[JOBS] = { 0 };
    set_up(&f);
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (job){ &f, insert_sql, .value = i, .give = i };
        put(&f, &jobs[i]);
    }
    deliver(&f, JOBS);
    assert_int_equal(count_rows(&f.dir, "SELECT count(*) FROM t WHERE id = value + 1"), JOBS);
    for (int i = 0; i < JOBS; i++) {
        assert_int_equal(jobs[i].done_count, 1);
        assert_int_equal(jobs[i].rc, i);
    }
    tear_down(&f);
}

TEST(writer, what_waits_is_committed_together)
{
    enum { JOBS = 50 };
    fixture f;
    job jobs[JOBS];
    set_up(&f);
    close_gate(&f);
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (job){ &f, insert_sql, .value = i };
        put(&f, &jobs[i]);
    }
    assert_int_equal(count_rows(&f.dir, "SELECT count(*) FROM t"), 0);
    open_gate(&f);
    deliver(&f, JOBS + 1);
    assert_int_equal(__atomic_load_n(&f.wakes, __ATOMIC_RELAXED), 2);
    assert_int_equal(count_rows(&f.dir, "SELECT count(*) FROM t"), JOBS);
    tear_down(&f);
}

TEST(writer, a_failing_job_undoes_only_itself)
{
    fixture f;
    set_up(&f);
    job jobs[] = { { &f, insert_sql, .value = 1 },
                   { &f, insert_sql, .value = 2, .give = KT_E_BUDGET },
                   { &f, "INSERT INTO nowhere VALUES(?)", .value = 3 },
                   { &f, insert_sql, .value = 4 } };
    close_gate(&f);
    for (size_t i = 0; i < KT_COUNT(jobs); i++)
        put(&f, &jobs[i]);
    open_gate(&f);
    deliver(&f, KT_COUNT(jobs) + 1);
    assert_int_equal(jobs[0].rc, 0);
    assert_int_equal(jobs[1].rc, KT_E_BUDGET);
    assert_string_equal(jobs[1].message, "refused 2");
    assert_int_equal(jobs[2].rc, KT_E_IO);
    assert_int_equal(jobs[3].rc, 0);
    assert_int_equal(count_rows(&f.dir, "SELECT sum(value) FROM t"), 5);
    tear_down(&f);
}

TEST(writer, a_failing_commit_is_told_to_all_of_its_jobs)
{
    fixture f;
    set_up(&f);
    job jobs[] = { { &f, insert_sql, .value = 1 },
                   { &f, "INSERT INTO child VALUES(?)", .value = 7 }, /* no such parent: seen at the commit */
                   { &f, insert_sql, .value = 2 } },
        later = { &f, insert_sql, .value = 3 };
    close_gate(&f);
    for (size_t i = 0; i < KT_COUNT(jobs); i++)
        put(&f, &jobs[i]);
    open_gate(&f);
    deliver(&f, KT_COUNT(jobs) + 1);
    for (size_t i = 0; i < KT_COUNT(jobs); i++) {
        assert_int_equal(jobs[i].rc, KT_E_INVALID);
        assert_non_null(strstr(jobs[i].message, "FOREIGN KEY"));
    }
    put(&f, &later);
    deliver(&f, 1);
    assert_int_equal(later.rc, 0);
    assert_int_equal(count_rows(&f.dir, "SELECT sum(value) FROM t"), 3);
    tear_down(&f);
}

TEST(writer, a_lost_transaction_is_told_to_those_in_it_and_the_rest_goes_on)
{
    fixture f;
    set_up(&f);
    job jobs[] = { { &f, insert_sql, .value = 1 },
                   { &f, "INSERT OR ROLLBACK INTO t(id) VALUES(NULL), (1)", .value = 0 }, /* loses all of it */
                   { &f, insert_sql, .value = 2 } };
    close_gate(&f);
    for (size_t i = 0; i < KT_COUNT(jobs); i++)
        put(&f, &jobs[i]);
    open_gate(&f);
    deliver(&f, KT_COUNT(jobs) + 1);
    assert_int_equal(jobs[0].rc, KT_E_INVALID);
    assert_non_null(strstr(jobs[0].message, "together"));
    assert_int_equal(jobs[1].rc, KT_E_INVALID);
    assert_int_equal(jobs[2].rc, 0);
    assert_int_equal(count_rows(&f.dir, "SELECT sum(value) FROM t"), 2);
    tear_down(&f);
}

TEST(writer, refuses_more_than_it_holds_and_takes_again_afterwards)
{
    enum { MOST = 65536 };
    fixture f;
    set_up(&f);
    kt_error err = { 0 };
    job one = { &f, insert_sql, .value = 1 };
    const kt_db_job spec = { apply_sql, note_done, &one };
    close_gate(&f);
    for (int i = 1; i < MOST; i++)
        put(&f, &one);
    assert_int_equal(kt_db_writer_put(f.writer, &spec, &err), KT_E_LIMIT);
    assert_non_null(strstr(err.message, "65536"));
    open_gate(&f);
    deliver(&f, MOST);
    assert_int_equal(one.done_count, MOST - 1);
    put(&f, &one);
    deliver(&f, 1);
    assert_int_equal(one.rc, 0);
    tear_down(&f);
}

static void put_another(void *ctx, int rc, const kt_error *err)
{
    job *j = ctx;
    note_done(j, rc, err);
    if (j->value-- > 0) {
        const kt_db_job spec = { apply_sql, put_another, j };
        assert_int_equal(kt_db_writer_put(j->f->writer, &spec, NULL), 0);
    }
}

TEST(writer, ends_only_when_all_is_committed_also_what_the_last_deliveries_put)
{
    fixture f;
    set_up(&f);
    job chain = { &f, insert_sql, .value = 5 };
    const kt_db_job spec = { apply_sql, put_another, &chain };
    assert_int_equal(kt_db_writer_put(f.writer, &spec, NULL), 0);
    kt_db_writer_free(f.writer);
    kt_db_writer_free(NULL);
    assert_int_equal(chain.done_count, 6);
    assert_int_equal(count_rows(&f.dir, "SELECT count(*) FROM t"), 6);
    test_dir_free(&f.dir);
}

static int ack_pipe;

static void acknowledge(void *ctx, int rc, const kt_error *err)
{
    job *j = ctx;
    (void)err;
    if (rc == 0 && write(ack_pipe, &j->value, sizeof j->value) != sizeof j->value)
        _exit(1);
}

static void write_until_killed(const char *path)
{
    static job jobs[1 << 17];
    kt_db_writer *writer = NULL;
    if (kt_db_writer_new(open_db(path), NULL, NULL, &writer, NULL) < 0)
        _exit(1);
    for (int i = 0; i < (int)KT_COUNT(jobs); i++) {
        jobs[i] = (job){ .sql = insert_sql, .value = i };
        const kt_db_job spec = { apply_sql, acknowledge, &jobs[i] };
        while (kt_db_writer_put(writer, &spec, NULL) < 0) /* as full as may be */
            kt_db_writer_deliver(writer);
        kt_db_writer_deliver(writer);
    }
    for (;;)
        kt_db_writer_deliver(writer);
}

TEST(writer, a_killed_process_keeps_what_it_acknowledged)
{
    test_dir dir = test_dir_new();
    int ends[2], value, last = -1, status;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        ack_pipe = ends[1];
        write_until_killed(dir.path);
    }
    close(ends[1]);
    for (int i = 0; i < 500 && read(ends[0], &value, sizeof value) == sizeof value; i++)
        last = value;
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    while (read(ends[0], &value, sizeof value) == sizeof value)
        last = value;
    close(ends[0]);
    assert_true(WIFSIGNALED(status) && last > 0);
    assert_true(count_rows(&dir, "SELECT count(*) FROM t WHERE id = value + 1") > last);
    test_dir_free(&dir);
}
