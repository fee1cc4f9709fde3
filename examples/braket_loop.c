/* SPDX-License-Identifier: Apache-2.0 */
/* braket_loop.c - Amazon Braket within a program's own loop of poll(2): nothing waits but poll. The device is opened,
 * two tasks are submitted when it is there, and the loop does something else meanwhile (it counts lines of standard
 * input).
 *     cc braket_loop.c $(pkg-config --cflags --libs ketch) -o braket_loop && ./braket_loop sv1 </dev/null */
#include <ketch/braket.h>

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static const char bell[] = "OPENQASM 3;\nqubit[2] q;\nbit[2] b;\nh q[0];\ncnot q[0], q[1];\nb = measure q;\n";

typedef struct app {
    kt_ctx *ctx;
    int done, failed;
    size_t lines;
} app;

static void on_changed(void *user, kt_quantum_task *task)
{
    app *a = user;
    printf("%s: %s\n", kt_quantum_task_label(task), kt_braket_state_text(kt_quantum_task_state(task)));
    if (!kt_quantum_task_has_ended(task))
        return;
    a->done += kt_quantum_task_result(task) != NULL;
    a->failed += kt_quantum_task_result(task) == NULL;
    kt_quantum_task_free(task);
}

static void on_opened(void *user, int rc, kt_braket_device *device, const kt_error *err)
{
    static const char *const labels[] = { "first", "second" };
    app *a = user;
    kt_error error;
    for (int i = 0; rc == 0 && i < 2; i++) {
        kt_braket_order order = { .source = bell, .shots = 100, .label = labels[i], .changed = on_changed, .user = a };
        rc = kt_braket_submit(a->ctx, device, &order, NULL, NULL, &error);
        err = &error;
    }
    if (rc < 0) {
        fprintf(stderr, "braket_loop: %s\n", err->message);
        a->failed++;
    }
    kt_braket_device_free(device);
}

static int watch_input(app *a, int fd)
{
    char text[4096];
    ssize_t got = read(fd, text, sizeof(text));
    for (ssize_t i = 0; i < got; i++)
        a->lines += text[i] == '\n';
    return got > 0 ? fd : -1; /* poll leaves -1 alone */
}

int main(int argc, char **argv)
{
    app a = { 0 };
    kt_error err;
    int input = STDIN_FILENO, more = 1;

    int rc = kt_ctx_new(NULL, &a.ctx, &err);
    if (rc == 0)
        rc = kt_braket_open_start(a.ctx, argc > 1 ? argv[1] : "sv1", on_opened, &a, &err);
    while (rc == 0 && more > 0) {
        struct pollfd fds[] = { { .fd = kt_ctx_fd(a.ctx), .events = POLLIN }, { .fd = input, .events = POLLIN } };
        poll(fds, 2, kt_ctx_timeout_ms(a.ctx));
        if (fds[1].revents != 0)
            input = watch_input(&a, input);
        more = kt_ctx_dispatch(a.ctx, &err);
    }
    if (rc < 0 || more < 0) {
        fprintf(stderr, "braket_loop: %s\n", err.message);
        a.failed++;
    }
    printf("%d done, %d failed, %zu lines read meanwhile\n", a.done, a.failed, a.lines);
    kt_ctx_free(a.ctx);
    return a.failed > 0;
}
