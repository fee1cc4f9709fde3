/* SPDX-License-Identifier: Apache-2.0 */
/* config_file_test.c - AWS's files as people write them, and as they break them. */
#include "aws/config_file.h"

#include "base/buf.h"

#include "tests/unit.h"
#include <string.h>

static int warnings;

static void count_warning(void *ctx, kt_log_level level, const char *message)
{
    (void)ctx, (void)level, (void)message;
    warnings++;
}

static const kt_log counting = { .level = KT_LOG_WARN, .write = count_warning };

static kt_aws_file *parse(kt_arena *arena, kt_aws_file_kind kind, const char *text)
{
    kt_aws_file *file = NULL;
    kt_error err = { 0 };
    warnings = 0;
    if (kt_aws_file_parse(kt_view_of(text), "config", kind, &counting, arena, &file, &err) < 0)
        fail_msg("%s", err.message);
    return file;
}

/* What is asked: "section[/block].key"; expect NULL: nothing is found. */
static const struct {
    kt_aws_file_kind file;
    const char *text;
    kt_aws_section_kind kind;
    const char *section, *block, *key, *expect;
    int warnings;
} cases[] = {
    { KT_AWS_FILE_CONFIG, "[default]\nregion = eu-west-2\n", KT_AWS_PROFILE, "default", NULL, "region", "eu-west-2",
      0 },
    { KT_AWS_FILE_CONFIG, "[default]\r\nRegion=eu-west-2\r\n", KT_AWS_PROFILE, "default", NULL, "region", "eu-west-2",
      0 },
    { KT_AWS_FILE_CONFIG, "\xef\xbb\xbf[default]\nregion: a:b=c\n", KT_AWS_PROFILE, "default", NULL, "region", "a:b=c",
      0 },
    { KT_AWS_FILE_CONFIG, "[profile lab]\na = 1\n[profile lab]\na = 2\n", KT_AWS_PROFILE, "lab", NULL, "a", "2", 0 },
    { KT_AWS_FILE_CONFIG, "[profile  \"my lab\"]\na = 1\n", KT_AWS_PROFILE, "my lab", NULL, "a", "1", 0 },
    { KT_AWS_FILE_CONFIG, "[profile default]\na = 1\n", KT_AWS_PROFILE, "default", NULL, "a", "1", 0 },
    { KT_AWS_FILE_CONFIG, "[profile lab] ; why\na = 1 # kept\n", KT_AWS_PROFILE, "lab", NULL, "a", "1 # kept", 0 },
    { KT_AWS_FILE_CONFIG, "# c\n ; d\n[default]\n\n#e\na = 1", KT_AWS_PROFILE, "default", NULL, "a", "1", 0 },
    { KT_AWS_FILE_CONFIG, "[default]\ns3 =\n  x = 1\n  y = 2\nb = 3\n", KT_AWS_PROFILE, "default", "s3", "y", "2", 0 },
    { KT_AWS_FILE_CONFIG, "[default]\ns3 =\n  x = 1\nb = 3\n", KT_AWS_PROFILE, "default", NULL, "b", "3", 0 },
    { KT_AWS_FILE_CONFIG, "[default]\ns3 =\n  x = 1\nb = 3\n", KT_AWS_PROFILE, "default", NULL, "x", NULL, 0 },
    { KT_AWS_FILE_CONFIG, "[default]\na = 1\n  2\n", KT_AWS_PROFILE, "default", NULL, "a", "1", 1 },
    { KT_AWS_FILE_CONFIG, "[services lab]\nbraket =\n  endpoint_url = http://h\n", KT_AWS_SERVICES, "lab", "braket",
      "endpoint_url", "http://h", 0 },
    { KT_AWS_FILE_CONFIG, "[sso-session s]\nsso_region = eu-west-2\n", KT_AWS_SSO_SESSION, "s", NULL, "sso_region",
      "eu-west-2", 0 },
    { KT_AWS_FILE_CONFIG, "[lab]\na = 1\n", KT_AWS_PROFILE, "lab", NULL, "a", NULL, 0 },
    { KT_AWS_FILE_CONFIG, "[plugins]\na = 1\nno setting\n[default]\na = 2\n", KT_AWS_PROFILE, "default", NULL, "a", "2",
      0 },
    { KT_AWS_FILE_CREDENTIALS, "[lab]\na = 1\n", KT_AWS_PROFILE, "lab", NULL, "a", "1", 0 },
    { KT_AWS_FILE_CREDENTIALS, "[profile lab]\na = 1\n", KT_AWS_PROFILE, "profile lab", NULL, "a", "1", 0 },
    { KT_AWS_FILE_CONFIG, "a = 1\n[default]\na = 2\n", KT_AWS_PROFILE, "default", NULL, "a", "2", 1 },
    { KT_AWS_FILE_CONFIG, "[default\na = 1\n", KT_AWS_PROFILE, "default", NULL, "a", NULL, 1 },
    { KT_AWS_FILE_CONFIG, "[default]\nnothing\n= 1\na = 1\n", KT_AWS_PROFILE, "default", NULL, "a", "1", 2 },
    { KT_AWS_FILE_CONFIG, "[default]\n  a = 1\n", KT_AWS_PROFILE, "default", NULL, "a", NULL, 1 },
    { KT_AWS_FILE_CONFIG, "[default]\ns3 =\n  x\n", KT_AWS_PROFILE, "default", "s3", "x", NULL, 1 },
    { KT_AWS_FILE_CONFIG, "", KT_AWS_PROFILE, "default", NULL, "a", NULL, 0 },
};

