/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_action.c - any bytes as a task: a line of which device it is for (a letter) and how many shots, a line of device
 * parameters, and behind them the action. A device takes it or says why not. */
#include "sandbox/runner.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static kt_view take_line(kt_view *rest)
{
    const char *end = rest->length == 0 ? NULL : memchr(rest->data, '\n', rest->length);
    const kt_view line = { rest->data, end == NULL ? rest->length : (size_t)(end - rest->data) };
    const size_t used = line.length + (end != NULL);
    *rest = (kt_view){ rest->data + used, rest->length - used };
    return line;
}

static const kt_devices *devices(void)
{
    static kt_devices *loaded;
    KT_BUF_OWN path;
    kt_error err = { 0 };
    kt_buf_init(&path, 0);
    if (loaded == NULL &&
        (kt_devices_data_dir(NULL, &path, &err) < 0 || kt_devices_load(path.data, NULL, &loaded, &err) < 0))
        fuzz_promise(0, err.message);
    return loaded;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kt_view rest = { (const char *)data, size };
    const kt_view first = take_line(&rest);
    kt_action_question question = { .device_parameters = take_line(&rest), .action = rest };
    for (size_t i = 1; i < first.length && i < 8; i++)
        question.shots =
            first.data[i] >= '0' && first.data[i] <= '9' ? question.shots * 10 + (first.data[i] - '0') : question.shots;
    const size_t which = first.length == 0 ? 0 : (unsigned char)first.data[0];
    question.device = kt_devices_at(devices(), which % kt_devices_count(devices()));
    question.has_experimental = (which & 32) != 0;
    question.has_result_file = (which & 64) != 0;
    KT_OWN(kt_arena) *arena = kt_arena_new(16 << 20);
    if (arena == NULL)
        abort();
    kt_action_info info = { 0 };
    kt_action_refusal refusal = { 0 };
    kt_error err = { 0 };
    const int rc = kt_action_check(&question, arena, &info, &refusal, &err);
    fuzz_promise(rc == 0 || rc == KT_E_INVALID || rc == KT_E_NOMEM, "a task is taken or refused");
    fuzz_promise(rc != 0 || info.type != NULL, "what is taken has a type");
    fuzz_promise(rc != KT_E_INVALID || (refusal.message != NULL && refusal.message[0] != '\0'), "a refusal says why");
    for (size_t i = 0; i < refusal.failure_count; i++)
        fuzz_promise(refusal.failures[i].message != NULL, "and so does each of its failures");
    return 0;
}
