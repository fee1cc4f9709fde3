/* SPDX-License-Identifier: Apache-2.0 */
/* auth_state.c - the keys that must survive a restart: the pair that was made once and the temporary ones. A key is
 * valid when it is on disk, not before, so whoever was given one can use it after a kill. */
#include "sandbox/auth_priv.h"
#include "sandbox/sandbox_priv.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SWEEP_EVERY = 256, KEYS_MOST = 100000, TOKEN_RANDOM_BYTES = 120, DELIVER_PAUSE_NS = 200 * 1000 };
/* An expired key is remembered for this long, for a better error than "unknown". */
#define EXPIRED_MEMORY_NS ((int64_t)24 * 3600 * 1000000000)

/* ---- settings ---- */

static int read_setting(kt_db *db, const kt_auth_setting *setting, bool *is_there, kt_error *err)
{
    kt_db_stmt *s = NULL;
    *is_there = false;
    int rc = kt_db_begin(db, "SELECT value FROM setting WHERE name = ?1", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, kt_view_of(setting->name));
    rc = kt_db_step(s, err);
    if (rc == 1) {
        const kt_view value = kt_db_text(s, 0);
        if (value.length >= setting->bytes)
            rc = kt_fail(err, KT_E_INVALID, "the state's %s has %zu bytes, at most %zu were expected", setting->name,
                         value.length, setting->bytes - 1);
        else if (value.length > 0) {
            memcpy(setting->value, value.data, value.length);
            setting->value[value.length] = '\0';
            *is_there = true;
        }
    }
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

typedef struct keeping {
    const kt_auth_setting *settings;
    size_t count;
    bool is_done;
    int rc;
    kt_error error;
} keeping;

static int write_settings(void *ctx, kt_db *db, kt_error *err)
{
    const keeping *k = ctx;
    int rc = 0;
    for (size_t i = 0; i < k->count && rc >= 0; i++) {
        kt_db_stmt *s = NULL;
        rc = kt_db_begin(db, "INSERT OR REPLACE INTO setting(name, value) VALUES(?1, ?2)", &s, err);
        if (rc < 0)
            return rc;
        kt_db_bind_text(s, 1, kt_view_of(k->settings[i].name));
        kt_db_bind_text(s, 2, kt_view_of(k->settings[i].value));
        rc = kt_db_step(s, err);
        kt_db_end(s);
    }
    return rc < 0 ? rc : 0;
}

static void settings_written(void *ctx, int rc, const kt_error *err)
{
    keeping *k = ctx;
    k->rc = rc;
    if (rc < 0 && err != NULL)
        k->error = *err;
    k->is_done = true;
}

/* All of them or none: a pair of which the state has one half is made anew. This happens at the start, before the loop
 * runs, so it may wait for the writer. */
int kt_auth_keep(kt_auth *auth, const kt_auth_setting *settings, size_t count, kt_error *err)
{
    kt_db_writer *writer = auth->sandbox->writer;
    keeping k = { .settings = settings, .count = count };
    bool is_there = true;
    for (size_t i = 0; i < count && is_there; i++) {
        const int rc = read_setting(auth->sandbox->read, &settings[i], &is_there, err);
        if (rc < 0)
            return rc;
    }
    if (is_there)
        return 0;
    const kt_db_job job = { write_settings, settings_written, &k };
    const int rc = kt_db_writer_put(writer, &job, err);
    if (rc < 0)
        return rc;
    const struct timespec pause = { 0, DELIVER_PAUSE_NS };
    while (!k.is_done) /* the writer ends every job, and this one uses our stack until then */
        if (kt_db_writer_deliver(writer) == 0)
            nanosleep(&pause, NULL);
    if (k.rc < 0 && err != NULL)
        *err = k.error;
    return k.rc < 0 ? k.rc : 0;
}

/* ---- granted keys ---- */

static int add_row(kt_auth *auth, const kt_db_stmt *s, kt_error *err)
{
    KT_BUF_OWN texts; /* each with a NUL behind it */
    size_t at[5];
    kt_buf_init(&texts, 0);
    for (int column = 0; column < 5; column++) {
        const kt_view text = kt_db_text(s, column);
        at[column] = texts.length;
        kt_buf_add(&texts, text.data, text.length);
        kt_buf_addc(&texts, '\0');
    }
    const int rc = kt_buf_check(&texts, err, "a granted key");
    if (rc < 0)
        return rc;
    const kt_auth_key key = { .access_key = texts.data + at[0],
                              .secret = texts.data + at[1],
                              .token = texts.data + at[2],
                              .account = texts.data + at[3],
                              .arn = texts.data + at[4],
                              .expires_ns = kt_db_int(s, 5) };
    return kt_auth_add(auth, &key, err);
}

int kt_auth_load(kt_auth *auth, kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(auth->sandbox->read,
                         "SELECT access_key, secret, token, account, arn, expires_ns FROM granted_key"
                         " WHERE expires_ns > ?1",
                         &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_int(s, 1, kt_world_now_ns(auth->sandbox->world) - EXPIRED_MEMORY_NS);
    while ((rc = kt_db_step(s, err)) == 1) {
        rc = add_row(auth, s, err);
        if (rc < 0)
            break;
    }
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

/* Forgets, in memory, keys that are long expired. */
static void sweep(kt_auth *auth)
{
    const int64_t oldest_ns = kt_world_now_ns(auth->sandbox->world) - EXPIRED_MEMORY_NS;
    size_t cursor = 0;
    kt_view name;
    void *value;
    while (kt_map_next(auth->keys, &cursor, &name, &value)) {
        kt_auth_key *key = value;
        if (key->expires_ns == 0 || key->expires_ns > oldest_ns)
            continue;
        kt_map_remove(auth->keys, name);
        kt_auth_key_free(key);
    }
}

typedef struct granting {
    kt_auth *auth;
    kt_grant grant; /* its texts are not used any more */
    kt_auth_key key;
    int64_t forget_ns; /* rows that expired before it go */
    char access_key[21], secret[41], token[4 * ((TOKEN_RANDOM_BYTES + 2) / 3) + 32], account[13];
    char arn[];
} granting;

static int write_grant(void *ctx, kt_db *db, kt_error *err)
{
    const granting *g = ctx;
    const char *const texts[] = { g->access_key, g->secret, g->token, g->account, g->arn };
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(db, "DELETE FROM granted_key WHERE expires_ns < ?1", &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_int(s, 1, g->forget_ns);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    if (rc < 0)
        return rc;
    rc = kt_db_begin(db,
                     "INSERT INTO granted_key(access_key, secret, token, account, arn, expires_ns)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                     &s, err);
    if (rc < 0)
        return rc;
    for (int i = 0; i < 5; i++)
        kt_db_bind_text(s, i + 1, kt_view_of(texts[i]));
    kt_db_bind_int(s, 6, g->key.expires_ns);
    rc = kt_db_step(s, err);
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

static void grant_written(void *ctx, int rc, const kt_error *err)
{
    granting *g = ctx;
    kt_error error = { 0 };
    if (rc >= 0) {
        if (++g->auth->granted_count % SWEEP_EVERY == 0)
            sweep(g->auth);
        rc = kt_auth_add(g->auth, &g->key, &error);
    } else if (err != NULL) {
        error = *err;
    }
    g->grant.done(g->grant.ctx, rc < 0 ? NULL : kt_auth_find(g->auth, kt_view_of(g->access_key)), &error);
    OPENSSL_cleanse(g->secret, sizeof(g->secret));
    free(g);
}

/* As AWS's tokens begin, so that logs show what it is. */
static int make_token(char *token, kt_error *err)
{
    static const char start[] = "IQoJb3JpZ2luX2VjE";
    uint8_t bytes[TOKEN_RANDOM_BYTES];
    const int rc = kt_auth_random(bytes, sizeof(bytes), err);
    if (rc < 0)
        return rc;
    memcpy(token, start, sizeof(start) - 1);
    EVP_EncodeBlock((unsigned char *)token + sizeof(start) - 1, bytes, sizeof(bytes));
    return 0;
}

int kt_auth_grant(kt_auth *auth, const kt_grant *grant, kt_error *err)
{
    const size_t arn_bytes = strlen(grant->arn) + 1;
    const int64_t now_ns = kt_world_now_ns(auth->sandbox->world);
    if (kt_map_count(auth->keys) >= KEYS_MOST)
        sweep(auth);
    if (kt_map_count(auth->keys) >= KEYS_MOST)
        return kt_fail(err, KT_E_LIMIT, "%d keys are valid already; wait until some expire", KEYS_MOST);
    granting *g = calloc(1, sizeof(*g) + arn_bytes);
    if (g == NULL)
        return kt_fail_nomem(err, sizeof(*g) + arn_bytes, "a key");
    g->auth = auth;
    g->grant = *grant;
    g->forget_ns = now_ns - EXPIRED_MEMORY_NS;
    memcpy(g->arn, grant->arn, arn_bytes);
    strncpy(g->account, auth->sandbox->account, sizeof(g->account) - 1);
    g->key = (kt_auth_key){ .access_key = g->access_key,
                            .secret = g->secret,
                            .account = g->account,
                            .arn = g->arn,
                            .token = g->token,
                            .expires_ns = now_ns + grant->duration_s * 1000000000 };
    int rc = kt_auth_make_pair("ASIA", g->access_key, g->secret, err);
    if (rc == 0)
        rc = make_token(g->token, err);
    if (rc == 0)
        rc = kt_db_writer_put(auth->sandbox->writer, &(kt_db_job){ write_grant, grant_written, g }, err);
    if (rc < 0)
        free(g);
    return rc;
}
