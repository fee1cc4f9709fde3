/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_devices.c - `ketch devices [NAME]`: what can be run on. This machine's devices are known here; Braket's are asked
 * for through libketch, and whoever has no account still sees the others. */
#include "base/text.h"
#include "cli/account.h"
#include "cli/braket.h"
#include "cli/show.h"
#include "device/device.h"
#include <string.h>

static void write_names(kt_jw *w, const char *key, const char *const *names)
{
    kt_jw_key(w, key);
    kt_jw_array(w);
    for (; names != NULL && *names != NULL; names++)
        kt_jw_strz(w, *names);
    kt_jw_close(w);
}

static void write_device(kt_jw *w, const kt_device_info *device)
{
    kt_jw_object(w);
    kt_jw_key(w, "name");
    kt_jw_strz(w, device->name);
    kt_jw_key(w, "about");
    kt_jw_strz(w, device->about);
    kt_jw_key(w, "status");
    kt_jw_strz(w, "online");
    kt_jw_key(w, "noise");
    kt_jw_bool(w, device->takes_noise);
    kt_jw_key(w, "qubits_most");
    kt_jw_int(w, device->qubits_most);
    kt_jw_key(w, "memory_bytes");
    kt_jw_uint(w, device->memory_bytes);
    kt_jw_key(w, "shots_most");
    kt_jw_int(w, device->shots_most);
    write_names(w, "gates", device->gates);
    write_names(w, "noises", device->noises);
    write_names(w, "modifiers", device->modifiers);
    write_names(w, "result_types", device->result_types);
    kt_jw_close(w);
}

static void print_line(kt_cli *cli, const kt_device_info *device)
{
    char memory[24];
    kt_size_text((double)device->memory_bytes, memory, sizeof(memory));
    fprintf(cli->out, "%-9s  %6d  %9s  %-5s  %s\n", device->name, device->qubits_most, memory,
            device->takes_noise ? "yes" : "no", device->about);
}

static void print_list(kt_cli *cli)
{
    kt_device_info device;
    fprintf(cli->out, cli->out_colour ? "\033[1m%s\033[0m\n" : "%s\n",
            "NAME       QUBITS     MEMORY  NOISE  WHAT IT IS");
    for (size_t i = 0; kt_device_local(i, &device); i++)
        print_line(cli, &device);
    fputs("\n'local' is local:dm for a program with noise, else local:sv.\n", cli->out);
}

/* "gates       i x y z ...", folded under its first word. */
static void print_names(kt_cli *cli, const char *title, const char *const *names)
{
    enum { COLUMN = 14 };
    int column = COLUMN;
    fprintf(cli->out, "%-*s", COLUMN, title);
    if (names == NULL || *names == NULL)
        fputs("none", cli->out);
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        const int length = (int)strlen(names[i]);
        if (i > 0 && column + 1 + length > cli->width) {
            fprintf(cli->out, "\n%-*s", COLUMN, "");
            column = COLUMN;
        } else if (i > 0) {
            fputc(' ', cli->out);
            column++;
        }
        fputs(names[i], cli->out);
        column += length;
    }
    fputc('\n', cli->out);
}

static void print_all(kt_cli *cli, const kt_device_info *device)
{
    char memory[24], shots[32] = "any number";
    kt_size_text((double)device->memory_bytes, memory, sizeof(memory));
    if (device->shots_most < INT64_MAX)
        kt_group_text((uint64_t)device->shots_most, shots, sizeof(shots));
    fprintf(cli->out, "name          %s\nabout         %s\nqubits        at most %d, in %s of memory\n", device->name,
            device->about, device->qubits_most, memory);
    fprintf(cli->out, "shots         %s\n", shots);
    print_names(cli, "gates", device->gates);
    print_names(cli, "noise", device->noises);
    print_names(cli, "modifiers", device->modifiers);
    print_names(cli, "results", device->result_types);
}

static int unknown_device(kt_cli *cli, const char *name, bool json)
{
    kt_nearest nearest;
    kt_device_info device;
    kt_error err = { 0 };
    char hint[96];
    kt_nearest_init(&nearest, kt_view_of(name));
    for (size_t i = 0; kt_device_local(i, &device); i++)
        kt_nearest_offer(&nearest, kt_view_of(device.name));
    kt_nearest_hint(&nearest, hint, sizeof(hint));
    kt_fail(&err, KT_E_NOT_FOUND, "there is no device '%.80s'%s; 'ketch devices' lists them", name, hint);
    return kt_cli_fail(cli, &err, NULL, json);
}

