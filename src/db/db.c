/* SPDX-License-Identifier: Apache-2.0 */
/* db.c - a connection to SQLite and its prepared statements. Statements are kept for the life of the connection, found
 * again by the address of their text; one that is in use while it is asked for again (a query inside a query) gets a
 * twin. SQLite's own mutexes are off: a connection belongs to one thread at a time. */
#include "db/db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_CACHE_KIB = 2048,
    BUSY_TIMEOUT_MS = 10 * 1000, /* another process may hold the database for a moment, a backup for example */
    CHECKPOINT_PAGES = 4000,     /* the log is folded back above 16 MB: rare enough to cost little */
    FIRST_SLOTS = 128
};

struct kt_db_stmt {
    kt_db *db;
    const char *sql;
    sqlite3_stmt *handle;
    kt_db_stmt *twin; /* the next one of the same text */
    int bind_rc;      /* SQLITE_OK or the first failure */
    bool in_use, ended;
};

struct kt_db {
    sqlite3 *handle;
    bool fsync_commits;
    kt_db_stmt **slots; /* open addressing by the text's address; a power of two, at most half full */
    size_t slot_count, used_count;
};

/* What SQLite said last, as an error of ours. */
static int fail(const kt_db *db, int code, const char *what, kt_error *err)
{
    const int primary = code & 0xff;
    const int extended = db->handle == NULL ? code : sqlite3_extended_errcode(db->handle);
    const char *reason = db->handle == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(db->handle);
    const kt_code kind = primary == SQLITE_NOMEM                                      ? KT_E_NOMEM
                         : primary == SQLITE_CONSTRAINT || primary == SQLITE_MISMATCH ? KT_E_INVALID
                                                                                      : KT_E_IO;
    kt_fail(err, kind, "database: %s (%.120s)", reason, what);
    if (err != NULL)
        err->sys = extended;
    return kind;
}

static int configure(kt_db *db, const kt_db_options *options, kt_error *err)
{
    char sql[320];
    const int cache_kib = options->cache_kib == 0 ? DEFAULT_CACHE_KIB : options->cache_kib;
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
    sqlite3_snprintf(sizeof sql, sql,
                     "%sPRAGMA synchronous=%s; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
                     "PRAGMA cache_size=-%d; PRAGMA wal_autocheckpoint=%d; PRAGMA trusted_schema=OFF;",
                     options->read_only ? "" : "PRAGMA journal_mode=WAL;", options->fsync_commits ? "FULL" : "NORMAL",
                     cache_kib, CHECKPOINT_PAGES);
    return kt_db_script(db, sql, err);
}

int kt_db_open(const char *path, const kt_db_options *options, kt_db **out, kt_error *err)
{
    kt_db *db = calloc(1, sizeof *db);
    if (db != NULL)
        db->slots = calloc(FIRST_SLOTS, sizeof *db->slots);
    if (db == NULL || db->slots == NULL) {
        free(db);
        return kt_fail_nomem(err, FIRST_SLOTS * sizeof *db->slots, "a database connection");
    }
    db->slot_count = FIRST_SLOTS;
    db->fsync_commits = options->fsync_commits;
    const int flags = options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const int code = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    int rc = code == SQLITE_OK ? configure(db, options, err) : fail(db, code, "open", err);
    if (rc < 0) {
        kt_db_close(db);
        return kt_wrap(err, rc, "can't open '%s'", path);
    }
    *out = db;
    return 0;
}

void kt_db_close(kt_db *db)
{
    if (db == NULL)
        return;
    for (size_t i = 0; i < db->slot_count; i++)
        for (kt_db_stmt *s = db->slots[i], *next; s != NULL; s = next) {
            next = s->twin;
            sqlite3_finalize(s->handle);
            free(s);
        }
    sqlite3_close(db->handle);
    free(db->slots);
    free(db);
}

bool kt_db_fsyncs(const kt_db *db)
{
    return db->fsync_commits;
}

