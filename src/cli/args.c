/* SPDX-License-Identifier: Apache-2.0 */
/* args.c - the one reader of command lines: --name, --name=VALUE, --name VALUE, -o VALUE, -oVALUE, -wx for two flags,
 * "--" for the end of options (or, where a command has a tail, the beginning of it), "-" as an operand. An option must
 * be written out; the nearest one is suggested. */
#include "base/text.h"
#include "cli/cli.h"
#include "cli/help.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The n-th option of a command, those that every command takes behind its own; NULL behind the last. */
static const kt_option *option_at(const kt_command *command, size_t n)
{
    if (n < command->option_count)
        return &command->options[n];
    n -= command->option_count;
    return n < kt_common_option_count ? &kt_common_options[n] : NULL;
}

static const kt_option *find_long(const kt_command *command, kt_view name)
{
    const kt_option *option;
    for (size_t i = 0; (option = option_at(command, i)) != NULL; i++)
        if (kt_view_is(name, option->name))
            return option;
    return NULL;
}

static const kt_option *find_letter(const kt_command *command, char letter)
{
    const kt_option *option;
    for (size_t i = 0; (option = option_at(command, i)) != NULL; i++)
        if (option->letter == letter)
            return option;
    return NULL;
}

static int unknown_option(const kt_command *command, kt_view name, kt_error *err)
{
    kt_nearest nearest;
    const kt_option *option;
    char hint[96] = "";
    kt_nearest_init(&nearest, name);
    for (size_t i = 0; (option = option_at(command, i)) != NULL; i++)
        kt_nearest_offer(&nearest, kt_view_of(option->name));
    if (nearest.text.data != NULL)
        snprintf(hint, sizeof(hint), " (did you mean '--%.*s'?)", KT_VIEW_ARG(nearest.text));
    return kt_fail(err, KT_E_INVALID, "unknown option '--%.*s'%s; 'ketch %s --help' lists them",
                   name.length > 60 ? 60 : (int)name.length, name.data, hint, command->name);
}

static void take(kt_args *args, const kt_option *option, const char *value)
{
    args->given[args->given_count++] = (struct kt_given){ option, value };
}

static int lacks_value(const kt_option *option, kt_error *err)
{
    return kt_fail(err, KT_E_INVALID, "option '--%s' needs a value: --%s %s", option->name, option->name,
                   option->value);
}

/* word: "--name" or "--name=value"; next: the word behind it, or NULL. Returns how many words were used. */
static int parse_long(kt_args *args, const char *word, const char *next, kt_error *err)
{
    const char *equals = strchr(word, '=');
    const kt_view name = { word + 2, equals == NULL ? strlen(word + 2) : (size_t)(equals - word - 2) };
    const kt_option *option = find_long(args->command, name);
    if (option == NULL)
        return unknown_option(args->command, name, err);
    if (option->kind == KT_OPTION_FLAG) {
        if (equals != NULL)
            return kt_fail(err, KT_E_INVALID, "option '--%s' takes no value, but '%.80s' is given", option->name,
                           equals + 1);
        take(args, option, NULL);
        return 1;
    }
    if (equals == NULL && next == NULL)
        return lacks_value(option, err);
    take(args, option, equals != NULL ? equals + 1 : next);
    return equals != NULL ? 1 : 2;
}

/* word: "-abc": flags a, b and c, or an option with its value. Returns how many words were used. */
static int parse_letters(kt_args *args, const char *word, const char *next, kt_error *err)
{
    for (size_t i = 1; word[i] != '\0'; i++) {
        const kt_option *option = find_letter(args->command, word[i]);
        if (option == NULL)
            return kt_fail(err, KT_E_INVALID, "unknown option '-%c' in '%.60s'; 'ketch %s --help' lists them", word[i],
                           word, args->command->name);
        if (option->kind == KT_OPTION_FLAG) {
            take(args, option, NULL);
            continue;
        }
        if (word[i + 1] == '\0' && next == NULL)
            return lacks_value(option, err);
        take(args, option, word[i + 1] != '\0' ? word + i + 1 : next);
        return word[i + 1] != '\0' ? 1 : 2;
    }
    return 1;
}

/* A word too many may be meant as the name of a command below this one. */
static int too_many(const kt_args *args, kt_error *err)
{
    const kt_command *command = args->command;
    const char *word = args->operands[command->operands_most];
    kt_nearest nearest;
    char meant[96], hint[96];
    snprintf(meant, sizeof(meant), "%s %.60s", command->name, word);
    kt_nearest_init(&nearest, kt_view_of(meant));
    for (size_t i = 0; i < kt_command_count; i++)
        if (strchr(kt_commands[i].name, ' ') != NULL)
            kt_nearest_offer(&nearest, kt_view_of(kt_commands[i].name));
    kt_nearest_hint(&nearest, hint, sizeof(hint));
    return kt_fail(err, KT_E_INVALID, "too many words: '%.80s' and what follows%s; expected: ketch %s%s%s", word, hint,
                   command->name, command->operands[0] != '\0' ? " " : "", command->operands);
}

static int check_operands(const kt_args *args, kt_error *err)
{
    const kt_command *command = args->command;
    if (kt_args_has(args, "help"))
        return 0;
    if (args->operand_count < (size_t)command->operands_least)
        return kt_fail(err, KT_E_INVALID, "%s is missing: ketch %s [OPTION]... %s", command->operands, command->name,
                       command->operands);
    if (args->operand_count > (size_t)command->operands_most)
        return too_many(args, err);
    return 0;
}

