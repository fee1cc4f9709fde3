/* SPDX-License-Identifier: Apache-2.0 */
/* task_store.c - SQL of tasks. The order of columns in `COLUMNS` is that of read_row. */
#include "sandbox/task_store.h"

#include <string.h>

#define COLUMNS                                                                                                        \
    "id, uuid, arn, region, device_arn, status, shots, bucket, directory, created_ns, started_ns, ended_ns,"           \
    " cancel_requested_ns, failure_reason, action_type, program_count, executable_count, successful_shots,"            \
    " associations_json, experimental_json, device_parameters, tags_json, job_arn, cancel_token, seed,"                \
    " job_token IS NOT NULL OR associations_json IS NOT NULL"

static const char select_by_uuid[] = "SELECT " COLUMNS " FROM task WHERE uuid = ?";
static const char select_by_id[] = "SELECT " COLUMNS " FROM task WHERE id = ?";

static int64_t int_or(const kt_db_stmt *s, int column, int64_t absent)
{
    return kt_db_is_null(s, column) ? absent : kt_db_int(s, column);
}

static kt_view text_or_null(const kt_db_stmt *s, int column)
{
    return kt_db_is_null(s, column) ? (kt_view){ 0 } : kt_db_text(s, column);
}

static void read_row(const kt_db_stmt *s, kt_task_row *row)
{
    *row = (kt_task_row){
        .id = kt_db_int(s, 0),
        .uuid = kt_db_blob(s, 1),
        .arn = kt_db_text(s, 2),
        .region = kt_db_text(s, 3),
        .device_arn = kt_db_text(s, 4),
        .status = (kt_task_status)kt_db_int(s, 5),
        .shots = kt_db_int(s, 6),
        .bucket = kt_db_text(s, 7),
        .directory = kt_db_text(s, 8),
        .created_ns = kt_db_int(s, 9),
        .started_ns = int_or(s, 10, 0),
        .ended_ns = int_or(s, 11, 0),
        .cancel_requested_ns = int_or(s, 12, 0),
        .failure_reason = text_or_null(s, 13),
        .action_type = text_or_null(s, 14),
        .program_count = int_or(s, 15, -1),
        .executable_count = int_or(s, 16, -1),
        .successful_shots = int_or(s, 17, -1),
        .associations_json = text_or_null(s, 18),
        .experimental_json = text_or_null(s, 19),
        .device_parameters = text_or_null(s, 20),
        .tags_json = text_or_null(s, 21),
        .job_arn = text_or_null(s, 22),
        .cancel_token = text_or_null(s, 23),
        .seed = kt_db_int(s, 24),
        .is_priority = kt_db_int(s, 25) != 0,
    };
}

static int step_row(kt_db_stmt *s, kt_task_row *row, kt_error *err)
{
    const int rc = kt_db_step(s, err);
    if (rc == 1)
        read_row(s, row);
    return rc;
}

int kt_task_row_by_uuid(kt_db *db, const uint8_t uuid[KT_UUID_BYTES], kt_db_stmt **stmt, kt_task_row *row,
                        kt_error *err)
{
    const int rc = kt_db_begin(db, select_by_uuid, stmt, err);
    if (rc < 0)
        return rc;
    kt_db_bind_blob(*stmt, 1, (kt_view){ (const char *)uuid, KT_UUID_BYTES });
    return step_row(*stmt, row, err);
}

int kt_task_row_by_id(kt_db *db, int64_t id, kt_db_stmt **stmt, kt_task_row *row, kt_error *err)
{
    const int rc = kt_db_begin(db, select_by_id, stmt, err);
    if (rc < 0)
        return rc;
    kt_db_bind_int(*stmt, 1, id);
    return step_row(*stmt, row, err);
}

int kt_task_row_live_begin(kt_db *db, int64_t above_id, kt_db_stmt **stmt, kt_error *err)
{
    static const char sql[] = "SELECT id, uuid, device_arn, status, created_ns, started_ns,"
                              " job_token IS NOT NULL OR associations_json IS NOT NULL FROM task WHERE ended_ns IS "
                              "NULL AND id > ? ORDER BY id";
    const int rc = kt_db_begin(db, sql, stmt, err);
    if (rc == 0)
        kt_db_bind_int(*stmt, 1, above_id);
    return rc;
}

