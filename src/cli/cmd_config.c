/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_config.c - `ketch config`: every setting, its value and where it came from; and `ketch config import`, which
 * reads a Covalent configuration. */
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "settings/config.h"
#include "settings/covalent.h"
#include <string.h>
#include <unistd.h>

/* ---- what is set ---- */

static bool is_asked_for(const kt_args *args, size_t index)
{
    for (size_t i = 0; i < args->operand_count; i++)
        if (kt_setting_find(kt_view_of(args->operands[i])) == (int)index)
            return true;
    return args->operand_count == 0;
}

static int check_names(const kt_args *args, kt_error *err)
{
    for (size_t i = 0; i < args->operand_count; i++) {
        kt_nearest nearest;
        char hint[96];
        if (kt_setting_find(kt_view_of(args->operands[i])) >= 0)
            continue;
        kt_nearest_init(&nearest, kt_view_of(args->operands[i]));
        for (size_t s = 0; s < kt_setting_count; s++)
            kt_nearest_offer(&nearest, kt_view_of(kt_settings_table[s].name));
        kt_nearest_hint(&nearest, hint, sizeof(hint));
        return kt_fail(err, KT_E_NOT_FOUND, "there is no setting '%.80s'%s; 'ketch config' lists them",
                       args->operands[i], hint);
    }
    return 0;
}

static void print_all(kt_cli *cli, const kt_args *args, const kt_config *config)
{
    int names = 4, values = 5;
    for (size_t i = 0; i < kt_setting_count; i++) {
        const char *value = kt_config_value(config, i);
        const int name_width = (int)strlen(kt_settings_table[i].name), width = value == NULL ? 1 : (int)strlen(value);
        if (!is_asked_for(args, i))
            continue;
        names = name_width > names ? name_width : names;
        values = width > values ? width : values;
    }
    fprintf(cli->out, cli->out_colour ? "\033[1m%-*s  %-*s  %s\033[0m\n" : "%-*s  %-*s  %s\n", names, "NAME", values,
            "VALUE", "FROM");
    for (size_t i = 0; i < kt_setting_count; i++) {
        const char *value = kt_config_value(config, i);
        if (is_asked_for(args, i))
            fprintf(cli->out, "%-*s  %-*s  %s\n", names, kt_settings_table[i].name, values,
                    value == NULL || value[0] == '\0' ? "-" : value, kt_config_origin(config, i));
    }
}

static int write_json(kt_cli *cli, const kt_args *args, const kt_config *config, kt_error *err)
{
    kt_jw w;
    kt_jw_init(&w, kt_out_file(cli->out), 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "settings");
    kt_jw_array(&w);
    for (size_t i = 0; i < kt_setting_count; i++) {
        if (!is_asked_for(args, i))
            continue;
        kt_jw_object(&w);
        kt_jw_key(&w, "name");
        kt_jw_strz(&w, kt_settings_table[i].name);
        kt_jw_key(&w, "value");
        kt_jw_strz(&w, kt_config_value(config, i));
        kt_jw_key(&w, "from");
        kt_jw_strz(&w, kt_config_origin(config, i));
        kt_jw_key(&w, "about");
        kt_jw_strz(&w, kt_settings_table[i].about);
        kt_jw_close(&w);
    }
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}

int kt_cmd_config(kt_cli *cli, const kt_args *args)
{
    KT_OWN(kt_config) *config = NULL;
    kt_error err = { 0 };
    const bool json = kt_args_has(args, "json");
    int rc = check_names(args, &err);
    if (rc == 0)
        rc = kt_config_load(&config, &err);
    if (rc == 0 && json)
        rc = write_json(cli, args, config, &err);
    else if (rc == 0)
        print_all(cli, args, config);
    return rc < 0 ? kt_cli_fail(cli, &err, NULL, json) : KT_EXIT_DONE;
}

/* ---- a Covalent configuration ---- */

static int put(kt_cli *cli, const kt_args *args, kt_view yaml, kt_error *err)
{
    const char *path = kt_args_value(args, "write");
    if (path == NULL || strcmp(path, "-") == 0) {
        fwrite(yaml.data, 1, yaml.length, cli->out);
        return 0;
    }
    if (access(path, F_OK) == 0 && !kt_args_has(args, "force"))
        return kt_fail(err, KT_E_INVALID, "'%.200s' exists; --force replaces it", path);
    return kt_file_write(path, yaml, err);
}

static void tell(void *ctx, const char *key, kt_import_fate fate, const char *why)
{
    static const char *const fates[] = {
        [KT_IMPORT_TAKEN] = "taken", [KT_IMPORT_DEFAULT] = "default", [KT_IMPORT_NOT_NEEDED] = "not needed"
    };
    kt_cli *cli = ctx;
    fprintf(cli->err, "%-11s %s%s%s\n", fates[fate], key, why[0] == '\0' ? "" : ": ", why);
}

int kt_cmd_config_import(kt_cli *cli, const kt_args *args)
{
    enum { FILE_BYTES_MOST = 1 << 20 };
    KT_BUF_OWN text, yaml;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    kt_buf_init(&yaml, 0);
    int rc = kt_file_read(args->operands[0], FILE_BYTES_MOST, &text, &err);
    if (rc == 0)
        rc = kt_covalent_import(kt_buf_view(&text), args->operands[0], &yaml, tell, cli, &err);
    if (rc == 0)
        rc = put(cli, args, kt_buf_view(&yaml), &err);
    return rc < 0 ? kt_cli_error(cli, &err) : KT_EXIT_DONE;
}
