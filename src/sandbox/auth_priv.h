/* SPDX-License-Identifier: Apache-2.0 */
/* auth_priv.h - what the auth*.c files share: auth.c who may sign, auth_state.c what of it is kept, auth_check.c what
 * is claimed and whether it may be, auth_signature.c and auth_v2.c whether it is signed, auth_refuse.c how each service
 * says no. */
#ifndef KT_SANDBOX_AUTH_PRIV_H
#define KT_SANDBOX_AUTH_PRIV_H

#include "base/map.h"
#include "sandbox/auth.h"

enum { SIGNING_KEYS = 256, CREDENTIAL_BYTES_MOST = 192 };

/* A signing key is good for a day, so it is kept: deriving it takes four HMACs. */
typedef struct kt_signing_key {
    size_t length; /* 0: empty */
    char credential[CREDENTIAL_BYTES_MOST];
    uint8_t key[KT_SHA256_BYTES];
} kt_signing_key;

struct kt_auth {
    kt_sandbox *sandbox;
    bool no_auth, keys_given;
    kt_map *keys;             /* access key -> kt_auth_key, owned */
    const kt_auth_key *first; /* the one that is printed */
    char admin_token[33];
    size_t granted_count; /* since the last sweep */
    kt_buf canonical, string_to_sign;
    kt_signing_key signing_keys[SIGNING_KEYS];
};

/* Texts are copied. */
int kt_auth_add(kt_auth *auth, const kt_auth_key *key, kt_error *err);
void kt_auth_key_free(kt_auth_key *key); /* one that was taken out of `keys`; leaves nothing of its secret */
int kt_auth_random(void *out, size_t bytes, kt_error *err);
/* "AKIA" and "ASIA" keys of 20 characters, secrets of 40. */
int kt_auth_make_pair(const char *prefix, char access_key[21], char secret[41], kt_error *err);

/* What the state keeps: granted keys that have not expired, the pair that was made, the admin calls' token. */
int kt_auth_load(kt_auth *auth, kt_error *err);
/* The text of a setting, or else the one that `make` makes, which is on disk when this returns. */
typedef struct kt_auth_setting {
    const char *name;
    char *value; /* `bytes` of room; holds what is to be kept when the state has nothing */
    size_t bytes;
} kt_auth_setting;
int kt_auth_keep(kt_auth *auth, const kt_auth_setting *settings, size_t count, kt_error *err);

/* The request as its signature sees it, without a payload hash; headers in the call's arena. KT_E_NOMEM. */
int kt_auth_sign_request(const kt_call *call, kt_sign_request *out, kt_error *err);
/* The last question of kt_auth_check: answers the call itself and returns false when signature or body are wrong. */
bool kt_auth_signature_is_good(kt_auth *auth, kt_call *call, const kt_auth_claim *claim);

/* S3's older signature in a URL: fills the claim when there is one; answers and returns false when it does not hold. */
void kt_auth_v2_read(const kt_call *call, kt_auth_claim *out);
bool kt_auth_v2_check(kt_auth *auth, kt_call *call, const kt_auth_claim *claim);

/* ---- saying no ---- */

typedef enum kt_refusal {
    KT_REFUSE_UNSIGNED,
    KT_REFUSE_INCOMPLETE,
    KT_REFUSE_UNKNOWN_KEY,
    KT_REFUSE_TOKEN, /* missing, or not the one of the key */
    KT_REFUSE_TOKEN_EXPIRED,
    KT_REFUSE_SCOPE,
    KT_REFUSE_NOT_SIGNED, /* a header that must be signed is not */
    KT_REFUSE_SKEWED,
    KT_REFUSE_EXPIRED, /* presigned */
    KT_REFUSE_MISMATCH,
    KT_REFUSE_COUNT
} kt_refusal;

/* Something that S3 puts beside its message. */
typedef struct kt_refusal_extra {
    const char *name;
    kt_view value;
} kt_refusal_extra;
typedef struct kt_refusal_words {
    const char *message;            /* NULL: the service's usual one */
    const kt_refusal_extra *extras; /* S3 alone shows them */
    size_t extra_count;
} kt_refusal_words;
void kt_auth_refuse(kt_call *call, kt_refusal refusal, const kt_refusal_words *words);
/* S3's own: any code. */
void kt_auth_refuse_s3(kt_call *call, int status, const char *code, const kt_refusal_words *words);

#endif
