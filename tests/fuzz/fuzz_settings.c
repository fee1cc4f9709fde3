/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_settings.c - any bytes as a settings file. */
#include "settings/config.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KT_OWN(kt_config) *config = NULL;
    kt_error err = { 0 };
    if (kt_config_new(&config, &err) < 0)
        abort();
    const int rc = kt_config_add_yaml(config, (kt_view){ (const char *)data, size }, "f", &err);
    if (rc < 0)
        fuzz_check_error(rc, &err);
    for (size_t i = 0; i < kt_setting_count; i++) {
        kt_config_value(config, i);
        fuzz_promise(kt_config_origin(config, i) != NULL, "every setting has an origin");
    }
    return 0;
}
