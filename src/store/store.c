/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - the store on SQLite. What is to be written is copied into a job, applied by the writer's thread, and
 * answered on the thread that delivers; what is read goes through a second connection, which sees what was committed.
 * Every commit is synced: there are few of them, and most are about money. */
#include "store/store.h"

#include "db/writer.h"
#include "store/store_priv.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct kt_store {
    kt_db_writer *writer;
    kt_db *reader;
};

/* ---- where it lies ---- */

int kt_store_folder(const char *state_dir, kt_buf *path, kt_error *err)
{
    const char *chosen = state_dir != NULL ? state_dir : getenv("KETCH_STATE");
    const char *state_home = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (chosen != NULL && chosen[0] != '\0')
        kt_buf_adds(path, chosen);
    else if (state_home != NULL && state_home[0] == '/')
        kt_buf_addf(path, "%s/ketch", state_home);
    else if (home != NULL && home[0] == '/')
        kt_buf_addf(path, "%s/.local/state/ketch", home);
    else
        return kt_fail(err, KT_E_INVALID, "there is no folder for the state: HOME is not set; give --state DIR");
    return kt_buf_check(path, err, "a path");
}

/* The folder and those above it; only what is made here gets its mode. */
static int make_folder(char *path, kt_error *err)
{
    for (char *at = path + 1;; at++) {
        const char was = *at;
        if (was != '/' && was != '\0')
            continue;
        *at = '\0';
        const int made = mkdir(path, 0700);
        const int problem = made < 0 ? errno : 0;
        *at = was;
        if (problem != 0 && problem != EEXIST)
            return kt_fail_sys(err, KT_E_IO, problem, "can't make the folder %s", path);
        if (was == '\0')
            return 0;
    }
}

static int open_database(const char *path, kt_db **writer, kt_db **reader, kt_error *err)
{
    const mode_t old = umask(0077);
    int rc = kt_db_open(path, &(kt_db_options){ .fsync_commits = true }, writer, err);
    umask(old);
    if (rc == 0)
        rc = kt_db_migrate(*writer, kt_store_schema, kt_store_schema_count, err);
    if (rc == 0)
        rc = kt_db_open(path, &(kt_db_options){ .read_only = true }, reader, err);
    return rc < 0 ? kt_wrap(err, rc, "the state in %s", path) : 0;
}

int kt_store_open(const char *state_dir, void (*wake)(void *ctx), void *ctx, kt_store **out, kt_error *err)
{
    KT_BUF_OWN path;
    kt_db *writer = NULL, *reader = NULL;
    kt_buf_init(&path, 0);
    kt_store *store = calloc(1, sizeof(*store));
    int rc = store == NULL ? kt_fail_nomem(err, sizeof(*store), "the store") : kt_store_folder(state_dir, &path, err);
    if (rc == 0)
        rc = make_folder(path.data, err);
    if (rc == 0) {
        kt_buf_adds(&path, "/ketch.db");
        rc = kt_buf_check(&path, err, "a path");
    }
    if (rc == 0)
        rc = open_database(path.data, &writer, &reader, err);
    if (rc == 0) {
        rc = kt_db_writer_new(writer, wake, ctx, &store->writer, err);
        writer = NULL; /* taken, also when that failed */
    }
    if (rc < 0) {
        kt_db_close(writer);
        kt_db_close(reader);
        free(store);
        return rc;
    }
    store->reader = reader;
    *out = store;
    return 0;
}

size_t kt_store_deliver(kt_store *store)
{
    return kt_db_writer_deliver(store->writer);
}

void kt_store_free(kt_store *store)
{
    if (store == NULL)
        return;
    kt_db_close(store->reader); /* first: the last to close folds the log back, which a reader can't */
    kt_db_writer_free(store->writer);
    free(store);
}

/* ---- writing ---- */

void kt_store_job_free(kt_store_job *job)
{
    kt_arena_free(job->arena);
    free(job);
}

static int apply(void *ctx, kt_db *db, kt_error *err)
{
    kt_store_job *job = ctx;
    return job->apply(job, db, err);
}

static void answer(void *ctx, int rc, const kt_error *err)
{
    kt_store_job *job = ctx;
    kt_stored *done = job->done;
    void *of = job->ctx;
    kt_store_job_free(job);
    if (done != NULL)
        done(of, rc < 0 ? rc : 0, err);
}

kt_store_job *kt_store_job_new(kt_store_apply *work, kt_stored *done, void *ctx, kt_error *err)
{
    kt_store_job *job = calloc(1, sizeof(*job));
    kt_arena *arena = kt_arena_new(0);
    if (job == NULL || arena == NULL) {
        free(job);
        kt_arena_free(arena);
        kt_fail_nomem(err, sizeof(*job), "a write to the store");
        return NULL;
    }
    *job = (kt_store_job){ .arena = arena, .apply = work, .done = done, .ctx = ctx };
    return job;
}

int kt_store_job_put(kt_store *store, kt_store_job *take_job, kt_error *err)
{
    const kt_db_job job = { .apply = apply, .done = answer, .ctx = take_job };
    const int rc = kt_db_writer_put(store->writer, &job, err);
    if (rc < 0)
        kt_store_job_free(take_job);
    return rc;
}

kt_db *kt_store_reader(kt_store *store)
{
    return store->reader;
}

/* ---- names ---- */

static int random_bytes(uint8_t *out, size_t count, kt_error *err)
{
    for (size_t i = 0; i < count; i += sizeof(uint64_t)) {
        uint64_t word = 0;
        const int rc = kt_rng_system_seed(&word, err);
        if (rc < 0)
            return rc;
        memcpy(out + i, &word, count - i < sizeof(word) ? count - i : sizeof(word));
    }
    return 0;
}

int kt_store_new_run_id(char id[KT_RUN_ID_BYTES], kt_error *err)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789"; /* 32; none that looks like another */
    uint8_t bytes[16];
    const int rc = random_bytes(bytes, sizeof(bytes), err);
    if (rc < 0)
        return rc;
    memcpy(id, "r-", 2);
    for (size_t i = 0; i < sizeof(bytes); i++)
        id[2 + i] = letters[bytes[i] % 32];
    id[2 + sizeof(bytes)] = '\0';
    return 0;
}

int kt_store_new_rid(char rid[KT_RID_BYTES], kt_error *err)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[16];
    const int rc = random_bytes(bytes, sizeof(bytes), err);
    if (rc < 0)
        return rc;
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    size_t at = 0;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            rid[at++] = '-';
        rid[at++] = digits[bytes[i] >> 4];
        rid[at++] = digits[bytes[i] & 15];
    }
    rid[at] = '\0';
    return 0;
}
