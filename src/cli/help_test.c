/* SPDX-License-Identifier: Apache-2.0 */
/* help_test.c - the table of commands is whole, and help, manual and completions tell all of it. */
#include "cli/help.h"

#include "cli/load.h"
#include "tests/unit.h"
#include <string.h>

TEST(commands, every_row_is_whole)
{
    for (size_t i = 0; i < kt_command_count; i++) {
        const kt_command *c = &kt_commands[i];
        assert_non_null(c->run);
        assert_true(strlen(c->summary) > 0 && strlen(c->about) > 0);
        assert_non_null(c->operands);
        assert_true(c->operands_least <= c->operands_most);
        assert_ptr_equal(kt_command_find(c->name), c);
        for (const char *at = c->exits; *at != '\0'; at++)
            assert_non_null(kt_exit_text(*at - '0'));
    }
    assert_null(kt_command_find("nothing"));
    assert_null(kt_exit_text(-1));
    assert_null(kt_exit_text(8));
}

TEST(commands, no_two_options_of_a_command_have_one_name_or_letter)
{
    for (size_t i = 0; i < kt_command_count; i++)
        for (size_t a = 0; a < kt_commands[i].option_count; a++) {
            const kt_option *option = &kt_commands[i].options[a];
            assert_int_equal(option->kind == KT_OPTION_FLAG, option->value == NULL);
            assert_string_not_equal(option->name, "help");
            for (size_t b = 0; b < a; b++) {
                const kt_option *other = &kt_commands[i].options[b];
                assert_string_not_equal(option->name, other->name);
                assert_true(option->letter == 0 || option->letter != other->letter);
            }
        }
}

static void assert_tells_all(const kt_buf *text, const kt_command *command)
{
    assert_int_equal(text->failed, 0);
    for (size_t o = 0; o < command->option_count; o++)
        assert_non_null(strstr(text->data, command->options[o].name));
}

TEST(help, tells_every_option_within_the_width)
{
    for (size_t i = 0; i < kt_command_count; i++)
        for (int width = 60; width <= 120; width += 20) {
            KT_BUF_OWN text;
            kt_buf_init(&text, 0);
            kt_help_text(&text, &kt_commands[i], width);
            assert_tells_all(&text, &kt_commands[i]);
            const char *options = strstr(text.data, "options:"), *end = strstr(text.data, "examples:");
            for (const char *line = options; line != NULL && (end == NULL || line < end); line = strchr(line, '\n')) {
                line++;
                assert_true(strcspn(line, "\n") <= (size_t)width);
            }
        }
}

TEST(help, lists_every_command)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_help_text(&text, NULL, 80);
    for (size_t i = 0; i < kt_command_count; i++)
        assert_non_null(strstr(text.data, kt_commands[i].summary));
}

TEST(help, names_every_limit_that_can_be_raised)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_help_man(&text, kt_command_find("run"));
    for (size_t i = 0; kt_limit_name(i) != NULL; i++) {
        char roff[64] = "";
        for (const char *at = kt_limit_name(i); *at != '\0'; at++)
            snprintf(roff + strlen(roff), sizeof(roff) - strlen(roff), *at == '-' ? "\\-" : "%c", *at);
        assert_non_null(strstr(text.data, roff));
    }
}

TEST(man, every_page_has_its_sections_and_no_line_that_roff_would_eat)
{
    for (size_t i = 0; i < kt_command_count; i++) {
        KT_BUF_OWN text;
        kt_buf_init(&text, 0);
        kt_help_man(&text, &kt_commands[i]);
        assert_int_equal(text.failed, 0);
        static const char *const sections[] = { ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS",
                                                ".SH EXIT STATUS" };
        for (size_t s = 0; s < KT_COUNT(sections); s++)
            assert_non_null(strstr(text.data, sections[s]));
        assert_null(strstr(text.data, "\n\n"));
        assert_null(strstr(text.data, "\n'"));
    }
}

TEST(completion, every_shell_s_script_tells_every_option)
{
    static const char *const shells[] = { "bash", "zsh", "fish" };
    for (size_t s = 0; s < KT_COUNT(shells); s++) {
        KT_BUF_OWN text;
        kt_buf_init(&text, 0);
        assert_true(kt_help_completion(&text, shells[s]));
        for (size_t i = 0; i < kt_command_count; i++)
            assert_tells_all(&text, &kt_commands[i]);
    }
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    assert_false(kt_help_completion(&text, "powershell"));
}
