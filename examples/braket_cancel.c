/* SPDX-License-Identifier: Apache-2.0 */
/* braket_cancel.c - takes no longer than it may: a task on Amazon Braket that is not done in time is cancelled.
 *     cc braket_cancel.c $(pkg-config --cflags --libs ketch) -o braket_cancel && ./braket_cancel garnet 5 */
#include <ketch/braket.h>

#include <stdio.h>
#include <stdlib.h>

static const char bell[] = "OPENQASM 3;\nqubit[2] q;\nbit[2] b;\nh q[0];\ncnot q[0], q[1];\nb = measure q;\n";

/* Whether it was in time is told by the task: it may have been done meanwhile. */
static int wait_or_cancel(kt_quantum_task *task, int64_t patience_ms, kt_error *err)
{
    int rc = kt_quantum_task_wait(task, patience_ms, err);
    if (rc == 0)
        rc = kt_quantum_task_cancel(task, err);
    if (rc == 0)
        rc = kt_quantum_task_wait(task, -1, err);
    return rc;
}

int main(int argc, char **argv)
{
    kt_ctx *ctx = NULL;
    kt_braket_device *device = NULL;
    kt_quantum_task *task = NULL;
    kt_error err;
    kt_braket_order order = { .source = bell, .shots = KT_SHOTS_DEFAULT };

    int rc = kt_ctx_new(NULL, &ctx, &err);
    if (rc == 0)
        rc = kt_braket_open(ctx, argc > 1 ? argv[1] : "garnet", &device, &err);
    if (rc == 0)
        rc = kt_braket_submit(ctx, device, &order, &task, NULL, &err);
    if (rc == 0)
        rc = wait_or_cancel(task, 1000 * strtoll(argc > 2 ? argv[2] : "5", NULL, 10), &err);
    if (rc > 0) {
        const kt_error *why = kt_quantum_task_error(task);
        printf("%s: %s\n", kt_braket_state_text(kt_quantum_task_state(task)), why == NULL ? "in time" : why->message);
    } else {
        fprintf(stderr, "braket_cancel: %s\n", err.message);
    }
    kt_ctx_free(ctx);
    kt_braket_device_free(device);
    return rc > 0 ? 0 : kt_code_exit(rc);
}
