/* SPDX-License-Identifier: Apache-2.0 */
/* auth.c - who may sign: the keys of --key or the one pair that is made, and those given out later; and what a request
 * claims to be signed with. Secrets come from the system's randomness, never from the scenario's seed: the world may
 * replay, its keys must not be guessed. */
#include "sandbox/auth_priv.h"

#include "sandbox/sandbox_priv.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { ACCESS_KEY_LEAST = 16, ACCESS_KEY_MOST = 128, SECRET_MOST = 256, CANONICAL_BYTES_MOST = 1024 * 1024 };

/* ---- making ---- */

int kt_auth_random(void *out, size_t bytes, kt_error *err)
{
    if (getrandom(out, bytes, 0) != (ssize_t)bytes)
        return kt_fail(err, KT_E_IO, "the system gave no %zu random bytes", bytes);
    return 0;
}

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

int kt_auth_make_pair(const char *prefix, char access_key[21], char secret[41], kt_error *err)
{
    uint8_t bytes[16 + 30];
    const size_t prefix_length = strlen(prefix);
    const int rc = kt_auth_random(bytes, sizeof(bytes), err);
    if (rc < 0)
        return rc;
    memcpy(access_key, prefix, prefix_length);
    for (size_t i = prefix_length; i < 20; i++)
        access_key[i] = base32[bytes[i - prefix_length] & 31];
    access_key[20] = '\0';
    EVP_EncodeBlock((unsigned char *)secret, bytes + 16, 30);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    return 0;
}

void kt_auth_unique_id(const char *prefix, const char *text, char out[22])
{
    uint8_t digest[KT_SHA256_BYTES];
    const size_t prefix_length = strlen(prefix);
    kt_sha256(text, strlen(text), digest);
    memcpy(out, prefix, prefix_length);
    for (size_t i = prefix_length; i < 21; i++)
        out[i] = base32[digest[i] & 31];
    out[21] = '\0';
}

/* ---- keys ---- */

void kt_auth_key_free(kt_auth_key *key)
{
    if (key == NULL)
        return;
    OPENSSL_cleanse((char *)key->secret, strlen(key->secret));
    free(key);
}

static const char *keep_text(char **at, const char *text)
{
    if (text == NULL)
        return NULL;
    const char *kept = strcpy(*at, text);
    *at += strlen(text) + 1;
    return kept;
}

/* The key and its texts are one block. */
static kt_auth_key *key_copy(const kt_auth_key *key)
{
    const char *const texts[] = { key->access_key, key->secret, key->account, key->arn, key->token };
    size_t bytes = 0;
    for (size_t i = 0; i < KT_COUNT(texts); i++)
        bytes += texts[i] == NULL ? 0 : strlen(texts[i]) + 1;
    kt_auth_key *copy = malloc(sizeof(*copy) + bytes);
    if (copy == NULL)
        return NULL;
    char *at = (char *)(copy + 1);
    *copy = (kt_auth_key){ .expires_ns = key->expires_ns };
    copy->access_key = keep_text(&at, key->access_key);
    copy->secret = keep_text(&at, key->secret);
    copy->account = keep_text(&at, key->account);
    copy->arn = keep_text(&at, key->arn);
    copy->token = keep_text(&at, key->token);
    return copy;
}

int kt_auth_add(kt_auth *auth, const kt_auth_key *key, kt_error *err)
{
    const kt_view name = kt_view_of(key->access_key);
    kt_auth_key *copy = key_copy(key), *old = kt_map_get(auth->keys, name);
    if (copy == NULL || kt_map_set(auth->keys, name, copy) < 0) {
        free(copy);
        return kt_fail_nomem(err, sizeof(*copy), "a key");
    }
    if (auth->first == NULL || auth->first == old)
        auth->first = copy;
    kt_auth_key_free(old);
    return 0;
}

const kt_auth_key *kt_auth_find(const kt_auth *auth, kt_view access_key)
{
    return kt_map_get(auth->keys, access_key);
}

static bool is_key_text(const char *text, size_t least, size_t most, const char *others)
{
    size_t length = 0;
    for (; text[length] != '\0'; length++) {
        const char c = text[length];
        const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!is_word && strchr(others, c) == NULL)
            return false;
    }
    return length >= least && length <= most;
}