bool kt_db_in_transaction(const kt_db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

int kt_db_script(kt_db *db, const char *sql, kt_error *err)
{
    const int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : fail(db, code, sql, err);
}

static int schema_version(kt_db *db, int64_t *version, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, "PRAGMA user_version", &s, err);
    if (rc == 0)
        rc = kt_db_step(s, err);
    if (rc > 0)
        *version = kt_db_int(s, 0);
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

static int migrate_step(kt_db *db, const char *script, size_t number, kt_error *err)
{
    char sql[64];
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA user_version=%lld; COMMIT;", (long long)number);
    int rc = kt_db_script(db, "BEGIN IMMEDIATE", err);
    if (rc == 0)
        rc = kt_db_script(db, script, err);
    if (rc == 0)
        rc = kt_db_script(db, sql, err);
    if (rc < 0 && kt_db_in_transaction(db))
        kt_db_script(db, "ROLLBACK", NULL);
    return rc < 0 ? kt_wrap(err, rc, "can't bring the database to version %zu", number) : 0;
}

int kt_db_migrate(kt_db *db, const char *const *steps, size_t count, kt_error *err)
{
    int64_t version = 0;
    int rc = schema_version(db, &version, err);
    if (rc == 0 && (version < 0 || (uint64_t)version > count))
        rc = kt_fail(err, KT_E_INVALID,
                     "the database has version %lld, this program knows versions up to %zu; use the newer program that "
                     "made it, or another folder",
                     (long long)version, count);
    for (size_t i = (size_t)version; rc == 0 && i < count; i++)
        rc = migrate_step(db, steps[i], i + 1, err);
    return rc;
}

/* The slot of this text, or the free one where it belongs. */
static kt_db_stmt **slot_of(const kt_db *db, const char *sql)
{
    const size_t mask = db->slot_count - 1;
    size_t at = (size_t)(((uint64_t)(uintptr_t)sql * 0x9E3779B97F4A7C15u) >> 32) & mask;
    while (db->slots[at] != NULL && db->slots[at]->sql != sql)
        at = (at + 1) & mask;
    return &db->slots[at];
}

static int grow(kt_db *db, kt_error *err)
{
    kt_db_stmt **old = db->slots;
    const size_t old_count = db->slot_count;
    kt_db_stmt **slots = calloc(old_count * 2, sizeof *slots);
    if (slots == NULL)
        return kt_fail_nomem(err, old_count * 2 * sizeof *slots, "prepared statements");
    db->slots = slots;
    db->slot_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++)
        if (old[i] != NULL)
            *slot_of(db, old[i]->sql) = old[i];
    free(old);
    return 0;
}

static int prepare(kt_db *db, const char *sql, kt_db_stmt **out, kt_error *err)
{
    if (db->used_count * 2 >= db->slot_count) {
        const int rc = grow(db, err);
        if (rc < 0)
            return rc;
    }
    kt_db_stmt *s = calloc(1, sizeof *s);
    if (s == NULL)
        return kt_fail_nomem(err, sizeof *s, "a statement");
    *s = (kt_db_stmt){ .db = db, .sql = sql };
    const int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->handle, NULL);
    if (code != SQLITE_OK) {
        free(s);
        return fail(db, code, sql, err);
    }
    kt_db_stmt **slot = slot_of(db, sql);
    if (*slot == NULL)
        db->used_count++;
    else
        s->twin = *slot;
    *slot = s;
    *out = s;
    return 0;
}

int kt_db_begin(kt_db *db, const char *sql, kt_db_stmt **out, kt_error *err)
{
    kt_db_stmt *s = *slot_of(db, sql);
    while (s != NULL && s->in_use)
        s = s->twin;
    if (s == NULL) {
        const int rc = prepare(db, sql, &s, err);
        if (s == NULL) /* as it is when rc is negative */
            return rc < 0 ? rc : kt_fail(err, KT_E_INTERNAL, "a statement was prepared and is not there");
    }
    s->in_use = true;
    s->ended = false;
    s->bind_rc = SQLITE_OK;
    *out = s;
    return 0;
}

