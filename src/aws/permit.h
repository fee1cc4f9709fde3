/* SPDX-License-Identifier: Apache-2.0 */
/* permit.h - what a paid call consumes. Only src/guard makes permits; here is only what a call asks of one.
 * A permit exists only when {rid, client token, request digest} are on disk, synced. It is for one call: its token goes
 * into the request, and a second use is refused. Retries of that call carry the same token and are part of it. */
#ifndef KT_AWS_PERMIT_H
#define KT_AWS_PERMIT_H

#include "base/error.h"

typedef struct kt_permit kt_permit;
struct kt_permit {
    const char *rid;   /* what the tag `ketch:rid` says */
    const char *token; /* the client token that the request must carry */
    /* Whether it is for a request of these members, before the first byte of it leaves; KT_E_INTERNAL when it was used
     * before, or was issued for something else. members: JSON text, keys sorted, the token left out. */
    int (*use)(kt_permit *permit, const char *members, size_t length, kt_error *err);
    void (*free)(kt_permit *take_permit); /* one that was never used stays on record as unused */
};

#endif
