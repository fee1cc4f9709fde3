/* SPDX-License-Identifier: Apache-2.0 */
/* completion.c - the table of commands as completion scripts. Each script lists, for every command, its options and
 * the words that may follow them; "@file" stands for files, "@command" for the commands' names. */
#include "cli/help.h"

#include "base/text.h"
#include <string.h>

typedef void option_visit(kt_buf *out, const kt_command *command, const kt_option *option);

static void each_option(kt_buf *out, const kt_command *command, option_visit *visit)
{
    for (size_t i = 0; i < command->option_count; i++)
        visit(out, command, &command->options[i]);
    for (size_t i = 0; i < kt_common_option_count; i++)
        visit(out, command, &kt_common_options[i]);
}

/* The second word of a command below another one, or NULL. */
static const char *second_word(const kt_command *command)
{
    const char *blank = strchr(command->name, ' ');
    return blank == NULL ? NULL : blank + 1;
}

static bool is_below(const kt_command *command, const kt_command *above)
{
    const size_t length = strlen(above->name);
    return second_word(command) != NULL && strncmp(command->name, above->name, length) == 0 &&
           command->name[length] == ' ';
}

/* The first words of all commands, or with `above` the second words of those below it. */
static void add_command_names(kt_buf *out, const kt_command *above)
{
    const size_t begin = out->length;
    for (size_t i = 0; i < kt_command_count; i++) {
        const kt_command *command = &kt_commands[i];
        if (above == NULL ? second_word(command) == NULL : is_below(command, above))
            kt_buf_addf(out, "%s%s", out->length == begin ? "" : " ",
                        above == NULL ? command->name : second_word(command));
    }
}

/* The words themselves: "@command" spelled out, files left to the caller. */
static void add_words(kt_buf *out, const char *words)
{
    if (words != NULL && strcmp(words, "@command") == 0)
        add_command_names(out, NULL);
    else if (words != NULL && strcmp(words, "@file") != 0)
        kt_buf_adds(out, words);
}

static bool wants_files(const char *words)
{
    return words != NULL && strcmp(words, "@file") == 0;
}

static void bash_option_name(kt_buf *out, const kt_command *command, const kt_option *option)
{
    (void)command;
    kt_buf_addf(out, " --%s", option->name);
    if (option->letter != 0)
        kt_buf_addf(out, " -%c", option->letter);
}

/* A case for the words behind an option that takes a value. */
static void bash_option_case(kt_buf *out, const kt_command *command, const kt_option *option)
{
    if (option->kind == KT_OPTION_FLAG)
        return;
    kt_buf_addf(out, "    '%s':--%s", command->name, option->name);
    if (option->letter != 0)
        kt_buf_addf(out, " | '%s':-%c", command->name, option->letter);
    if (wants_files(option->words)) {
        kt_buf_adds(out, ") files=1 ;;\n");
        return;
    }
    kt_buf_adds(out, ") words='");
    add_words(out, option->words);
    kt_buf_adds(out, "' ;;\n");
}

static void bash_command_case(kt_buf *out, const kt_command *command)
{
    kt_buf_addf(out, "    '%s':*) options='", command->name);
    each_option(out, command, bash_option_name);
    kt_buf_adds(out, "'; words='");
    add_words(out, command->operand_words);
    add_command_names(out, command);
    kt_buf_addf(out, "'; files=%d ;;\n", wants_files(command->operand_words));
}

/* What stands behind "--" is completed as a command line of its own. */
static void bash_tail(kt_buf *out, const kt_command *command)
{
    if (!command->tail)
        return;
    kt_buf_addf(out,
                "    if [[ ${typed[1]} == %s && $line == *\" -- \"* ]]; then\n"
                "        mapfile -t COMPREPLY < <(compgen -c -f -- \"$current\" | sort -u)\n        return\n    fi\n",
                command->name);
}

static void bash_second_word(kt_buf *out, const kt_command *command)
{
    if (second_word(command) != NULL)
        kt_buf_addf(out, "    '%s ') command='%s' ;;\n", command->name, command->name);
}

/* bash splits words at = and : too, and replaces only what stands behind the last colon; so the words are read from the
 * line as it was typed. */
