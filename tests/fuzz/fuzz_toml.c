/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_toml.c - any bytes as TOML, and as a Covalent configuration: a value or an error with a place. */
#include "settings/covalent.h"
#include "settings/toml.h"
#include "tests/fuzz/fuzz.h"

static void ignore(void *ctx, const char *key, kt_import_fate fate, const char *why)
{
    (void)ctx;
    (void)key;
    (void)fate;
    (void)why;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const kt_view text = { (const char *)data, size };
    KT_OWN(kt_json) *found = NULL;
    KT_BUF_OWN yaml;
    kt_error err = { 0 };
    kt_buf_init(&yaml, 0);
    const int rc = kt_toml_parse(text, "f", &found, &err);
    if (rc < 0)
        fuzz_check_error(rc, &err);
    fuzz_promise((rc == 0) == (found != NULL), "a value or an error");
    const int imported = kt_covalent_import(text, "f", &yaml, ignore, NULL, &err);
    fuzz_promise(rc == 0 || imported == rc, "what is no TOML is not taken over");
    return 0;
}
