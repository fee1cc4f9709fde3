/* SPDX-License-Identifier: Apache-2.0 */
/* auth.h - who signed a request: keys of the sandbox and those that AssumeRole gave out. */
#ifndef KT_SANDBOX_AUTH_H
#define KT_SANDBOX_AUTH_H

#include "sandbox/call.h"
#include "sign/sigv4.h"

typedef struct kt_auth kt_auth;

/* Reads --key, else the pair that the state keeps; makes and keeps one when there is none. */
int kt_auth_new(kt_sandbox *sandbox, const kt_sandbox_options *options, kt_auth **out, kt_error *err);
void kt_auth_free(kt_auth *auth); /* NULL is fine; jobs that it has put must have been delivered */
const char *kt_auth_access_key(const kt_auth *auth);
const char *kt_auth_secret_key(const kt_auth *auth);
const char *kt_auth_session_token(const kt_auth *auth); /* of a --key ID:SECRET:TOKEN; else NULL */
bool kt_auth_keys_given(const kt_auth *auth);           /* --key: the admin calls then need a token, which is printed */
const char *kt_auth_admin_token(const kt_auth *auth);   /* kept in the state: the same after a restart */

typedef struct kt_auth_key {
    const char *access_key, *secret, *account;
    const char *arn;    /* of who signs with it: a user, or an assumed role */
    const char *token;  /* the session token that must come with it; NULL: none */
    int64_t expires_ns; /* 0: never */
} kt_auth_key;
const kt_auth_key *kt_auth_find(const kt_auth *auth, kt_view access_key); /* NULL: unknown */

typedef struct kt_auth_claim {
    kt_sign_claim claim;    /* style KT_SIGN_NONE: unsigned */
    const kt_auth_key *key; /* NULL: unknown (with --no-auth it is let in all the same) */
    bool is_v2;             /* a URL signed in the older way (auth_v2.c); of the claim, key, signature and token */
    const char *secret;     /* of the key, for S3's chunk signatures; NULL: there is nothing to check them with */
    int code;               /* what kt_sign_claim_read said of it, and why */
    kt_error error;
} kt_auth_claim;
/* Reads the claim and sets call->region, account, access_key and service as far as the scope tells them; a service that
 * the sandbox does not have becomes KT_SERVICE_UNKNOWN. KT_E_NOMEM. */
int kt_auth_read(kt_auth *auth, kt_call *call, kt_auth_claim *out);
/* Verifies against the raw request; answers the call itself with AWS's error and returns false when it is refused.
 * A signature's age is measured by the sandbox's clock or the machine's, whichever is kinder: a clock that was told to
 * run ahead does not lock out its clients. The end of tokens and of presigned URLs is the sandbox's clock's alone. */
bool kt_auth_check(kt_auth *auth, kt_call *call, const kt_auth_claim *claim);

/* A temporary key, kept in the state until it expires. */
typedef struct kt_grant {
    int64_t duration_s;
    const char *arn; /* copied */
    /* Once, when the key is on disk and valid; on failure key is NULL. */
    void (*done)(void *ctx, const kt_auth_key *key, const kt_error *err);
    void *ctx;
} kt_grant;
/* `done` is not called when this fails. KT_E_NOMEM, KT_E_IO; KT_E_LIMIT: too many keys or writes at the moment. */
int kt_auth_grant(kt_auth *auth, const kt_grant *grant, kt_error *err);
/* An id as AWS gives its principals ("AIDA...", "AROA..."): 21 characters, the same for the same text. */
void kt_auth_unique_id(const char *prefix, const char *text, char out[22]);

#endif
