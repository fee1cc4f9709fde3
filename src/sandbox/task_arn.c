/* SPDX-License-Identifier: Apache-2.0 */
/* task_arn.c - ARNs of tasks: arn:aws:braket:REGION:ACCOUNT:quantum-task/UUID. */
#include "sandbox/task_priv.h"

#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool kt_uuid_parse(kt_view text, uint8_t out[KT_UUID_BYTES])
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    uint8_t bytes[KT_UUID_BYTES];
    size_t digits = 0;
    if (text.length != sizeof form - 1)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        const int digit = hex_digit(text.data[i]);
        if (form[i] == '-' ? text.data[i] != '-' : digit < 0)
            return false;
        if (form[i] == '-')
            continue;
        const int high = digits % 2 == 0 ? 0 : bytes[digits / 2] << 4;
        bytes[digits++ / 2] = (uint8_t)(high | digit);
    }
    memcpy(out, bytes, sizeof bytes);
    return true;
}

bool kt_task_arn_parse(kt_view arn, uint8_t uuid[KT_UUID_BYTES])
{
    static const char kind[] = ":quantum-task/";
    const size_t tail = sizeof kind - 1 + 36;
    if (arn.length <= tail || !kt_view_starts(arn, "arn:"))
        return false;
    const char *at = arn.data + arn.length - tail;
    return memcmp(at, kind, sizeof kind - 1) == 0 && kt_uuid_parse((kt_view){ at + sizeof kind - 1, 36 }, uuid);
}
