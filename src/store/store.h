/* SPDX-License-Identifier: Apache-2.0 */
/* store.h - what Ketch remembers on disk, in DIR/ketch.db: runs, the permits that paid calls used, and the quantum
 * tasks that came of them. Writes go through the database's one writer thread and are answered on the loop by
 * kt_store_deliver; reads are for commands that start (resume, the list of what is unfinished) and block.
 * A permit is on disk, synced (synchronous=FULL), before kt_store_put_permit answers. Several processes may have the
 * same store open. */
#ifndef KT_STORE_STORE_H
#define KT_STORE_STORE_H

#include "base/buf.h"
#include "base/clock.h"

typedef struct kt_store kt_store;

enum { KT_RID_BYTES = 40, KT_RUN_ID_BYTES = 24 }; /* with their NUL: a UUID; "r-" and 16 letters and digits */

/* Where the store is, whether or not it is there: state_dir, or when it is NULL what kt_store_open takes. */
int kt_store_folder(const char *state_dir, kt_buf *path, kt_error *err);
/* state_dir NULL: $KETCH_STATE, else $XDG_STATE_HOME/ketch, else ~/.local/state/ketch; made when missing (0700).
 * wake: called on another thread when kt_store_deliver has something to do (uv_async_send). */
int kt_store_open(const char *state_dir, void (*wake)(void *ctx), void *ctx, kt_store **out, kt_error *err);
size_t kt_store_deliver(kt_store *store); /* calls `done` of what has been committed, or failed; how many */
void kt_store_free(kt_store *store);      /* commits and delivers what was put first; NULL is fine */
KT_DEFINE_FREEP(kt_store)

/* Called exactly once from kt_store_deliver; never when the call itself failed. */
typedef void kt_stored(void *ctx, int rc, const kt_error *err);

typedef enum kt_run_state { KT_RUN_OPEN, KT_RUN_DONE, KT_RUN_FAILED, KT_RUN_CANCELLED } kt_run_state;
typedef struct kt_run_row {
    char id[KT_RUN_ID_BYTES];
    int64_t created_ns;
    kt_run_state state;
    const char *about; /* JSON text: what the command needs to go on with it; {"files": [...], "device": ...} */
} kt_run_row;
int kt_store_put_run(kt_store *store, const kt_run_row *run, kt_stored *done, void *ctx, kt_error *err);
int kt_store_end_run(kt_store *store, const char *run_id, kt_run_state state, kt_stored *done, void *ctx,
                     kt_error *err);

/* Where a submission stands. A row moves forward only. */
typedef enum kt_order_state {
    KT_ORDER_PERMITTED, /* on disk; the call may or may not have been made */
    KT_ORDER_CREATED,   /* the service gave an ARN */
    KT_ORDER_COMPLETED,
    KT_ORDER_FAILED, /* the task, or its creation was refused for good */
    KT_ORDER_CANCELLED
} kt_order_state;

/* One submission of a run: the permit and the task that came of it. Texts borrowed for the call. */
typedef struct kt_order_row {
    const char *run_id;
    uint32_t index; /* within the run; with `attempt` it is the key */
    uint32_t attempt;
    char rid[KT_RID_BYTES], token[KT_RID_BYTES];
    const char *operation, *region; /* "CreateQuantumTask" */
    uint8_t digest[32];             /* SHA-256 of `members` */
    kt_view members;                /* the request as JSON, keys sorted, the token left out: sent again as it is */
    const char *about;              /* JSON text of the caller's: which executions these are */
    int64_t permitted_ns;
    kt_order_state state;
    const char *arn;       /* "" : none yet */
    const char *error;     /* "" : none */
    int64_t created_at_ns; /* the service's createdAt, or when the answer came */
} kt_order_row;
/* The row as KT_ORDER_PERMITTED; `done` after it is synced. KT_E_INVALID for a (run, index, attempt) that exists. */
int kt_store_put_permit(kt_store *store, const kt_order_row *row, kt_stored *done, void *ctx, kt_error *err);
/* arn, error: NULL keeps what is there. */
int kt_store_move_order(kt_store *store, const char *rid, kt_order_state state, const char *arn, const char *error,
                        kt_stored *done, void *ctx, kt_error *err);

/* Blocking reads, on a connection of their own. visit's row is valid during the call; a negative code from it ends the
 * walk and is returned. */
typedef int kt_run_visit(void *ctx, const kt_run_row *run, kt_error *err);
/* Newest first; only_open: those that are not at their end. */
int kt_store_runs(kt_store *store, bool only_open, kt_run_visit *visit, void *ctx, kt_error *err);
int kt_store_run(kt_store *store, const char *run_id, kt_run_visit *visit, void *ctx, kt_error *err); /* NOT_FOUND */
typedef int kt_order_visit(void *ctx, const kt_order_row *row, kt_error *err);
int kt_store_orders(kt_store *store, const char *run_id, kt_order_visit *visit, void *ctx, kt_error *err);

/* "r-" and random letters; a version 4 UUID. From the system's randomness. */
int kt_store_new_run_id(char id[KT_RUN_ID_BYTES], kt_error *err);
int kt_store_new_rid(char rid[KT_RID_BYTES], kt_error *err);

#endif
