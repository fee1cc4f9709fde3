/* SPDX-License-Identifier: Apache-2.0 */
/* braket_check.c - checks values against rules and says what is wrong in the words that AWS services use:
 * "Value '...' at 'filters.1.member.name' failed to satisfy constraint: Member must have length ...". */
#include "sandbox/braket_check.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VALUE_SHOWN_MOST = 128,
    WHERE_BYTES = 256,
    PATTERN_BYTES = 256,
    PATTERN_VALUE_MOST = 16384, /* above every maximum of what has a pattern, in bytes */
    ERRORS_TOLD_MOST = 10
};

void kt_findings_init(kt_findings *findings)
{
    *findings = (kt_findings){ 0 };
    kt_buf_init(&findings->text, 64 * 1024);
}

void kt_findings_fini(kt_findings *findings)
{
    kt_buf_fini(&findings->text);
}

/* The value as a message shows it, cut at a whole character. */
static void add_value(kt_buf *out, const kt_json *value)
{
    if (json_is_null(value) || value == NULL) {
        kt_buf_adds(out, "null");
        return;
    }
    char *dump = json_is_string(value) ? NULL : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *text = json_is_string(value) ? json_string_value(value) : dump;
    size_t length = text == NULL ? 0 : strlen(text);
    const bool is_cut = length > VALUE_SHOWN_MOST;
    for (length = is_cut ? VALUE_SHOWN_MOST : length; is_cut && length > 0 && (text[length] & 0xC0) == 0x80;)
        length--;
    kt_buf_addc(out, '\'');
    kt_buf_add(out, text == NULL ? "" : text, length);
    kt_buf_adds(out, is_cut ? "...'" : "'");
    free(dump);
}

static void find(kt_findings *findings, const kt_json *value, const char *where, const char *constraint)
{
    if (findings->count++ >= ERRORS_TOLD_MOST)
        return;
    kt_buf *out = &findings->text;
    kt_buf_adds(out, out->length > 0 ? "; Value " : "Value ");
    add_value(out, value);
    kt_buf_addf(out, " at '%s' failed to satisfy constraint: %s", where, constraint);
}

static void malformed(kt_findings *findings, const kt_json *value, const char *wanted)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "OBJECT_VALUE",  [JSON_ARRAY] = "ARRAY_VALUE",  [JSON_STRING] = "STRING_VALUE",
        [JSON_INTEGER] = "NUMBER_VALUE", [JSON_REAL] = "DECIMAL_VALUE", [JSON_TRUE] = "TRUE_VALUE",
        [JSON_FALSE] = "FALSE_VALUE"
    };
    if (findings->malformed[0] == '\0')
        snprintf(findings->malformed, sizeof findings->malformed, "%s can not be converted to %s",
                 names[json_typeof(value)], wanted);
}

/* ---- one value, without what lies inside of it ---- */

typedef struct size_of {
    int64_t size;
    const char *what; /* "length" or "value" */
} size_of;

static size_of measure(const kt_json *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return (size_of){ (int64_t)kt_utf8_count((kt_view){ json_string_value(value), json_string_length(value) }),
                          "length" };
    case JSON_ARRAY: return (size_of){ (int64_t)json_array_size(value), "length" };
    case JSON_OBJECT: return (size_of){ (int64_t)json_object_size(value), "length" };
    default: return (size_of){ json_integer_value(value), "value" };
    }
}

static bool is_listed(const char *const *values, const char *text)
{
    while (*values != NULL && strcmp(*values, text) != 0)
        values++;
    return *values != NULL;
}

/* The whole text, not a part of it. */
static bool matches(const char *posix, const kt_json *value)
{
    char whole[PATTERN_BYTES];
    regex_t regex;
    if (json_string_length(value) > PATTERN_VALUE_MOST)
        return false;
    snprintf(whole, sizeof whole, "^(%s)$", posix);
    if (regcomp(&regex, whole, REG_EXTENDED | REG_NOSUB) != 0)
        return true; /* out of memory; the tables' patterns are tested */
    const bool is_match = regexec(&regex, json_string_value(value), 0, NULL, 0) == 0;
    regfree(&regex);
    return is_match;
}

static void say_values(kt_buf *out, const char *const *values)
{
    kt_buf_adds(out, "Member must satisfy enum value set: [");
    for (size_t i = 0; values[i] != NULL; i++)
        kt_buf_addf(out, "%s%s", i > 0 ? ", " : "", values[i]);
    kt_buf_addc(out, ']');
}

typedef void (*constraint_fn)(void *ctx, const char *constraint);

/* Calls broken(ctx, text) for each constraint that the value itself does not meet. */
static void each_broken(const kt_rule *rule, const kt_json *value, constraint_fn broken, void *ctx)
{
    const size_of s = measure(value);
    char text[PATTERN_BYTES + 64];
    if (rule->has_most && s.size > rule->most) {
        snprintf(text, sizeof text, "Member must have %s less than or equal to %lld", s.what, (long long)rule->most);
        broken(ctx, text);
    }
    if (rule->has_least && s.size < rule->least) {
        snprintf(text, sizeof text, "Member must have %s greater than or equal to %lld", s.what,
                 (long long)rule->least);
        broken(ctx, text);
    }
    if (rule->values != NULL && !is_listed(rule->values, json_string_value(value))) {
        KT_BUF_OWN list = { 0 };
        say_values(&list, rule->values);
        broken(ctx, list.failed == 0 ? list.data : "Member must satisfy enum value set");
    }
    if (rule->pattern != NULL && !matches(rule->posix, value)) {
        snprintf(text, sizeof text, "Member must satisfy regular expression pattern: %s", rule->pattern);
        broken(ctx, text);
    }
}

