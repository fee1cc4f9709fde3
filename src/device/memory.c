/* SPDX-License-Identifier: Apache-2.0 */
/* memory.c - how much memory states may take: what the kernel calls available, or what is left below a control group's
 * limit, whichever is less, minus a reserve for everything else.
 * Source: Linux proc(5) MemAvailable; cgroup-v2 memory.max and memory.current; cgroup-v1 memory.limit_in_bytes. */
#include "device/memory.h"

#include "base/text.h"
#include "device/device.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { RESERVE_PARTS = 16 }; /* one sixteenth is left alone, at least RESERVE_LEAST */
static const uint64_t RESERVE_LEAST = UINT64_C(64) << 20;

/* The first bytes of a small file; false: it can't be read. */
static bool read_small(const char *path, char *text, size_t bytes)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    size_t length = fread(text, 1, bytes - 1, file);
    fclose(file);
    text[length] = '\0';
    return length > 0;
}

uint64_t kt_memory_available(const char *meminfo)
{
    const char *line = strstr(meminfo, "MemAvailable:");
    unsigned long long kib;
    if (line == NULL || sscanf(line, "MemAvailable: %llu kB", &kib) != 1)
        return UINT64_MAX;
    return kib > UINT64_MAX / 1024 ? UINT64_MAX : kib * 1024;
}

/* A number that stands alone in a file; "max" and anything else: no limit. */
static uint64_t read_number(const char *folder, const char *name)
{
    char path[512], text[64];
    uint64_t value;
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof path || !read_small(path, text, sizeof text) ||
        kt_parse_uint(kt_view_trim(kt_view_of(text)), 0, UINT64_MAX, &value, NULL) < 0)
        return UINT64_MAX;
    return value;
}

/* What is left below one group's limit. Pages of the file cache count as used there although they can be dropped:
 * `inactive_file` in memory.stat says how many. */
static uint64_t left_in_group(const char *folder, const char *limit_name, const char *used_name)
{
    uint64_t limit = read_number(folder, limit_name), used = read_number(folder, used_name);
    if (limit >= UINT64_C(1) << 60) /* version 1 says "no limit" by a huge number */
        return UINT64_MAX;
    if (used == UINT64_MAX)
        return limit;
    char path[512], stat[8192];
    unsigned long long cache = 0;
    int length = snprintf(path, sizeof path, "%s/memory.stat", folder);
    if (length > 0 && (size_t)length < sizeof path && read_small(path, stat, sizeof stat)) {
        const char *line = strstr(stat, "inactive_file ");
        if (line == NULL || sscanf(line, "inactive_file %llu", &cache) != 1)
            cache = 0;
    }
    used = used > cache ? used - cache : 0;
    return limit > used ? limit - used : 0;
}

uint64_t kt_memory_in_group(const char *root, const char *path, bool version2)
{
    char folder[512];
    uint64_t least = UINT64_MAX;
    int length = snprintf(folder, sizeof folder, "%s%s", root, path);
    if (length < 0 || (size_t)length >= sizeof folder)
        return least;
    size_t root_length = strlen(root);
    for (;;) { /* every group up to the root may have a limit */
        uint64_t left = version2 ? left_in_group(folder, "memory.max", "memory.current")
                                 : left_in_group(folder, "memory.limit_in_bytes", "memory.usage_in_bytes");
        least = left < least ? left : least;
        char *slash = strrchr(folder, '/');
        if (slash == NULL || (size_t)(slash - folder) < root_length)
            return least;
        *slash = '\0';
    }
}

/* The group this process is in, from /proc/self/cgroup: "0::/path" or "4:memory:/path". */
static uint64_t left_in_own_groups(const char *groups)
{
    uint64_t least = UINT64_MAX;
    for (const char *line = groups; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        char path[400];
        uint64_t left = UINT64_MAX;
        const char *second = memchr(line, ':', length);
        const char *third = second == NULL ? NULL : memchr(second + 1, ':', length - (size_t)(second + 1 - line));
        if (third != NULL) {
            size_t path_length = length - (size_t)(third + 1 - line);
            snprintf(path, sizeof path, "%.*s", (int)path_length, third + 1);
            if (strcmp(path, "/") == 0)
                path[0] = '\0';
            if (third == second + 1)
                left = kt_memory_in_group("/sys/fs/cgroup", path, true);
            else if (strncmp(second + 1, "memory", 6) == 0)
                left = kt_memory_in_group("/sys/fs/cgroup/memory", path, false);
        }
        least = left < least ? left : least;
        line += length + (line[length] == '\n');
    }
    /* Inside a container the path may be the host's: its own group is then the root that it sees. */
    uint64_t root2 = kt_memory_in_group("/sys/fs/cgroup", "", true);
    uint64_t root1 = kt_memory_in_group("/sys/fs/cgroup/memory", "", false);
    least = root2 < least ? root2 : least;
    return root1 < least ? root1 : least;
}

uint64_t kt_device_memory_bytes(void)
{
    char text[8192];
    uint64_t bytes = UINT64_MAX;
    if (read_small("/proc/meminfo", text, sizeof text))
        bytes = kt_memory_available(text);
    if (bytes == UINT64_MAX) {
        long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
        bytes = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 2 : UINT64_C(1) << 30;
    }
    if (read_small("/proc/self/cgroup", text, sizeof text)) {
        uint64_t left = left_in_own_groups(text);
        bytes = left < bytes ? left : bytes;
    }
    uint64_t reserve = bytes / RESERVE_PARTS > RESERVE_LEAST ? bytes / RESERVE_PARTS : RESERVE_LEAST;
    return bytes > 2 * reserve ? bytes - reserve : bytes / 2;
}
