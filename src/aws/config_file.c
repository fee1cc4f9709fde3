/* SPDX-License-Identifier: Apache-2.0 */
/* config_file.c - AWS's INI dialect. Indented lines under a key without a value are settings of their own,
 * in a block that has the key's name.
 * Source: the AWS SDK reference on shared config files; where it is silent, botocore 1.44's reading. */
#include "aws/config_file.h"

#include "base/buf.h"
#include <string.h>

typedef struct entry {
    const char *section, *block, *key; /* block: NULL for a setting of the section itself */
    const char *value;
    kt_aws_section_kind kind;
    struct entry *older;
} entry;

typedef struct section {
    const char *name;
    kt_aws_section_kind kind;
    struct section *next;
} section;

struct kt_aws_file {
    entry *newest; /* so that the later one of two equal keys is met first */
    section *first, **last;
    size_t section_count;
};

typedef struct reader {
    kt_aws_file *file;
    kt_aws_file_kind file_kind;
    const char *name;
    const kt_log *log;
    kt_arena *arena;
    size_t line_number;
    section *here;   /* NULL: before the first section, or in one that is passed over */
    entry *above;    /* what an indented line goes on with; NULL: nothing */
    bool is_skipped; /* the section here is none of ours: its lines are no mistakes */
} reader;

static void warn(const reader *r, const char *what)
{
    kt_logf(r->log, KT_LOG_WARN, "%s, line %zu: %s; the line is passed over", r->name, r->line_number, what);
}

/* ---- sections ---- */

/* "profile  lab", "profile \"my lab\"" -> the name behind the word. NULL data: the word is another one. */
static kt_view behind_word(kt_view text, const char *word)
{
    const size_t length = strlen(word);
    if (!kt_view_starts(text, word) || text.length <= length || (text.data[length] != ' ' && text.data[length] != '\t'))
        return (kt_view){ 0 };
    kt_view name = kt_view_trim((kt_view){ text.data + length, text.length - length });
    if (name.length >= 2 && (name.data[0] == '"' || name.data[0] == '\'') &&
        name.data[name.length - 1] == name.data[0]) {
        name.data++;
        name.length -= 2;
    }
    return name;
}

static const struct {
    const char *word;
    kt_aws_section_kind kind;
} config_sections[] = {
    { "profile", KT_AWS_PROFILE },
    { "sso-session", KT_AWS_SSO_SESSION },
    { "services", KT_AWS_SERVICES },
};

/* NULL data: a section of a kind that is not known. */
static kt_view section_name(const reader *r, kt_view header, kt_aws_section_kind *kind)
{
    *kind = KT_AWS_PROFILE;
    if (r->file_kind == KT_AWS_FILE_CREDENTIALS || kt_view_is(header, "default"))
        return header;
    for (size_t i = 0; i < KT_COUNT(config_sections); i++) {
        const kt_view name = behind_word(header, config_sections[i].word);
        *kind = config_sections[i].kind;
        if (name.length > 0)
            return name;
    }
    return (kt_view){ 0 };
}

static int add_section(reader *r, kt_view name, kt_aws_section_kind kind, kt_error *err)
{
    if (r->file->section_count == KT_AWS_FILE_SECTIONS_MOST)
        return kt_fail(err, KT_E_LIMIT, "%s: more than %d sections", r->name, (int)KT_AWS_FILE_SECTIONS_MOST);
    section *made = KT_ARENA_NEW(r->arena, section);
    if (made == NULL)
        return kt_fail_nomem(err, sizeof(*made), r->name);
    *made = (section){ .name = kt_arena_strndup(r->arena, name.data, name.length), .kind = kind };
    if (made->name == NULL)
        return kt_fail_nomem(err, name.length, r->name);
    *r->file->last = made;
    r->file->last = &made->next;
    r->file->section_count++;
    r->here = made;
    return 0;
}

static int read_section(reader *r, kt_view line, kt_error *err)
{
    const char *end = memchr(line.data, ']', line.length);
    kt_aws_section_kind kind;
    r->here = NULL;
    r->above = NULL;
    r->is_skipped = true;
    if (end == NULL) {
        warn(r, "a section's name ends with ]");
        return 0;
    }
    const kt_view header = kt_view_trim((kt_view){ line.data + 1, (size_t)(end - line.data) - 1 });
    const kt_view name = section_name(r, header, &kind);
    return name.length == 0 ? 0 : add_section(r, name, kind, err);
}

/* ---- settings ---- */

static const char *lower_copy(kt_arena *arena, kt_view text)
{
    char *copy = kt_arena_strndup(arena, text.data, text.length);
    for (size_t i = 0; copy != NULL && i < text.length; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] + ('a' - 'A'));
    return copy;
}

/* "key = value"; false: it is none. */
static bool split_setting(kt_view line, kt_view *key, kt_view *value)
{
    size_t at = 0;
    while (at < line.length && line.data[at] != '=' && line.data[at] != ':')
        at++;
    *key = kt_view_trim((kt_view){ line.data, at });
    if (at == line.length || key->length == 0)
        return false;
    *value = kt_view_trim((kt_view){ line.data + at + 1, line.length - at - 1 });
    return true;
}

