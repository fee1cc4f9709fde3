/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox.h - a Braket of one's own: what holds the parts together. One loop thread owns all of it; circuits are
 * computed by worker threads (runner.h) and writes are made by the database's writer.
 *   call.h    one request and its answer        route.c     which service and operation a request is for
 *   auth.h    whose signature it carries        world.h     time, chance and trouble, to order
 *   device.h  devices from data files           task.h      quantum tasks and their life
 *   object.h  buckets and objects (S3)          bill.h      what Braket would charge
 *   schema.c  what lies on disk */
#ifndef KT_SANDBOX_SANDBOX_H
#define KT_SANDBOX_SANDBOX_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rng.h"
#include "db/db.h"
#include "db/writer.h"
#include "io/http_server.h"

typedef struct kt_sandbox kt_sandbox;

typedef struct kt_sandbox_options {
    const char *host;        /* NULL: 127.0.0.1 */
    uint16_t port;           /* 0: any */
    const char *state_dir;   /* made if missing */
    const char *account;     /* 12 digits; NULL: 123456789012 */
    const char *const *keys; /* "ID:SECRET" or "ID:SECRET:TOKEN"; none: one pair is made and kept in state_dir */
    size_t key_count;
    bool no_auth;
    bool aws_quotas;         /* throttles at AWS's default rates */
    const char *scenario;    /* a file; NULL: none */
    const char *devices_dir; /* more device files, which override shipped ones of the same ARN; NULL: none */
    const char
        *data_dir; /* with the shipped devices/ and prices.csv; NULL: found beside the library or where installed */
    bool fsync_commits;
    const kt_log *log;
} kt_sandbox_options;

/* Errors: KT_E_INVALID, KT_E_SYNTAX (scenario, device file: file and place), KT_E_IO. */
int kt_sandbox_new(uv_loop_t *loop, const kt_sandbox_options *options, kt_sandbox **out, kt_error *err);
uint16_t kt_sandbox_port(const kt_sandbox *sandbox);
const char *kt_sandbox_account(const kt_sandbox *sandbox);
/* The key pair that is printed for the user: the first given, or the one that was made. */
const char *kt_sandbox_access_key(const kt_sandbox *sandbox);
const char *kt_sandbox_secret_key(const kt_sandbox *sandbox);
const char *kt_sandbox_session_token(const kt_sandbox *sandbox); /* of a key that was given with one; else NULL */
const char *kt_sandbox_admin_token(const kt_sandbox *sandbox);   /* NULL: admin calls need none */
/* Finishes what was acknowledged, stops listening and frees itself; run the loop until it is empty afterwards. */
void kt_sandbox_close(kt_sandbox *sandbox);

#endif
