/* SPDX-License-Identifier: Apache-2.0 */
/* runner.c - the threads that compute tasks. Orders wait in one queue; what is done comes back to the loop through an
 * async handle. A worker touches nothing but its order. */
#include "sandbox/runner_priv.h"

#include "base/thread.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MOST = 64 };

typedef struct work_list {
    kt_work *first, **last;
} work_list;

struct kt_runner {
    uv_async_t async;
    pthread_t threads[THREADS_MOST];
    int thread_count;
    pthread_mutex_t lock;
    pthread_cond_t more;
    work_list waiting, done; /* hold lock */
    bool closing;            /* hold lock; read without it by progress callbacks, which may be late */
};

static void list_put(work_list *list, kt_work *work)
{
    work->next = NULL;
    *list->last = work;
    list->last = &work->next;
}

static kt_work *list_take(work_list *list)
{
    kt_work *work = list->first;
    if (work != NULL && (list->first = work->next) == NULL)
        list->last = &list->first;
    return work;
}

static void work_free(kt_work *work)
{
    for (size_t i = 0; i < work->object_count; i++) {
        free(work->objects[i].key_suffix);
        free(work->objects[i].body);
    }
    free(work->objects);
    kt_arena_free(work->arena);
    free(work);
}

int kt_work_add(kt_work *work, kt_buf *take_body, kt_error *err, const char *suffix_format, ...)
{
    int rc = kt_buf_check(take_body, err, "a result");
    if (rc == 0 && work->object_count == work->object_capacity) {
        size_t capacity = work->object_capacity == 0 ? 4 : work->object_capacity * 2;
        kt_result_object *grown = realloc(work->objects, capacity * sizeof *grown);
        if (grown == NULL)
            return kt_fail_nomem(err, capacity * sizeof *grown, "a task's result");
        work->objects = grown;
        work->object_capacity = capacity;
    }
    if (rc < 0)
        return rc;
    kt_result_object object = { .body_bytes = take_body->length };
    va_list args;
    va_start(args, suffix_format);
    int length = vasprintf(&object.key_suffix, suffix_format, args);
    va_end(args);
    if (length < 0)
        return kt_fail_nomem(err, 64, "a task's result");
    object.body = kt_buf_take(take_body);
    if (object.body == NULL) {
        free(object.key_suffix);
        return kt_fail_nomem(err, object.body_bytes, "a task's result");
    }
    work->objects[work->object_count++] = object;
    return 0;
}

int kt_work_stops(void *work, double done)
{
    (void)done;
    return __atomic_load_n(&((kt_work *)work)->runner->closing, __ATOMIC_RELAXED);
}

/* ---- a worker ---- */

static int compute(kt_work *work, kt_error *err)
{
    kt_action action = { 0 };
    if (work->order.question.device->kind == KT_DEVICE_ANALOG)
        return kt_run_analog(work, err);
    int rc = kt_action_read(work->order.question.action, &action, err);
    if (rc < 0)
        return rc;
    rc = action.kind == KT_ACTION_PROGRAM_SET ? kt_run_program_set(work, &action, err)
                                              : kt_run_single(work, &action, err);
    kt_action_fini(&action);
    return rc;
}

static void conclude(kt_work *work)
{
    kt_error err = { 0 };
    int rc = compute(work, &err);
    work->outcome.simulated_ms = kt_spent_ms(work->spent_ns);
    work->outcome.objects = work->objects;
    work->outcome.object_count = work->object_count;
    if (rc == 0)
        return;
    const char *reason = kt_arena_strndup(work->arena, err.message, strlen(err.message));
    work->outcome.failure_reason = reason == NULL ? "out of memory" : reason;
    work->outcome.successful_shots = 0;
    if (!work->keeps_objects)
        work->outcome.object_count = 0;
}

static void *worker(void *arg)
{
    kt_runner *runner = arg;
    pthread_mutex_lock(&runner->lock);
    while (!runner->closing) {
        kt_work *work = list_take(&runner->waiting);
        if (work == NULL) {
            pthread_cond_wait(&runner->more, &runner->lock);
            continue;
        }
        pthread_mutex_unlock(&runner->lock);
        conclude(work);
        pthread_mutex_lock(&runner->lock);
        list_put(&runner->done, work);
        uv_async_send(&runner->async);
    }
    pthread_mutex_unlock(&runner->lock);
    return NULL;
}

