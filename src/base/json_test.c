/* SPDX-License-Identifier: Apache-2.0 */
/* json_test.c - the reader's errors have places, the writer's text is JSON whatever is written. */
#include "base/json.h"

#include "tests/unit.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *text;
    int rc;
    const char *message; /* a part of it */
} documents[] = {
    { "{\"a\": [1, 2.5, null]}", 0, NULL },
    { "3", 0, NULL },
    { "\"x\"", 0, NULL },
    { "", KT_E_SYNTAX, "line 1, column 0" },
    { "{\"a\": 1,\n  \"b\" 2}", KT_E_SYNTAX, "line 2, column 7" },
    { "{\"a\": 1} x", KT_E_SYNTAX, "end of file expected" },
    { "{\"a\": 1, \"a\": 2}", KT_E_SYNTAX, "duplicate" },
    { "[1e999]", KT_E_SYNTAX, "line 1" },
    { "\"\xFF\"", KT_E_SYNTAX, "line 1" },
};

TEST(json, errors_name_line_and_column)
{
    for (size_t i = 0; i < KT_COUNT(documents); i++) {
        KT_OWN(kt_json) *value = NULL;
        kt_error err = { 0 };
        assert_int_equal(kt_json_parse(kt_view_of(documents[i].text), &value, &err), documents[i].rc);
        assert_int_equal(value != NULL, documents[i].rc == 0);
        if (documents[i].message != NULL)
            assert_non_null(strstr(err.message, documents[i].message));
    }
}

TEST(json, too_deep_nesting_is_a_limit_and_no_crash)
{
    KT_BUF_OWN text;
    KT_OWN(kt_json) *value = NULL;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    kt_buf_fill(&text, "[", 100000);
    assert_int_equal(kt_json_parse(kt_buf_view(&text), &value, &err), KT_E_LIMIT);
    assert_non_null(strstr(err.message, "2048"));
    assert_int_equal(kt_json_parse((kt_view){ NULL, 0 }, &value, &err), KT_E_SYNTAX);
}

static void write_sample(kt_jw *w)
{
    kt_jw_object(w);
    kt_jw_key(w, "int");
    kt_jw_int(w, INT64_MIN);
    kt_jw_keyn(w, (kt_view){ "uintX", 4 });
    kt_jw_uint(w, UINT64_MAX);
    kt_jw_key(w, "row");
    kt_jw_array(w);
    kt_jw_double(w, 0.5);
    kt_jw_double(w, NAN);
    kt_jw_double(w, -INFINITY);
    kt_jw_bool(w, true);
    kt_jw_bool(w, false);
    kt_jw_null(w);
    kt_jw_strz(w, NULL);
    kt_jw_close(w);
    kt_jw_key(w, "empty");
    kt_jw_array(w);
    kt_jw_close(w);
    kt_jw_key(w, "list");
    kt_jw_array(w);
    kt_jw_object(w);
    kt_jw_close(w);
    kt_jw_raw(w, kt_view_of("[1]"));
    kt_jw_close(w);
    kt_jw_close(w);
}