static int add_entry(reader *r, const char *block, kt_view key, kt_view value, entry **out, kt_error *err)
{
    entry *made = KT_ARENA_NEW(r->arena, entry);
    if (made == NULL)
        return kt_fail_nomem(err, sizeof(*made), r->name);
    *made = (entry){ .section = r->here->name,
                     .block = block,
                     .key = lower_copy(r->arena, key),
                     .value = kt_arena_strndup(r->arena, value.data, value.length),
                     .kind = r->here->kind,
                     .older = r->file->newest };
    if (made->key == NULL || made->value == NULL)
        return kt_fail_nomem(err, key.length + value.length, r->name);
    r->file->newest = made;
    *out = made;
    return 0;
}

static int read_setting(reader *r, kt_view line, kt_error *err)
{
    kt_view key, value;
    r->above = NULL;
    if (!split_setting(line, &key, &value)) {
        warn(r, "expected KEY = VALUE");
        return 0;
    }
    return add_entry(r, NULL, key, value, &r->above, err);
}

/* An indented line is a setting in the block above. No setting that counts here has a value of several lines. */
static int read_indented(reader *r, kt_view line, kt_error *err)
{
    kt_view key, value;
    entry *ignored;
    if (r->above == NULL || r->above->value[0] != '\0') {
        warn(r, "nothing stands above that an indented line could belong to");
        return 0;
    }
    if (split_setting(line, &key, &value))
        return add_entry(r, r->above->key, key, value, &ignored, err);
    warn(r, "expected KEY = VALUE in the block above");
    return 0;
}

static int read_line(reader *r, kt_view line, kt_error *err)
{
    const kt_view text = kt_view_trim(line);
    if (text.length == 0 || text.data[0] == '#' || text.data[0] == ';')
        return 0;
    if (text.length > KT_AWS_FILE_LINE_BYTES_MOST || memchr(text.data, '\0', text.length) != NULL) {
        warn(r, "too long, or no text");
        return 0;
    }
    if (text.data[0] == '[' && line.data == text.data)
        return read_section(r, text, err);
    if (r->here == NULL) {
        if (!r->is_skipped)
            warn(r, "it stands before the first section");
        return 0;
    }
    return line.data == text.data ? read_setting(r, text, err) : read_indented(r, text, err);
}

int kt_aws_file_parse(kt_view text, const char *name, kt_aws_file_kind kind, const kt_log *log, kt_arena *arena,
                      kt_aws_file **out, kt_error *err)
{
    kt_aws_file *file = KT_ARENA_NEW(arena, kt_aws_file);
    if (file == NULL)
        return kt_fail_nomem(err, sizeof(*file), name);
    if (text.length > KT_AWS_FILE_BYTES_MOST)
        return kt_fail(err, KT_E_LIMIT, "%s: %zu bytes, above the limit of %d", name, text.length,
                       (int)KT_AWS_FILE_BYTES_MOST);
    file->last = &file->first;
    reader r = { .file = file, .file_kind = kind, .name = name, .log = log, .arena = arena };
    if (kt_view_starts(text, "\xef\xbb\xbf")) {
        text.data += 3;
        text.length -= 3;
    }
    int rc = 0;
    while (text.length > 0 && rc == 0) {
        const char *end = memchr(text.data, '\n', text.length);
        const size_t length = end == NULL ? text.length : (size_t)(end - text.data);
        r.line_number++;
        rc = read_line(&r, (kt_view){ text.data, length }, err);
        const size_t taken = end == NULL ? length : length + 1;
        text.data += taken;
        text.length -= taken;
    }
    if (rc == 0)
        *out = file;
    return rc;
}

/* ---- looking things up ---- */

bool kt_aws_file_has(const kt_aws_file *file, kt_aws_section_kind kind, kt_view name)
{
    for (const section *at = file == NULL ? NULL : file->first; at != NULL; at = at->next)
        if (at->kind == kind && kt_view_is(name, at->name))
            return true;
    return false;
}

static bool same_block(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const char *kt_aws_file_get(const kt_aws_file *file, kt_aws_section_kind kind, kt_view name, const char *block,
                            const char *key)
{
    for (const entry *at = file == NULL ? NULL : file->newest; at != NULL; at = at->older)
        if (at->kind == kind && kt_view_is(name, at->section) && same_block(at->block, block) &&
            strcmp(at->key, key) == 0)
            return at->value;
    return NULL;
}

bool kt_aws_file_next(const kt_aws_file *file, kt_aws_section_kind kind, size_t *cursor, const char **name)
{
    size_t index = 0;
    for (const section *at = file == NULL ? NULL : file->first; at != NULL; at = at->next, index++)
        if (index >= *cursor && at->kind == kind) {
            *cursor = index + 1;
            *name = at->name;
            return true;
        }
    return false;
}
