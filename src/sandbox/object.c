/* SPDX-License-Identifier: Apache-2.0 */
/* object.c - rows of objects, and the life of their files: a file is there before its row is committed and goes after
 * its row has gone. What a killed process left between the two is removed at the next start. */
#include "sandbox/object.h"

#include "sandbox/object_priv.h"
#include "sandbox/s3_write.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SWEEP_MOST = 64 };

/* ---- rows ---- */

static const char select_sql[] = "SELECT etag, content_type, meta, checksums, tags_xml, upload_id, file, bytes,"
                                 " modified_ns, body FROM object WHERE bucket = ? AND key = ?";

int kt_object_row_open(kt_db *db, const char *bucket, kt_view key, kt_object_row *out, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, select_sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(bucket));
    kt_db_bind_text(s, 2, key);
    rc = kt_db_step(s, err);
    if (rc <= 0) {
        kt_db_end(s);
        return rc;
    }
    *out = (kt_object_row){ .statement = s,
                            .etag = kt_db_text(s, 0),
                            .content_type = kt_db_text(s, 1),
                            .meta = kt_db_text(s, 2),
                            .checksums = kt_db_text(s, 3),
                            .tags = kt_db_text(s, 4),
                            .upload_id = kt_db_text(s, 5),
                            .file = kt_db_text(s, 6),
                            .bytes = (uint64_t)kt_db_int(s, 7),
                            .modified_ns = kt_db_int(s, 8) };
    return 1;
}

kt_view kt_object_row_body(const kt_object_row *row)
{
    return kt_db_blob(row->statement, 9);
}

void kt_object_row_close(kt_object_row *row)
{
    kt_db_end(row->statement);
    *row = (kt_object_row){ 0 };
}

int kt_object_store(kt_db *db, const char *state_dir, const kt_object_new *object, kt_error *err)
{
    static const char sql[] =
        "INSERT INTO object(bucket, key, etag, bytes, modified_ns, content_type, meta, checksums, tags_xml, upload_id,"
        " file, body) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM bucket WHERE name = ?1"
        " ON CONFLICT(bucket, key) DO UPDATE SET etag = ?3, bytes = ?4, modified_ns = ?5, content_type = ?6, meta = ?7,"
        " checksums = ?8, tags_xml = ?9, upload_id = ?10, file = ?11, body = ?12";
    const kt_view texts[] = { object->content_type, object->meta,      object->checksums,
                              object->tags,         object->upload_id, object->file };
    kt_db_stmt *s = NULL;
    int rc = object->file.data != NULL && kt_db_fsyncs(db) ? kt_object_sync(state_dir, object->file.data, err) : 0;
    if (rc == 0)
        rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(object->bucket));
    kt_db_bind_text(s, 2, object->key);
    kt_db_bind_text(s, 3, object->etag);
    kt_db_bind_int(s, 4, (int64_t)object->bytes);
    kt_db_bind_int(s, 5, object->now_ns);
    for (size_t i = 0; i < KT_COUNT(texts); i++)
        kt_db_bind_text(s, 6 + (int)i, texts[i]);
    kt_db_bind_blob(s, 12, object->file.data != NULL ? (kt_view){ NULL, 0 } : object->body);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    if (rc == 0 && kt_db_changes(db) == 0)
        return kt_fail(err, KT_E_NOT_FOUND, "there is no bucket '%s'", object->bucket);
    return rc;
}

/* A file with these bytes. */
static int write_file(const char *state_dir, kt_view body, char name[KT_OBJECT_FILE_BYTES], kt_error *err)
{
    int fd = -1;
    int rc = kt_object_create(state_dir, name, &fd, err);
    if (rc < 0)
        return rc;
    rc = kt_object_close(fd, kt_object_write_all(fd, body, err), err);
    if (rc < 0)
        kt_object_remove(state_dir, name);
    return rc;
}

