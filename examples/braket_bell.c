/* SPDX-License-Identifier: Apache-2.0 */
/* braket_bell.c - a Bell pair on Amazon Braket from C: a device is opened, one task submitted and waited for.
 *     cc braket_bell.c $(pkg-config --cflags --libs ketch) -o braket_bell && ./braket_bell sv1
 * A simulator costs money too; `ketch sandbox -- ./braket_bell sv1` runs it against a Braket on this machine. */
#include <ketch/braket.h>

#include <inttypes.h>
#include <stdio.h>

static const char bell[] = "OPENQASM 3;\nqubit[2] q;\nbit[2] b;\nh q[0];\ncnot q[0], q[1];\nb = measure q;\n";

static void print_counts(const kt_result *result)
{
    char bits[3]; /* one character a measured qubit, and the NUL */
    for (size_t i = 0; i < kt_result_outcome_count(result); i++) {
        uint64_t times = kt_result_outcome(result, i, bits);
        printf("%s %" PRIu64 "\n", bits, times);
    }
}

int main(int argc, char **argv)
{
    kt_ctx *ctx = NULL;
    kt_braket_device *device = NULL;
    kt_quantum_task *task = NULL;
    kt_error err;
    kt_braket_order order = { .source = bell, .shots = 1000, .label = "bell" };

    int rc = kt_ctx_new(NULL, &ctx, &err); /* region, keys and endpoints as the AWS CLI has them */
    if (rc == 0)
        rc = kt_braket_open(ctx, argc > 1 ? argv[1] : "sv1", &device, &err);
    if (rc == 0)
        rc = kt_braket_submit(ctx, device, &order, &task, NULL, &err);
    if (rc == 0)
        rc = kt_quantum_task_wait(task, -1, &err);
    if (rc > 0 && kt_quantum_task_result(task) != NULL) {
        print_counts(kt_quantum_task_result(task));
        rc = 0;
    } else if (rc > 0) {
        err = *kt_quantum_task_error(task);
        rc = err.code;
    }
    if (rc < 0)
        fprintf(stderr, "braket_bell: %s\n", err.message);
    kt_ctx_free(ctx); /* and its tasks */
    kt_braket_device_free(device);
    return rc == 0 ? 0 : kt_code_exit(rc);
}
