/* SPDX-License-Identifier: Apache-2.0 */
/* covalent.c - what Covalent's executor for Braket was told is taken over; the rest of its configuration is about
 * servers and folders that Ketch doesn't have. */
#include "settings/covalent.h"

#include "base/error.h"
#include "settings/config_priv.h"
#include "settings/toml.h"
#include <stdio.h>
#include <string.h>

typedef struct import {
    const char *file;
    kt_config *config; /* to check values with */
    kt_buf *yaml;
    kt_import_tell *tell;
    void *ctx;
    bool has_any;
    kt_error *err;
} import;

static int text_of(const import *i, const char *name, const kt_json *value, kt_buf *text)
{
    kt_jw w;
    if (json_is_string(value)) {
        kt_buf_add(text, json_string_value(value), json_string_length(value));
        return 0;
    }
    if (!json_is_number(value))
        return kt_fail(i->err, KT_E_INVALID,
                       "%.200s: %s is a list, a table or true or false, expected a text or a number", i->file, name);
    kt_jw_init(&w, kt_out_buf(text), 0);
    kt_jw_value(&w, value);
    return kt_jw_end(&w, i->err);
}

static void write_value(import *i, const char *key, kt_view text)
{
    kt_jw w;
    if (!i->has_any)
        kt_buf_adds(i->yaml, "executors:\n  braket:\n");
    i->has_any = true;
    kt_buf_addf(i->yaml, "    %s: ", key);
    kt_jw_init(&w, kt_out_buf(i->yaml), 0); /* a JSON string is a YAML one, whatever is in it */
    kt_jw_string(&w, text);
    kt_jw_end(&w, NULL);
    kt_buf_addc(i->yaml, '\n');
}

static int take_key(import *i, const char *key, const kt_json *value)
{
    char name[160], origin[512];
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    snprintf(name, sizeof(name), "executors.braket.%.100s", key);
    snprintf(origin, sizeof(origin), "%.480s", i->file);
    const int index = kt_setting_find(kt_view_of(name));
    if (index < 0) {
        i->tell(i->ctx, name, KT_IMPORT_NOT_NEEDED, "the executor has no such key");
        return 0;
    }
    int rc = text_of(i, name, value, &text);
    if (rc == 0)
        rc = kt_buf_check(&text, i->err, "a value");
    if (rc == 0)
        rc = kt_config_set(i->config, index, kt_buf_view(&text), origin, i->err);
    if (rc < 0)
        return rc;
    if (kt_view_is(kt_buf_view(&text), kt_settings_table[index].value)) {
        i->tell(i->ctx, name, KT_IMPORT_DEFAULT, "");
        return 0;
    }
    write_value(i, key, kt_buf_view(&text));
    i->tell(i->ctx, name, KT_IMPORT_TAKEN, "");
    return 0;
}

/* Whatever else there is, by its table. */
static void pass_over(const import *i, const kt_json *root)
{
    const char *table, *inner;
    kt_json *value, *deeper;
    char name[160];
    json_object_foreach((kt_json *)root, table, value)
    {
        if (strcmp(table, "executors") != 0) {
            i->tell(i->ctx, table, KT_IMPORT_NOT_NEEDED, "it is about Covalent's own server and folders");
            continue;
        }
        json_object_foreach(value, inner, deeper)
        {
            snprintf(name, sizeof(name), "executors.%.100s", inner);
            if (strcmp(inner, "braket") != 0)
                i->tell(i->ctx, name, KT_IMPORT_NOT_NEEDED, "only the executor for Braket is taken over");
        }
    }
}

/* A file's name may have line ends in it, which would end the comment. */
static void write_head(kt_buf *yaml, const char *file)
{
    kt_buf_adds(yaml, "# from ");
    for (; *file != '\0'; file++)
        kt_buf_addc(yaml, (unsigned char)*file < 0x20 || *file == 0x7f ? '?' : *file);
    kt_buf_addc(yaml, '\n');
}

int kt_covalent_import(kt_view text, const char *file, kt_buf *yaml, kt_import_tell *tell, void *ctx, kt_error *err)
{
    KT_OWN(kt_json) *root = NULL;
    KT_OWN(kt_config) *config = NULL;
    const char *key;
    kt_json *value;
    int rc = kt_toml_parse(text, file, &root, err);
    if (rc == 0)
        rc = kt_config_new(&config, err);
import i = {.file = file, .config = config, .yaml = yaml, .tell = tell, .ctx = ctx, .err = err };
    if (rc < 0)
        return rc;
    const kt_json *executors = json_object_get(root, "executors"), *braket = json_object_get(executors, "braket");
    if (executors != NULL && (!json_is_object(executors) || (braket != NULL && !json_is_object(braket))))
        return kt_fail(err, KT_E_INVALID, "%.200s: %s is no table, expected a section [executors.braket]", file,
                       json_is_object(executors) ? "executors.braket" : "executors");
    write_head(yaml, file);
    pass_over(&i, root);
    json_object_foreach((kt_json *)braket, key, value)
    {
        if (rc == 0)
            rc = take_key(&i, key, value);
    }
    return rc < 0 ? rc : kt_buf_check(yaml, err, "settings");
}
