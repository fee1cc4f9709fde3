/* SPDX-License-Identifier: Apache-2.0 */
/* capi_probe.c - an outside program that uses ketch/braket.h, for the tests: lines on standard output tell what it saw.
 *   capi_probe STATE killed COUNT AFTER    submits COUNT tasks, kills itself when AFTER of them are created
 *   capi_probe STATE resume RUN COUNT      goes on with them, submits those that were never sent, waits for each
 *   capi_probe STATE promises              what the header says of misuse, time limits, cancelling, freeing */
#include <ketch/braket.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char bell[] = "OPENQASM 3;\nqubit[2] q;\nbit[2] b;\nh q[0];\ncnot q[0], q[1];\nb = measure q;\n";

static kt_ctx *ctx;
static kt_braket_device *device;
static int created, after, wrong;

static void need(int rc, const kt_error *err)
{
    if (rc >= 0)
        return;
    fprintf(stderr, "capi_probe: %s\n", err->message);
    exit(1);
}

static void expect(int is_so, const char *what)
{
    if (!is_so)
        fprintf(stderr, "capi_probe: broken: %s\n", what);
    wrong += !is_so;
}

static void on_log(void *user, int level, const char *message)
{
    (void)user;
    fprintf(stderr, "log %d: %s\n", level, message);
}

static void begin(const char *state)
{
    kt_error err;
    kt_ctx_options options = { .state_dir = state, .poll_ms = 200, .name = "probe", .log = on_log, .log_level = 1 };
    need(kt_ctx_new(&options, &ctx, &err), &err);
    need(kt_braket_open(ctx, "sv1", &device, &err), &err);
}

static void kill_in_time(void *user, kt_quantum_task *task)
{
    (void)user;
    if (created == 0) {
        printf("run %s\n", kt_quantum_task_run(task));
        fflush(stdout);
    }
    if (kt_quantum_task_state(task) == KT_BRAKET_CREATED && ++created == after)
        raise(SIGKILL);
}

static void submit(int number, void (*changed)(void *user, kt_quantum_task *task))
{
    char label[32];
    kt_error err;
    kt_braket_order order = {
        .source = bell, .shots = 50, .label = label, .tags = "{\"from\": \"probe\"}", .changed = changed
    };
    snprintf(label, sizeof(label), "task %d", number);
    need(kt_braket_submit(ctx, device, &order, NULL, NULL, &err), &err);
}

static uint64_t shots_seen(const kt_quantum_task *task)
{
    const kt_result *result = kt_quantum_task_result(task);
    char bits[3];
    uint64_t sum = 0;
    for (size_t i = 0; result != NULL && i < kt_result_outcome_count(result); i++)
        sum += kt_result_outcome(result, i, bits);
    return sum;
}

static void resume(const char *run, int count)
{
    kt_error err;
    size_t found = 0;
    kt_quantum_task *task = NULL;
    char *has = calloc((size_t)count, 1);
    need(kt_ctx_resume(ctx, run, NULL, NULL, &found, &err), &err);
    printf("found %zu\n", found);
    expect(kt_ctx_resume(ctx, run, NULL, NULL, NULL, &err) == KT_E_INVALID, "a run is resumed once by a ctx");
    while ((task = kt_ctx_next_task(ctx, task)) != NULL) {
        const int number = atoi(kt_quantum_task_label(task) + strlen("task "));
        expect(has != NULL && number < count && !has[number], "labels come back, each once");
        has[number] = 1;
    }
    for (int i = 0; i < count; i++)
        if (!has[i])
            submit(i, NULL);
    free(has);
    for (;;) {
        need(kt_ctx_wait_any(ctx, -1, &task, &err), &err);
        if (task == NULL)
            break;
        printf("%s: %s %llu %s\n", kt_quantum_task_label(task), kt_braket_state_text(kt_quantum_task_state(task)),
               (unsigned long long)shots_seen(task), kt_quantum_task_arn(task));
        kt_quantum_task_free(task);
    }
}

static void wait_inside(void *user, kt_quantum_task *task)
{
    kt_error err;
    kt_braket_device *none = NULL;
    (void)user;
    expect(kt_quantum_task_wait(task, 0, &err) == KT_E_INVALID, "no waiting inside of a callback");
    expect(kt_ctx_dispatch(ctx, &err) == KT_E_INVALID, "no dispatching inside of a callback");
    expect(kt_braket_open(ctx, "sv1", &none, &err) == KT_E_INVALID && none == NULL, "no opening inside of a callback");
}

static void on_opened(void *user, int rc, kt_braket_device *opened, const kt_error *err)
{
    (void)err;
    *(int *)user = rc;
    kt_braket_device_free(opened);
}

static void refuse(kt_braket_order order, int code, const char *what)
{
    kt_error err;
    kt_quantum_task *task = NULL;
    kt_diagnostics *diagnostics = NULL;
    expect(kt_braket_check(device, &order, &diagnostics, &err) == code, what);
    kt_diagnostics_free(diagnostics);
    expect(kt_braket_submit(ctx, device, &order, &task, NULL, &err) == code && task == NULL, what);
}

