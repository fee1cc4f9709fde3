/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_local.c - the checks of this machine: the library, the folder where runs are remembered, its disk, and the
 * memory for local simulators. Nothing is made that was not there, but for an empty file that is gone again. */
#include "full/doctor.h"

#include "base/text.h"
#include "db/db.h"
#include "device/device.h"
#include <errno.h>
#include <ketch/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)
#define DISK_WRONG_BYTES (16 * MIB) /* less than a run with its results may need */
#define DISK_LOW_BYTES (512 * MIB)

void kt_check_program(kt_check *check)
{
    const char *program = check->doctor->args->program_version;
    if (strcmp(program, KETCH_VERSION) == 0) {
        kt_check_end(check, KT_CHECK_OK, "ketch and libketch %s", KETCH_VERSION);
        return;
    }
    kt_check_mend(check, "install both from the same release");
    kt_check_end(check, KT_CHECK_WRONG, "ketch is %s, libketch is %s", program, KETCH_VERSION);
}

/* The nearest folder above `path`, or itself, that is there. */
static void cut_to_existing(char *path)
{
    struct stat about;
    while (stat(path, &about) < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        char *slash = strrchr(path, '/');
        if (slash == NULL) {
            memcpy(path, ".", 2);
            return;
        }
        slash[slash == path] = '\0';
    }
}

/* The folder of the state, and the part of that path which exists. */
static int find_folder(kt_check *check, kt_buf *folder, kt_buf *existing, kt_error *err)
{
    int rc = kt_store_folder(check->doctor->args->state_dir, folder, err);
    if (rc < 0)
        return rc;
    kt_buf_add(existing, folder->data, folder->length);
    rc = kt_buf_check(existing, err, "a path");
    if (rc == 0)
        cut_to_existing(existing->data);
    return rc;
}

static int try_file(const char *folder)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof(path), "%s/.ketch-doctor-XXXXXX", folder) >= sizeof(path))
        return ENAMETOOLONG;
    const int fd = mkstemp(path);
    if (fd < 0)
        return errno;
    close(fd);
    return unlink(path) < 0 ? errno : 0;
}

static int count_runs(const char *path, int64_t *all, int64_t *open, kt_error *err)
{
    kt_db *db = NULL;
    kt_db_stmt *s = NULL;
    int rc = kt_db_open(path, &(kt_db_options){ .read_only = true }, &db, err);
    if (rc == 0)
        rc = kt_db_begin(db, "SELECT count(*), count(*) FILTER (WHERE state = 0) FROM run", &s, err);
    if (rc == 0)
        rc = kt_db_step(s, err);
    if (rc > 0) {
        *all = kt_db_int(s, 0);
        *open = kt_db_int(s, 1);
        rc = 0;
    }
    kt_db_end(s);
    kt_db_close(db);
    return rc;
}

static void check_store(kt_check *check, const char *folder)
{
    KT_BUF_OWN path;
    kt_error error = { 0 };
    int64_t all = 0, open = 0;
    kt_buf_init(&path, 0);
    kt_buf_addf(&path, "%s/ketch.db", folder);
    if (path.data == NULL || access(path.data, F_OK) < 0) {
        kt_check_end(check, KT_CHECK_OK, "%s, no runs yet", folder);
        return;
    }
    if (count_runs(path.data, &all, &open, &error) < 0) {
        kt_check_mend(check, "mv %s %s.bad", path.data, path.data);
        kt_check_end(check, KT_CHECK_WRONG, "%s can't be read: %s", path.data, error.message);
        return;
    }
    if (open > 0)
        kt_check_mend(check, "ketch resume");
    kt_check_end(check, KT_CHECK_OK, "%s, %lld run%s%s", folder, (long long)all, all == 1 ? "" : "s",
                 open > 0 ? ", some of them unfinished" : "");
}

void kt_check_state(kt_check *check)
{
    KT_BUF_OWN folder, existing;
    kt_error error = { 0 };
    struct stat about;
    kt_buf_init(&folder, 0);
    kt_buf_init(&existing, 0);
    if (find_folder(check, &folder, &existing, &error) < 0) {
        kt_check_mend(check, "give --state DIR, or set KETCH_STATE");
        kt_check_end_error(check, &error);
        return;
    }
    const int problem = stat(existing.data, &about) < 0 ? errno
                        : S_ISDIR(about.st_mode)        ? try_file(existing.data)
                                                        : ENOTDIR;
    if (problem != 0) {
        if (problem == EACCES)
            kt_check_mend(check, "chmod u+rwx %s, or set KETCH_STATE to a folder of your own", existing.data);
        else
            kt_check_mend(check, "give --state DIR, or set KETCH_STATE to a folder of your own");
        kt_check_end(check, KT_CHECK_WRONG, "%s can't be written: %s", existing.data, strerror(problem));
    } else if (strcmp(folder.data, existing.data) != 0)
        kt_check_end(check, KT_CHECK_OK, "%s, which the first run makes", folder.data);
    else
        check_store(check, folder.data);
}

void kt_check_disk(kt_check *check)
{
    KT_BUF_OWN folder, existing;
    kt_error error = { 0 };
    struct statvfs about;
    char text[24];
    kt_buf_init(&folder, 0);
    kt_buf_init(&existing, 0);
    if (find_folder(check, &folder, &existing, &error) < 0) {
        kt_check_end(check, KT_CHECK_SKIPPED, "there is no folder to look at");
        return;
    }
    if (statvfs(existing.data, &about) < 0) {
        kt_check_end(check, KT_CHECK_SKIPPED, "%s: %s", existing.data, strerror(errno));
        return;
    }
    const uint64_t free_bytes = (uint64_t)about.f_bavail * about.f_frsize;
    const bool is_low = free_bytes < DISK_LOW_BYTES;
    kt_size_text((double)free_bytes, text, sizeof(text));
    if (is_low)
        kt_check_mend(check, "make room there, or set KETCH_STATE to a folder on another disk");
    kt_check_end(check,
                 free_bytes < DISK_WRONG_BYTES ? KT_CHECK_WRONG
                 : is_low                      ? KT_CHECK_WARNING
                                               : KT_CHECK_OK,
                 "%s free for %s", text, folder.data);
}

void kt_check_memory(kt_check *check)
{
    kt_device_info device;
    char text[24], list[160] = "";
    size_t used = 0;
    int qubits = 0;
    for (size_t i = 0; kt_device_local(i, &device) && used < sizeof(list); i++) {
        kt_size_text((double)device.memory_bytes, text, sizeof(text));
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s up to %d qubits", i == 0 ? "" : ", ",
                                 device.name, device.qubits_most);
        qubits = i == 0 ? device.qubits_most : qubits;
    }
    if (qubits < 20)
        kt_check_mend(check, "end what uses the memory, or raise this process's limit");
    kt_check_end(check, qubits < 20 ? KT_CHECK_WARNING : KT_CHECK_OK, "%s for %s", text, list);
}
