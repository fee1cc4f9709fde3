/* SPDX-License-Identifier: Apache-2.0 */
/* ask_mfa.c - one line from the terminal. A code is good for half a minute and for one use, so it is shown as it is
 * typed, as AWS's own command line does. */
#include "full/ask_mfa.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 64, SERIAL_SHOWN_MOST = 200 };

bool kt_can_ask_mfa(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* What was typed, without blanks at both ends. A handled signal ends the wait: read() alone would begin again. */
static int read_line(char line[LINE_BYTES], kt_error *err)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    const ssize_t got = poll(&in, 1, -1) < 0 ? -1 : read(STDIN_FILENO, line, LINE_BYTES - 1);
    size_t length = got > 0 ? (size_t)got : 0, start = 0;
    while (length > 0 && strchr(" \t\r\n", line[length - 1]) != NULL)
        length--;
    while (start < length && strchr(" \t", line[start]) != NULL)
        start++;
    if (start == length)
        return kt_fail(err, KT_E_CANCELLED, "no MFA code was given");
    memmove(line, line + start, length - start);
    line[length - start] = '\0';
    return 0;
}

int kt_ask_mfa(void *ctx, const char *serial, char *code, size_t bytes, kt_error *err)
{
    char line[LINE_BYTES];
    (void)ctx;
    fprintf(stderr, "MFA code of %.*s: ", (int)SERIAL_SHOWN_MOST, serial);
    fflush(stderr);
    const int rc = read_line(line, err);
    if (rc < 0) {
        fputc('\n', stderr);
        return rc;
    }
    const size_t length = strlen(line);
    if (strspn(line, "0123456789") != length || length != 6 || length >= bytes)
        return kt_fail(err, KT_E_INVALID, "that is no MFA code; expected six digits");
    memcpy(code, line, length + 1);
    return 0;
}
