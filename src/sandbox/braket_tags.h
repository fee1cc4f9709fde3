/* SPDX-License-Identifier: Apache-2.0 */
/* braket_tags.h - what holds for tags wherever they are given. */
#ifndef KT_SANDBOX_BRAKET_TAGS_H
#define KT_SANDBOX_BRAKET_TAGS_H

#include "sandbox/call.h"

enum { KT_TAGS_MOST = 50 };

/* Refuses reserved keys: answers the call itself and returns false. NULL tags are fine. */
bool kt_braket_check_tags(kt_call *call, const kt_json *tags);

#endif