static void bash(kt_buf *out)
{
    kt_buf_adds(out,
                "# bash completion for ketch, made by 'ketch completion bash'.\n"
                "_ketch()\n{\n"
                "    local line=${COMP_LINE:0:COMP_POINT} current='' before='' command='' options='' words='' files=0\n"
                "    local -a typed\n"
                "    read -ra typed <<<\"$line\"\n"
                "    if [[ $line != *[[:space:]] ]]; then current=${typed[-1]}; unset 'typed[-1]'; fi\n"
                "    before=${typed[-1]}\n"
                "    if [[ $current == --*=* ]]; then before=${current%%=*}; current=${current#*=}; fi\n"
                "    COMPREPLY=()\n"
                "    if ((${#typed[@]} == 1)); then\n"
                "        mapfile -t COMPREPLY < <(compgen -W '");
    add_command_names(out, NULL);
    kt_buf_adds(out, " --help --version' -- \"$current\")\n        return\n    fi\n");
    for (size_t i = 0; i < kt_command_count; i++)
        bash_tail(out, &kt_commands[i]);
    kt_buf_adds(out, "    command=${typed[1]}\n    case \"${typed[1]} ${typed[2]} \" in\n");
    for (size_t i = 0; i < kt_command_count; i++)
        bash_second_word(out, &kt_commands[i]);
    kt_buf_adds(out, "    esac\n    case $command:$before in\n");
    for (size_t i = 0; i < kt_command_count; i++)
        each_option(out, &kt_commands[i], bash_option_case);
    for (size_t i = 0; i < kt_command_count; i++)
        bash_command_case(out, &kt_commands[i]);
    kt_buf_adds(out, "    esac\n"
                     "    if [[ $current == -* ]]; then words=$options; files=0; fi\n"
                     "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
                     "    if ((files)); then\n"
                     "        compopt -o filenames\n"
                     "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$current\")\n"
                     "    fi\n"
                     "    if [[ $current == *:* ]]; then\n"
                     "        COMPREPLY=(\"${COMPREPLY[@]#\"${current%\"${current##*:}\"}\"}\")\n"
                     "    fi\n"
                     "    if [[ ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi\n"
                     "}\n"
                     "complete -F _ketch ketch\n");
}

/* Text inside a zsh specification in single quotes: brackets, colons and quotes are its syntax. */
static void add_zsh_text(kt_buf *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'')
            kt_buf_adds(out, "'\\''");
        else if (strchr("[]:\\", *at) != NULL)
            kt_buf_addf(out, "\\%c", *at);
        else
            kt_buf_addc(out, *at);
    }
}

static void add_zsh_action(kt_buf *out, const char *words)
{
    if (words == NULL)
        return;
    if (wants_files(words)) {
        kt_buf_adds(out, "_files");
        return;
    }
    kt_buf_addc(out, '(');
    KT_BUF_OWN list;
    kt_buf_init(&list, 0);
    add_words(&list, words);
    add_zsh_text(out, list.data != NULL ? list.data : "");
    kt_buf_addc(out, ')');
}

static void zsh_option(kt_buf *out, const kt_command *command, const kt_option *option)
{
    (void)command;
    const char *repeat = option->kind == KT_OPTION_LIST ? "*" : "";
    for (int form = option->letter != 0 ? 0 : 1; form < 2; form++) {
        if (form == 0)
            kt_buf_addf(out, "            '%s-%c[", repeat, option->letter);
        else
            kt_buf_addf(out, "            '%s--%s%s[", repeat, option->name, option->kind == KT_OPTION_FLAG ? "" : "=");
        add_zsh_text(out, option->about);
        kt_buf_addc(out, ']');
        if (option->kind != KT_OPTION_FLAG) {
            kt_buf_addc(out, ':');
            add_zsh_text(out, option->value);
            kt_buf_addc(out, ':');
            add_zsh_action(out, option->words);
        }
        kt_buf_adds(out, "' \\\n");
    }
}

/* What stands behind "--" is completed as a command line of its own. */
static void zsh_tail(kt_buf *out)
{
    kt_buf_adds(out, "        local -i dashes=${words[(i)--]}\n"
                     "        if ((dashes < CURRENT)); then\n"
                     "            shift dashes words\n            ((CURRENT -= dashes))\n"
                     "            _normal\n            return\n        fi\n");
}

static void zsh_command(kt_buf *out, const kt_command *command)
{
    KT_BUF_OWN below;
    kt_buf_init(&below, 0);
    kt_buf_addf(out, "    '%s')\n", command->name);
    if (command->tail)
        zsh_tail(out);
    kt_buf_adds(out, "        _arguments -s \\\n");
    each_option(out, command, zsh_option);
    add_command_names(&below, command);
    if (below.length > 0)
        kt_buf_addf(out, "            '1:COMMAND:(%s)' \\\n", below.data);
    if (command->operands_most > 0) {
        kt_buf_addf(out, "            '%s:", command->operands_most > 1 ? "*" : "");
        add_zsh_text(out, command->operands);
        kt_buf_addc(out, ':');
        add_zsh_action(out, command->operand_words);
        kt_buf_adds(out, "' \\\n");
    }
    kt_buf_adds(out, "            ;;\n");
}

