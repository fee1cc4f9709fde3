/* SPDX-License-Identifier: Apache-2.0 */
/* object_priv.h - files of objects, and what the S3 service needs of them. A file is named by chance, written whole,
 * and only then named by a row; no name is used twice. */
#ifndef KT_SANDBOX_OBJECT_PRIV_H
#define KT_SANDBOX_OBJECT_PRIV_H

#include "sandbox/object.h"
#include "sandbox/s3_sums.h"

enum { KT_OBJECT_ROW_BYTES_MOST = 64 * 1024 };

typedef struct kt_s3_write kt_s3_write;
struct kt_objects {
    kt_sandbox *sandbox;
    kt_crc_tables tables;
    kt_s3_write *writes; /* those with a worker; loop thread */
    bool sweeping;       /* a job that removes files is on its way; loop thread */
};

/* In every case `path` is NUL-terminated text of state_dir/objects/name; 0 or KT_E_LIMIT. */
int kt_object_path(const char *state_dir, const char *name, char *path, size_t bytes, kt_error *err);
/* A new, empty file under a new name, open for writing. */
int kt_object_create(const char *state_dir, char name[KT_OBJECT_FILE_BYTES], int *fd, kt_error *err);
/* A new name for a file that exists (a hard link). KT_E_UNSUPPORTED: that can't be done here. */
int kt_object_link(const char *state_dir, const char *from_path, char name[KT_OBJECT_FILE_BYTES], kt_error *err);
int kt_object_open(const char *state_dir, const char *name, int *fd,
                   kt_error *err); /* to read. KT_E_NOT_FOUND, KT_E_IO */
/* Syncs the file and its folder. */
int kt_object_sync(const char *state_dir, const char *name, kt_error *err);
int kt_object_write_all(int fd, kt_view bytes, kt_error *err);
/* Closes what was written; some file systems tell only now that they could not. Returns rc when that is negative. */
int kt_object_close(int fd, int rc, kt_error *err);

/* One row of an object. Views into it: to be copied if they shall live longer than the row is open. */
typedef struct kt_object_row {
    kt_db_stmt *statement;
    kt_view etag, content_type, meta, checksums, tags, upload_id, file; /* data NULL: none */
    uint64_t bytes;
    int64_t modified_ns;
} kt_object_row;
/* 1 and an open row, 0 when there is none, or a negative code. */
int kt_object_row_open(kt_db *db, const char *bucket, kt_view key, kt_object_row *out, kt_error *err);
kt_view kt_object_row_body(const kt_object_row *row); /* of an object without a file */
void kt_object_row_close(kt_object_row *row);         /* of a zeroed one too */

/* What is to be stored. */
typedef struct kt_object_new {
    const char *bucket;
    kt_view key, etag, content_type, meta, checksums, tags, upload_id, body, file; /* body or file */
    uint64_t bytes;
    int64_t now_ns;
} kt_object_new;
/* In a writer's job: makes or replaces. KT_E_NOT_FOUND: no such bucket. A file is synced here when commits are. */
int kt_object_store(kt_db *db, const char *state_dir, const kt_object_new *object, kt_error *err);

/* Removes files whose rows are gone, by a job of the writer; called after writes, on the loop thread. */
void kt_objects_sweep(kt_objects *objects);

#endif
