/* SPDX-License-Identifier: Apache-2.0 */
/* toml_priv.h - the text under the reader's finger, shared by what reads tables and what reads values. */
#ifndef KT_SETTINGS_TOML_PRIV_H
#define KT_SETTINGS_TOML_PRIV_H

#include "base/error.h"
#include "settings/toml.h"

typedef struct kt_toml {
    kt_view text;
    size_t at;
    const char *file;
    int depth;
    kt_error *err;
} kt_toml;

/* '\0' at the end; a zero byte in the text is refused before. */
static inline char kt_toml_peek(const kt_toml *t, size_t ahead)
{
    return t->at + ahead < t->text.length ? t->text.data[t->at + ahead] : '\0';
}

/* kt_fail with the place of byte `at` in front. */
int kt_toml_fail(const kt_toml *t, size_t at, kt_code code, const char *format, ...) KT_PRINTF(4, 5);
/* "'x'", "the end of the line", "the end": what stands here. text must hold 32. */
const char *kt_toml_found(const kt_toml *t, char text[32]);
void kt_toml_skip_blank(kt_toml *t); /* spaces and tabs */

/* From its first quote on; appended. Strings of three quotes only where they may stand. */
int kt_toml_string(kt_toml *t, bool may_be_long, kt_buf *out);
/* A number, a truth value, a date or a time. */
int kt_toml_bare(kt_toml *t, kt_json **out);

#endif
