/* SPDX-License-Identifier: Apache-2.0 */
/* s3_tags.c - tags, checked and put into the one form in which they are kept. */
#include "sandbox/s3_tags.h"

#include "sandbox/s3_write.h"
#include "sign/sigv4.h"

#include <ctype.h>
#include <string.h>

enum { OBJECT_TAGS_MOST = 10, BUCKET_TAGS_MOST = 50, KEY_MOST = 128, VALUE_MOST = 256 };

typedef struct tag {
    kt_view key, value;
} tag;

/* Letters, digits and blanks of any script, and few signs. */
static bool has_tag_letters(kt_view text)
{
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char letter = (unsigned char)text.data[i];
        if (letter < 0x80 && !isalnum(letter) && (letter == '\0' || strchr(" _.:/=+-@", letter) == NULL))
            return false;
    }
    return true;
}

static kt_s3_code check_tag(const tag *tags, size_t index, const char **text)
{
    const tag *one = &tags[index];
    if (one->key.length == 0 || kt_utf8_count(one->key) > KEY_MOST || !has_tag_letters(one->key)) {
        *text = "The TagKey you have provided is invalid";
        return KT_S3_INVALID_TAG;
    }
    if (kt_utf8_count(one->value) > VALUE_MOST || !has_tag_letters(one->value)) {
        *text = "The TagValue you have provided is invalid";
        return KT_S3_INVALID_TAG;
    }
    if (kt_view_starts(one->key, "aws:")) {
        *text = "System tags cannot be added/updated by requester";
        return KT_S3_INVALID_TAG;
    }
    for (size_t i = 0; i < index; i++)
        if (kt_view_equal(tags[i].key, one->key)) {
            *text = "Cannot provide multiple Tags with the same key";
            return KT_S3_INVALID_TAG;
        }
    return KT_S3_FINE;
}

/* Checks all and writes them; *out in the arena. */
static kt_s3_code keep_tags(const kt_s3 *s3, const tag *tags, size_t count, kt_view *out, const char **text)
{
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    kt_xml_open(&xml, "TagSet");
    for (size_t i = 0; i < count; i++) {
        const kt_s3_code code = check_tag(tags, i, text);
        if (code != KT_S3_FINE)
            return code;
        kt_xml_open(&xml, "Tag");
        kt_xml_text(&xml, "Key", tags[i].key);
        kt_xml_text(&xml, "Value", tags[i].value);
        kt_xml_close(&xml, "Tag");
    }
    kt_xml_close(&xml, "TagSet");
    *out = (kt_view){ kt_arena_strndup(s3->call->arena, kt_buf_view(&xml).data, xml.length), xml.length };
    return KT_S3_FINE;
}

static kt_s3_code decode(const kt_s3 *s3, kt_view raw, kt_view *out)
{
    KT_BUF_OWN decoded;
    kt_buf_init(&decoded, 0);
    const int rc = kt_uri_decode(raw, true, &decoded, NULL);
    if (rc == KT_E_NOMEM)
        kt_arena_fail(s3->call->arena);
    if (rc < 0)
        return KT_S3_INVALID_ARGUMENT;
    *out = (kt_view){ kt_arena_strndup(s3->call->arena, kt_buf_view(&decoded).data, decoded.length), decoded.length };
    return KT_S3_FINE;
}

kt_s3_code kt_s3_tags_header(const kt_s3 *s3, kt_view header, kt_view *out, const char **text)
{
    tag tags[OBJECT_TAGS_MOST];
    size_t count = 0;
    if (header.data == NULL)
        return KT_S3_FINE;
    *text =
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
        "duplicates.";
    for (const char *at = header.data, *end = at + header.length; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        const char *equal = memchr(at, '=', (size_t)(stop - at));
        const kt_view key = { at, (size_t)((equal == NULL ? stop : equal) - at) };
        const kt_view value = { equal == NULL ? stop : equal + 1, equal == NULL ? 0 : (size_t)(stop - equal - 1) };
        if (count == OBJECT_TAGS_MOST) {
            *text = "Object tags cannot be greater than 10";
            return KT_S3_BAD_REQUEST;
        }
        if (decode(s3, key, &tags[count].key) != KT_S3_FINE || decode(s3, value, &tags[count].value) != KT_S3_FINE)
            return KT_S3_INVALID_ARGUMENT;
        count++;
        at = stop + 1;
    }
    return count == 0 ? KT_S3_FINE : keep_tags(s3, tags, count, out, text);
}

size_t kt_s3_tags_count(kt_view tags)
{
    static const char mark[] = "<Tag>";
    size_t count = 0;
    for (const char *at = tags.data; at != NULL; count++) {
        at = memmem(at, tags.length - (size_t)(at - tags.data), mark, sizeof mark - 1);
        if (at == NULL)
            break;
        at += sizeof mark - 1;
    }
    return count;
}

/* <Tagging><TagSet><Tag><Key/><Value/></Tag>... of the request. */
static kt_s3_code tags_from_xml(const kt_s3 *s3, const kt_xml *root, size_t most, kt_view *out, const char **text)
{
    tag tags[BUCKET_TAGS_MOST];
    size_t count = 0;
    const kt_xml *set = kt_xml_child(root, "TagSet");
    if (!kt_view_is(root->name, "Tagging") || set == NULL)
        return KT_S3_MALFORMED_XML;
    for (const kt_xml *node = set->first; node != NULL; node = node->next) {
        const tag one = { kt_xml_child_text(node, "Key"), kt_xml_child_text(node, "Value") };
        if (!kt_view_is(node->name, "Tag") || one.key.data == NULL || one.value.data == NULL)
            return KT_S3_MALFORMED_XML;
        if (count == most) {
            *text = most == OBJECT_TAGS_MOST ? "Object tags cannot be greater than 10"
                                             : "Bucket tag count cannot be greater than 50";
            return KT_S3_BAD_REQUEST;
        }
        tags[count++] = one;
    }
    return keep_tags(s3, tags, count, out, text);
}

