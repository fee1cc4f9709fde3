/* SPDX-License-Identifier: Apache-2.0 */
/* dir_test.h - a folder of a test's own with the path of a database in it. */
#ifndef KT_DB_DIR_TEST_H
#define KT_DB_DIR_TEST_H

#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct test_dir {
    char folder[64], path[96];
} test_dir;

static inline test_dir test_dir_new(void)
{
    test_dir dir = { .folder = "/tmp/ketch-test-db-XXXXXX" };
    assert_non_null(mkdtemp(dir.folder));
    snprintf(dir.path, sizeof dir.path, "%s/test.db", dir.folder);
    return dir;
}

static inline void test_dir_free(const test_dir *dir)
{
    static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", dir->path, endings[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(dir->folder), 0);
}

#endif
