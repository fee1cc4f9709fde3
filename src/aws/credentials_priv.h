/* SPDX-License-Identifier: Apache-2.0 */
/* credentials_priv.h - a fetch of keys, shared by the chain, which runs it, and the sources, which each know a way. */
#ifndef KT_AWS_CREDENTIALS_PRIV_H
#define KT_AWS_CREDENTIALS_PRIV_H

#include "aws/credentials.h"
#include "aws/exchange.h"
#include "aws/key_plan.h"

typedef struct kt_key_fetch kt_key_fetch;
struct kt_key_fetch {
    kt_credential_chain *chain;
    const kt_credential_options *options; /* the chain's */
    const kt_key_plan *plan;
    kt_arena *arena;      /* of this fetch: everything that it finds */
    kt_credentials keys;  /* found so far */
    size_t roles_assumed; /* of the plan's */
    kt_error error;
    /* What is under way; at most one of them. */
    kt_http_call *call;
    kt_aws_exchange *exchange;
    struct kt_key_process *process;
    uv_timer_t *timer; /* the chain's, for waits between tries */
    /* Scratch of the source that is asked. */
    const char *token; /* of instance metadata */
    int tries;
};

/* A source ends with one of these; either may free the fetch, so it is the last thing that a source does. */
void kt_key_fetch_found(kt_key_fetch *fetch, const kt_credentials *keys);
void kt_key_fetch_failed(kt_key_fetch *fetch, int rc); /* fetch->error says why */
/* An error of rc in fetch->error, and the end. */
#define KT_KEY_FETCH_FAIL(fetch, code, ...) kt_key_fetch_failed(fetch, kt_fail(&(fetch)->error, code, __VA_ARGS__))

/* The sources. Each starts; a failure to start is returned, and then nothing follows. */
int kt_key_start_process(kt_key_fetch *fetch);
int kt_key_start_sso(kt_key_fetch *fetch);
int kt_key_start_web_identity(kt_key_fetch *fetch);
int kt_key_start_container(kt_key_fetch *fetch);
int kt_key_start_instance(kt_key_fetch *fetch);
int kt_key_start_role(kt_key_fetch *fetch, const kt_key_role *role); /* with fetch->keys */
void kt_key_process_stop(struct kt_key_process *process);

/* The keys in a JSON document that an endpoint or a program gave; names are its. token_name's member may be absent. */
typedef struct kt_key_names {
    const char *access_key, *secret_key, *token, *expires;
} kt_key_names;
int kt_key_read(kt_key_fetch *fetch, const kt_json *document, const kt_key_names *names, kt_credentials *out);
/* One call of STS or SSO on the way. */
int kt_key_exchange(kt_key_fetch *fetch, const kt_aws_service *service, const char *operation, const char *region,
                    const kt_json *members, bool is_signed,
                    void (*done)(void *ctx, const kt_aws_exchange_result *result));
const char *kt_key_variable(const kt_key_fetch *fetch, const char *name); /* NULL: not set, or empty */

#endif
