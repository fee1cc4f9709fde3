/* SPDX-License-Identifier: Apache-2.0 */
/* db.h - an SQLite database as Ketch uses it: WAL, foreign keys, statements prepared once and kept by their text.
 * One kt_db belongs to one thread. */
#ifndef KT_DB_DB_H
#define KT_DB_DB_H

#include "base/buf.h"

typedef struct kt_db kt_db;

typedef struct kt_db_options {
    bool read_only;
    bool fsync_commits; /* synchronous=FULL; otherwise NORMAL: survives a killed process, not a power cut */
    int cache_kib;      /* 0: 2048 */
} kt_db_options;

int kt_db_open(const char *path, const kt_db_options *options, kt_db **out, kt_error *err);
void kt_db_close(kt_db *db);                /* NULL is fine */
bool kt_db_fsyncs(const kt_db *db);         /* fsync_commits: files that rows name are synced before the commit too */
bool kt_db_in_transaction(const kt_db *db); /* SQLite gives a whole transaction up by itself after some errors */

/* Brings the schema to `count` steps, each one SQL script, in order; the number reached is kept in user_version.
 * A database from a newer program is refused (KT_E_INVALID). */
int kt_db_migrate(kt_db *db, const char *const *steps, size_t count, kt_error *err);
int kt_db_script(kt_db *db, const char *sql, kt_error *err);

/* A statement is borrowed from the cache (sql must be a constant string, its address is the key), bound, stepped, and
 * given back by kt_db_end, which every kt_db_begin needs. */
typedef struct kt_db_stmt kt_db_stmt;
int kt_db_begin(kt_db *db, const char *sql, kt_db_stmt **out, kt_error *err);
void kt_db_bind_int(kt_db_stmt *s, int index, int64_t value); /* index from 1 */
void kt_db_bind_double(kt_db_stmt *s, int index, double value);
void kt_db_bind_text(kt_db_stmt *s, int index, kt_view text);  /* NULL data: NULL. Borrowed until kt_db_end */
void kt_db_bind_blob(kt_db_stmt *s, int index, kt_view bytes); /* as text */
void kt_db_bind_null(kt_db_stmt *s, int index);
/* 1: there is a row; 0: done; negative: an error (a failed bind too). KT_E_INVALID for a broken constraint, with
 * err->sys the extended SQLite code; KT_E_IO otherwise. */
int kt_db_step(kt_db_stmt *s, kt_error *err);
int64_t kt_db_int(const kt_db_stmt *s, int column); /* columns from 0 */
double kt_db_double(const kt_db_stmt *s, int column);
bool kt_db_is_null(const kt_db_stmt *s, int column);
kt_view kt_db_text(const kt_db_stmt *s, int column); /* until the next step */
kt_view kt_db_blob(const kt_db_stmt *s, int column);
void kt_db_end(kt_db_stmt *s); /* NULL is fine */
/* begin + bind nothing + step to the end + end. */
int kt_db_exec(kt_db *db, const char *sql, kt_error *err);
int64_t kt_db_changes(const kt_db *db);
int64_t kt_db_last_id(const kt_db *db);

#endif