TEST(config_file, reads_what_people_write)
{
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        kt_arena *arena = kt_arena_new(0);
        const kt_aws_file *file = parse(arena, cases[i].file, cases[i].text);
        const char *value =
            kt_aws_file_get(file, cases[i].kind, kt_view_of(cases[i].section), cases[i].block, cases[i].key);
        if ((value == NULL) != (cases[i].expect == NULL) || (value != NULL && strcmp(value, cases[i].expect) != 0))
            fail_msg("%s\n'%s' instead of '%s'", cases[i].text, value == NULL ? "(none)" : value,
                     cases[i].expect == NULL ? "(none)" : cases[i].expect);
        if (warnings != cases[i].warnings)
            fail_msg("%s\n%d warnings instead of %d", cases[i].text, warnings, cases[i].warnings);
        kt_arena_free(arena);
    }
}

TEST(config_file, lists_its_sections_in_order)
{
    kt_arena *arena = kt_arena_new(0);
    const kt_aws_file *file =
        parse(arena, KT_AWS_FILE_CONFIG, "[default]\n[sso-session s]\n[profile b]\n[services v]\n[profile a]\n");
    static const char *const expected[] = { "default", "b", "a" };
    size_t cursor = 0, count = 0;
    const char *name;
    while (kt_aws_file_next(file, KT_AWS_PROFILE, &cursor, &name))
        assert_string_equal(name, expected[count++]);
    assert_int_equal(count, KT_COUNT(expected));
    assert_true(kt_aws_file_has(file, KT_AWS_SERVICES, kt_view_of("v")));
    assert_false(kt_aws_file_has(file, KT_AWS_SERVICES, kt_view_of("s")));
    kt_arena_free(arena);
}

TEST(config_file, has_limits)
{
    kt_arena *arena = kt_arena_new(0);
    kt_aws_file *file = NULL;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_buf_fill(&text, "[profile a]\n", KT_AWS_FILE_SECTIONS_MOST + 1);
    assert_int_equal(kt_aws_file_parse(kt_buf_view(&text), "f", KT_AWS_FILE_CONFIG, NULL, arena, &file, NULL),
                     KT_E_LIMIT);
    kt_buf_clear(&text);
    kt_buf_fill(&text, "#", KT_AWS_FILE_BYTES_MOST + 1);
    assert_int_equal(kt_aws_file_parse(kt_buf_view(&text), "f", KT_AWS_FILE_CONFIG, NULL, arena, &file, NULL),
                     KT_E_LIMIT);
    assert_null(file);
    kt_arena_free(arena);
}
