/* SPDX-License-Identifier: Apache-2.0 */
/* db_test.c - statements found again by their text, migrations, errors by kind, two connections to one file. */
#include "db/db.h"

#include "db/dir_test.h"

#include <string.h>

static const char insert[] = "INSERT INTO t(id, name, body) VALUES(?, ?, ?)";
static const char *const steps[] = {
    "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE, body BLOB);",
    "ALTER TABLE t ADD COLUMN more TEXT; INSERT INTO t(id, name) VALUES(99, 'step 2');", "CREATE TABLE broken("
};

static kt_db *open_db(const char *path, size_t step_count)
{
    const kt_db_options options = { 0 };
    kt_db *db = NULL;
    kt_error err = { 0 };
    if (kt_db_open(path, &options, &db, &err) < 0 || kt_db_migrate(db, steps, step_count, &err) < 0)
        fail_msg("%s", err.message);
    return db;
}

static int64_t one_int(kt_db *db, const char *sql)
{
    kt_db_stmt *s = NULL;
    assert_int_equal(kt_db_begin(db, sql, &s, NULL), 0);
    assert_int_equal(kt_db_step(s, NULL), 1);
    const int64_t value = kt_db_int(s, 0);
    kt_db_end(s);
    return value;
}

TEST(db, gives_back_what_was_bound)
{
    test_dir dir = test_dir_new();
    kt_db *db = open_db(dir.path, 1);
    kt_db_stmt *s = NULL;
    assert_int_equal(kt_db_begin(db, insert, &s, NULL), 0);
    kt_db_bind_int(s, 1, INT64_MIN);
    kt_db_bind_text(s, 2, (kt_view){ "a\0b", 3 });
    kt_db_bind_blob(s, 3, (kt_view){ "", 0 });
    assert_int_equal(kt_db_step(s, NULL), 0);
    assert_int_equal(kt_db_step(s, NULL), 0); /* not a second time */
    kt_db_end(s);
    assert_int_equal(kt_db_last_id(db), INT64_MIN);
    assert_int_equal(kt_db_begin(db, "SELECT id, name, body, NULL, 0.5 FROM t", &s, NULL), 0);
    assert_int_equal(kt_db_step(s, NULL), 1);
    assert_true(kt_db_int(s, 0) == INT64_MIN);
    assert_true(kt_view_equal(kt_db_text(s, 1), (kt_view){ "a\0b", 3 }));
    assert_non_null(kt_db_blob(s, 2).data);
    assert_int_equal(kt_db_blob(s, 2).length, 0);
    assert_null(kt_db_text(s, 3).data);
    assert_true(kt_db_is_null(s, 3));
    assert_true(kt_db_double(s, 4) == 0.5);
    assert_int_equal(kt_db_step(s, NULL), 0);
    kt_db_end(s);
    kt_db_close(db);
    test_dir_free(&dir);
}

TEST(db, a_statement_inside_the_same_statement_gets_a_twin)
{
    static const char sql[] = "SELECT value FROM (SELECT 1 AS value UNION ALL SELECT 2 UNION ALL SELECT 3)";
    test_dir dir = test_dir_new();
    kt_db *db = open_db(dir.path, 0);
    int64_t sum = 0;
    kt_db_stmt *outer = NULL, *inner = NULL, *again = NULL;
    assert_int_equal(kt_db_begin(db, sql, &outer, NULL), 0);
    while (kt_db_step(outer, NULL) > 0) {
        assert_int_equal(kt_db_begin(db, sql, &inner, NULL), 0);
        assert_ptr_not_equal(inner, outer);
        while (kt_db_step(inner, NULL) > 0)
            sum += kt_db_int(outer, 0) * kt_db_int(inner, 0);
        kt_db_end(inner);
    }
    kt_db_end(outer);
    assert_int_equal(sum, 36);
    assert_int_equal(kt_db_begin(db, sql, &again, NULL), 0);
    assert_true(again == outer || again == inner);
    kt_db_end(again);
    kt_db_end(NULL);
    kt_db_close(db);
    test_dir_free(&dir);
}

TEST(db, more_statements_than_slots_are_all_kept)
{
    enum { TEXTS = 300 };
    static char texts[TEXTS][32];
    kt_db_stmt *first[TEXTS], *s = NULL;
    test_dir dir = test_dir_new();
    kt_db *db = open_db(dir.path, 0);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < TEXTS; i++) {
            snprintf(texts[i], sizeof texts[i], "SELECT %d", i);
            assert_int_equal(kt_db_begin(db, texts[i], &s, NULL), 0);
            assert_int_equal(kt_db_step(s, NULL), 1);
            assert_int_equal(kt_db_int(s, 0), i);
            kt_db_end(s);
            assert_true(round == 0 || s == first[i]);
            first[i] = s;
        }
    kt_db_close(db);
    test_dir_free(&dir);
}

