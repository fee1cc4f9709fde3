/* SPDX-License-Identifier: Apache-2.0 */
/* batch_probe.c - runs a batch of Bell pairs for the tests, as `ketch run` does, and tells of it in lines of JSON:
 *   batch_probe --state DIR --region R [--device ARN] [--shots N] [--s3 PLACE] [--poll MS] [--trust S]
 *               [--cancel-after MS] [--leave-after MS] (--tasks N | --resume RUN)
 *   -> {"run": "r-..."}                                     the run is in the store
 *   -> {"index": 0, "state": "done", "arn": ..., "error": ""}   every change
 *   -> {"ended": 0, "error": "", "sent": {"CreateQuantumTask": 1, ...}}     the last line
 * The number of tasks is kept with the run: a resumed one adds those that had no permit yet anew. */
#include "task/batch.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sv1[] = "arn:aws:braket:::device/quantum-simulator/amazon/sv1";
static const char bell[] = "{\"braketSchemaHeader\":{\"name\":\"braket.ir.openqasm.program\",\"version\":\"1\"},"
                           "\"source\":\"OPENQASM 3.0;\\nbit[2] b;\\nqubit[2] q;\\nh q[0];\\ncnot q[0], q[1];\\n"
                           "b = measure q;\\n\",\"inputs\":{}}";

typedef struct probe {
    const char *state, *region, *device, *resume, *s3;
    int64_t tasks, shots, poll_ms, trust_s, cancel_after_ms, leave_after_ms;
    char run_id[KT_RUN_ID_BYTES];
    uv_loop_t loop;
    uv_async_t wake;
    uv_timer_t timer;
    kt_log log;
    kt_store *store;
    kt_guard *guard;
    kt_aws *aws;
    kt_batch *batch;
    int rc;
} probe;

static void need(int rc, const kt_error *err)
{
    if (rc >= 0)
        return;
    fprintf(stderr, "batch_probe: %s\n", err->message);
    exit(1);
}

/* ---- lines ---- */

static void line_end(kt_jw *w)
{
    kt_jw_close(w);
    kt_jw_newline(w);
    kt_jw_end(w, NULL);
    fflush(stdout);
}

static void member(kt_jw *w, const char *name, const char *text)
{
    kt_jw_key(w, name);
    kt_jw_strz(w, text);
}

static void write_run(const probe *p)
{
    kt_jw w;
    kt_jw_init(&w, kt_out_file(stdout), 0);
    kt_jw_object(&w);
    member(&w, "run", p->run_id);
    line_end(&w);
}

static const char *const states[] = { "waiting", "created", "queued",    "running", "fetching",
                                      "done",    "failed",  "cancelled", "unsure" };

static void on_changed(void *ctx, const kt_item *item)
{
    kt_jw w;
    (void)ctx;
    kt_jw_init(&w, kt_out_file(stdout), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "index");
    kt_jw_uint(&w, item->index);
    member(&w, "state", states[item->state]);
    member(&w, "arn", item->arn);
    member(&w, "position", item->queue_position);
    member(&w, "error", item->error == NULL ? "" : item->error->message);
    if (item->result != NULL) {
        kt_jw_key(&w, "executions");
        kt_jw_uint(&w, kt_task_result_count(item->result));
        kt_jw_key(&w, "bytes");
        kt_jw_uint(&w, item->raw_result.length);
    }
    line_end(&w);
}

static void on_ended(void *ctx, int rc, const kt_error *err)
{
    probe *p = ctx;
    kt_jw w;
    kt_jw_init(&w, kt_out_file(stdout), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "ended");
    kt_jw_int(&w, rc);
    member(&w, "error", rc < 0 ? err->message : "");
    kt_jw_key(&w, "sent");
    kt_jw_object(&w);
    for (size_t s = 0; kt_aws_services[s] != NULL; s++)
        for (size_t i = 0; i < kt_aws_services[s]->operation_count; i++) {
            const uint64_t sent = kt_aws_sent(p->aws, kt_aws_services[s], &kt_aws_services[s]->operations[i]);
            if (sent == 0)
                continue;
            kt_jw_key(&w, kt_aws_services[s]->operations[i].name);
            kt_jw_uint(&w, sent);
        }
    kt_jw_close(&w);
    line_end(&w);
    p->rc = rc;
    uv_stop(&p->loop);
}

/* ---- the loop ---- */

static void wake_up(void *ctx)
{
    uv_async_send(&((probe *)ctx)->wake);
}

static void on_wake(uv_async_t *wake)
{
    probe *p = wake->data;
    kt_store_deliver(p->store);
}

static void on_time(uv_timer_t *timer)
{
    probe *p = timer->data;
    if (p->cancel_after_ms > 0)
        kt_batch_cancel(p->batch);
    else
        kt_batch_leave(p->batch);
}

static void open_all(probe *p)
{
    kt_error err = { 0 };
    uv_loop_init(&p->loop);
    uv_async_init(&p->loop, &p->wake, on_wake);
    uv_timer_init(&p->loop, &p->timer);
    p->wake.data = p->timer.data = p;
    kt_log_to_stderr(&p->log, getenv("PROBE_LOG") != NULL ? KT_LOG_DEBUG : KT_LOG_WARN);
    need(kt_store_open(p->state, wake_up, p, &p->store, &err), &err);
    const kt_guard_options guard = { .store = p->store,
                                     .clock = kt_clock_system(),
                                     .token_trust_ns = p->trust_s * INT64_C(1000000000) };
    need(kt_guard_new(&guard, &p->guard, &err), &err);
    const kt_aws_options aws = { .loop = &p->loop, .log = &p->log };
    need(kt_aws_new(&aws, &p->aws, &err), &err);
}