/* ---- the operations ---- */

typedef struct tags_write {
    kt_s3_write write;
    kt_view tags; /* data NULL: removed */
} tags_write;

static int apply_tags(kt_s3_write *write, kt_db *db, kt_error *err)
{
    const tags_write *t = (const tags_write *)write;
    const kt_s3 *s3 = write->s3;
    const bool is_object = s3->key.data != NULL;
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db,
                         is_object ? "UPDATE object SET tags_xml = ?1 WHERE bucket = ?2 AND key = ?3"
                                   : "UPDATE bucket SET tags_xml = ?1 WHERE name = ?2",
                         &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, t->tags);
    kt_db_bind_text(s, 2, kt_view_of(s3->bucket));
    if (is_object)
        kt_db_bind_text(s, 3, s3->key);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    if (rc == 0 && kt_db_changes(db) == 0)
        return kt_s3_write_refuse(write, is_object ? KT_S3_NO_SUCH_KEY : KT_S3_NO_SUCH_BUCKET, NULL);
    return rc;
}

static void answer_tags(kt_s3_write *write)
{
    const tags_write *t = (const tags_write *)write;
    const bool is_put_to_object = write->s3->key.data != NULL && t->tags.data != NULL;
    kt_s3_empty(write->s3, is_put_to_object ? 200 : 204);
}

static void write_tags(const kt_s3 *s3, kt_view tags)
{
    tags_write *t = KT_ARENA_NEW(s3->call->arena, tags_write);
    if (t == NULL) {
        kt_s3_no_memory(s3);
        return;
    }
    t->write = (kt_s3_write){ .s3 = s3, .apply = apply_tags, .answer = answer_tags };
    t->tags = tags;
    kt_s3_write_start(&t->write, false);
}

static void put_tags(const kt_s3 *s3, size_t most)
{
    kt_view tags = { 0 };
    const char *text = NULL;
    if (!kt_s3_need_bucket(s3))
        return;
    const kt_xml *root = kt_s3_read_xml(s3, KT_S3_SUMS_REQUIRED);
    if (root == NULL)
        return;
    const kt_s3_code code = tags_from_xml(s3, root, most, &tags, &text);
    if (code != KT_S3_FINE)
        kt_s3_refuse(s3, code, text);
    else
        write_tags(s3, tags);
}

static void answer_tag_set(const kt_s3 *s3, kt_view tags)
{
    KT_BUF_OWN xml;
    kt_buf_init(&xml, 0);
    kt_xml_root(&xml, "Tagging");
    if (tags.length > 0)
        kt_buf_add(&xml, tags.data, tags.length);
    else
        kt_buf_adds(&xml, "<TagSet></TagSet>");
    kt_xml_close(&xml, "Tagging");
    kt_s3_reply_xml(s3, &xml);
}

void kt_s3_put_bucket_tags(kt_s3 *s3)
{
    put_tags(s3, BUCKET_TAGS_MOST);
}

void kt_s3_delete_bucket_tags(kt_s3 *s3)
{
    write_tags(s3, (kt_view){ NULL, 0 });
}

void kt_s3_get_bucket_tags(kt_s3 *s3)
{
    kt_db_stmt *s = NULL;
    kt_error err = { 0 };
    int rc = kt_db_begin(kt_s3_sandbox(s3)->read, "SELECT tags_xml FROM bucket WHERE name = ?", &s, &err);
    if (rc == 0) {
        kt_db_bind_text(s, 1, kt_view_of(s3->bucket));
        rc = kt_db_step(s, &err);
    }
    if (rc < 0)
        kt_s3_failed(s3, &err);
    else if (rc == 0)
        kt_s3_refuse(s3, KT_S3_NO_SUCH_BUCKET, NULL);
    else if (kt_db_is_null(s, 0))
        kt_s3_refuse(s3, KT_S3_NO_SUCH_TAG_SET, NULL);
    else
        answer_tag_set(s3, kt_db_text(s, 0));
    kt_db_end(s);
}

void kt_s3_put_object_tags(kt_s3 *s3)
{
    put_tags(s3, OBJECT_TAGS_MOST);
}

void kt_s3_delete_object_tags(kt_s3 *s3)
{
    if (kt_s3_need_bucket(s3))
        write_tags(s3, (kt_view){ NULL, 0 });
}

void kt_s3_get_object_tags(kt_s3 *s3)
{
    kt_object_row row = { 0 };
    kt_error err = { 0 };
    if (!kt_s3_need_bucket(s3))
        return;
    const int rc = kt_object_row_open(kt_s3_sandbox(s3)->read, s3->bucket, s3->key, &row, &err);
    if (rc < 0)
        kt_s3_failed(s3, &err);
    else if (rc == 0)
        kt_s3_refuse(s3, KT_S3_NO_SUCH_KEY, NULL);
    else
        answer_tag_set(s3, row.tags);
    kt_object_row_close(&row);
}
