/* SPDX-License-Identifier: Apache-2.0 */
/* toml_probe.c - TOML documents on standard input, each behind its length in bytes and a line end; for each a line with
 * what it says as JSON, or with {"error": ...}. For tests that compare with other readers. */
#include "settings/toml.h"

#include "base/error.h"
#include <stdio.h>
#include <stdlib.h>

static void answer(kt_view text)
{
    KT_OWN(kt_json) *found = NULL;
    kt_error err = { 0 };
    kt_jw w;
    const int rc = kt_toml_parse(text, "doc", &found, &err);
    kt_jw_init(&w, kt_out_file(stdout), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, rc < 0 ? "error" : "value");
    if (rc < 0)
        kt_jw_strz(&w, err.message);
    else
        kt_jw_value(&w, found);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    if (kt_jw_end(&w, NULL) < 0)
        exit(1);
}

int main(void)
{
    size_t length;
    while (scanf("%zu", &length) == 1 && getchar() == '\n') {
        char *text = malloc(length + 1);
        if (text == NULL || fread(text, 1, length, stdin) != length)
            return 1;
        answer((kt_view){ text, length });
        free(text);
    }
    return 0;
}
