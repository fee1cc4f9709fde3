/* SPDX-License-Identifier: Apache-2.0 */
/* ask_mfa.h - the code of a second factor, from whoever sits at the terminal. */
#ifndef KT_FULL_ASK_MFA_H
#define KT_FULL_ASK_MFA_H

#include "base/error.h"

/* Whether there is somebody: standard input and standard error are a terminal. */
bool kt_can_ask_mfa(void);
/* As kt_aws_options.ask_mfa: asks on standard error, reads a line. KT_E_CANCELLED for an empty one, for the end of
 * input, and when a signal comes meanwhile; KT_E_INVALID for what is no code. The loop waits meanwhile. */
int kt_ask_mfa(void *ctx, const char *serial, char *code, size_t bytes, kt_error *err);

#endif