TEST(db, a_broken_constraint_is_told_from_other_errors)
{
    test_dir dir = test_dir_new();
    kt_db *db = open_db(dir.path, 1);
    kt_error err = { 0 };
    kt_db_stmt *s = NULL;
    assert_int_equal(kt_db_exec(db, "INSERT INTO t(id, name) VALUES(1, 'x')", &err), 0);
    assert_int_equal(kt_db_exec(db, "INSERT INTO t(id, name) VALUES(2, 'x')", &err), KT_E_INVALID);
    assert_int_equal(err.sys, 2067); /* SQLITE_CONSTRAINT_UNIQUE */
    assert_int_equal(kt_db_exec(db, "INSERT INTO t(id, name) VALUES(2, 'y')", &err), 0);
    assert_int_equal(kt_db_changes(db), 1);
    assert_int_equal(kt_db_exec(db, "SELECT nothing FROM nowhere", &err), KT_E_IO);
    assert_non_null(strstr(err.message, "nowhere"));
    assert_int_equal(kt_db_begin(db, "SELECT 1", &s, &err), 0);
    kt_db_bind_int(s, 7, 1);
    assert_int_equal(kt_db_step(s, &err), KT_E_IO);
    kt_db_end(s);
    kt_db_close(db);
    test_dir_free(&dir);
}

TEST(db, migrations_run_once_and_continue_where_they_stopped)
{
    test_dir dir = test_dir_new();
    kt_error err = { 0 };
    kt_db *db = open_db(dir.path, 1);
    assert_int_equal(kt_db_exec(db, "INSERT INTO t(id, name) VALUES(1, 'kept')", &err), 0);
    kt_db_close(db);
    db = open_db(dir.path, 2);
    assert_int_equal(kt_db_migrate(db, steps, 2, &err), 0);
    assert_int_equal(one_int(db, "SELECT count(more IS NULL) FROM t"), 2);
    assert_true(kt_db_migrate(db, steps, 3, &err) < 0);
    assert_non_null(strstr(err.message, "version 3"));
    assert_false(kt_db_in_transaction(db));
    assert_int_equal(one_int(db, "PRAGMA user_version"), 2);
    assert_int_equal(kt_db_migrate(db, steps, 1, &err), KT_E_INVALID);
    assert_non_null(strstr(err.message, "version 2"));
    kt_db_close(db);
    test_dir_free(&dir);
}

TEST(db, a_reader_sees_commits_and_no_more_and_may_not_write)
{
    test_dir dir = test_dir_new();
    kt_error err = { 0 };
    kt_db *db = open_db(dir.path, 1), *reader = NULL;
    const kt_db_options options = { .read_only = true };
    assert_int_equal(kt_db_open(dir.path, &options, &reader, &err), 0);
    assert_int_equal(kt_db_script(db, "BEGIN; INSERT INTO t(id, name) VALUES(1, 'x');", &err), 0);
    assert_int_equal(one_int(reader, "SELECT count(*) FROM t"), 0); /* nobody waits: WAL */
    assert_int_equal(kt_db_script(db, "COMMIT", &err), 0);
    assert_int_equal(one_int(reader, "SELECT count(*) FROM t"), 1);
    assert_int_equal(kt_db_exec(reader, "DELETE FROM t", &err), KT_E_IO);
    kt_db_close(reader);
    kt_db_close(db);
    test_dir_free(&dir);
}

TEST(db, commits_are_synced_when_that_was_asked_for)
{
    test_dir dir = test_dir_new();
    const kt_db_options fast = { .cache_kib = 512 }, safe = { .fsync_commits = true };
    kt_db *db = NULL;
    assert_int_equal(kt_db_open(dir.path, &fast, &db, NULL), 0);
    assert_int_equal(one_int(db, "PRAGMA synchronous"), 1);
    assert_int_equal(one_int(db, "PRAGMA cache_size"), -512);
    assert_int_equal(one_int(db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(one_int(db, "PRAGMA busy_timeout"), 10000);
    assert_false(kt_db_fsyncs(db));
    kt_db_close(db);
    assert_int_equal(kt_db_open(dir.path, &safe, &db, NULL), 0);
    assert_int_equal(one_int(db, "PRAGMA synchronous"), 2);
    assert_true(kt_db_fsyncs(db));
    kt_db_close(db);
    kt_db_close(NULL);
    test_dir_free(&dir);
}

TEST(db, a_file_that_is_no_database_is_refused_by_name)
{
    test_dir dir = test_dir_new();
    const kt_db_options options = { 0 };
    kt_db *db = NULL;
    kt_error err = { 0 };
    FILE *file = fopen(dir.path, "w");
    assert_non_null(file);
    fprintf(file, "%2000s", "no database");
    fclose(file);
    assert_int_equal(kt_db_open(dir.path, &options, &db, &err), KT_E_IO);
    assert_non_null(strstr(err.message, dir.path));
    assert_int_equal(kt_db_open("/nowhere/at/all.db", &options, &db, &err), KT_E_IO);
    assert_null(db);
    test_dir_free(&dir);
}
