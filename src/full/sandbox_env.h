/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_env.h - the environment that leads AWS's clients to a sandbox. */
#ifndef KT_FULL_SANDBOX_ENV_H
#define KT_FULL_SANDBOX_ENV_H

#include "base/arena.h"
#include "base/buf.h"

typedef struct kt_sandbox_place {
    const char *url; /* "http://127.0.0.1:4567" */
    const char *access_key, *secret_key;
    const char *session_token, *admin_token; /* NULL: none */
    const char *const *keys;                 /* all that were given, as ID:SECRET or ID:SECRET:TOKEN */
    size_t key_count;                        /* 0: the one above was made */
    const char *account, *state_dir;
    long pid; /* of the process to end when it is no longer wanted; 0: it ends by itself */
} kt_sandbox_place;

/* "NAME=value" texts, NULL-terminated, in the arena; NULL when there is no memory. */
const char *const *kt_sandbox_env(const kt_sandbox_place *place, kt_arena *arena);
/* Names that would lead clients elsewhere, NULL-terminated. */
extern const char *const kt_sandbox_env_unset[];
/* Lines for a shell: `unset NAMES`, `export NAME=value`, quoted where it is needed. */
void kt_sandbox_env_print(const char *const *env, kt_buf *out);
/* The same and all else that is known of the place: one line of JSON, doc/schema/ketch-sandbox.schema.json. */
int kt_sandbox_env_json(const kt_sandbox_place *place, const char *const *env, kt_buf *out, kt_error *err);

#endif
