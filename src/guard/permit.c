/* SPDX-License-Identifier: Apache-2.0 */
/* permit.c - permits on record. A permit remembers the digest of the request it was issued for; the call that consumes
 * it shows its members, and any other request, or a second one, is refused. */
#include "guard/permit.h"

#include "sign/sigv4.h"
#include <stdlib.h>
#include <string.h>

#define RID_TAG "ketch:rid"

struct kt_guard {
    kt_store *store;
    const kt_clock *clock;
    int64_t token_trust_ns;
};

/* What a call consumes: the part that aws/permit.h shows, and what it answers from. */
typedef struct permit {
    kt_permit shown; /* first, so that the one is found from the other */
    char rid[KT_RID_BYTES], token[KT_RID_BYTES];
    uint8_t digest[KT_SHA256_BYTES];
    bool is_used;
} permit;

/* A permit that waits for its row to be synced. */
typedef struct issue {
    permit *permit;
    kt_json *members;
    kt_permit_ready *ready;
    void *ctx;
} issue;

int kt_guard_new(const kt_guard_options *options, kt_guard **out, kt_error *err)
{
    kt_guard *guard = malloc(sizeof(*guard));
    if (guard == NULL)
        return kt_fail_nomem(err, sizeof(*guard), "the guard");
    *guard =
        (kt_guard){ .store = options->store,
                    .clock = options->clock,
                    .token_trust_ns = options->token_trust_ns > 0 ? options->token_trust_ns
                                                                  : KT_TOKEN_TRUST_DEFAULT_S * INT64_C(1000000000) };
    *out = guard;
    return 0;
}

void kt_guard_free(kt_guard *guard)
{
    free(guard);
}

/* ---- the permit itself ---- */

static int use(kt_permit *shown, const char *members, size_t length, kt_error *err)
{
    permit *p = (permit *)shown;
    uint8_t digest[KT_SHA256_BYTES];
    if (p->is_used)
        return kt_fail(err, KT_E_INTERNAL, "the permit %s was used before", p->rid);
    kt_sha256(members, length, digest);
    if (memcmp(digest, p->digest, sizeof(digest)) != 0)
        return kt_fail(err, KT_E_INTERNAL, "the permit %s is for another request", p->rid);
    p->is_used = true;
    return 0;
}

static void permit_free(kt_permit *take_shown)
{
    free(take_shown); /* `shown` is what the permit begins with */
}

static permit *permit_new(kt_error *err)
{
    permit *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        kt_fail_nomem(err, sizeof(*p), "a permit");
        return NULL;
    }
    p->shown = (kt_permit){ .rid = p->rid, .token = p->token, .use = use, .free = permit_free };
    return p;
}

/* ---- handing out ---- */

static void issue_free(issue *i)
{
    free(i->permit);
    kt_json_free(i->members);
    free(i);
}

static void on_synced(void *ctx, int rc, const kt_error *err)
{
    issue *i = ctx;
    if (rc < 0)
        i->ready(i->ctx, rc, NULL, NULL, err);
    else
        i->ready(i->ctx, 0, &KT_GIVE(i->permit)->shown, i->members, NULL);
    issue_free(i);
}

/* The members with the tag that finds the task when its token is no longer trusted. */
static kt_json *with_tag(const kt_json *members, const char *rid)
{
    kt_json *out = json_copy((kt_json *)members); /* which does not change what it copies */
    const kt_json *given = json_object_get(members, "tags");
    kt_json *tags = given == NULL ? json_object() : json_copy((kt_json *)given);
    if (out == NULL || tags == NULL || json_object_set_new(tags, RID_TAG, json_string(rid)) < 0) {
        kt_json_free(tags);
        kt_json_free(out);
        return NULL;
    }
    if (json_object_set_new(out, "tags", tags) < 0) {
        kt_json_free(out);
        return NULL;
    }
    return out;
}

