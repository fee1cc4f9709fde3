/* SPDX-License-Identifier: Apache-2.0 */
/* ketch/braket.h - quantum tasks on Amazon Braket: devices, submitting (many at once), waiting, results, cancelling.
 *
 * All of it hangs on a kt_ctx, which has an event loop and a client of AWS. Either calls wait (kt_quantum_task_wait and
 * its like run the loop until it is so), or the caller's own loop does: poll kt_ctx_fd() for reading, for at most
 * kt_ctx_timeout_ms(), then call kt_ctx_dispatch(). Callbacks run inside of these calls, on the thread that made them;
 * one thread at a time uses a ctx and what belongs to it. Several ctxs know nothing of each other.
 *
 * A submission is on disk, in a run, before it is sent: `ketch resume RUN` and kt_ctx_resume go on with the same tasks
 * after a crash, and nothing is paid twice. A run takes what is submitted until all of it has ended; what is submitted
 * afterwards begins a new one.
 *
 * A host program's own affairs are left alone: no limits of the process are changed, and core dumps are not switched
 * off (they may hold keys of AWS: a host that minds sets RLIMIT_CORE and PR_SET_DUMPABLE, as `ketch` does for itself).
 * No signal handlers, but for SIGCHLD once a profile's credential_process is run; threads of the library block all
 * signals. Nothing is written to standard error. Link with -lketch -lketch-core (pkg-config ketch). */
#ifndef KETCH_BRAKET_H
#define KETCH_BRAKET_H

#include <ketch/program.h>
#include <ketch/result.h>
#include <ketch/run.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct kt_ctx kt_ctx;
typedef struct kt_braket_device kt_braket_device;
typedef struct kt_quantum_task kt_quantum_task;

/* ---- a ctx ---- */

/* NULL and 0 mean what stands in brackets. Everything is copied, but for functions and what is handed to them. */
typedef struct kt_ctx_options {
    const char *region, *profile;                        /* [as the AWS CLI has them]                            */
    const char *endpoint_url;                            /* of every service [AWS's, or the usual variables]     */
    const char *access_key, *secret_key, *session_token; /* [AWS's chain of credentials]                         */
    const char *s3; /* "s3://bucket/prefix" for results [amazon-braket-{region}-{account}/tasks, made when missing] */
    const char *state_dir; /* runs are kept there [$KETCH_STATE, $XDG_STATE_HOME/ketch, ~/.local/state/ketch]    */
    const char *name;      /* of the program, kept with its runs for who resumes them ["C API"]                  */
    int64_t poll_ms;       /* shortest time between two looks at the tasks [1000, or what the device says]       */
    int asks_queue;        /* non-zero: also asks for the oldest task's position in its queue, a call a look     */
    int log_level;         /* most that `log` is told: 0 errors, 1 warnings, 2 information, 3 details            */
    void (*log)(void *user, int level, const char *message); /* [nothing is logged]; no message has a secret     */
    /* Asked for the code of an MFA device, should a profile want one; fills code (at most `bytes` with its NUL) and
     * returns 0, or a negative code. [such a profile is an error] */
    int (*ask_mfa)(void *user, const char *serial, char *code, size_t bytes, kt_error *err);
    void *user; /* for log and ask_mfa */
} kt_ctx_options;

/* Reads AWS's settings; asks no one. options may be NULL. Errors: KT_E_NOT_FOUND (a named profile that is not there),
 * KT_E_INVALID, KT_E_IO, KT_E_NOMEM. */
int kt_ctx_new(const kt_ctx_options *options, kt_ctx **out, kt_error *err);
/* Frees its tasks too (not its devices). Tasks that have not ended go on, and can be found again with kt_ctx_resume;
 * those still KT_BRAKET_WAITING may or may not have been asked for, which kt_ctx_resume finds out. Not from inside one
 * of its callbacks; kt_braket_open_start is answered (KT_E_CANCELLED). NULL is fine. */
void kt_ctx_free(kt_ctx *ctx);

/* A file descriptor to poll for reading, level-triggered, the same as long as the ctx lives (an epoll descriptor, which
 * itself goes into poll, select, epoll and GLib's loop). */
int kt_ctx_fd(const kt_ctx *ctx);
/* The longest time to poll for; -1: any. Asked anew before each poll, after any other call. */
int kt_ctx_timeout_ms(kt_ctx *ctx);
/* Does what can be done without waiting. Returns 1 while there is something to be waited for (a task that has not
 * ended, a device being looked up), else 0, or KT_E_INVALID from inside a callback. */
int kt_ctx_dispatch(kt_ctx *ctx, kt_error *err);