/* Garnet computes no expectations: they come from its counts, here. */
static void observe(void)
{
    static const char text[] = "OPENQASM 3;\nqubit[2] q;\nx q[0];\nx q[1];\n"
                               "#pragma braket result expectation z(q[0]) @ z(q[1])\n";
    kt_error err;
    kt_braket_device *garnet = NULL;
    kt_quantum_task *task = NULL;
    kt_braket_order order = { .source = text, .shots = 500 };
    size_t count = 0;
    need(kt_braket_open(ctx, "garnet", &garnet, &err), &err);
    need(kt_braket_submit(ctx, garnet, &order, &task, NULL, &err), &err);
    need(kt_quantum_task_wait(task, 60000, &err), &err);
    const kt_result *result = kt_quantum_task_result(task);
    const double *value = result == NULL ? NULL : kt_result_numbers(result, 0, &count);
    expect(value != NULL && count == 1 && value[0] > 0.5 && value[0] <= 1, "an expectation is computed from counts");
    kt_quantum_task_free(task);
    kt_braket_device_free(garnet);
}

static void keep_promises(void)
{
    kt_error err;
    kt_quantum_task *a = NULL, *b = NULL, *any = NULL;
    kt_circuit *circuit = NULL;
    int opened = 1;
    char *text = NULL;
    const kt_braket_facts *facts = kt_braket_device_facts(device);
    expect(strcmp(facts->name, "SV1") == 0 && facts->qubit_count == 34 && facts->takes_openqasm, "facts of SV1");
    need(kt_braket_device_capabilities(device, &text, &err), &err);
    expect(strstr(text, "braketSchemaHeader") != NULL, "capabilities are Braket's");
    kt_text_free(text);
    refuse((kt_braket_order){ .shots = 10 }, KT_E_INVALID, "nothing to run is refused");
    refuse((kt_braket_order){ .source = bell, .action = "{}", .shots = 10 }, KT_E_INVALID, "two things are refused");
    refuse((kt_braket_order){ .source = bell, .shots = -7 }, KT_E_INVALID, "negative shots are refused");
    refuse((kt_braket_order){ .source = "qubit q", .shots = 10 }, KT_E_SYNTAX, "what is no OpenQASM is refused");
    kt_braket_order odd = { .source = bell, .shots = 10, .tags = "[1]" };
    expect(kt_braket_submit(ctx, device, &odd, &a, NULL, &err) == KT_E_INVALID && a == NULL, "odd tags are refused");
    expect(kt_ctx_wait_any(ctx, 0, &any, &err) == 1 && any == NULL, "nothing to wait for is no wait");

    need(kt_circuit_new(2, &circuit, &err), &err);
    need(kt_circuit_gate1(circuit, KT_GATE_X, 0, &err), &err);
    need(kt_circuit_gate1(circuit, KT_GATE_X, 1, &err), &err);
    kt_braket_order of_circuit = { .circuit = circuit, .shots = 20, .changed = wait_inside };
    kt_braket_order of_text = { .source = bell, .shots = KT_SHOTS_DEFAULT };
    need(kt_braket_submit(ctx, device, &of_circuit, &a, NULL, &err), &err);
    need(kt_braket_submit(ctx, device, &of_text, &b, NULL, &err), &err);
    kt_circuit_free(circuit);
    expect(kt_quantum_task_wait(a, 0, &err) == 0, "a wait that is over says so");
    need(kt_quantum_task_cancel(b, &err), &err);
    expect(kt_quantum_task_state(b) == KT_BRAKET_CANCELLED && kt_quantum_task_error(b)->code == KT_E_CANCELLED,
           "one that was not sent is cancelled at once");
    expect(kt_quantum_task_wait(a, 30000, &err) == 1 && shots_seen(a) == 20, "a circuit runs");
    expect(kt_ctx_wait_any(ctx, 0, &any, &err) == 1 && any == b, "the first that ended comes first");
    expect(kt_ctx_wait_any(ctx, 0, &any, &err) == 1 && any == a, "then the second");
    need(kt_ctx_wait_all(ctx, 5000, &err), &err);
    observe();

    need(kt_braket_submit(ctx, device, &of_text, &b, NULL, &err), &err); /* a run of its own, freed on its way */
    expect(strcmp(kt_quantum_task_run(a), kt_quantum_task_run(b)) != 0, "after the end of a run comes another one");
    kt_quantum_task_free(a);
    for (int i = 0; i < 3; i++)
        submit(i, NULL);
    need(kt_braket_open_start(ctx, "garnet", on_opened, &opened, &err), &err);
    need(kt_ctx_dispatch(ctx, &err), &err);
    kt_ctx_free(ctx);
    ctx = NULL;
    expect(opened == KT_E_CANCELLED || opened == 0, "a device on its way is answered at the end");
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    begin(argv[1]);
    if (strcmp(argv[2], "killed") == 0 && argc == 5) {
        kt_error err;
        after = atoi(argv[4]);
        for (int i = 0; i < atoi(argv[3]); i++)
            submit(i, kill_in_time);
        need(kt_ctx_wait_all(ctx, -1, &err), &err);
    } else if (strcmp(argv[2], "resume") == 0 && argc == 5) {
        resume(argv[3], atoi(argv[4]));
    } else if (strcmp(argv[2], "promises") == 0) {
        keep_promises();
    }
    kt_ctx_free(ctx);
    kt_braket_device_free(device);
    return wrong > 0;
}
