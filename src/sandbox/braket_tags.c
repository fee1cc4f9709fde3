/* SPDX-License-Identifier: Apache-2.0 */
/* braket_tags.c - tags of tasks: listed, set, removed. A change is made by the writer on the row as it then is, so that
 * two changes at once don't undo each other. */
#include "sandbox/braket_tags.h"
#include "sandbox/braket.h"
#include "sandbox/task_store.h"

#include <string.h>
#include <strings.h>

enum { TAG_KEYS_MOST = 256 };

static void not_found(kt_call *call)
{
    kt_call_error(call, 404, "ResourceNotFoundException", "Resource not found: %.*s", KT_VIEW_ARG(call->segments[1]));
}

/* A task's uuid from the path's ARN, and whether there is such a task here. *tags (may be NULL) gets its tags, in the
 * call's arena. Answers the call itself and returns false when there is none. */
static bool find_resource(kt_call *call, uint8_t uuid[KT_UUID_BYTES], const char **tags)
{
    kt_db_stmt *stmt = NULL;
    kt_task_row row;
    kt_error err = { 0 };
    int rc = 0;
    if (kt_task_arn_parse(call->segments[1], uuid))
        rc = kt_task_row_by_uuid(call->sandbox->read, uuid, &stmt, &row, &err);
    if (rc == 1 && (!kt_view_equal(row.arn, call->segments[1]) || !kt_view_is(row.region, call->region)))
        rc = 0;
    if (rc == 1 && tags != NULL && row.tags_json.data != NULL)
        *tags = kt_arena_strndup(call->arena, row.tags_json.data, row.tags_json.length);
    kt_db_end(stmt);
    if (rc < 0)
        kt_call_failed(call, &err);
    else if (rc == 0)
        not_found(call);
    return rc == 1;
}

void kt_braket_list_tags(kt_call *call)
{
    uint8_t uuid[KT_UUID_BYTES];
    const char *tags = "{}";
    if (!find_resource(call, uuid, &tags))
        return;
    kt_buf body;
    kt_buf_init(&body, 0);
    kt_buf_addf(&body, "{\"tags\":%s}", tags != NULL ? tags : "{}");
    kt_call_json(call, 200, &body);
}

bool kt_braket_check_tags(kt_call *call, const kt_json *tags)
{
    const char *key;
    kt_json *value;
    json_object_foreach((kt_json *)tags, key, value)
    {
        if (strncasecmp(key, "aws:", 4) != 0)
            continue;
        kt_call_error(call, 400, "ValidationException", "The tag key %s is not allowed: the prefix aws: is reserved",
                      key);
        return false;
    }
    return true;
}

/* ---- changing ---- */

typedef struct change {
    kt_task_job job;
    kt_call *call;
    uint8_t uuid[KT_UUID_BYTES];
    char *patch; /* in the arena */
} change;

static int apply_change(kt_task_job *job, kt_db *db, kt_error *err)
{
    const change *c = (change *)job;
    return kt_task_tags_patch(db, c->uuid, kt_view_of(c->patch), KT_TAGS_MOST, err);
}

static void changed(kt_task_job *job, int rc, const kt_error *err)
{
    kt_call *call = ((change *)job)->call;
    if (rc == KT_E_LIMIT) {
        kt_call_error(call, 400, "ValidationException", "A resource can have at most %d tags", KT_TAGS_MOST);
    } else if (rc < 0) {
        kt_call_failed(call, err);
    } else if (rc == 0) {
        not_found(call);
    } else {
        kt_buf body;
        kt_buf_init(&body, 0);
        kt_buf_adds(&body, "{}");
        kt_call_json(call, 200, &body);
    }
}

/* Takes the patch. */
static void put_change(kt_call *call, const uint8_t uuid[KT_UUID_BYTES], kt_json *take_patch)
{
    kt_error err = { 0 };
    const size_t length = json_dumpb(take_patch, NULL, 0, JSON_COMPACT);
    change *c = KT_ARENA_NEW(call->arena, change);
    char *text = kt_arena_alloc(call->arena, length + 1);
    int rc = 0;
    /* Writing needs memory of its own: without it nothing, or less, is written. */
    if (c == NULL || text == NULL || take_patch == NULL || length == 0 ||
        json_dumpb(take_patch, text, length, JSON_COMPACT) != length) {
        rc = kt_fail_nomem(&err, length, "tags");
    } else {
        *c = (change){ .job = { call->sandbox->tasks, apply_change, changed }, .call = call, .patch = text };
        memcpy(c->uuid, uuid, sizeof c->uuid);
        rc = kt_tasks_write(&c->job, &err);
    }
    json_decref(take_patch);
    if (rc < 0)
        kt_call_failed(call, &err);
}

void kt_braket_tag(kt_call *call)
{
    uint8_t uuid[KT_UUID_BYTES];
    const kt_json *tags = kt_braket_member(call, "tags");
    if (find_resource(call, uuid, NULL) && kt_braket_check_tags(call, tags))
        put_change(call, uuid, json_incref((kt_json *)tags));
}

void kt_braket_untag(kt_call *call)
{
    uint8_t uuid[KT_UUID_BYTES];
    if (!find_resource(call, uuid, NULL))
        return;
    kt_json *patch = json_object();
    for (size_t i = 0; i < TAG_KEYS_MOST; i++) {
        const kt_view key = kt_call_query(call, "tagKeys", i);
        if (key.data == NULL)
            break;
        json_object_setn_new(patch, key.data, key.length, json_null());
    }
    put_change(call, uuid, patch);
}