/* ---- the loop's side ---- */

static void deliver(uv_async_t *async)
{
    kt_runner *runner = async->data;
    for (;;) {
        pthread_mutex_lock(&runner->lock);
        kt_work *work = list_take(&runner->done);
        pthread_mutex_unlock(&runner->lock);
        if (work == NULL)
            return;
        work->order.done(work->order.ctx, &work->outcome);
        work_free(work);
    }
}

static int count_processors(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > THREADS_MOST ? THREADS_MOST : (int)online;
}

int kt_runner_new(uv_loop_t *loop, int threads, kt_runner **out, kt_error *err)
{
    kt_runner *runner = calloc(1, sizeof *runner);
    if (runner == NULL)
        return kt_fail_nomem(err, sizeof *runner, "a runner");
    if (uv_async_init(loop, &runner->async, deliver) != 0) {
        free(runner);
        return kt_fail(err, KT_E_IO, "no async handle for the runner");
    }
    runner->async.data = runner;
    runner->waiting.last = &runner->waiting.first;
    runner->done.last = &runner->done.first;
    pthread_mutex_init(&runner->lock, NULL);
    pthread_cond_init(&runner->more, NULL);
    int wanted = threads > 0 && threads <= THREADS_MOST ? threads : count_processors();
    while (runner->thread_count < wanted &&
           kt_thread_start(&runner->threads[runner->thread_count], NULL, worker, runner) == 0)
        runner->thread_count++;
    if (runner->thread_count == 0) {
        kt_runner_close(runner);
        return kt_fail(err, KT_E_IO, "no thread could be started to compute tasks");
    }
    *out = runner;
    return 0;
}

static bool copy_text(kt_arena *arena, const char **text)
{
    if (*text != NULL)
        *text = kt_arena_strndup(arena, *text, strlen(*text));
    return !kt_arena_failed(arena);
}

static bool copy_view(kt_arena *arena, kt_view *view)
{
    if (view->data != NULL)
        view->data = kt_arena_strndup(arena, view->data, view->length);
    return !kt_arena_failed(arena);
}

int kt_runner_put(kt_runner *runner, const kt_run_order *order, kt_error *err)
{
    kt_work *work = calloc(1, sizeof *work);
    if (work == NULL || (work->arena = kt_arena_new(0)) == NULL) {
        free(work);
        return kt_fail_nomem(err, sizeof *work, "a task to compute");
    }
    work->order = *order;
    work->runner = runner;
    kt_arena *arena = work->arena;
    if (!copy_view(arena, &work->order.question.action) || !copy_view(arena, &work->order.question.device_parameters) ||
        !copy_text(arena, &work->order.task_arn) || !copy_text(arena, &work->order.bucket) ||
        !copy_text(arena, &work->order.directory) || !copy_text(arena, &work->order.result_file)) {
        work_free(work);
        return kt_fail_nomem(err, order->question.action.length, "a task to compute");
    }
    pthread_mutex_lock(&runner->lock);
    list_put(&runner->waiting, work);
    pthread_cond_signal(&runner->more);
    pthread_mutex_unlock(&runner->lock);
    return 0;
}

static void closed(uv_handle_t *handle)
{
    kt_runner *runner = handle->data;
    pthread_mutex_destroy(&runner->lock);
    pthread_cond_destroy(&runner->more);
    free(runner);
}

static void drop_all(work_list *list)
{
    for (kt_work *work = list_take(list); work != NULL; work = list_take(list))
        work_free(work);
}

void kt_runner_close(kt_runner *runner)
{
    if (runner == NULL)
        return;
    pthread_mutex_lock(&runner->lock);
    __atomic_store_n(&runner->closing, true, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&runner->more);
    pthread_mutex_unlock(&runner->lock);
    for (int i = 0; i < runner->thread_count; i++)
        pthread_join(runner->threads[i], NULL);
    drop_all(&runner->waiting);
    drop_all(&runner->done);
    uv_close((uv_handle_t *)&runner->async, closed);
}