static int put_row(kt_guard *guard, const kt_permit_order *order, issue *i, kt_error *err)
{
    char *text = json_dumps(i->members, JSON_COMPACT | JSON_SORT_KEYS);
    if (text == NULL)
        return kt_fail_nomem(err, 0, "a request");
    kt_order_row row = { .run_id = order->run_id,
                         .index = order->index,
                         .attempt = order->attempt,
                         .operation = order->operation,
                         .region = order->region,
                         .members = kt_view_of(text),
                         .about = order->about,
                         .permitted_ns = guard->clock->wall_ns(guard->clock->ctx) };
    kt_sha256(text, strlen(text), i->permit->digest);
    memcpy(row.rid, i->permit->rid, sizeof(row.rid));
    memcpy(row.token, i->permit->token, sizeof(row.token));
    memcpy(row.digest, i->permit->digest, sizeof(row.digest));
    const int rc = kt_store_put_permit(guard->store, &row, on_synced, i, err);
    free(text);
    return rc;
}

static issue *issue_new(kt_permit_ready *ready, void *ctx, kt_error *err)
{
    issue *i = calloc(1, sizeof(*i));
    permit *p = permit_new(err);
    if (i == NULL || p == NULL) {
        free(i);
        free(p);
        kt_fail_nomem(err, sizeof(*i), "a permit");
        return NULL;
    }
    *i = (issue){ .permit = p, .ready = ready, .ctx = ctx };
    return i;
}

int kt_guard_issue(kt_guard *guard, const kt_permit_order *order, kt_permit_ready *ready, void *ctx, kt_error *err)
{
    issue *i = issue_new(ready, ctx, err);
    if (i == NULL)
        return KT_E_NOMEM;
    int rc = kt_store_new_rid(i->permit->rid, err);
    if (rc == 0)
        rc = kt_store_new_rid(i->permit->token, err);
    if (rc == 0) {
        i->members = with_tag(order->members, i->permit->rid);
        rc = i->members == NULL ? kt_fail_nomem(err, 0, "a request") : put_row(guard, order, i, err);
    }
    if (rc < 0)
        issue_free(i);
    return rc;
}

/* ---- what an earlier process left ---- */

/* Counted from the permit, not from the call: when that was made is not known, and never before. A clock that was set
 * back does not make a token younger than it can be. */
kt_permit_fate kt_guard_judge(const kt_guard *guard, const kt_order_row *row)
{
    const int64_t age_ns = guard->clock->wall_ns(guard->clock->ctx) - row->permitted_ns;
    return age_ns >= 0 && age_ns < guard->token_trust_ns ? KT_PERMIT_SEND_AGAIN : KT_PERMIT_SEARCH;
}

static int check_row(const kt_guard *guard, const kt_order_row *row, kt_error *err)
{
    uint8_t digest[KT_SHA256_BYTES];
    kt_sha256(row->members.data, row->members.length, digest);
    if (memcmp(digest, row->digest, sizeof(digest)) != 0)
        return kt_fail(err, KT_E_INVALID, "the request of the permit %s is not the one that it was issued for",
                       row->rid);
    if (kt_guard_judge(guard, row) != KT_PERMIT_SEND_AGAIN)
        return kt_fail(err, KT_E_INVALID, "the token of the permit %s is too old to be trusted", row->rid);
    return 0;
}

/* Its row is on disk already; that it is answered by the store keeps one way to hear of a permit. */
int kt_guard_renew(kt_guard *guard, const kt_order_row *row, kt_permit_ready *ready, void *ctx, kt_error *err)
{
    int rc = check_row(guard, row, err);
    issue *i = rc < 0 ? NULL : issue_new(ready, ctx, err);
    if (i == NULL)
        return rc < 0 ? rc : KT_E_NOMEM;
    memcpy(i->permit->rid, row->rid, sizeof(row->rid));
    memcpy(i->permit->token, row->token, sizeof(row->token));
    memcpy(i->permit->digest, row->digest, sizeof(row->digest));
    rc = kt_json_parse(row->members, &i->members, err);
    if (rc == 0)
        rc = kt_store_move_order(guard->store, row->rid, KT_ORDER_PERMITTED, NULL, NULL, on_synced, i, err);
    if (rc < 0)
        issue_free(i);
    return rc;
}