int kt_task_row_live_next(kt_db_stmt *s, kt_task_row *row, kt_error *err)
{
    const int rc = kt_db_step(s, err);
    if (rc == 1)
        *row = (kt_task_row){ .id = kt_db_int(s, 0),
                              .uuid = kt_db_blob(s, 1),
                              .device_arn = kt_db_text(s, 2),
                              .status = (kt_task_status)kt_db_int(s, 3),
                              .created_ns = kt_db_int(s, 4),
                              .started_ns = int_or(s, 5, 0),
                              .is_priority = kt_db_int(s, 6) != 0 };
    return rc;
}

int kt_task_last_id(kt_db *db, int64_t *out, kt_error *err)
{
    static const char sql[] = "SELECT coalesce(max(id), 0) FROM task";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc == 0)
        rc = kt_db_step(s, err);
    if (rc == 1)
        *out = kt_db_int(s, 0);
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

int kt_task_token_find(kt_db *db, kt_task_draft *draft, kt_error *err)
{
    static const char sql[] = "SELECT digest, answer FROM token WHERE scope = ? AND token = ? AND created_ns >= ?";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, draft->token_scope);
    kt_db_bind_text(s, 2, draft->token);
    kt_db_bind_int(s, 3, draft->token_since_ns);
    rc = kt_db_step(s, err);
    if (rc == 1) {
        const kt_view digest = kt_db_blob(s, 0), answer = kt_db_text(s, 1);
        rc = kt_view_equal(digest, (kt_view){ (const char *)draft->digest, KT_DIGEST_BYTES }) ? KT_TOKEN_SAME
                                                                                              : KT_TOKEN_OTHER;
        if (answer.length < sizeof draft->known_arn) {
            memcpy(draft->known_arn, answer.data, answer.length);
            draft->known_arn[answer.length] = '\0';
        }
    }
    kt_db_end(s);
    return rc;
}

/* Returns NEW when the token is now this draft's. */
static int insert_token(kt_db *db, kt_task_draft *draft, kt_error *err)
{
    static const char sql[] =
        "INSERT INTO token(scope, token, digest, answer, created_ns) VALUES(?, ?, ?, ?, ?)"
        " ON CONFLICT(scope, token) DO UPDATE SET digest = excluded.digest, answer = excluded.answer,"
        " created_ns = excluded.created_ns WHERE created_ns < ?";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, draft->token_scope);
    kt_db_bind_text(s, 2, draft->token);
    kt_db_bind_blob(s, 3, (kt_view){ (const char *)draft->digest, KT_DIGEST_BYTES });
    kt_db_bind_text(s, 4, kt_view_of(draft->arn));
    kt_db_bind_int(s, 5, draft->created_ns);
    kt_db_bind_int(s, 6, draft->token_since_ns);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    if (rc < 0)
        return rc;
    return kt_db_changes(db) > 0 ? KT_TOKEN_NEW : kt_task_token_find(db, draft, err);
}

static void bind_count(kt_db_stmt *s, int index, int64_t count)
{
    if (count < 0)
        kt_db_bind_null(s, index);
    else
        kt_db_bind_int(s, index, count);
}

static int insert_row(kt_db *db, const kt_task_draft *draft, kt_error *err)
{
    static const char sql[] =
        "INSERT INTO task(id, uuid, arn, region, device_arn, status, shots, bucket, directory, created_ns, action_type,"
        " program_count, executable_count, job_token, associations_json, experimental_json, device_parameters,"
        " tags_json, seed) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_int(s, 1, draft->task->id);
    kt_db_bind_blob(s, 2, (kt_view){ (const char *)draft->task->uuid, KT_UUID_BYTES });
    kt_db_bind_text(s, 3, kt_view_of(draft->arn));
    kt_db_bind_text(s, 4, draft->region);
    kt_db_bind_text(s, 5, draft->device_arn);
    kt_db_bind_int(s, 6, KT_TASK_QUEUED);
    kt_db_bind_int(s, 7, draft->shots);
    kt_db_bind_text(s, 8, draft->bucket);
    kt_db_bind_text(s, 9, draft->directory);
    kt_db_bind_int(s, 10, draft->created_ns);
    kt_db_bind_text(s, 11, draft->action_type);
    bind_count(s, 12, draft->program_count);
    bind_count(s, 13, draft->executable_count);
    kt_db_bind_text(s, 14, draft->job_token);
    kt_db_bind_text(s, 15, draft->associations_json);
    kt_db_bind_text(s, 16, draft->experimental_json);
    kt_db_bind_text(s, 17, draft->device_parameters);
    kt_db_bind_text(s, 18, draft->tags_json);
    kt_db_bind_int(s, 19, draft->seed);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc;
}

