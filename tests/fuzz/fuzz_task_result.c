/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_task_result.c - any bytes as a task's result and as its parts: the first two bytes say how many shots, a zero
 * byte ends the result and each part. */
#include "braket/task_result.h"
#include "circuit/result.h"
#include "tests/fuzz/fuzz.h"
#include <string.h>

static kt_view take_piece(kt_view *rest)
{
    const char *end = rest->length == 0 ? NULL : memchr(rest->data, '\0', rest->length);
    const kt_view piece = { rest->data, end == NULL ? rest->length : (size_t)(end - rest->data) };
    const size_t used = piece.length + (end != NULL);
    *rest = (kt_view){ rest->data + used, rest->length - used };
    return piece;
}

static void look(kt_task_result *result)
{
    KT_BUF_OWN text;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    for (size_t i = 0; i < kt_task_result_count(result); i++) {
        const kt_execution *found = kt_task_result_at(result, i);
        fuzz_promise((found->result == NULL) == (found->failure != NULL), "a result or a failure");
        if (found->result != NULL)
            kt_result_write_json(found->result, kt_out_buf(&text), 0, &err);
    }
    if (kt_task_result_missing(result).count == 0)
        kt_task_result_text(result, &text, &err);
    fuzz_promise(kt_task_result_json(result) != NULL, "what was read can be written again");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kt_view rest = { (const char *)data + 2, size - 2 };
    KT_OWN(kt_task_result) *result = NULL;
    kt_error err = { 0 };
    if (size < 2)
        return 0;
    int rc = kt_task_result_new(take_piece(&rest), data[0] | data[1] << 8, &result, &err);
    for (int i = 0; rc == 0 && kt_task_result_missing(result).count > 0 && i < 8; i++)
        rc = kt_task_result_add_part(result, kt_task_result_missing(result).paths[0], take_piece(&rest), &err);
    if (rc < 0)
        fuzz_check_error(rc, &err);
    if (result != NULL && rc == 0)
        look(result);
    return 0;
}
