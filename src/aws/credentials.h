/* SPDX-License-Identifier: Apache-2.0 */
/* credentials.h - keys from AWS's chain of sources, fetched when they are first asked for and refreshed before they
 * expire, once, however many calls wait. On the loop; a fetch may need the network or a child process.
 * A secret is in memory only; no error, log line or argv ever holds one. */
#ifndef KT_AWS_CREDENTIALS_H
#define KT_AWS_CREDENTIALS_H

#include "aws/settings.h"
#include "base/clock.h"
#include "base/rng.h"
#include "io/http_client.h"

typedef struct kt_credentials {
    const char *access_key, *secret_key;
    const char *session_token; /* NULL: none */
    const char *account;       /* NULL: not known from the source */
    int64_t expires_ns;        /* wall clock; 0: never */
    const char *source;        /* "environment", "profile lab, role arn:... by profile base", "ec2 instance metadata" */
} kt_credentials;

typedef struct kt_credential_chain kt_credential_chain;

typedef struct kt_credential_options {
    uv_loop_t *loop;
    kt_http_client *client;
    const kt_aws_settings *settings; /* outlives the chain */
    const kt_clock *clock;
    const kt_log *log;                                   /* NULL: none */
    uint64_t seed;                                       /* of jitter and session names */
    const char *access_key, *secret_key, *session_token; /* explicit ones; NULL: look them up */
    /* Asks a person for an MFA code, into `code` (at most `bytes` with its NUL); 0 or a negative code. NULL: there is
     * nobody to ask, and a role that wants one is refused with a word on what to do. */
    int (*ask_mfa)(void *ctx, const char *serial, char *code, size_t bytes, kt_error *err);
    void *ctx;
} kt_credential_options;

int kt_credential_chain_new(const kt_credential_options *options, kt_credential_chain **out, kt_error *err);
/* Waiters hear KT_E_CANCELLED. NULL is fine. */
void kt_credential_chain_close(kt_credential_chain *chain);

/* rc 0 and credentials that are good for at least a minute, valid during the callback; or a negative code:
 * KT_E_NOT_FOUND names every source that was asked and why; KT_E_INVALID for a source that is configured and
 * wrong (a loop of roles, a key without its secret): the chain stops there, as AWS's does. */
typedef void kt_credentials_ready(void *ctx, int rc, const kt_credentials *credentials, const kt_error *err);
/* `ready` is called once, now when they are at hand, else from the loop. */
void kt_credential_chain_get(kt_credential_chain *chain, kt_credentials_ready *ready, void *ctx);
/* What is held is of no use any more (ExpiredToken): the next _get fetches, whatever its time says. */
void kt_credential_chain_drop(kt_credential_chain *chain);

#endif
