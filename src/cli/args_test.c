/* SPDX-License-Identifier: Apache-2.0 */
/* args_test.c - a command line means what its writer meant, or is refused with the way out. */
#include "cli/cli.h"

#include "tests/unit.h"
#include <string.h>

enum { MOST_WORDS = 8 };

static int parse(const char *command, const char *const words[MOST_WORDS], kt_args *args, kt_error *err)
{
    char *argv[MOST_WORDS];
    int argc = 0;
    for (; argc < MOST_WORDS && words[argc] != NULL; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc];
    return kt_args_parse(kt_command_find(command), argc, argv, args, err);
}

static const struct {
    const char *words[MOST_WORDS];
    const char *option, *value; /* what an option has then */
    const char *operand;        /* the last one */
} right[] = {
    { { "a.qasm", "--shots", "5" }, "shots", "5", "a.qasm" },
    { { "--shots=5", "a.qasm" }, "shots", "5", "a.qasm" },
    { { "-s", "5", "a.qasm" }, "shots", "5", "a.qasm" },
    { { "-s5", "a.qasm" }, "shots", "5", "a.qasm" },
    { { "--shots=1", "--shots=2", "a.qasm" }, "shots", "2", "a.qasm" },
    { { "--shots=", "a.qasm" }, "shots", "", "a.qasm" },
    { { "-o", "-", "-" }, "output", "-", "-" },
    { { "--set=a=b=c", "a.qasm" }, "set", "a=b=c", "a.qasm" },
    { { "--inputs", "--weird", "a.qasm" }, "inputs", "--weird", "a.qasm" },
    { { "--", "--shots" }, "shots", NULL, "--shots" },
    { { "--json", "--", "-" }, "json", NULL, "-" },
};

TEST(args, values_follow_their_option_in_every_form)
{
    for (size_t i = 0; i < KT_COUNT(right); i++) {
        KT_ARGS_OWN args = { 0 };
        kt_error err = { 0 };
        assert_int_equal(parse("run", right[i].words, &args, &err), 0);
        const char *value = kt_args_value(&args, right[i].option);
        if (right[i].value == NULL)
            assert_null(value);
        else
            assert_string_equal(value, right[i].value);
        assert_string_equal(args.operands[args.operand_count - 1], right[i].operand);
    }
}

static const struct {
    const char *command;
    const char *words[MOST_WORDS];
    const char *message; /* a part of it */
} wrong[] = {
    { "run", { NULL }, "FILE... is missing: ketch run [OPTION]... FILE..." },
    { "draw", { "a", "b" }, "too many words: 'b'" },
    { "run", { "--shot", "5", "a" }, "unknown option '--shot' (did you mean '--shots'?)" },
    { "run", { "--xyzzy", "a" }, "unknown option '--xyzzy'; 'ketch run --help' lists them" },
    { "run", { "a", "--shots" }, "option '--shots' needs a value: --shots N" },
    { "run", { "a", "-s" }, "option '--shots' needs a value" },
    { "run", { "--json=yes", "a" }, "option '--json' takes no value, but 'yes' is given" },
    { "run", { "-Z", "a" }, "unknown option '-Z' in '-Z'" },
    { "fmt", { "-wq", "a" }, "unknown option '-q' in '-wq'" },
    { "check", { NULL }, "FILE... is missing" },
    { "version", { "x" }, "too many words: 'x' and what follows; expected: ketch version" },
    { "sandbox", { "bil" }, "(did you mean 'sandbox bill'?)" },
    { "run", { "--=5", "a" }, "unknown option '--'" },
};

TEST(args, what_is_wrong_is_refused_with_a_way_out)
{
    for (size_t i = 0; i < KT_COUNT(wrong); i++) {
        KT_ARGS_OWN args = { 0 };
        kt_error err = { 0 };
        assert_int_equal(parse(wrong[i].command, wrong[i].words, &args, &err), KT_E_INVALID);
        assert_non_null(strstr(err.message, wrong[i].message));
    }
}