/* Waiting, for timeout_ms or (negative) as long as it takes. Return 1 when it is so, 0 when the time is over, or a
 * negative code: KT_E_INVALID from inside a callback. How a task ended is told by the task, not by these. */
int kt_ctx_wait_all(kt_ctx *ctx, int64_t timeout_ms, kt_error *err); /* every task has ended */
/* Some task has ended: *out, each task once, in the order in which they ended; NULL when all have been told (and 1 is
 * returned). */
int kt_ctx_wait_any(kt_ctx *ctx, int64_t timeout_ms, kt_quantum_task **out, kt_error *err);
int kt_quantum_task_wait(kt_quantum_task *task, int64_t timeout_ms, kt_error *err); /* this one has ended */

/* ---- devices ---- */

typedef struct kt_braket_facts {
    const char *arn, *name, *provider;
    const char *type;   /* "QPU", "SIMULATOR"                                        */
    const char *status; /* "ONLINE", "OFFLINE", "RETIRED"                            */
    const char *region; /* where it is asked                                         */
    const char *location;
    int takes_openqasm, takes_program_sets, takes_inputs, is_analog;
    int is_open;                     /* one of its windows is open; 0 also when none is known   */
    int64_t next_open_ns;            /* since 1970; 0: not known                               */
    int64_t queue;                   /* tasks in its normal queue; -1: not said                */
    int64_t qubit_count;             /* 0: not said                                            */
    int64_t shots_least, shots_most; /* of a task                                              */
    int64_t executables_most, set_shots_least,
        set_shots_most; /* of a program set; its shots are of all executions      */
    int has_price;
    double price_usd;       /* list price a unit, without the price a task; not a bill */
    const char *price_unit; /* "shot", "minute", "task"                                */
} kt_braket_facts;

/* name: an ARN, a short name ("sv1", "garnet", "forte-1") or a rule ("any:qubits=20,type=qpu,choose=cheapest", or
 * shortest-queue). Errors: KT_E_NOT_FOUND (with the nearest names), KT_E_INVALID, KT_E_NETWORK, KT_E_AWS and others of
 * AWS. The device is the caller's; it says how things were when it was opened. */
int kt_braket_open(kt_ctx *ctx, const char *name, kt_braket_device **out, kt_error *err);
/* The same without waiting: `opened` is called once, from the loop, never when this failed. device is NULL when rc is
 * negative, else the receiver's. */
typedef void (*kt_braket_opened)(void *user, int rc, kt_braket_device *device, const kt_error *err);
int kt_braket_open_start(kt_ctx *ctx, const char *name, kt_braket_opened opened, void *user, kt_error *err);
void kt_braket_device_free(kt_braket_device *device); /* also while its tasks run; NULL is fine */

/* Borrowed, as long as the device lives; its texts are never NULL, "" when Braket doesn't say. */
const kt_braket_facts *kt_braket_device_facts(const kt_braket_device *device);
/* Its capabilities as Braket gives them, JSON. kt_text_free. */
int kt_braket_device_capabilities(const kt_braket_device *device, char **out, kt_error *err);

/* ---- submitting ---- */

/* What to run, one of: OpenQASM text (source), a parsed program (its text too when there is one, else its canonical
 * form is sent), a circuit, or any action of Braket as JSON (program sets, analog Hamiltonian simulation). Borrowed for
 * the call. Texts that are NULL are not sent. */
typedef struct kt_braket_order {
    const char *source;
    size_t source_bytes; /* 0: up to its NUL */
    const kt_program *program;
    const kt_circuit *circuit;
    const char *action;
    const char *file_name;   /* for diagnostics */
    const kt_inputs *inputs; /* values of `input` variables; sent, or bound here where the device takes none */
    int64_t shots;           /* 0: exact results (simulators); KT_SHOTS_DEFAULT: 1000, within the device's range */
    const char *label;       /* yours: kept with the task in the store, so that it is known again after a crash */
    const char *tags;        /* a JSON object of texts */
    const char *device_parameters; /* JSON */
    const char *reservation;       /* an ARN */
    /* Each change of state or queue position; the last call is of an end state. Called from the functions that run the
     * loop, and from kt_quantum_task_cancel and kt_ctx_resume. May submit, cancel and free tasks. May be NULL. */
    void (*changed)(void *user, kt_quantum_task *task);
    void *user;
} kt_braket_order;

