/* SPDX-License-Identifier: Apache-2.0 */
/* permit.h - permits for paid calls (aws/permit.h says what one must answer). One is handed out only after {rid, client
 * token, request digest} are on disk, synced; it carries that token and is consumed by one call. Today every permit is
 * granted, recorded as unguarded; a policy that refuses comes later and changes nothing here but the answer. */
#ifndef KT_GUARD_PERMIT_H
#define KT_GUARD_PERMIT_H

#include "aws/permit.h"
#include "base/clock.h"
#include "base/json.h"
#include "store/store.h"

enum { KT_TOKEN_TRUST_DEFAULT_S = 600 };

typedef struct kt_guard kt_guard;
typedef struct kt_guard_options {
    kt_store *store; /* outlives the guard */
    const kt_clock *clock;
    int64_t token_trust_ns; /* how long the service is trusted to remember a token; 0: ten minutes */
} kt_guard_options;
int kt_guard_new(const kt_guard_options *options, kt_guard **out, kt_error *err);
void kt_guard_free(kt_guard *guard); /* after its permits; NULL is fine */
KT_DEFINE_FREEP(kt_guard)

typedef struct kt_permit_order {
    const char *run_id;
    uint32_t index, attempt;
    const char *operation, *region;
    const kt_json *members; /* of the request, without the token and without tags["ketch:rid"]; borrowed for the call */
    const char *about;      /* as in store.h */
} kt_permit_order;

/* rc 0: the permit is the receiver's. members: the request to send, with tags["ketch:rid"] set; borrowed for the
 * callback (take a reference to keep it). */
typedef void kt_permit_ready(void *ctx, int rc, kt_permit *take_permit, kt_json *members, const kt_error *err);
/* `ready` comes from kt_store_deliver, exactly once, never when this failed. */
int kt_guard_issue(kt_guard *guard, const kt_permit_order *order, kt_permit_ready *ready, void *ctx, kt_error *err);

/* What may be done with a permit that a process left behind. */
typedef enum kt_permit_fate {
    KT_PERMIT_SEND_AGAIN, /* its token is still trusted (permitted_ns + token_trust_ns): same request, same token */
    KT_PERMIT_SEARCH      /* too old: look for the tag ketch:rid from permitted_ns on; ask a person if absent */
} kt_permit_fate;
kt_permit_fate kt_guard_judge(const kt_guard *guard, const kt_order_row *row);
/* The same permit again, for SEND_AGAIN only (KT_E_INVALID otherwise): same rid, token and members, as one that can be
 * consumed once. The digest is checked against the members. `ready` as above. */
int kt_guard_renew(kt_guard *guard, const kt_order_row *row, kt_permit_ready *ready, void *ctx, kt_error *err);

#endif