static void close_all(probe *p)
{
    kt_batch_free(p->batch);
    uv_close((uv_handle_t *)&p->timer, NULL);
    uv_run(&p->loop, UV_RUN_NOWAIT);
    kt_aws_close(p->aws);
    kt_guard_free(p->guard);
    kt_store_free(p->store);
    uv_close((uv_handle_t *)&p->wake, NULL);
    uv_run(&p->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&p->loop) != 0)
        exit(3);
}

/* ---- the work ---- */

static void on_stored(void *ctx, int rc, const kt_error *err)
{
    probe *p = ctx;
    need(rc, err);
    uv_stop(&p->loop);
}

static void put_run(probe *p)
{
    char about[64];
    kt_error err = { 0 };
    kt_run_row run = { .created_ns = kt_clock_system()->wall_ns(NULL), .about = about };
    need(kt_store_new_run_id(run.id, &err), &err);
    snprintf(about, sizeof(about), "{\"tasks\":%lld}", (long long)p->tasks);
    memcpy(p->run_id, run.id, sizeof(p->run_id));
    need(kt_store_put_run(p->store, &run, on_stored, p, &err), &err);
    uv_run(&p->loop, UV_RUN_DEFAULT);
}

static int take_run(void *ctx, const kt_run_row *run, kt_error *err)
{
    probe *p = ctx;
    KT_OWN(kt_json) *about = NULL;
    const int rc = kt_json_parse(kt_view_of(run->about), &about, err);
    memcpy(p->run_id, run->id, sizeof(p->run_id));
    p->tasks = json_integer_value(json_object_get(about, "tasks"));
    return rc;
}

typedef struct rows {
    probe *probe;
    bool *has;
} rows;

/* Of several attempts the last one counts; the store gives them in order. */
static int take_order(void *ctx, const kt_order_row *row, kt_error *err)
{
    const rows *r = ctx;
    if (r->has == NULL || row->index >= (uint64_t)r->probe->tasks || (r->has[row->index] && row->attempt == 0))
        return kt_fail(err, KT_E_INTERNAL, "an order that this run never made");
    r->has[row->index] = true;
    return kt_batch_add_again(r->probe->batch, row, err);
}

static void add_new(probe *p)
{
    kt_error err = { 0 };
    KT_OWN(kt_json) *tags = json_pack("{ss}", "probe", "bell");
    const kt_task_spec spec = {
        .device_arn = p->device, .region = p->region, .action = kt_view_of(bell), .shots = p->shots, .tags = tags
    };
    need(kt_batch_add(p->batch, &spec, &err), &err);
}

static void make_batch(probe *p)
{
    kt_error err = { 0 };
    const kt_batch_options options = { .loop = &p->loop,
                                       .aws = p->aws,
                                       .store = p->store,
                                       .guard = p->guard,
                                       .clock = kt_clock_system(),
                                       .log = &p->log,
                                       .run_id = p->run_id,
                                       .s3 = p->s3,
                                       .poll_ms = p->poll_ms,
                                       .asks_queue = true,
                                       .changed = on_changed,
                                       .ended = on_ended,
                                       .ctx = p };
    need(kt_batch_new(&options, &p->batch, &err), &err);
    rows r = { .probe = p, .has = calloc((size_t)p->tasks, sizeof(bool)) };
    if (p->resume != NULL)
        need(kt_store_orders(p->store, p->run_id, take_order, &r, &err), &err);
    /* Those without a permit are the last ones: permits are asked for in order. */
    for (int64_t i = 0; i < p->tasks; i++)
        if (!r.has[i])
            add_new(p);
    free(r.has);
}

static void read_words(probe *p, int argc, char **argv)
{
    static const struct option options[] = {
        { "state", required_argument, NULL, 's' },       { "region", required_argument, NULL, 'r' },
        { "device", required_argument, NULL, 'd' },      { "tasks", required_argument, NULL, 'n' },
        { "resume", required_argument, NULL, 'R' },      { "shots", required_argument, NULL, 'S' },
        { "poll", required_argument, NULL, 'p' },        { "trust", required_argument, NULL, 't' },
        { "s3", required_argument, NULL, '3' },          { "cancel-after", required_argument, NULL, 'c' },
        { "leave-after", required_argument, NULL, 'l' }, { NULL, 0, NULL, 0 },
    };
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
        switch (c) {
        case 's': p->state = optarg; break;
        case 'r': p->region = optarg; break;
        case 'd': p->device = optarg; break;
        case 'n': p->tasks = atoll(optarg); break;
        case 'R': p->resume = optarg; break;
        case 'S': p->shots = atoll(optarg); break;
        case 'p': p->poll_ms = atoll(optarg); break;
        case 't': p->trust_s = atoll(optarg); break;
        case '3': p->s3 = optarg; break;
        case 'c': p->cancel_after_ms = atoll(optarg); break;
        case 'l': p->leave_after_ms = atoll(optarg); break;
        default: exit(2);
        }
    if (p->state == NULL || (p->resume == NULL) == (p->tasks == 0)) {
        fprintf(stderr, "batch_probe: --state, and --tasks or --resume\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    static probe p = { .region = "us-east-1", .device = sv1, .shots = 100 };
    kt_error err = { 0 };
    read_words(&p, argc, argv);
    open_all(&p);
    if (p.resume == NULL)
        put_run(&p);
    else
        need(kt_store_run(p.store, p.resume, take_run, &p, &err), &err);
    write_run(&p);
    make_batch(&p);
    need(kt_batch_start(p.batch, &err), &err);
    if (p.cancel_after_ms + p.leave_after_ms > 0)
        uv_timer_start(&p.timer, on_time, (uint64_t)(p.cancel_after_ms + p.leave_after_ms), 0);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    const int rc = p.rc;
    close_all(&p);
    return rc == 0 ? 0 : 1;
}
