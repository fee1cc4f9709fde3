/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_priv.h - the parts of a sandbox, for the files of this folder. */
#ifndef KT_SANDBOX_SANDBOX_PRIV_H
#define KT_SANDBOX_SANDBOX_PRIV_H

#include "sandbox/auth.h"
#include "sandbox/bill.h"
#include "sandbox/device.h"
#include "sandbox/object.h"
#include "sandbox/sandbox.h"
#include "sandbox/task.h"
#include "sandbox/world.h"

struct kt_sandbox {
    uv_loop_t *loop;
    const char *account, *state_dir;
    const char *host; /* where it listens, as it was asked for */
    const kt_log *log;
    kt_db *read; /* the loop thread's reading connection */
    kt_db_writer *writer;
    kt_world *world; /* clock, alarms, faults, throttles */
    kt_auth *auth;
    kt_devices *devices;
    kt_tasks *tasks;
    kt_objects *objects;
    kt_prices *prices;
    kt_http_server *server;
    /* sandbox.c alone: */
    uv_async_t delivery; /* the writer has something for the loop */
    bool has_delivery;
    int lock_fd; /* on the state folder, for as long as the sandbox lives */
};

/* ---- sandbox_files.c ---- */

/* Makes the state folder if it is missing and locks it. KT_E_INVALID: another sandbox has it, *err says which. */
int kt_state_lock(const char *state_dir, int *lock_fd, kt_error *err);

#endif