/* "devices" and "warnings" of an object; braket: NULL, or the same members. */
static int write_json(kt_cli *cli, const char *only, bool with_local, const kt_json *braket, kt_error *err)
{
    kt_jw w;
    size_t at;
    kt_json *found;
    kt_device_info device;
    kt_jw_init(&w, kt_out_file(cli->out), 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "devices");
    kt_jw_array(&w);
    for (size_t i = 0; with_local && kt_device_local(i, &device); i++)
        if (only == NULL || strcmp(only, device.name) == 0)
            write_device(&w, &device);
    json_array_foreach(json_object_get(braket, "devices"), at, found)
    {
        kt_jw_value(&w, found);
    }
    kt_jw_close(&w);
    if (braket != NULL) {
        kt_jw_key(&w, "warnings");
        kt_jw_value(&w, json_object_get(braket, "warnings"));
    }
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}

/* ---- this machine's ---- */

static int show_one(kt_cli *cli, const char *name, bool json)
{
    kt_device_info device = { 0 };
    kt_error err = { 0 };
    bool found = false;
    for (size_t i = 0; !found && kt_device_local(i, &device); i++)
        found = strcmp(name, device.name) == 0;
    if (!found)
        return unknown_device(cli, name, json);
    if (json)
        return write_json(cli, name, true, NULL, &err) < 0 ? kt_cli_error(cli, &err) : KT_EXIT_DONE;
    print_all(cli, &device);
    return KT_EXIT_DONE;
}

/* ---- Braket's ---- */

/* Someone who has said nothing of AWS and has no keys only hears of it. */
static int no_braket(kt_cli *cli, bool json, const kt_error *why)
{
    kt_error err = { 0 };
    if (json) {
        KT_OWN(kt_json) *braket = json_pack("{s[], s[{ss}]}", "devices", "warnings", "error", why->message);
        return write_json(cli, NULL, true, braket, &err) < 0 ? kt_cli_error(cli, &err) : KT_EXIT_DONE;
    }
    fprintf(cli->out, "\nBraket's devices are not listed: %s\n", why->message);
    return KT_EXIT_DONE;
}

static int add_braket(kt_cli *cli, const kt_args *args, const char *name, bool with_local)
{
    const bool json = kt_args_has(args, "json"), is_casual = name == NULL && args->given_count == (size_t)json;
    KT_OWN(kt_json) *braket = NULL;
    KT_BUF_OWN text;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    kt_account_args account = {
        .names = &name, .name_count = name != NULL, .is_casual = is_casual, .out = kt_out_buf(&text)
    };
    int rc = kt_cli_call_account(cli, args, args->command->full_symbol, &account, &err);
    if (rc == KT_E_NOT_FOUND && is_casual)
        return no_braket(cli, json, &err);
    if (rc == 0 && json)
        rc = kt_json_parse(kt_buf_view(&text), &braket, &err);
    if (rc == 0 && json)
        rc = write_json(cli, NULL, with_local, braket, &err);
    if (rc < 0)
        return kt_cli_fail(cli, &err, NULL, json);
    if (!json)
        fprintf(cli->out, "%s%.*s", with_local ? "\n" : "", (int)text.length, text.data == NULL ? "" : text.data);
    return rc;
}

int kt_cmd_devices(kt_cli *cli, const kt_args *args)
{
    const char *name = args->operand_count > 0 ? args->operands[0] : NULL;
    const bool json = kt_args_has(args, "json"), only_local = kt_args_has(args, "local");
    const bool with_local = name == NULL && !kt_args_has(args, "type") && !kt_args_has(args, "status") &&
                            !kt_args_has(args, "region"); /* which are of Braket's only */
    kt_error err = { 0 };
    if (name != NULL && (only_local || kt_cli_is_local(name)))
        return show_one(cli, name, json);
    if (only_local && json)
        return write_json(cli, NULL, true, NULL, &err) < 0 ? kt_cli_error(cli, &err) : KT_EXIT_DONE;
    if (!json && (only_local || with_local)) {
        print_list(cli);
        fflush(cli->out); /* Braket's may take a while */
    }
    return only_local ? KT_EXIT_DONE : add_braket(cli, args, name, with_local);
}
