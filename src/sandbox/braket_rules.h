/* SPDX-License-Identifier: Apache-2.0 */
/* braket_rules.h - how rows of the tables of members are written. */
#ifndef KT_SANDBOX_BRAKET_RULES_H
#define KT_SANDBOX_BRAKET_RULES_H

#include "sandbox/braket_check.h"

#define REQUIRED .is_required = true
#define LEAST(limit) .has_least = true, .least = (limit)
#define MOST(limit) .has_most = true, .most = (limit)
#define PARTS(rows) .parts = (rows), .part_count = KT_COUNT(rows)

/* In an expression, what a dot of a documented pattern means: any character but the end of a line. */
#define ANY "[^\n\r]"

kt_rules kt_braket_rules_later(const char *operation);

#endif
