/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_devices.c - `ketch devices [NAME]`: what can be run on, with its limits on this machine now. */
#include "base/text.h"
#include "cli/cli.h"
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

static int write_json(kt_cli *cli, const char *only)
{
    kt_jw w;
    kt_device_info device;
    kt_error err = { 0 };
    kt_jw_init(&w, kt_out_file(cli->out), 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "devices");
    kt_jw_array(&w);
    for (size_t i = 0; kt_device_local(i, &device); i++)
        if (only == NULL || strcmp(only, device.name) == 0)
            write_device(&w, &device);
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, &err) < 0 ? kt_cli_error(cli, &err) : KT_EXIT_DONE;
}

int kt_cmd_devices(kt_cli *cli, const kt_args *args)
{
    const char *only = args->operand_count > 0 ? args->operands[0] : NULL;
    const bool json = kt_args_has(args, "json");
    kt_device_info device = { 0 };
    bool found = only == NULL;
    for (size_t i = 0; !found && kt_device_local(i, &device); i++)
        found = strcmp(only, device.name) == 0;
    if (!found)
        return unknown_device(cli, only, json);
    if (json)
        return write_json(cli, only);
    if (only == NULL)
        print_list(cli);
    else
        print_all(cli, &device);
    return KT_EXIT_DONE;
}
