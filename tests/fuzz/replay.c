/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c - stands in for libFuzzer in ordinary builds: gives a target every file of its kept corpus, so that what a
 * fuzzer once found is tested in every test run. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <string.h>

enum { INPUT_BYTES_MOST = 1 << 20 };

static void replay_file(const char *path)
{
    static uint8_t data[INPUT_BYTES_MOST];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
}

/* Every file of a folder; returns how many. */
static int replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;
    if (folder == NULL) {
        perror(path);
        exit(2);
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char name[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        replay_file(name);
        count++;
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++)
        count += replay_folder(argv[i]);
    printf("%d passed, 0 failed\n", count);
    return count > 0 ? 0 : 1;
}