static int add_given(kt_auth *auth, const char *text, const char *arn, kt_error *err)
{
    KT_BUF_OWN copy;
    kt_buf_init(&copy, 8192);
    if (kt_buf_adds(&copy, text) < 0)
        return kt_buf_check(&copy, err, "a key");
    char *id = copy.data, *secret = strchr(id, ':'), *token = NULL;
    if (secret != NULL) {
        *secret++ = '\0';
        token = strchr(secret, ':');
        if (token != NULL)
            *token++ = '\0';
    }
    if (secret == NULL || !is_key_text(id, ACCESS_KEY_LEAST, ACCESS_KEY_MOST, "") ||
        !is_key_text(secret, 1, SECRET_MOST, "+/=.-"))
        return kt_fail(
            err, KT_E_INVALID,
            "a key is ID:SECRET or ID:SECRET:TOKEN, its ID of %d to %d letters, digits and _, its secret of 1 "
            "to %d letters, digits and +/=.-_",
            ACCESS_KEY_LEAST, ACCESS_KEY_MOST, SECRET_MOST);
    const kt_auth_key key = { .access_key = id,
                              .secret = secret,
                              .account = auth->sandbox->account,
                              .arn = arn,
                              .token = token != NULL && *token != '\0' ? token : NULL };
    const int rc = kt_auth_add(auth, &key, err);
    OPENSSL_cleanse(copy.data, copy.length);
    return rc;
}

/* The pair for whoever gives none. */
static int add_kept(kt_auth *auth, const char *arn, kt_error *err)
{
    char access_key[21], secret[41];
    int rc = kt_auth_make_pair("AKIA", access_key, secret, err);
    if (rc < 0)
        return rc;
    const kt_auth_setting settings[] = { { "access_key", access_key, sizeof(access_key) },
                                         { "secret_key", secret, sizeof(secret) } };
    rc = kt_auth_keep(auth, settings, KT_COUNT(settings), err);
    if (rc < 0)
        return rc;
    const kt_auth_key key = {
        .access_key = access_key, .secret = secret, .account = auth->sandbox->account, .arn = arn
    };
    rc = kt_auth_add(auth, &key, err);
    OPENSSL_cleanse(secret, sizeof(secret));
    return rc;
}

static int add_keys(kt_auth *auth, const kt_sandbox_options *options, kt_error *err)
{
    char arn[64];
    snprintf(arn, sizeof(arn), "arn:aws:iam::%.12s:user/sandbox", auth->sandbox->account);
    int rc = options->key_count == 0 ? add_kept(auth, arn, err) : 0;
    for (size_t i = 0; i < options->key_count && rc == 0; i++) {
        rc = add_given(auth, options->keys[i], arn, err);
        if (rc < 0)
            rc = kt_wrap(err, rc, "number %zu", i + 1);
    }
    return rc;
}

static int make_admin_token(kt_auth *auth, kt_error *err)
{
    uint8_t bytes[16];
    const kt_auth_setting setting = { "admin_token", auth->admin_token, sizeof(auth->admin_token) };
    const int rc = kt_auth_random(bytes, sizeof(bytes), err);
    if (rc < 0)
        return rc;
    kt_hex(bytes, sizeof(bytes), auth->admin_token);
    return kt_auth_keep(auth, &setting, 1, err);
}

KT_DEFINE_FREEP(kt_auth)

int kt_auth_new(kt_sandbox *sandbox, const kt_sandbox_options *options, kt_auth **out, kt_error *err)
{
    KT_OWN(kt_auth) *auth = calloc(1, sizeof(*auth));
    if (auth == NULL)
        return kt_fail_nomem(err, sizeof(*auth), "keys");
    auth->sandbox = sandbox;
    auth->no_auth = options->no_auth;
    auth->keys_given = options->key_count > 0;
    kt_buf_init(&auth->canonical, CANONICAL_BYTES_MOST);
    kt_buf_init(&auth->string_to_sign, CANONICAL_BYTES_MOST);
    auth->keys = kt_map_new(NULL);
    if (auth->keys == NULL)
        return kt_fail_nomem(err, 0, "keys");
    int rc = add_keys(auth, options, err);
    if (rc == 0)
        rc = make_admin_token(auth, err);
    if (rc == 0)
        rc = kt_auth_load(auth, err);
    if (rc < 0)
        return kt_wrap(err, rc, "access keys");
    *out = KT_GIVE(auth);
    return 0;
}

void kt_auth_free(kt_auth *auth)
{
    if (auth == NULL)
        return;
    size_t cursor = 0;
    kt_view name;
    void *key;
    while (auth->keys != NULL && kt_map_next(auth->keys, &cursor, &name, &key))
        kt_auth_key_free(key);
    kt_map_free(auth->keys);
    kt_buf_fini(&auth->canonical);
    kt_buf_fini(&auth->string_to_sign);
    OPENSSL_cleanse(auth->signing_keys, sizeof(auth->signing_keys));
    free(auth);
}

const char *kt_auth_access_key(const kt_auth *auth)
{
    return auth->first->access_key;
}

const char *kt_auth_secret_key(const kt_auth *auth)
{
    return auth->first->secret;
}

const char *kt_auth_session_token(const kt_auth *auth)
{
    return auth->first->token;
}

bool kt_auth_keys_given(const kt_auth *auth)
{
    return auth->keys_given;
}

const char *kt_auth_admin_token(const kt_auth *auth)
{
    return auth->admin_token;
}
