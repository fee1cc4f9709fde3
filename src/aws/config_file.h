/* SPDX-License-Identifier: Apache-2.0 */
/* config_file.h - the files that the AWS command line keeps: ~/.aws/config and ~/.aws/credentials. Sections, keys in
 * any case, nested blocks, comments. What is not understood is passed over with a warning, as AWS's own clients do;
 * nothing in a file can do more than that. */
#ifndef KT_AWS_CONFIG_FILE_H
#define KT_AWS_CONFIG_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/view.h"

enum {
    KT_AWS_FILE_BYTES_MOST = 1 << 20,
    KT_AWS_FILE_SECTIONS_MOST = 10000,
    KT_AWS_FILE_LINE_BYTES_MOST = 64 * 1024,
};

typedef enum kt_aws_section_kind { KT_AWS_PROFILE, KT_AWS_SSO_SESSION, KT_AWS_SERVICES } kt_aws_section_kind;

typedef struct kt_aws_file kt_aws_file;

/* What is in one file: how its section names are meant differs. */
typedef enum kt_aws_file_kind {
    KT_AWS_FILE_CONFIG,     /* [default], [profile NAME], [sso-session NAME], [services NAME] */
    KT_AWS_FILE_CREDENTIALS /* [NAME] */
} kt_aws_file_kind;

/* Reads text; `name` is for warnings. Lives in the arena. Errors: KT_E_LIMIT, KT_E_NOMEM; never a syntax error. */
int kt_aws_file_parse(kt_view text, const char *name, kt_aws_file_kind kind, const kt_log *log, kt_arena *arena,
                      kt_aws_file **out, kt_error *err);
/* Whether the section stands in the file, with or without a key. */
bool kt_aws_file_has(const kt_aws_file *file, kt_aws_section_kind kind, kt_view section);
/* The value, NUL-terminated; NULL: none. `block`: NULL, or the key whose nested block is looked into
 * ("braket" -> endpoint_url). When a section stands twice its later keys win. file may be NULL. */
const char *kt_aws_file_get(const kt_aws_file *file, kt_aws_section_kind kind, kt_view section, const char *block,
                            const char *key);
/* Names of the sections of a kind, in order; false at the end. Start with *cursor = 0. */
bool kt_aws_file_next(const kt_aws_file *file, kt_aws_section_kind kind, size_t *cursor, const char **name);

#endif
