/* SPDX-License-Identifier: Apache-2.0 */
/* device_load.c - the set of devices: every *.json of the shipped folder, then of the user's own, where a file replaces
 * the device of the same ARN. Devices are listed in the order of file names, the user's new ones last. */
#include "sandbox/device_priv.h"

#include "base/file.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ARENA_BYTES_MOST = 256 << 20 };

struct kt_devices {
    kt_arena *arena;
    kt_map *by_arn; /* in the arena; in the order of listing */
    kt_device_record *items[KT_DEVICES_MOST];
    size_t count;
};

static int is_json(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static int put_device(kt_devices *devices, kt_device_record *record, kt_error *err)
{
    kt_view arn = kt_view_of(record->device.arn);
    for (size_t i = 0; i < devices->count; i++)
        if (strcmp(devices->items[i]->device.arn, record->device.arn) == 0) {
            devices->items[i] = record;
            return kt_map_set(devices->by_arn, arn, record) < 0 ? kt_fail_nomem(err, arn.length, "a device") : 0;
        }
    if (devices->count == KT_DEVICES_MOST)
        return kt_fail(err, KT_E_LIMIT, "%s: there are more than %d devices", record->file, KT_DEVICES_MOST);
    devices->items[devices->count++] = record;
    return kt_map_set(devices->by_arn, arn, record) < 0 ? kt_fail_nomem(err, arn.length, "a device") : 0;
}

static int load_file(kt_devices *devices, const char *dir, const char *name, kt_error *err)
{
    KT_BUF_OWN path, text;
    kt_buf_init(&path, 0);
    kt_buf_init(&text, 0);
    kt_buf_addf(&path, "%s/%s", dir, name);
    int rc = kt_buf_check(&path, err, "a device file's path");
    if (rc == 0)
        rc = kt_file_read_regular(path.data, KT_DEVICE_FILE_BYTES_MOST, &text, err);
    kt_device_record *record = NULL;
    if (rc == 0)
        rc = kt_device_file_read(devices->arena, path.data, kt_buf_view(&text), &record, err);
    return rc == 0 ? put_device(devices, record, err) : rc;
}

static int load_dir(kt_devices *devices, const char *dir, kt_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(dir, &entries, is_json, alphasort);
    if (count < 0)
        return kt_fail_sys(err, errno == ENOENT ? KT_E_NOT_FOUND : KT_E_IO, errno, "folder of devices %s", dir);
    int rc = 0;
    for (int i = 0; i < count; i++) {
        if (rc == 0)
            rc = load_file(devices, dir, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

int kt_devices_load(const char *data_dir, const char *own_dir, kt_devices **out, kt_error *err)
{
    KT_BUF_OWN shipped;
    kt_buf_init(&shipped, 0);
    int rc = kt_devices_data_dir(data_dir, &shipped, err);
    if (rc < 0)
        return rc;
    KT_OWN(kt_devices) *devices = calloc(1, sizeof *devices);
    if (devices != NULL)
        devices->arena = kt_arena_new(ARENA_BYTES_MOST);
    if (devices == NULL || devices->arena == NULL || (devices->by_arn = kt_map_new(devices->arena)) == NULL)
        return kt_fail_nomem(err, sizeof *devices, "the devices");
    rc = load_dir(devices, shipped.data, err);
    if (rc == 0 && own_dir != NULL)
        rc = load_dir(devices, own_dir, err);
    if (rc == 0 && devices->count == 0)
        rc = kt_fail(err, KT_E_NOT_FOUND, "there is no device file in %s", shipped.data);
    if (rc == 0)
        *out = KT_GIVE(devices);
    return rc;
}

void kt_devices_free(kt_devices *devices)
{
    if (devices == NULL)
        return;
    for (size_t i = 0; i < devices->count; i++)
        for (size_t k = 0; k < KT_COUNT(devices->items[i]->capabilities); k++)
            free(devices->items[i]->capabilities[k].text);
    kt_arena_free(devices->arena);
    free(devices);
}

size_t kt_devices_count(const kt_devices *devices)
{
    return devices->count;
}

const kt_sandbox_device *kt_devices_at(const kt_devices *devices, size_t index)
{
    return &devices->items[index]->device;
}

const kt_sandbox_device *kt_devices_find(const kt_devices *devices, kt_view arn)
{
    return kt_map_get(devices->by_arn, arn); /* the device is the first member of its record */
}

/* ---- where the shipped files lie ---- */

static bool is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder of the program or library that holds this code, or "". */
static void code_dir(char *dir, size_t bytes)
{
    Dl_info info;
    char *real = dladdr((const void *)&kt_devices_load, &info) != 0 ? realpath(info.dli_fname, NULL) : NULL;
    char *slash = real != NULL ? strrchr(real, '/') : NULL;
    int length = slash != NULL ? (int)(slash - real) : 0;
    snprintf(dir, bytes, "%.*s", length, real != NULL ? real : "");
    free(real);
}

/* share/ketch/devices from the library's folder, as installed: lib/ or lib/x86_64-linux-gnu/. */
static bool find_installed(const char *code, kt_buf *path)
{
    static const char *const beside[] = { "../share/ketch/devices", "../../share/ketch/devices" };
    for (size_t i = 0; code[0] != '\0' && i < KT_COUNT(beside); i++) {
        kt_buf_clear(path);
        kt_buf_addf(path, "%s/%s", code, beside[i]);
        if (kt_buf_check(path, NULL, "path") == 0 && is_dir(path->data))
            return true;
    }
    kt_buf_clear(path);
    return false;
}

int kt_devices_data_dir(const char *given, kt_buf *path, kt_error *err)
{
    char code[4096];
    code_dir(code, sizeof code);
    if (given == NULL && find_installed(code, path))
        return 0;
    kt_buf_clear(path);
    kt_buf_adds(path, given != NULL ? given : KETCH_DEVICES_DIR); /* the source tree's, where this was built */
    int rc = kt_buf_check(path, err, "the folder of devices");
    if (rc < 0 || is_dir(path->data))
        return rc;
    if (given != NULL)
        return kt_fail(err, KT_E_NOT_FOUND, "there is no folder of devices %s", given);
    return kt_fail(err, KT_E_NOT_FOUND, "there is no folder of devices: neither share/ketch/devices beside %s nor %s",
                   code, path->data);
}
