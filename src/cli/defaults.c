/* SPDX-License-Identifier: Apache-2.0 */
/* defaults.c - which setting is the default of which option of which command. An option of the same name may mean
 * another thing elsewhere: `ketch tasks --region` is a filter, and a sandbox's state is not ours. */
#include "cli/defaults.h"

#include <stdlib.h>
#include <string.h>

#define ON_BRAKET " run resume doctor "
#define OF_RESULTS " run resume result "
#define ON_AWS " run resume doctor devices tasks jobs result cancel "
static const struct {
    const char *option, *setting, *commands;
} rows[] = {
    { "device", "device", " run " },   { "shots", "shots", " run " },
    { "threads", "threads", " run " }, { "memory", "memory", " run " },
    { "top", "top", OF_RESULTS },      { "s3", "s3", ON_BRAKET },
    { "region", "region", ON_BRAKET }, { "state", "state", ON_BRAKET },
    { "profile", "profile", ON_AWS },  { "endpoint-url", "endpoint_url", ON_AWS },
};

static bool has_row(size_t row, const char *command)
{
    const char *at = strstr(rows[row].commands, command);
    const size_t length = strlen(command);
    return at != NULL && at[-1] == ' ' && at[length] == ' ';
}

static const kt_option *find_option(const kt_command *command, const char *name)
{
    for (size_t i = 0; i < command->option_count; i++)
        if (strcmp(command->options[i].name, name) == 0)
            return &command->options[i];
    return NULL;
}

static bool has_any(const char *command)
{
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        if (has_row(i, command))
            return true;
    return false;
}

int kt_cli_add_defaults(kt_args *args, kt_config **config, kt_error *err)
{
    KT_OWN(kt_config) *found = NULL;
    if (!has_any(args->command->name))
        return 0;
    int rc = kt_config_load(&found, err);
    struct kt_given *more = rc < 0 ? NULL : realloc(args->given, (args->given_count + KT_COUNT(rows)) * sizeof(*more));
    if (more == NULL)
        return rc < 0 ? rc : kt_fail_nomem(err, KT_COUNT(rows) * sizeof(*more), "options");
    args->given = more;
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        const size_t index = (size_t)kt_setting_find(kt_view_of(rows[i].setting));
        const kt_option *option = find_option(args->command, rows[i].option);
        const char *value = kt_config_value(found, index);
        const bool is_default = strcmp(kt_config_origin(found, index), "default") == 0;
        if (option != NULL && value != NULL && !is_default && has_row(i, args->command->name) &&
            !kt_args_has(args, rows[i].option))
            args->given[args->given_count++] = (struct kt_given){ option, value };
    }
    *config = KT_GIVE(found);
    return 0;
}