int kt_object_write(kt_db *db, const char *state_dir, const char *bucket, const char *key, kt_view body,
                    const char *content_type, int64_t now_ns, char file[KT_OBJECT_FILE_BYTES], kt_error *err)
{
    char name[KT_OBJECT_FILE_BYTES] = "", etag[2 * KT_SUM_BYTES_MOST + 1];
    kt_digest digests[KT_SUM_COUNT];
    kt_summer summer;
    int rc = kt_summer_init(&summer, NULL, KT_SUM_BIT(KT_SUM_MD5), err);
    if (rc < 0)
        return rc;
    kt_summer_add(&summer, body);
    kt_summer_end(&summer, digests);
    kt_summer_fini(&summer);
    kt_digest_hex(KT_SUM_MD5, &digests[KT_SUM_MD5], etag);
    const bool has_file = body.length > KT_OBJECT_ROW_BYTES_MOST;
    if (has_file)
        rc = write_file(state_dir, body, name, err);
    if (rc < 0)
        return rc;
    const kt_object_new object = { .bucket = bucket,
                                   .key = kt_view_of(key),
                                   .etag = kt_view_of(etag),
                                   .content_type = kt_view_of(content_type),
                                   .body = { body.data == NULL ? "" : body.data, body.length },
                                   .file = has_file ? kt_view_of(name) : (kt_view){ NULL, 0 },
                                   .bytes = body.length,
                                   .now_ns = now_ns };
    rc = kt_object_store(db, state_dir, &object, err);
    if (rc < 0)
        kt_object_remove(state_dir, name);
    else
        memcpy(file, name, sizeof name);
    return rc;
}

int kt_bucket_exists(kt_sandbox *sandbox, const char *bucket, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(sandbox->read, "SELECT 1 FROM bucket WHERE name = ?", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(bucket));
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc;
}

/* ---- files whose rows are gone ---- */

typedef struct sweep {
    kt_sandbox *sandbox; /* for the loop thread */
    const char *state_dir;
    size_t count;
    char names[SWEEP_MOST][KT_OBJECT_FILE_BYTES];
} sweep;

/* The names were committed as garbage before the job was put, so no row can have them. */
static int sweep_apply(void *ctx, kt_db *db, kt_error *err)
{
    const sweep *job = ctx;
    int rc = 0;
    for (size_t i = 0; i < job->count && rc >= 0; i++) {
        kt_db_stmt *s = NULL;
        kt_object_remove(job->state_dir, job->names[i]);
        rc = kt_db_begin(db, "DELETE FROM garbage WHERE file = ?", &s, err);
        if (rc < 0)
            break;
        kt_db_bind_text(s, 1, kt_view_of(job->names[i]));
        rc = kt_db_step(s, err);
        kt_db_end(s);
    }
    return rc;
}

static void sweep_done(void *ctx, int rc, const kt_error *err)
{
    sweep *job = ctx;
    kt_objects *objects = job->sandbox->objects; /* NULL when the sandbox is being closed */
    const bool is_more = rc >= 0 && job->count == SWEEP_MOST;
    if (rc < 0)
        kt_logf(job->sandbox->log, KT_LOG_WARN, "files of deleted objects stay until the next start: %s", err->message);
    free(job);
    if (objects == NULL)
        return;
    objects->sweeping = false;
    if (is_more)
        kt_objects_sweep(objects);
}

static void read_garbage(kt_db *db, sweep *job)
{
    kt_db_stmt *s = NULL;
    if (kt_db_begin(db, "SELECT file FROM garbage LIMIT ?", &s, NULL) < 0)
        return;
    kt_db_bind_int(s, 1, SWEEP_MOST);
    while (kt_db_step(s, NULL) > 0) {
        const kt_view file = kt_db_text(s, 0);
        if (file.length < KT_OBJECT_FILE_BYTES)
            memcpy(job->names[job->count++], file.data, file.length + 1);
    }
    kt_db_end(s);
}

static bool has_garbage(kt_db *db)
{
    kt_db_stmt *s = NULL;
    if (kt_db_begin(db, "SELECT 1 FROM garbage LIMIT 1", &s, NULL) < 0)
        return false;
    const bool has = kt_db_step(s, NULL) > 0;
    kt_db_end(s);
    return has;
}