static void note(kt_db_stmt *s, int code)
{
    if (s->bind_rc == SQLITE_OK)
        s->bind_rc = code;
}

void kt_db_bind_int(kt_db_stmt *s, int index, int64_t value)
{
    note(s, sqlite3_bind_int64(s->handle, index, value));
}

void kt_db_bind_double(kt_db_stmt *s, int index, double value)
{
    note(s, sqlite3_bind_double(s->handle, index, value));
}

void kt_db_bind_text(kt_db_stmt *s, int index, kt_view text)
{
    note(s, sqlite3_bind_text64(s->handle, index, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8));
}

void kt_db_bind_blob(kt_db_stmt *s, int index, kt_view bytes)
{
    note(s, sqlite3_bind_blob64(s->handle, index, bytes.data, bytes.length, SQLITE_STATIC));
}

void kt_db_bind_null(kt_db_stmt *s, int index)
{
    note(s, sqlite3_bind_null(s->handle, index));
}

/* A text gets its NUL when it is first asked for, which may need memory; that is found out here, where it can be told,
 * so that kt_db_text never gives NULL for a text that is there. */
static bool end_texts(const kt_db_stmt *s)
{
    const int count = sqlite3_data_count(s->handle);
    for (int i = 0; i < count; i++)
        if (sqlite3_column_type(s->handle, i) == SQLITE_TEXT && sqlite3_column_text(s->handle, i) == NULL)
            return false;
    return true;
}

int kt_db_step(kt_db_stmt *s, kt_error *err)
{
    if (s->ended)
        return 0; /* SQLite would start it again */
    if (s->bind_rc != SQLITE_OK)
        return fail(s->db, s->bind_rc, s->sql, err);
    const int code = sqlite3_step(s->handle);
    if (code == SQLITE_ROW)
        return end_texts(s) ? 1 : fail(s->db, SQLITE_NOMEM, s->sql, err);
    s->ended = true;
    return code == SQLITE_DONE ? 0 : fail(s->db, code, s->sql, err);
}

int64_t kt_db_int(const kt_db_stmt *s, int column)
{
    return sqlite3_column_int64(s->handle, column);
}

double kt_db_double(const kt_db_stmt *s, int column)
{
    return sqlite3_column_double(s->handle, column);
}

bool kt_db_is_null(const kt_db_stmt *s, int column)
{
    return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
}

kt_view kt_db_text(const kt_db_stmt *s, int column)
{
    /* The text is asked for first: it decides in which encoding the bytes are counted. */
    const char *data = (const char *)sqlite3_column_text(s->handle, column);
    return (kt_view){ data, (size_t)sqlite3_column_bytes(s->handle, column) };
}

kt_view kt_db_blob(const kt_db_stmt *s, int column)
{
    const char *data = sqlite3_column_blob(s->handle, column);
    const size_t length = (size_t)sqlite3_column_bytes(s->handle, column);
    /* SQLite gives NULL for an empty blob too; here NULL means that there is none. */
    return (kt_view){ data == NULL && !kt_db_is_null(s, column) ? "" : data, length };
}

void kt_db_end(kt_db_stmt *s)
{
    if (s == NULL)
        return;
    sqlite3_reset(s->handle); /* repeats the error of the last step, which has been told */
    sqlite3_clear_bindings(s->handle);
    s->in_use = false;
}

int kt_db_exec(kt_db *db, const char *sql, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    do
        rc = kt_db_step(s, err);
    while (rc > 0);
    kt_db_end(s);
    return rc;
}

int64_t kt_db_changes(const kt_db *db)
{
    return sqlite3_changes64(db->handle);
}

int64_t kt_db_last_id(const kt_db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}