TEST(json, the_writer_minds_commas_and_lines)
{
    static const struct {
        int indent;
        const char *text;
    } rows[] = {
        { 0, "{\"int\":-9223372036854775808,\"uint\":18446744073709551615,"
             "\"row\":[0.5,null,null,true,false,null,null],\"empty\":[],\"list\":[{},[1]]}" },
        { 2, "{\n  \"int\": -9223372036854775808,\n  \"uint\": 18446744073709551615,\n"
             "  \"row\": [0.5, null, null, true, false, null, null],\n  \"empty\": [],\n"
             "  \"list\": [\n    {},\n    [1]\n  ]\n}" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        KT_BUF_OWN text;
        kt_jw w;
        kt_buf_init(&text, 0);
        kt_jw_init(&w, kt_out_buf(&text), rows[i].indent);
        write_sample(&w);
        assert_int_equal(kt_jw_end(&w, NULL), 0);
        assert_string_equal(text.data, rows[i].text);
    }
}

TEST(json, strings_are_escaped_and_malformed_utf8_is_replaced)
{
    KT_BUF_OWN text;
    kt_jw w;
    kt_buf_init(&text, 0);
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_jw_string(&w, (kt_view){ "a\"\\\n\r\t\x01\x7F\xC3\xA4\xFFz\0", 13 });
    assert_int_equal(kt_jw_end(&w, NULL), 0);
    assert_string_equal(text.data, "\"a\\\"\\\\\\n\\r\\t\\u0001\x7F\xC3\xA4\xEF\xBF\xBDz\\u0000\"");
}

TEST(json, what_is_read_is_written_again_the_same)
{
    static const char document[] = "{\"a\":[1,-2.5,\"x\",true,false,null,{\"b\":[]}],\"c\":{}}";
    KT_OWN(kt_json) *value = NULL;
    KT_BUF_OWN text;
    kt_jw w;
    assert_int_equal(kt_json_parse(kt_view_of(document), &value, NULL), 0);
    kt_buf_init(&text, 0);
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_jw_value(&w, value);
    assert_int_equal(kt_jw_end(&w, NULL), 0);
    assert_string_equal(text.data, document);
}

TEST(json, text_longer_than_the_pending_block_arrives_whole)
{
    KT_BUF_OWN text, item;
    kt_jw w;
    kt_buf_init(&text, 0);
    kt_buf_init(&item, 0);
    kt_buf_fill(&item, "x", 10000);
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_jw_array(&w);
    for (int i = 0; i < 3; i++)
        kt_jw_string(&w, kt_buf_view(&item));
    kt_jw_close(&w);
    kt_jw_newline(&w);
    assert_int_equal(kt_jw_end(&w, NULL), 0);
    assert_int_equal(text.length, 3 * 10002 + 2 + 2 + 1);
}

TEST(json, the_first_error_sticks_and_is_told_at_the_end)
{
    KT_BUF_OWN text;
    kt_jw w;
    kt_error err = { 0 };
    kt_buf_init(&text, 100);
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_jw_array(&w);
    for (int i = 0; i < 10000; i++)
        kt_jw_int(&w, i);
    kt_jw_close(&w);
    assert_int_equal(kt_jw_end(&w, &err), KT_E_LIMIT);
    assert_non_null(strstr(err.message, "limit of 100 bytes"));
}

TEST(json, members_of_another_text_join_an_object)
{
    KT_BUF_OWN text;
    kt_jw w;
    kt_buf_init(&text, 0);
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_jw_object(&w);
    kt_jw_members(&w, kt_view_of("{}"));
    kt_jw_key(&w, "a");
    kt_jw_int(&w, 1);
    kt_jw_members(&w, kt_view_of(" {\"b\": [2], \"c\": {}}\n"));
    kt_jw_members(&w, kt_view_of("{ }"));
    kt_jw_close(&w);
    assert_int_equal(kt_jw_end(&w, NULL), 0);
    assert_string_equal(text.data, "{\"a\":1,\"b\": [2], \"c\": {}}");
}

TEST(json, the_writer_refuses_nesting_beyond_its_levels)
{
    KT_BUF_OWN text;
    kt_jw w;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    kt_jw_init(&w, kt_out_buf(&text), 0);
    for (int i = 0; i < 65; i++)
        kt_jw_array(&w);
    assert_int_equal(kt_jw_end(&w, &err), KT_E_LIMIT);
}

TEST(json, a_full_disk_is_an_error_with_its_reason)
{
    FILE *full = fopen("/dev/full", "w");
    kt_jw w;
    kt_error err = { 0 };
    if (full == NULL)
        skip();
    setvbuf(full, NULL, _IONBF, 0);
    kt_jw_init(&w, kt_out_file(full), 0);
    kt_jw_strz(&w, "text");
    assert_int_equal(kt_jw_end(&w, &err), KT_E_IO);
    assert_non_null(strstr(err.message, "No space left"));
    fclose(full);
}
