/* SPDX-License-Identifier: Apache-2.0 */
/* bill_table.h - the bill of a sandbox as a table for people. */
#ifndef KT_FULL_BILL_TABLE_H
#define KT_FULL_BILL_TABLE_H

#include "base/json.h"

/* Adds to `out`. The bill is what GET /_sandbox/bill answers (doc/schema/ketch-bill.schema.json); members that are
 * missing are shown as empty or zero. Failure is remembered by the buffer. */
void kt_bill_table(const kt_json *bill, kt_buf *out);

#endif
