/* SPDX-License-Identifier: Apache-2.0 */
/* config_test.c - a settings file's values, and every way in which it can be wrong, with its place. */
#include "settings/config.h"

#include "tests/unit.h"
#include <string.h>

static const char *value(const kt_config *config, const char *name)
{
    const int index = kt_setting_find(kt_view_of(name));
    assert_true(index >= 0);
    return kt_config_value(config, (size_t)index);
}

static const char *origin(const kt_config *config, const char *name)
{
    return kt_config_origin(config, (size_t)kt_setting_find(kt_view_of(name)));
}

TEST(config, every_setting_has_a_name_of_its_own)
{
    for (size_t i = 0; i < kt_setting_count; i++)
        assert_int_equal(kt_setting_find(kt_view_of(kt_settings_table[i].name)), i);
    assert_int_equal(kt_setting_find(kt_view_of("endpoint-url")), kt_setting_find(kt_view_of("endpoint_url")));
    assert_int_equal(kt_setting_find(kt_view_of("shot")), -1);
    assert_int_equal(kt_setting_find(kt_view_of("")), -1);
}

TEST(config, a_later_source_wins)
{
    KT_OWN(kt_config) *config = NULL;
    assert_int_equal(kt_config_new(&config, NULL), 0);
    assert_string_equal(value(config, "device"), "local");
    assert_null(value(config, "shots"));
    assert_string_equal(origin(config, "device"), "default");
    assert_int_equal(kt_config_add_yaml(config, kt_view_of("# mine\nshots: 100\ndevice: sv1\n"), "a.yaml", NULL), 0);
    assert_int_equal(
        kt_config_add_yaml(config, kt_view_of("shots: '7'\nexecutors:\n  braket: {time_limit: 60}\n"), "b.yaml", NULL),
        0);
    assert_string_equal(value(config, "shots"), "7");
    assert_string_equal(origin(config, "shots"), "b.yaml:1");
    assert_string_equal(origin(config, "device"), "a.yaml:3");
    assert_string_equal(value(config, "executors.braket.time_limit"), "60");
    assert_string_equal(value(config, "executors.braket.storage"), "30");
}

TEST(config, sizes_are_those_that_options_take)
{
    static const char *const texts[] = { "memory: 8GiB", "memory: 2 GB", "memory: 1e9", "memory: 4096", "memory: 64K" };
    for (size_t i = 0; i < KT_COUNT(texts); i++) {
        KT_OWN(kt_config) *config = NULL;
        assert_int_equal(kt_config_new(&config, NULL), 0);
        assert_int_equal(kt_config_add_yaml(config, kt_view_of(texts[i]), "f", NULL), 0);
        assert_non_null(value(config, "memory"));
    }
}

TEST(config, files_without_settings_are_fine)
{
    static const char *const texts[] = { "", "# nothing\n", "---\n", "{}", "shots:\n", "shots: ~\n", "null" };
    for (size_t i = 0; i < KT_COUNT(texts); i++) {
        KT_OWN(kt_config) *config = NULL;
        assert_int_equal(kt_config_new(&config, NULL), 0);
        assert_int_equal(kt_config_add_yaml(config, kt_view_of(texts[i]), "f", NULL), 0);
        assert_null(value(config, "shots"));
    }
}

TEST(config, what_is_wrong_is_told_with_its_place)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "shot: 1\n", "f:1: there is no setting 'shot' (did you mean 'shots'?)" },
        { "shots: many\n", "f:1: shots is 'many', expected a whole number" },
        { "top: 1\nshots: -5\n", "f:2: shots is '-5', expected a whole number" },
        { "shots: 99999999999999999999\n", "expected a whole number" },
        { "memory: 8 potatoes\n", "expected a size such as 8GiB" },
        { "memory: GiB\n", "expected a size such as 8GiB" },
        { "s3: bucket\n", "expected a place such as s3://bucket/prefix" },
        { "endpoint_url: localhost\n", "expected a URL" },
        { "shots: [1]\n", "f:1:8: found a list" },
        { "- shots\n", "f:1:1: found a list" },
        { "shots: {a: 1}\n", "f:1: there is no setting 'shots'" },
        { "executors: {braket: {regio: x}}\n", "did you mean 'executors.braket.region'" },
        { "shots: 1\nshots: 2\n", "f:2:8: shots stands here for the second time" },
        { "a: &x 1\nshots: *x\n", "there is no setting 'a'" },
        { "shots: *x\n", "f:1:8: found an alias" },
        { "just text", "f:1:1: found 'just text', expected settings" },
        { "shots: 1\n---\ntop: 2\n", "a second document" },
        { "shots: 'x\n", "f:2:1: " },
        { "{a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}", "there is no setting 'a'" },
        { "? {a: 1}\n: 2\n", "found a map, expected the name" },
        { "device: \"a\\0b\"\n", "zero byte" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        KT_OWN(kt_config) *config = NULL;
        kt_error err = { 0 };
        assert_int_equal(kt_config_new(&config, NULL), 0);
        const int rc = kt_config_add_yaml(config, kt_view_of(rows[i].text), "f", &err);
        if (rc == 0 || strstr(err.message, rows[i].says) == NULL)
            print_message("%s: %s\n", rows[i].text, rc == 0 ? "worked" : err.message);
        assert_true(rc < 0);
        assert_non_null(strstr(err.message, rows[i].says));
    }
}
