/* SPDX-License-Identifier: Apache-2.0 */
/* braket_many.c - a hundred circuits on Amazon Braket at once: a rotation by a hundred angles, a callback for each that
 * has ended. One search tells how all of them are.
 *     cc braket_many.c $(pkg-config --cflags --libs ketch) -lm -o braket_many && ./braket_many sv1 */
#include <ketch/braket.h>

#include <math.h>
#include <stdio.h>

enum { COUNT = 100, SHOTS = 200 };
static const char rotation[] = "OPENQASM 3;\ninput float theta;\nqubit q;\nbit b;\nrx(theta) q;\nb = measure q;\n";

typedef struct point {
    double theta, ones; /* ones: how often 1 was seen, of all shots; -1: no result */
} point;

/* Each change of each task; here only the end of one matters. */
static void on_changed(void *user, kt_quantum_task *task)
{
    point *p = user;
    const kt_result *result = kt_quantum_task_result(task);
    char bits[2];
    if (!kt_quantum_task_has_ended(task))
        return;
    if (result == NULL) {
        fprintf(stderr, "theta %.3f: %s\n", p->theta, kt_quantum_task_error(task)->message);
        return;
    }
    p->ones = 0;
    for (size_t i = 0; i < kt_result_outcome_count(result); i++) {
        double times = (double)kt_result_outcome(result, i, bits);
        if (bits[0] == '1')
            p->ones += times / SHOTS;
    }
}

static int submit(kt_ctx *ctx, const kt_braket_device *device, point *p, kt_error *err)
{
    kt_inputs *inputs = NULL;
    int rc = kt_inputs_new(&inputs, err);
    if (rc == 0)
        rc = kt_inputs_set(inputs, "theta", p->theta, err);
    kt_braket_order order = { .source = rotation, .inputs = inputs, .shots = SHOTS, .changed = on_changed, .user = p };
    if (rc == 0)
        rc = kt_braket_submit(ctx, device, &order, NULL, NULL, err);
    kt_inputs_free(inputs);
    return rc;
}

int main(int argc, char **argv)
{
    kt_ctx *ctx = NULL;
    kt_braket_device *device = NULL;
    kt_error err;
    point points[COUNT];
    double worst = 0;
    int missing = 0;

    int rc = kt_ctx_new(NULL, &ctx, &err);
    if (rc == 0)
        rc = kt_braket_open(ctx, argc > 1 ? argv[1] : "sv1", &device, &err);
    for (int i = 0; rc == 0 && i < COUNT; i++) {
        points[i] = (point){ .theta = 3.14159265358979 * i / (COUNT - 1), .ones = -1 };
        rc = submit(ctx, device, &points[i], &err);
    }
    if (rc == 0)
        rc = kt_ctx_wait_all(ctx, -1, &err);
    for (int i = 0; rc > 0 && i < COUNT; i++) {
        missing += points[i].ones < 0;
        worst = fmax(worst, fabs(points[i].ones - pow(sin(points[i].theta / 2), 2)));
    }
    if (rc > 0)
        printf("%d of %d have results; the worst is %.2f from sin(theta/2)^2\n", COUNT - missing, COUNT, worst);
    else
        fprintf(stderr, "braket_many: %s\n", err.message);
    kt_ctx_free(ctx);
    kt_braket_device_free(device);
    return rc < 0 ? kt_code_exit(rc) : missing > 0;
}
