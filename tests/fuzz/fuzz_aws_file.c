/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_aws_file.c - any bytes as ~/.aws/config or ~/.aws/credentials: they are read or too long, never a failure, and
 * every section that was found can be asked for keys. */
#include "aws/config_file.h"
#include "tests/fuzz/fuzz.h"

static const char *const keys[] = { "region", "aws_access_key_id", "endpoint_url", "source_profile", "" };

static void look_around(const kt_aws_file *file, kt_aws_section_kind kind)
{
    size_t cursor = 0;
    const char *name = NULL;
    while (kt_aws_file_next(file, kind, &cursor, &name)) {
        fuzz_promise(kt_aws_file_has(file, kind, kt_view_of(name)), "a section that is listed is there");
        for (size_t i = 0; i < KT_COUNT(keys); i++) {
            kt_aws_file_get(file, kind, kt_view_of(name), NULL, keys[i]);
            kt_aws_file_get(file, kind, kt_view_of(name), "braket", keys[i]);
        }
    }
}

static void read_as(kt_view text, kt_aws_file_kind kind)
{
    kt_error err = { 0 };
    kt_aws_file *file = NULL;
    KT_OWN(kt_arena) *arena = kt_arena_new(64 << 20);
    if (arena == NULL)
        abort();
    const int rc = kt_aws_file_parse(text, "config", kind, NULL, arena, &file, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        fuzz_promise(rc != KT_E_SYNTAX, "no file is a syntax error");
        return;
    }
    for (int section = KT_AWS_PROFILE; section <= KT_AWS_SERVICES; section++)
        look_around(file, (kt_aws_section_kind)section);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const kt_view text = { (const char *)data, size };
    read_as(text, KT_AWS_FILE_CONFIG);
    read_as(text, KT_AWS_FILE_CREDENTIALS);
    return 0;
}
