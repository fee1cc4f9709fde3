/* SPDX-License-Identifier: Apache-2.0 */
/* s3_public_access.c - a bucket's publicAccessBlock: kept and given back; here nothing is public anyway. */
#include "sandbox/s3_write.h"

static const char *const members[] = { "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy",
                                       "RestrictPublicBuckets" };
static const char root_name[] = "PublicAccessBlockConfiguration";

typedef struct access_write {
    kt_s3_write write;
    kt_view xml; /* the members; data NULL: removed */
} access_write;

static int apply_access(kt_s3_write *write, kt_db *db, kt_error *err)
{
    const access_write *a = (const access_write *)write;
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, "UPDATE bucket SET public_access_xml = ? WHERE name = ?", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, a->xml);
    kt_db_bind_text(s, 2, kt_view_of(write->s3->bucket));
    rc = kt_db_step(s, err);
    kt_db_end(s);
    if (rc == 0 && kt_db_changes(db) == 0)
        return kt_s3_write_refuse(write, KT_S3_NO_SUCH_BUCKET, NULL);
    return rc;
}

static void answer_access(kt_s3_write *write)
{
    const access_write *a = (const access_write *)write;
    kt_s3_empty(write->s3, a->xml.data != NULL ? 200 : 204);
}

static void write_access(const kt_s3 *s3, kt_view xml)
{
    access_write *a = KT_ARENA_NEW(s3->call->arena, access_write);
    if (a == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    a->write = (kt_s3_write){ .s3 = s3, .apply = apply_access, .answer = answer_access };
    a->xml = xml;
    kt_s3_write_start(&a->write, false);
}

static bool is_true(kt_view text)
{
    return kt_view_is(text, "true") || kt_view_is(text, "TRUE");
}

static bool is_bool(kt_view text)
{
    return is_true(text) || kt_view_is(text, "false") || kt_view_is(text, "FALSE");
}

void kt_s3_put_public_access(kt_s3 *s3)
{
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    if (!kt_s3_need_bucket(s3))
        return;
    const kt_xml *root = kt_s3_read_xml(s3, KT_S3_SUMS_REQUIRED);
    if (root == NULL)
        return;
    bool is_right = kt_view_is(root->name, root_name);
    for (size_t i = 0; i < KT_COUNT(members); i++) {
        const kt_view value = kt_view_trim(kt_xml_child_text(root, members[i]));
        is_right = is_right && (value.data == NULL || is_bool(value));
        kt_xml_bool(&xml, members[i], is_true(value));
    }
    if (!is_right)
        kt_s3_refuse(s3, KT_S3_MALFORMED_XML, NULL);
    else
        write_access(s3, (kt_view){ kt_s3_strdup(s3, kt_buf_view(&xml)), xml.length });
}

void kt_s3_delete_public_access(kt_s3 *s3)
{
    write_access(s3, (kt_view){ NULL, 0 });
}

void kt_s3_get_public_access(kt_s3 *s3)
{
    KT_BUF_OWN xml;
    kt_db_stmt *s = NULL;
    kt_error err = { 0 };
    kt_buf_init(&xml, 0);
    int rc = kt_db_begin(kt_s3_sandbox(s3)->read, "SELECT public_access_xml FROM bucket WHERE name = ?", &s, &err);
    if (rc == 0) {
        kt_db_bind_text(s, 1, kt_view_of(s3->bucket));
        rc = kt_db_step(s, &err);
    }
    kt_xml_root(&xml, root_name);
    if (rc > 0)
        kt_buf_add(&xml, kt_db_text(s, 0).data, kt_db_text(s, 0).length);
    kt_xml_close(&xml, root_name);
    const bool is_set = rc > 0 && !kt_db_is_null(s, 0);
    kt_db_end(s);
    if (rc < 0)
        kt_s3_failed(s3, &err);
    else if (!is_set)
        kt_s3_refuse(s3, rc == 0 ? KT_S3_NO_SUCH_BUCKET : KT_S3_NO_PUBLIC_ACCESS_BLOCK, NULL);
    else
        kt_s3_reply_xml(s3, &xml);
}
