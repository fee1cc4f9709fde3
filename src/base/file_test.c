/* SPDX-License-Identifier: Apache-2.0 */
/* file_test.c - files come in whole or with a reason, and go out whole or not at all. */
#include "base/file.h"

#include "tests/unit.h"
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct folder {
    char path[64];
} folder;

static folder make_folder(void)
{
    folder made = { "/tmp/ketch_file_test.XXXXXX" };
    assert_non_null(mkdtemp(made.path));
    return made;
}

static const char *in(const folder *where, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", where->path, name);
    return path;
}

static void remove_folder(folder *where)
{
    char command[128];
    snprintf(command, sizeof(command), "rm -rf '%s'", where->path);
    assert_int_equal(system(command), 0);
}
#define FOLDER_OWN __attribute__((cleanup(remove_folder))) folder

static size_t files_in(const folder *where)
{
    char pattern[128];
    glob_t found;
    if (glob(in(where, "*", pattern), GLOB_PERIOD, NULL, &found) != 0)
        return 0;
    const size_t count = found.gl_pathc - 2; /* . and .. */
    globfree(&found);
    return count;
}

static void assert_holds(const char *path, const char *text)
{
    KT_BUF_OWN buf;
    kt_buf_init(&buf, 0);
    assert_int_equal(kt_file_read(path, 1 << 20, &buf, NULL), 0);
    assert_string_equal(kt_buf_view(&buf).data, text);
}

TEST(file, what_is_written_is_read_and_nothing_else_is_left_in_the_folder)
{
    FOLDER_OWN where = make_folder();
    char path[128];
    in(&where, "a", path);
    assert_int_equal(kt_file_write(path, kt_view_of("first"), NULL), 0);
    assert_holds(path, "first");
    assert_int_equal(kt_file_write(path, kt_view_of(""), NULL), 0);
    assert_holds(path, "");
    assert_int_equal(files_in(&where), 1);
}

TEST(file, a_large_file_arrives_whole)
{
    FOLDER_OWN where = make_folder();
    KT_BUF_OWN big, back;
    char path[128];
    kt_buf_init(&big, 0);
    kt_buf_init(&back, 0);
    kt_buf_fill(&big, "0123456789", 30000);
    in(&where, "big", path);
    assert_int_equal(kt_file_write(path, kt_buf_view(&big), NULL), 0);
    assert_int_equal(kt_file_read(path, big.length, &back, NULL), 0);
    assert_true(kt_view_equal(kt_buf_view(&big), kt_buf_view(&back)));
}