/* Checks the order against what the device says of itself and puts it in line; nothing waits. What would be refused by
 * Braket is refused here, at no cost, each fault with line and column in *diagnostics (may be NULL; freed by the caller
 * with kt_diagnostics_free, after success too). Errors: KT_E_SYNTAX, KT_E_INVALID, KT_E_UNSUPPORTED, KT_E_LIMIT,
 * KT_E_IO (the store), KT_E_NOMEM. Many at once: call it many times, then wait; one search tells of all tasks of a
 * region. The task is the caller's until kt_ctx_free. */
int kt_braket_submit(kt_ctx *ctx, const kt_braket_device *device, const kt_braket_order *order, kt_quantum_task **out,
                     kt_diagnostics **diagnostics, kt_error *err);
/* Only the check. */
int kt_braket_check(const kt_braket_device *device, const kt_braket_order *order, kt_diagnostics **diagnostics,
                    kt_error *err);

/* Goes on with the tasks of a run that an earlier process left; run_id NULL: the newest one unfinished. They become
 * tasks of this ctx, found with kt_ctx_next_task: *count of them, the last ones. Submissions that had not been recorded
 * when that process ended were never sent and are not among them: labels tell which. Blocks for the disk, not for the
 * network. Errors: KT_E_NOT_FOUND, KT_E_INVALID (this ctx has that run already), KT_E_IO. */
int kt_ctx_resume(kt_ctx *ctx, const char *run_id, void (*changed)(void *user, kt_quantum_task *task), void *user,
                  size_t *count, kt_error *err);
/* The tasks in the order in which they came; NULL: the first one, NULL behind the last. */
kt_quantum_task *kt_ctx_next_task(const kt_ctx *ctx, const kt_quantum_task *before);

/* ---- a task ---- */

typedef enum kt_braket_state {
    KT_BRAKET_WAITING, /* for the disk, its turn, or room in a quota (which holds a task and never fails it) */
    KT_BRAKET_CREATED,
    KT_BRAKET_QUEUED,
    KT_BRAKET_RUNNING,
    KT_BRAKET_FETCHING,  /* completed; its result is on its way */
    KT_BRAKET_DONE,      /* an end, as are all below */
    KT_BRAKET_FAILED,    /* refused, failed, or its result could not be had */
    KT_BRAKET_CANCELLED, /* by whomever */
    KT_BRAKET_UNSURE     /* its request may or may not have been heard, and no task is found: a person must say */
} kt_braket_state;

kt_braket_state kt_quantum_task_state(const kt_quantum_task *task);
const char *kt_braket_state_text(kt_braket_state state); /* "waiting", ... */
int kt_quantum_task_has_ended(const kt_quantum_task *task);
/* Texts are borrowed until the task's next change, never NULL; "" : not known yet, or none. */
const char *kt_quantum_task_arn(const kt_quantum_task *task);
const char *kt_quantum_task_run(const kt_quantum_task *task); /* what `ketch resume` takes */
const char *kt_quantum_task_label(const kt_quantum_task *task);
const char *kt_quantum_task_queue_position(const kt_quantum_task *task); /* "3", ">2000" */
/* Of FAILED, CANCELLED and UNSURE; else NULL. */
const kt_error *kt_quantum_task_error(const kt_quantum_task *task);

/* The result, of the same type as the local simulator's, once it is DONE; of several executions the first. Result types
 * that the device does not compute are computed here, from its counts, where that is exact to do. NULL: none (not at
 * its end, failed, or of a kind without qubits' counts). Borrowed, as long as the task lives. */
const kt_result *kt_quantum_task_result(const kt_quantum_task *task);
/* Executions of a program set; 1 for anything else that is DONE, 0 before. A program set that FAILED may have some. */
typedef struct kt_braket_execution {
    size_t program_index, inputs_index;
    const kt_result *result; /* NULL: this one failed */
    const char *failure;     /* why; NULL when it did not */
} kt_braket_execution;
size_t kt_quantum_task_execution_count(const kt_quantum_task *task);
/* KT_E_NOT_FOUND behind the last. */
int kt_quantum_task_execution(const kt_quantum_task *task, size_t index, kt_braket_execution *out, kt_error *err);
/* The result as Braket left it, JSON. KT_E_NOT_FOUND when there is none. kt_text_free. */
int kt_quantum_task_result_json(const kt_quantum_task *task, char **out, kt_error *err);

/* Asks for it to be cancelled; the states that follow tell whether it was in time. One that had not been sent ends at
 * once. 0, also when it has ended already. */
int kt_quantum_task_cancel(kt_quantum_task *task, kt_error *err);
/* The task itself goes on at Braket, unheard. NULL is fine. */
void kt_quantum_task_free(kt_quantum_task *task);

#ifdef __cplusplus
}
#endif
#endif