static bool has_type(const kt_rule *rule, const kt_json *value, kt_findings *findings)
{
    static const struct {
        json_type type, other;
        const char *wanted;
    } types[] = {
        [KT_RULE_TEXT] = { JSON_STRING, JSON_STRING, "String" },
        [KT_RULE_INTEGER] = { JSON_INTEGER, JSON_INTEGER, "Integer" },
        [KT_RULE_NUMBER] = { JSON_INTEGER, JSON_REAL, "Timestamp" },
        [KT_RULE_LIST] = { JSON_ARRAY, JSON_ARRAY, "List" },
        [KT_RULE_MAP] = { JSON_OBJECT, JSON_OBJECT, "Map" },
        [KT_RULE_STRUCT] = { JSON_OBJECT, JSON_OBJECT, "Structure" },
        [KT_RULE_UNION] = { JSON_OBJECT, JSON_OBJECT, "Union" },
    };
    const json_type type = json_typeof(value);
    if (type == types[rule->kind].type || type == types[rule->kind].other)
        return true;
    malformed(findings, value, types[rule->kind].wanted);
    return false;
}

/* ---- what lies inside ---- */

/* Plain entries of lists and maps: AWS tells of the whole list what its entries must be. */
typedef struct entry_report {
    kt_findings *findings;
    const kt_json *whole;
    const char *where, *who; /* "Member", "Map keys", "Map value" */
} entry_report;

static void entry_broken(void *ctx, const char *constraint)
{
    const entry_report *report = ctx;
    char text[PATTERN_BYTES + 128];
    snprintf(text, sizeof text, "%s must satisfy constraint: [%s]", report->who, constraint);
    find(report->findings, report->whole, report->where, text);
}

static void check_entry(const kt_rule *rule, const kt_json *value, const entry_report *report)
{
    if (json_is_null(value))
        entry_broken((void *)report, "Member must not be null");
    else if (has_type(rule, value, report->findings))
        each_broken(rule, value, entry_broken, (void *)report);
}

static void check_list(const kt_rule *rule, const kt_json *value, const char *where, kt_findings *findings)
{
    const kt_rule *item = &rule->parts[0];
    const entry_report report = { findings, value, where, "Member" };
    for (size_t i = 0; i < json_array_size(value); i++) {
        char inner[WHERE_BYTES];
        snprintf(inner, sizeof inner, "%s.%zu.member", where, i + 1);
        if (item->kind == KT_RULE_STRUCT)
            kt_rule_check(item, json_array_get(value, i), inner, findings);
        else
            check_entry(item, json_array_get(value, i), &report);
    }
}

static void check_map(const kt_rule *rule, const kt_json *value, const char *where, kt_findings *findings)
{
    const entry_report keys = { findings, value, where, "Map keys" }, values = { findings, value, where, "Map value" };
    const char *key;
    kt_json *entry;
    json_object_foreach((kt_json *)value, key, entry)
    {
        kt_json *name = json_string_nocheck(key);
        if (name != NULL)
            check_entry(&rule->parts[0], name, &keys);
        json_decref(name);
        check_entry(&rule->parts[1], entry, &values);
    }
}

static void check_members(const kt_rule *rule, const kt_json *value, const char *where, kt_findings *findings)
{
    size_t given = 0;
    for (size_t i = 0; i < rule->part_count; i++) {
        const kt_rule *member = &rule->parts[i];
        const kt_json *inner_value = json_object_get(value, member->name);
        char inner[WHERE_BYTES];
        snprintf(inner, sizeof inner, "%s%s%s", where, *where != '\0' ? "." : "", member->name);
        given += inner_value != NULL && !json_is_null(inner_value);
        kt_rule_check(member, inner_value, inner, findings);
    }
    if (rule->kind == KT_RULE_UNION && given != 1)
        find(findings, value, where, "Member must have exactly one of the members of the union set");
}

typedef struct member_report {
    kt_findings *findings;
    const kt_json *value;
    const char *where;
} member_report;

static void member_broken(void *ctx, const char *constraint)
{
    const member_report *report = ctx;
    find(report->findings, report->value, report->where, constraint);
}

void kt_rule_check(const kt_rule *rule, const kt_json *value, const char *where, kt_findings *findings)
{
    if (value == NULL || json_is_null(value)) {
        if (rule->is_required)
            find(findings, NULL, where, "Member must not be null");
        return;
    }
    if (!has_type(rule, value, findings))
        return;
    member_report report = { findings, value, where };
    each_broken(rule, value, member_broken, &report);
    if (rule->kind == KT_RULE_LIST)
        check_list(rule, value, where, findings);
    else if (rule->kind == KT_RULE_MAP)
        check_map(rule, value, where, findings);
    else if (rule->kind == KT_RULE_STRUCT || rule->kind == KT_RULE_UNION)
        check_members(rule, value, where, findings);
}