static void zsh(kt_buf *out)
{
    kt_buf_adds(out, "#compdef ketch\n# zsh completion for ketch, made by 'ketch completion zsh'.\n"
                     "_ketch()\n{\n    local -a commands=(\n");
    for (size_t i = 0; i < kt_command_count; i++) {
        if (second_word(&kt_commands[i]) != NULL)
            continue;
        kt_buf_addf(out, "        '%s:", kt_commands[i].name);
        add_zsh_text(out, kt_commands[i].summary);
        kt_buf_adds(out, "'\n");
    }
    kt_buf_adds(out,
                "    )\n    if ((CURRENT == 2)); then\n        _describe command commands\n        return\n    fi\n"
                "    local command=$words[2]\n    shift words\n    ((CURRENT--))\n"
                "    case \"$command $words[2] $((CURRENT > 2))\" in\n");
    for (size_t i = 0; i < kt_command_count; i++)
        if (second_word(&kt_commands[i]) != NULL)
            kt_buf_addf(out, "    '%s 1') command='%s'; shift words; ((CURRENT--)) ;;\n", kt_commands[i].name,
                        kt_commands[i].name);
    kt_buf_adds(out, "    esac\n    case $command in\n");
    for (size_t i = 0; i < kt_command_count; i++)
        zsh_command(out, &kt_commands[i]);
    kt_buf_adds(out, "    esac\n}\nif [[ $zsh_eval_context[-1] == loadautofunc ]]; then _ketch \"$@\"; "
                     "else compdef _ketch ketch; fi\n");
}

static void add_fish_text(kt_buf *out, const char *text)
{
    kt_buf_addc(out, '\'');
    for (const char *at = text; *at != '\0'; at++)
        if (*at == '\'' || *at == '\\')
            kt_buf_addf(out, "\\%c", *at);
        else
            kt_buf_addc(out, *at);
    kt_buf_addc(out, '\'');
}

static void add_fish_words(kt_buf *out, const char *words)
{
    KT_BUF_OWN list;
    kt_buf_init(&list, 0);
    add_words(&list, words);
    if (wants_files(words))
        kt_buf_adds(out, " -F");
    if (list.length == 0)
        return;
    kt_buf_adds(out, " -a ");
    add_fish_text(out, list.data);
}

/* When what follows belongs to a command: all of its words stand in the line, and none of a command below it. */
static void fish_condition(kt_buf *out, const kt_command *command)
{
    const char *second = second_word(command);
    const int first = (int)strcspn(command->name, " ");
    kt_buf_addf(out, "complete -c ketch -n '__fish_seen_subcommand_from %.*s", first, command->name);
    if (second != NULL)
        kt_buf_addf(out, "; and __fish_seen_subcommand_from %s", second);
    KT_BUF_OWN below;
    kt_buf_init(&below, 0);
    add_command_names(&below, command);
    if (below.length > 0)
        kt_buf_addf(out, "; and not __fish_seen_subcommand_from %s", below.data);
    kt_buf_addc(out, '\'');
}

static void fish_option(kt_buf *out, const kt_command *command, const kt_option *option)
{
    fish_condition(out, command);
    kt_buf_addf(out, " -l %s", option->name);
    if (option->letter != 0)
        kt_buf_addf(out, " -s %c", option->letter);
    if (option->kind != KT_OPTION_FLAG) {
        kt_buf_adds(out, " -r");
        add_fish_words(out, option->words);
    }
    kt_buf_adds(out, " -d ");
    add_fish_text(out, option->about);
    kt_buf_addc(out, '\n');
}

static void fish(kt_buf *out)
{
    kt_buf_adds(out, "# fish completion for ketch, made by 'ketch completion fish'.\ncomplete -c ketch -f\n");
    for (size_t i = 0; i < kt_command_count; i++) {
        const char *second = second_word(&kt_commands[i]);
        if (second == NULL)
            kt_buf_addf(out, "complete -c ketch -n __fish_use_subcommand -a %s -d ", kt_commands[i].name);
        else
            kt_buf_addf(out, "complete -c ketch -n '__fish_seen_subcommand_from %.*s' -a %s -d ",
                        (int)strcspn(kt_commands[i].name, " "), kt_commands[i].name, second);
        add_fish_text(out, kt_commands[i].summary);
        kt_buf_addc(out, '\n');
    }
    for (size_t i = 0; i < kt_command_count; i++) {
        const kt_command *command = &kt_commands[i];
        if (command->operands_most > 0) {
            fish_condition(out, command);
            add_fish_words(out, command->operand_words);
            kt_buf_addc(out, '\n');
        }
        each_option(out, command, fish_option);
    }
}

static const struct {
    const char *shell;
    void (*write)(kt_buf *out);
} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

bool kt_help_completion(kt_buf *out, const char *shell)
{
    for (size_t i = 0; i < KT_COUNT(shells); i++)
        if (strcmp(shells[i].shell, shell) == 0) {
            shells[i].write(out);
            return true;
        }
    return false;
}