int kt_args_parse(const kt_command *command, int argc, char **argv, kt_args *args, kt_error *err)
{
    /* A word gives as many options as it has letters, at most. */
    size_t most = 1;
    for (int i = 0; i < argc; i++)
        most += strlen(argv[i]);
    *args = (kt_args){ .command = command };
    args->given = calloc(most, sizeof(*args->given));
    args->operands = calloc((size_t)argc + 1, sizeof(*args->operands));
    if (args->given == NULL || args->operands == NULL)
        return kt_fail_nomem(err, most * sizeof(*args->given), "the command line");
    bool options_ended = false;
    for (int i = 0; i < argc;) {
        const char *word = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;
        int used = 1;
        if (options_ended || word[0] != '-' || word[1] == '\0')
            args->operands[args->operand_count++] = word;
        else if (strcmp(word, "--") == 0)
            options_ended = true;
        else
            used = (word[1] == '-' ? parse_long : parse_letters)(args, word, next, err);
        if (used < 0)
            return used;
        i += used;
        if (options_ended && command->tail) {
            args->tail = argv + i;
            break;
        }
    }
    if (args->tail != NULL && args->tail[0] == NULL)
        return kt_fail(err, KT_E_INVALID, "a command is missing behind '--': ketch %s %s", command->name,
                       command->operands);
    return check_operands(args, err);
}

void kt_args_fini(kt_args *args)
{
    free(args->given);
    free(args->operands);
    *args = (kt_args){ 0 };
}

#ifndef NDEBUG
/* Whether there is such an option, of this command or, where several share a reader, of another one: a slip of the pen
 * would never be given. */
static bool is_option(const kt_args *args, const char *name)
{
    bool found = find_long(args->command, kt_view_of(name)) != NULL;
    for (size_t i = 0; i < kt_command_count && !found; i++)
        found = find_long(&kt_commands[i], kt_view_of(name)) != NULL;
    return found;
}
#endif

static const struct kt_given *last_given(const kt_args *args, const char *option)
{
    assert(is_option(args, option));
    for (size_t i = args->given_count; i > 0; i--)
        if (strcmp(args->given[i - 1].option->name, option) == 0)
            return &args->given[i - 1];
    return NULL;
}

bool kt_args_has(const kt_args *args, const char *option)
{
    return last_given(args, option) != NULL;
}

const char *kt_args_value(const kt_args *args, const char *option)
{
    const struct kt_given *given = last_given(args, option);
    return given == NULL ? NULL : given->value;
}

size_t kt_args_values(const kt_args *args, const char *option, const char **out)
{
    size_t count = 0;
    assert(is_option(args, option));
    for (size_t i = 0; i < args->given_count; i++)
        if (strcmp(args->given[i].option->name, option) == 0)
            out[count++] = args->given[i].value;
    return count;
}

int kt_args_uint(const kt_args *args, const char *option, uint64_t least, uint64_t most, uint64_t *out, kt_error *err)
{
    const char *value = kt_args_value(args, option);
    if (value == NULL)
        return 0;
    const int rc = kt_parse_uint(kt_view_of(value), least, most, out, err);
    return rc < 0 ? kt_wrap(err, rc, "--%s", option) : 0;
}

int kt_parse_count(kt_view text, uint64_t *out, kt_error *err)
{
    double value;
    if (kt_parse_uint(text, 0, UINT64_MAX, out, NULL) == 0)
        return 0;
    if (kt_parse_double(text, &value, NULL) < 0 || value < 0 || value > 0x1p53 || value != floor(value))
        return kt_fail(err, KT_E_INVALID, "'%.*s' is no count; expected a whole number such as 5000 or 1e9",
                       text.length > 80 ? 80 : (int)text.length, text.data);
    *out = (uint64_t)value;
    return 0;
}

static const struct {
    const char *name;
    double bytes;
} size_units[] = {
    { "KiB", 0x1p10 }, { "MiB", 0x1p20 }, { "GiB", 0x1p30 }, { "TiB", 0x1p40 }, { "PiB", 0x1p50 }, { "kB", 1e3 },
    { "KB", 1e3 },     { "MB", 1e6 },     { "GB", 1e9 },     { "TB", 1e12 },    { "PB", 1e15 },    { "K", 0x1p10 },
    { "M", 0x1p20 },   { "G", 0x1p30 },   { "T", 0x1p40 },   { "B", 1 },
};

int kt_parse_size(kt_view text, uint64_t *out_bytes, kt_error *err)
{
    kt_view number = text;
    double unit = 1, value;
    for (size_t i = 0; i < KT_COUNT(size_units); i++) {
        const size_t length = strlen(size_units[i].name);
        if (text.length <= length || memcmp(text.data + text.length - length, size_units[i].name, length) != 0)
            continue;
        number.length -= length;
        unit = size_units[i].bytes;
        break;
    }
    if (kt_parse_double(kt_view_trim(number), &value, NULL) < 0 || value < 0 || value * unit >= 0x1p63)
        return kt_fail(err, KT_E_INVALID, "'%.*s' is no size; expected one such as 512MiB, 8GB or 1073741824",
                       text.length > 80 ? 80 : (int)text.length, text.data);
    *out_bytes = (uint64_t)(value * unit);
    return 0;
}