int kt_task_insert(kt_db *db, kt_task_draft *draft, kt_error *err)
{
    static const char sql[] = "INSERT INTO task_action(task_id, action) VALUES(?, ?)";
    int rc = insert_token(db, draft, err);
    if (rc != KT_TOKEN_NEW)
        return rc;
    rc = insert_row(db, draft, err);
    if (rc < 0)
        return rc;
    kt_db_stmt *s = NULL;
    rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_int(s, 1, draft->task->id);
    kt_db_bind_text(s, 2, draft->action);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc < 0 ? rc : KT_TOKEN_NEW;
}

int kt_task_mark_running(kt_db *db, int64_t id, kt_task_status status, int64_t started_ns, kt_error *err)
{
    static const char sql[] = "UPDATE task SET status = ?, started_ns = ? WHERE id = ?";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_int(s, 1, status);
    kt_db_bind_int(s, 2, started_ns);
    kt_db_bind_int(s, 3, id);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc;
}

int kt_task_mark_cancelling(kt_db *db, int64_t id, int64_t now_ns, kt_view token, kt_error *err)
{
    static const char sql[] = "UPDATE task SET status = ?, cancel_requested_ns = coalesce(cancel_requested_ns, ?),"
                              " cancel_token = coalesce(cancel_token, ?) WHERE id = ? AND ended_ns IS NULL";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_int(s, 1, KT_TASK_CANCELLING);
    kt_db_bind_int(s, 2, now_ns);
    kt_db_bind_text(s, 3, token);
    kt_db_bind_int(s, 4, id);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc < 0 ? rc : kt_db_changes(db) > 0;
}

int kt_task_mark_ended(kt_db *db, int64_t id, const kt_task_ending *ending, kt_error *err)
{
    static const char sql[] =
        "UPDATE task SET status = ?, started_ns = ?, ended_ns = ?, successful_shots = ?, simulated_ms = ?,"
        " failure_reason = ? WHERE id = ?";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_int(s, 1, ending->status);
    bind_count(s, 2, ending->started_ns == 0 ? -1 : ending->started_ns);
    kt_db_bind_int(s, 3, ending->ended_ns);
    bind_count(s, 4, ending->successful_shots);
    bind_count(s, 5, ending->simulated_ms);
    kt_db_bind_text(s, 6, kt_view_of(ending->failure_reason));
    kt_db_bind_int(s, 7, id);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc;
}

int kt_task_action(kt_db *db, int64_t id, kt_db_stmt **stmt, kt_view *action, kt_error *err)
{
    static const char sql[] = "SELECT action FROM task_action WHERE task_id = ?";
    int rc = kt_db_begin(db, sql, stmt, err);
    if (rc < 0)
        return rc;
    kt_db_bind_int(*stmt, 1, id);
    rc = kt_db_step(*stmt, err);
    if (rc == 1)
        *action = kt_db_text(*stmt, 0);
    return rc;
}

static int tags_count(kt_db *db, const uint8_t uuid[KT_UUID_BYTES], kt_error *err)
{
    static const char sql[] = "SELECT count(*) FROM task, json_each(task.tags_json) WHERE uuid = ?";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_blob(s, 1, (kt_view){ (const char *)uuid, KT_UUID_BYTES });
    rc = kt_db_step(s, err);
    if (rc == 1)
        rc = (int)kt_db_int(s, 0);
    kt_db_end(s);
    return rc;
}

int kt_task_tags_patch(kt_db *db, const uint8_t uuid[KT_UUID_BYTES], kt_view patch_json, int tags_most, kt_error *err)
{
    /* RFC 7396: members are set, members with null are removed. */
    static const char sql[] = "UPDATE task SET tags_json = nullif(json_patch(coalesce(tags_json, '{}'), ?), '{}')"
                              " WHERE uuid = ?";
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, patch_json);
    kt_db_bind_blob(s, 2, (kt_view){ (const char *)uuid, KT_UUID_BYTES });
    rc = kt_db_step(s, err);
    kt_db_end(s);
    if (rc < 0)
        return rc;
    if (kt_db_changes(db) == 0)
        return 0;
    const int count = tags_count(db, uuid, err);
    if (count > tags_most)
        return kt_fail(err, KT_E_LIMIT, "%d tags, at most %d", count, tags_most);
    return count < 0 ? count : 1;
}