TEST(args, a_tail_is_left_as_it_is_and_needs_a_command)
{
    char *words[] = { "--key", "a:b", "--key=c:d", "--", "ls", "--key", "--", NULL };
    const char *keys[MOST_WORDS];
    KT_ARGS_OWN args = { 0 };
    assert_int_equal(kt_args_parse(kt_command_find("sandbox"), 7, words, &args, NULL), 0);
    assert_ptr_equal(args.tail, words + 4);
    assert_int_equal(args.operand_count, 0);
    assert_int_equal(kt_args_values(&args, "key", keys), 2);
    assert_string_equal(keys[0], "a:b");
    assert_string_equal(keys[1], "c:d");
    KT_ARGS_OWN without = { 0 };
    assert_int_equal(kt_args_parse(kt_command_find("sandbox"), 2, words, &without, NULL), 0);
    assert_null(without.tail);
    KT_ARGS_OWN empty = { 0 };
    kt_error err = { 0 };
    words[4] = NULL;
    assert_int_equal(kt_args_parse(kt_command_find("sandbox"), 4, words, &empty, &err), KT_E_INVALID);
    assert_non_null(strstr(err.message, "a command is missing behind '--'"));
}

TEST(args, a_command_below_another_one_is_named_by_two_words)
{
    static const char *const words[] = { "sandbox", "bill", "--json" }, *const other[] = { "sandbox", "--json" };
    size_t used = 0;
    assert_string_equal(kt_command_find_words(3, words, &used)->name, "sandbox bill");
    assert_int_equal(used, 2);
    assert_string_equal(kt_command_find_words(2, other, &used)->name, "sandbox");
    assert_int_equal(used, 1);
    assert_string_equal(kt_command_find_words(1, words, &used)->name, "sandbox");
    assert_null(kt_command_find_words(2, words + 1, &used));
    assert_null(kt_command_find_words(0, words, &used));
}

TEST(args, help_needs_no_operands)
{
    KT_ARGS_OWN args = { 0 };
    static const char *const words[MOST_WORDS] = { "--help" };
    assert_int_equal(parse("run", words, &args, NULL), 0);
    assert_true(kt_args_has(&args, "help"));
}

TEST(args, a_list_keeps_every_value_in_order)
{
    KT_ARGS_OWN args = { 0 };
    static const char *const words[MOST_WORDS] = { "--set", "a=1", "--json", "--set=b=2", "f" };
    assert_int_equal(parse("run", words, &args, NULL), 0);
    assert_int_equal(args.given_count, 3);
    assert_string_equal(args.given[0].value, "a=1");
    assert_string_equal(args.given[2].value, "b=2");
}

TEST(args, a_number_out_of_range_names_its_option)
{
    KT_ARGS_OWN args = { 0 };
    kt_error err = { 0 };
    uint64_t value = 3;
    static const char *const words[MOST_WORDS] = { "--threads", "0", "f" };
    assert_int_equal(parse("run", words, &args, NULL), 0);
    assert_int_equal(kt_args_uint(&args, "shots", 0, 9, &value, &err), 0);
    assert_int_equal(value, 3);
    assert_int_equal(kt_args_uint(&args, "threads", 1, 256, &value, &err), KT_E_INVALID);
    assert_string_equal(err.message, "--threads: '0' is out of range; expected a whole number from 1 to 256");
}

static const struct {
    const char *text;
    int (*parse)(kt_view text, uint64_t *out, kt_error *err);
    int64_t value; /* -1: refused */
} numbers[] = {
    { "4096", kt_parse_size, 4096 },
    { "64MiB", kt_parse_size, 67108864 },
    { "64 MiB", kt_parse_size, 67108864 },
    { "1.5K", kt_parse_size, 1536 },
    { "2GB", kt_parse_size, 2000000000 },
    { "7B", kt_parse_size, 7 },
    { "1e3", kt_parse_size, 1000 },
    { "8GiBB", kt_parse_size, -1 },
    { "-1", kt_parse_size, -1 },
    { "MiB", kt_parse_size, -1 },
    { "1e30", kt_parse_size, -1 },
    { "", kt_parse_size, -1 },
    { "5e7", kt_parse_count, 50000000 },
    { "50000000", kt_parse_count, 50000000 },
    { "1.5e1", kt_parse_count, 15 },
    { "1.5", kt_parse_count, -1 },
    { "-1", kt_parse_count, -1 },
    { "1e17", kt_parse_count, -1 }, /* no longer exact */
    { "", kt_parse_count, -1 },
};

TEST(args, sizes_and_counts_are_exact_or_refused)
{
    for (size_t i = 0; i < KT_COUNT(numbers); i++) {
        uint64_t value = 0;
        const int rc = numbers[i].parse(kt_view_of(numbers[i].text), &value, NULL);
        assert_int_equal(rc, numbers[i].value < 0 ? KT_E_INVALID : 0);
        if (rc == 0)
            assert_int_equal(value, numbers[i].value);
    }
}