/* Failing here is no harm: the next write tries again, and so does the next start. */
void kt_objects_sweep(kt_objects *objects)
{
    if (objects == NULL || objects->sweeping || !has_garbage(objects->sandbox->read))
        return;
    sweep *job = calloc(1, sizeof *job);
    if (job == NULL)
        return;
    job->sandbox = objects->sandbox;
    job->state_dir = objects->sandbox->state_dir;
    read_garbage(objects->sandbox->read, job);
    const kt_db_job spec = { sweep_apply, sweep_done, job };
    objects->sweeping = kt_db_writer_put(objects->sandbox->writer, &spec, NULL) == 0;
    if (!objects->sweeping)
        free(job);
}

/* ---- files that no row names, left by a process that was killed ---- */

typedef struct orphans {
    const char *state_dir;
    size_t count, capacity;
    char (*names)[KT_OBJECT_FILE_BYTES];
} orphans;

static int list_files(orphans *found, kt_error *err)
{
    char path[PATH_MAX];
    int rc = kt_object_path(found->state_dir, "", path, sizeof path, err);
    if (rc < 0)
        return rc;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return kt_fail_sys(err, KT_E_IO, errno, "can't make '%s'", path);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return kt_fail_sys(err, KT_E_IO, errno, "can't read '%s'", path);
    for (const struct dirent *entry = readdir(folder); entry != NULL && rc == 0; entry = readdir(folder)) {
        if (strlen(entry->d_name) != KT_OBJECT_FILE_BYTES - 1)
            continue;
        if (found->count == found->capacity) {
            found->capacity = found->capacity == 0 ? 64 : found->capacity * 2;
            void *names = realloc(found->names, found->capacity * sizeof *found->names);
            if (names == NULL) {
                rc = kt_fail_nomem(err, found->capacity * sizeof *found->names, "file names");
                break;
            }
            found->names = names;
        }
        memcpy(found->names[found->count++], entry->d_name, KT_OBJECT_FILE_BYTES);
    }
    closedir(folder);
    return rc;
}

/* In the writer, so that nobody waits for it; the names were read before the first request could make a new file. */
static int orphans_apply(void *ctx, kt_db *db, kt_error *err)
{
    static const char sql[] =
        "SELECT 1 FROM object WHERE file = ?1 AND file IS NOT NULL UNION ALL SELECT 1 FROM part WHERE file = ?1";
    const orphans *found = ctx;
    int rc = kt_db_exec(db, "DELETE FROM garbage", err);
    for (size_t i = 0; i < found->count && rc >= 0; i++) {
        kt_db_stmt *s = NULL;
        rc = kt_db_begin(db, sql, &s, err);
        if (rc < 0)
            break;
        kt_db_bind_text(s, 1, kt_view_of(found->names[i]));
        rc = kt_db_step(s, err);
        kt_db_end(s);
        if (rc == 0)
            kt_object_remove(found->state_dir, found->names[i]);
    }
    return rc < 0 ? rc : 0;
}

static void orphans_free(orphans *found)
{
    free(found->names);
    free(found);
}

static void orphans_done(void *ctx, int rc, const kt_error *err)
{
    (void)rc, (void)err; /* what stays is found again at the next start */
    orphans_free(ctx);
}

static int remove_orphans(kt_sandbox *sandbox, kt_error *err)
{
    orphans *found = calloc(1, sizeof *found);
    if (found == NULL)
        return kt_fail_nomem(err, sizeof *found, "file names");
    found->state_dir = sandbox->state_dir;
    int rc = list_files(found, err);
    if (rc == 0) {
        const kt_db_job spec = { orphans_apply, orphans_done, found };
        rc = kt_db_writer_put(sandbox->writer, &spec, err);
    }
    if (rc < 0)
        orphans_free(found);
    return rc;
}

int kt_objects_new(kt_sandbox *sandbox, kt_objects **out, kt_error *err)
{
    kt_objects *objects = calloc(1, sizeof *objects);
    if (objects == NULL)
        return kt_fail_nomem(err, sizeof *objects, "objects");
    objects->sandbox = sandbox;
    kt_crc_tables_init(&objects->tables);
    const int rc = remove_orphans(sandbox, err);
    if (rc < 0) {
        free(objects);
        return rc;
    }
    *out = objects;
    return 0;
}

void kt_objects_free(kt_objects *objects)
{
    if (objects == NULL)
        return;
    kt_s3_writes_drop(objects);
    objects->sandbox->objects = NULL;
    free(objects);
}