TEST(file, replacing_keeps_the_rights_and_follows_a_symbolic_link)
{
    FOLDER_OWN where = make_folder();
    char path[128], link_path[128];
    struct stat about;
    in(&where, "target", path);
    assert_int_equal(kt_file_write(path, kt_view_of("old"), NULL), 0);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(symlink("target", in(&where, "link", link_path)), 0);
    assert_int_equal(kt_file_write(link_path, kt_view_of("new"), NULL), 0);
    assert_holds(path, "new");
    assert_int_equal(lstat(link_path, &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0640);
}

TEST(file, an_abandoned_file_leaves_the_old_one_and_no_trace)
{
    FOLDER_OWN where = make_folder();
    char path[128];
    kt_file_out *out = NULL;
    in(&where, "a", path);
    assert_int_equal(kt_file_write(path, kt_view_of("old"), NULL), 0);
    assert_int_equal(kt_file_out_open(path, &out, NULL), 0);
    assert_int_equal(kt_file_out_write(out, "new", 3, NULL), 0);
    kt_file_out_abandon(out);
    kt_file_out_abandon(NULL);
    assert_holds(path, "old");
    assert_int_equal(files_in(&where), 1);
}

static const struct {
    const char *path; /* NULL: an ordinary file of 100 bytes */
    size_t limit_bytes;
    int rc;
    const char *message;
} refused[] = {
    { "/nonexistent/a.qasm", 1000, KT_E_NOT_FOUND, "can't open '/nonexistent/a.qasm'" },
    { "/tmp", 1000, KT_E_INVALID, "'/tmp' is a folder" },
    { "/dev/zero", 100000, KT_E_LIMIT, "over the limit of 100000" },
    { NULL, 99, KT_E_LIMIT, "has 100 bytes, which is over the limit of 99" },
    { "/etc/passwd/x", 100, KT_E_NOT_FOUND, "Not a directory" },
    { "/proc/self/mem", 100, KT_E_IO, "can't read '/proc/self/mem'" },
};

TEST(file, what_cannot_be_read_is_refused_with_a_reason)
{
    FOLDER_OWN where = make_folder();
    char plain[128], text[101];
    memset(text, 'x', 100);
    assert_int_equal(kt_file_write(in(&where, "plain", plain), (kt_view){ text, 100 }, NULL), 0);
    for (size_t i = 0; i < KT_COUNT(refused); i++) {
        KT_BUF_OWN buf;
        kt_error err = { 0 };
        kt_buf_init(&buf, 0);
        const char *path = refused[i].path == NULL ? plain : refused[i].path;
        assert_int_equal(kt_file_read(path, refused[i].limit_bytes, &buf, &err), refused[i].rc);
        assert_non_null(strstr(err.message, refused[i].message));
    }
}

TEST(file, a_buffer_that_is_too_small_is_a_limit)
{
    FOLDER_OWN where = make_folder();
    KT_BUF_OWN buf;
    char path[128];
    kt_error err = { 0 };
    kt_file_write(in(&where, "a", path), kt_view_of("0123456789"), NULL);
    kt_buf_init(&buf, 5);
    assert_int_equal(kt_file_read(path, 1000, &buf, &err), KT_E_LIMIT);
}

TEST(file, writing_says_why_it_is_impossible)
{
    FOLDER_OWN where = make_folder();
    char path[128];
    kt_error err = { 0 };
    assert_int_equal(kt_file_write(in(&where, "no/such/folder", path), kt_view_of("x"), &err), KT_E_NOT_FOUND);
    assert_int_equal(kt_file_write(where.path, kt_view_of("x"), &err), KT_E_INVALID);
    assert_non_null(strstr(err.message, "it is a folder"));
    if (access("/dev/full", W_OK) == 0) {
        assert_int_equal(kt_file_write("/dev/full", kt_view_of("x"), &err), KT_E_IO);
        assert_int_equal(err.sys, ENOSPC);
    }
    assert_int_equal(files_in(&where), 0);
}

TEST(file, a_path_that_can_name_nothing_is_the_caller_s_mistake)
{
    FOLDER_OWN where = make_folder();
    char circle[128], inside[128], deep[8192];
    kt_error err = { 0 };
    KT_BUF_OWN buf;
    kt_buf_init(&buf, 0);
    assert_int_equal(symlink("circle", in(&where, "circle", circle)), 0);
    memset(deep, 'x', sizeof(deep));
    memcpy(deep + 220, "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 8);
    deep[sizeof(deep) - 1] = '\0';
    assert_int_equal(kt_file_read(circle, 100, &buf, &err), KT_E_INVALID);
    assert_int_equal(err.sys, ELOOP);
    assert_int_equal(kt_file_write(circle, kt_view_of("x"), &err), KT_E_INVALID);
    assert_int_equal(kt_file_write("", kt_view_of("x"), &err), KT_E_INVALID);
    assert_int_equal(kt_file_write("/etc/passwd/x", kt_view_of("x"), &err), KT_E_NOT_FOUND);
    assert_int_equal(kt_file_write(deep, kt_view_of("x"), &err), KT_E_INVALID);
    assert_int_equal(kt_file_read_regular(deep, 100, &buf, &err), KT_E_INVALID);
    assert_int_equal(err.sys, ENAMETOOLONG);
    assert_non_null(strstr(err.message, "...': File name too long"));
    assert_int_equal(kt_file_write(in(&where, "circle/x", inside), kt_view_of("x"), &err), KT_E_INVALID);
    assert_int_equal(files_in(&where), 1);
}

TEST(file, what_is_no_regular_file_is_written_in_place)
{
    FOLDER_OWN where = make_folder();
    char path[128], text[8] = "";
    assert_int_equal(mkfifo(in(&where, "pipe", path), 0600), 0);
    const int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_int_equal(kt_file_write(path, kt_view_of("through"), NULL), 0);
    assert_int_equal(read(reader, text, sizeof(text)), 7);
    assert_memory_equal(text, "through", 7);
    close(reader);
    assert_int_equal(kt_file_write("/dev/null", kt_view_of("x"), NULL), 0);
}

TEST(file, a_pipe_is_no_regular_file_and_is_not_waited_for)
{
    char path[] = "/tmp/ketch-fifo-XXXXXX";
    kt_error err = { 0 };
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    assert_non_null(mkdtemp(path));
    char fifo[64];
    snprintf(fifo, sizeof fifo, "%s/pipe", path);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(kt_file_read_regular(fifo, 100, &text, &err), KT_E_INVALID);
    assert_non_null(strstr(err.message, "is no regular file"));
    assert_int_equal(kt_file_read_regular("/dev/null", 100, &text, &err), KT_E_INVALID);
    unlink(fifo);
    rmdir(path);
}
