/* SPDX-License-Identifier: Apache-2.0 */
/* s3_delete.c - DeleteObject and DeleteObjects. What is not there is deleted all the same. */
#include "sandbox/s3_condition.h"
#include "sandbox/s3_write.h"

enum { DELETE_MOST = 1000 };

static int delete_object(kt_db *db, const char *bucket, kt_view key, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, "DELETE FROM object WHERE bucket = ? AND key = ?", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(bucket));
    kt_db_bind_text(s, 2, key);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc;
}

typedef struct delete_write {
    kt_s3_write write;
    kt_s3_guard guard;
} delete_write;

static int apply_delete(kt_s3_write *write, kt_db *db, kt_error *err)
{
    const delete_write *d = (const delete_write *)write;
    const kt_s3 *s3 = write->s3;
    kt_s3_code code = KT_S3_FINE;
    const int rc = kt_s3_guard_check(&d->guard, db, s3->bucket, s3->key, &code, err);
    if (rc == 0 && code != KT_S3_FINE)
        return kt_s3_write_refuse(write, code, NULL);
    return rc < 0 ? rc : delete_object(db, s3->bucket, s3->key, err);
}

static void answer_delete(kt_s3_write *write)
{
    kt_s3_empty(write->s3, 204);
}

void kt_s3_delete(kt_s3 *s3)
{
    delete_write *d = KT_ARENA_NEW(s3->call->arena, delete_write);
    if (d == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    if (!kt_s3_need_bucket(s3))
        return;
    d->write = (kt_s3_write){ .s3 = s3, .apply = apply_delete, .answer = answer_delete };
    d->guard.must_match = kt_s3_header(s3, "if-match");
    kt_s3_write_start(&d->write, false);
}

/* ---- many ---- */

typedef struct doomed {
    kt_view key, etag; /* etag: data NULL: whatever it is */
    kt_s3_code refusal;
} doomed;

typedef struct delete_many {
    kt_s3_write write;
    bool is_quiet;
    size_t count;
    doomed items[DELETE_MOST];
} delete_many;

static int apply_many(kt_s3_write *write, kt_db *db, kt_error *err)
{
    delete_many *d = (delete_many *)write;
    int rc = 0;
    for (size_t i = 0; i < d->count && rc == 0; i++) {
        doomed *item = &d->items[i];
        const kt_s3_guard guard = { .must_match = item->etag };
        if (item->refusal != KT_S3_FINE)
            continue;
        rc = kt_s3_guard_check(&guard, db, write->s3->bucket, item->key, &item->refusal, err);
        if (rc == 0 && item->refusal == KT_S3_FINE)
            rc = delete_object(db, write->s3->bucket, item->key, err);
    }
    return rc;
}

static void write_outcome(const delete_many *d, const doomed *item, kt_buf *xml)
{
    const char *code = NULL, *message = NULL;
    if (item->refusal == KT_S3_FINE && d->is_quiet)
        return;
    if (item->refusal != KT_S3_FINE)
        kt_s3_error_words(item->refusal, &code, &message);
    kt_xml_open(xml, code == NULL ? "Deleted" : "Error");
    kt_xml_text(xml, "Key", item->key);
    if (code != NULL) {
        kt_xml_strz(xml, "Code", code);
        kt_xml_strz(xml, "Message", message);
    }
    kt_xml_close(xml, code == NULL ? "Deleted" : "Error");
}

static void answer_many(kt_s3_write *write)
{
    const delete_many *d = (const delete_many *)write;
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    kt_xml_root(&xml, "DeleteResult");
    for (size_t i = 0; i < d->count; i++)
        write_outcome(d, &d->items[i], &xml);
    kt_xml_close(&xml, "DeleteResult");
    kt_s3_reply_xml(write->s3, &xml);
}

/* <Delete><Quiet/><Object><Key/><ETag/><VersionId/></Object>...</Delete> */
static kt_s3_code read_delete(const kt_xml *root, delete_many *d)
{
    if (!kt_view_is(root->name, "Delete"))
        return KT_S3_MALFORMED_XML;
    d->is_quiet = kt_view_is(kt_view_trim(kt_xml_child_text(root, "Quiet")), "true");
    for (const kt_xml *node = kt_xml_child(root, "Object"); node != NULL; node = kt_xml_next(node->next, "Object")) {
        const kt_view key = kt_xml_child_text(node, "Key"), version = kt_xml_child_text(node, "VersionId");
        if (key.length == 0 || d->count == DELETE_MOST)
            return KT_S3_MALFORMED_XML;
        doomed *item = &d->items[d->count++];
        *item = (doomed){ .key = key, .etag = kt_xml_child_text(node, "ETag") };
        if (key.length > KT_S3_KEY_BYTES_MOST)
            item->refusal = KT_S3_KEY_TOO_LONG;
        else if (version.length > 0 && !kt_view_is(version, "null"))
            item->refusal = KT_S3_NO_VERSIONS;
    }
    return d->count == 0 ? KT_S3_MALFORMED_XML : KT_S3_FINE;
}

void kt_s3_delete_many(kt_s3 *s3)
{
    delete_many *d = KT_ARENA_NEW(s3->call->arena, delete_many);
    if (d == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    if (!kt_s3_need_bucket(s3))
        return;
    const kt_xml *root = kt_s3_read_xml(s3, KT_S3_SUMS_REQUIRED);
    if (root == NULL)
        return;
    d->write = (kt_s3_write){ .s3 = s3, .apply = apply_many, .answer = answer_many };
    const kt_s3_code code = read_delete(root, d);
    if (code != KT_S3_FINE)
        kt_s3_refuse(s3, code, NULL);
    else
        kt_s3_write_start(&d->write, false);
}
