/* SPDX-License-Identifier: Apache-2.0 */
/* bill_admin.c - GET /_sandbox/bill: every task with its lines, and the totals; and the price lists themselves.
 *   ?device=ARN  ?since=TIME  ?until=TIME   which tasks (by their creation); all three may be left out
 *   ?lines=0                                totals alone
 *   ?after=N&limit=N                        pages: 'next' of the answer is the next 'after'
 * Totals are over all tasks that are meant, whatever the page. A task that no single price row fits is listed under
 * 'unpriced' and counts nothing: zero is never a guess. */
#include "sandbox/call.h"
#include "sandbox/sandbox_priv.h"

#include "base/money.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT_DEFAULT = 1000, LIMIT_MOST = 100000 };

static const char select_tasks[] =
    "SELECT id, arn, region, device_arn, status, shots, created_ns, successful_shots, simulated_ms, started_ns,"
    " job_arn IS NOT NULL OR job_token IS NOT NULL, associations_json FROM task"
    " WHERE created_ns >= ? AND created_ns < ? AND (? IS NULL OR device_arn = ?) ORDER BY id";

/* What is asked for. */
typedef struct question {
    int64_t since_ns, until_ns, after, limit;
    kt_view device;
    bool lines;
} question;

/* Sums over all tasks. */
typedef struct totals {
    int64_t charged_musd, pending_musd;
    uint64_t task_count, pending_count, unpriced_count;
    struct device_total {
        const kt_sandbox_device *device;
        int64_t charged_musd;
        uint64_t task_count;
    } * devices; /* as many as the sandbox has */
    size_t device_count;
} totals;

/* ---- the question ---- */

static bool read_time_parameter(kt_call *call, const char *name, int64_t *out_ns)
{
    kt_view text = kt_call_query(call, name, 0);
    kt_error err = { 0 };
    if (text.data == NULL || kt_time_parse(text, out_ns, &err) == 0)
        return true;
    kt_call_error(call, 400, "ValidationException", "%s: %s", name, err.message);
    return false;
}

static bool read_count_parameter(kt_call *call, const char *name, uint64_t most, int64_t *out)
{
    kt_view text = kt_call_query(call, name, 0);
    uint64_t value;
    kt_error err = { 0 };
    if (text.data == NULL)
        return true;
    if (kt_parse_uint(text, 0, most, &value, &err) < 0) {
        kt_call_error(call, 400, "ValidationException", "%s: %s", name, err.message);
        return false;
    }
    *out = (int64_t)value;
    return true;
}

static bool read_question(kt_call *call, question *q)
{
    *q = (question){ .since_ns = INT64_MIN, .until_ns = INT64_MAX, .limit = LIMIT_DEFAULT };
    int64_t lines = 1;
    q->device = kt_call_query(call, "device", 0);
    bool right = read_time_parameter(call, "since", &q->since_ns) && read_time_parameter(call, "until", &q->until_ns) &&
                 read_count_parameter(call, "after", INT64_MAX, &q->after) &&
                 read_count_parameter(call, "limit", LIMIT_MOST, &q->limit) &&
                 read_count_parameter(call, "lines", 1, &lines);
    q->lines = lines != 0;
    return right;
}

/* ---- one task ---- */

static kt_bill_item item_of(const kt_db_stmt *s, const kt_sandbox_device *device)
{
    kt_task_status status = (kt_task_status)kt_db_int(s, 4);
    kt_view associations = kt_db_text(s, 11);
    return (kt_bill_item){
        .price_key = device->price_key,
        .is_simulator = device->kind == KT_DEVICE_SV1 || device->kind == KT_DEVICE_DM1,
        .in_job = kt_db_int(s, 10) != 0,
        .has_reservation = associations.length > 0 &&
                           memmem(associations.data, associations.length, "RESERVATION_TIME_WINDOW_ARN", 27) != NULL,
        .is_pending = status != KT_TASK_COMPLETED && status != KT_TASK_FAILED && status != KT_TASK_CANCELLED,
        .is_completed = status == KT_TASK_COMPLETED,
        .shots = kt_db_int(s, 5),
        .successful_shots = kt_db_is_null(s, 7) ? -1 : kt_db_int(s, 7),
        .simulated_ms = kt_db_int(s, 8),
    };
}

static void write_usd(kt_jw *w, const char *name, int64_t amount_musd)
{
    char text[32];
    kt_money_text(amount_musd, text, sizeof text);
    kt_jw_key(w, name);
    kt_jw_strz(w, text);
}

static void write_line(kt_jw *w, const kt_bill_line *line)
{
    kt_jw_object(w);
    kt_jw_key(w, "what");
    kt_jw_strz(w, line->what);
    kt_jw_key(w, "quantity");
    kt_jw_int(w, line->quantity);
    kt_jw_key(w, "unit");
    kt_jw_strz(w, strcmp(line->what, "simulator") == 0 ? "ms" : line->unit);
    kt_jw_key(w, "rate_pico_usd");
    kt_jw_int(w, line->rate_pico);
    kt_jw_key(w, "rate_per");
    kt_jw_strz(w, line->unit);
    kt_jw_key(w, "amount_musd");
    kt_jw_int(w, line->amount_musd);
    write_usd(w, "amount_usd", line->amount_musd);
    kt_jw_key(w, "sku");
    kt_jw_strz(w, line->sku);
    kt_jw_key(w, "note");
    kt_jw_strz(w, line->note);
    kt_jw_close(w);
}

static void write_task(kt_jw *w, const kt_db_stmt *s, const kt_bill_item *item, const kt_bill_line *lines, int count,
                       int64_t sum_musd, const char *problem)
{
    char created[32] = "";
    kt_time_text(kt_db_int(s, 6), created, sizeof created, NULL);
    kt_jw_object(w);
    kt_jw_key(w, "quantumTaskArn");
    kt_jw_string(w, kt_db_text(s, 1));
    kt_jw_key(w, "deviceArn");
    kt_jw_string(w, kt_db_text(s, 3));
    kt_jw_key(w, "status");
    kt_jw_strz(w, kt_task_status_text((kt_task_status)kt_db_int(s, 4)));
    kt_jw_key(w, "createdAt");
    kt_jw_strz(w, created);
    kt_jw_key(w, "pending");
    kt_jw_bool(w, item->is_pending);
    kt_jw_key(w, "reservation");
    kt_jw_bool(w, item->has_reservation);
    kt_jw_key(w, "lines");
    kt_jw_array(w);
    for (int i = 0; i < count; i++)
        write_line(w, &lines[i]);
    kt_jw_close(w);
    kt_jw_key(w, "total_musd");
    kt_jw_int(w, sum_musd);
    write_usd(w, "total_usd", sum_musd);
    if (problem != NULL) {
        kt_jw_key(w, "unpriced");
        kt_jw_strz(w, problem);
    }
    kt_jw_close(w);
}

/* ---- all of them ---- */

static void count_task(totals *t, const kt_sandbox_device *device, const kt_bill_item *item, int64_t sum_musd)
{
    if (item->is_pending) {
        t->pending_musd += sum_musd;
        t->pending_count++;
        return;
    }
    t->charged_musd += sum_musd;
    size_t i = 0;
    while (i < t->device_count && t->devices[i].device != device)
        i++;
    t->devices[i].device = device;
    t->devices[i].charged_musd += sum_musd;
    t->devices[i].task_count++;
    if (i == t->device_count)
        t->device_count++;
}

/* The row's task into the totals and, when it is on the page, into the answer. Returns whether it was written. */
static bool bill_row(kt_call *call, const kt_db_stmt *s, totals *t, kt_jw *w, bool on_page)
{
    kt_sandbox *sandbox = call->sandbox;
    const kt_sandbox_device *device = kt_devices_find(sandbox->devices, kt_db_text(s, 3));
    kt_bill_line lines[KT_BILL_LINES_MOST];
    kt_error err = { 0 };
    kt_bill_item item = { 0 };
    int count;
    char region[32];
    snprintf(region, sizeof region, "%.*s", (int)kt_db_text(s, 2).length, kt_db_text(s, 2).data);
    if (device == NULL) {
        count = kt_fail(&err, KT_E_NOT_FOUND, "the sandbox no longer has this device");
    } else {
        item = item_of(s, device);
        item.region = region;
        count = kt_bill_task(sandbox->prices, &item, lines, &err);
    }
    int64_t sum_musd = 0;
    for (int i = 0; i < count; i++)
        sum_musd += lines[i].amount_musd;
    t->task_count++;
    t->unpriced_count += count < 0;
    if (count >= 0)
        count_task(t, device, &item, sum_musd);
    if (on_page)
        write_task(w, s, &item, lines, count, sum_musd, count < 0 ? err.message : NULL);
    return on_page;
}

static void write_totals(kt_jw *w, const kt_sandbox *sandbox, const totals *t, int64_t next)
{
    kt_jw_key(w, "devices");
    kt_jw_array(w);
    for (size_t i = 0; i < t->device_count; i++) {
        kt_jw_object(w);
        kt_jw_key(w, "deviceArn");
        kt_jw_strz(w, t->devices[i].device->arn);
        kt_jw_key(w, "tasks");
        kt_jw_uint(w, t->devices[i].task_count);
        kt_jw_key(w, "charged_musd");
        kt_jw_int(w, t->devices[i].charged_musd);
        write_usd(w, "charged_usd", t->devices[i].charged_musd);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    kt_jw_key(w, "task_count");
    kt_jw_uint(w, t->task_count);
    kt_jw_key(w, "pending_count");
    kt_jw_uint(w, t->pending_count);
    kt_jw_key(w, "unpriced_count");
    kt_jw_uint(w, t->unpriced_count);
    kt_jw_key(w, "charged_musd");
    kt_jw_int(w, t->charged_musd);
    write_usd(w, "charged_usd", t->charged_musd);
    kt_jw_key(w, "pending_musd");
    kt_jw_int(w, t->pending_musd);
    write_usd(w, "pending_usd", t->pending_musd);
    kt_jw_key(w, "prices_published");
    kt_jw_strz(w, kt_prices_published(sandbox->prices));
    kt_jw_key(w, "next");
    if (next < 0)
        kt_jw_null(w);
    else
        kt_jw_int(w, next);
}

static int bill_all(kt_call *call, const question *q, kt_db_stmt *s, kt_jw *w, kt_error *err)
{
    size_t devices = kt_devices_count(call->sandbox->devices);
    totals t = { .devices = kt_arena_array(call->arena, devices + 1, sizeof *t.devices) };
    int64_t written = 0, next = -1, last = 0;
    if (t.devices == NULL)
        return kt_fail_nomem(err, devices * sizeof *t.devices, "a bill");
    kt_db_bind_int(s, 1, q->since_ns);
    kt_db_bind_int(s, 2, q->until_ns);
    kt_db_bind_text(s, 3, q->device);
    kt_db_bind_text(s, 4, q->device);
    kt_jw_object(w);
    kt_jw_key(w, "tasks");
    kt_jw_array(w);
    int rc;
    while ((rc = kt_db_step(s, err)) == 1) {
        bool wanted = q->lines && kt_db_int(s, 0) > q->after;
        if (wanted && written == q->limit && next < 0)
            next = last;
        if (bill_row(call, s, &t, w, wanted && written < q->limit)) {
            written++;
            last = kt_db_int(s, 0);
        }
    }
    kt_jw_close(w);
    write_totals(w, call->sandbox, &t, next);
    kt_jw_close(w);
    int end = kt_jw_end(w, err);
    return rc < 0 ? rc : end;
}

bool kt_bill_admin(kt_call *call)
{
    question q;
    if (call->segment_count != 2 || !kt_view_is(call->segments[1], "bill"))
        return false;
    if (!kt_view_is(call->request->method, "GET")) {
        kt_call_error(call, 405, "MethodNotAllowed", "bill takes GET");
        return true;
    }
    if (!read_question(call, &q))
        return true;
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_error err = { 0 };
    kt_db_stmt *s = NULL;
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    int rc = kt_db_begin(call->sandbox->read, select_tasks, &s, &err);
    if (rc == 0)
        rc = bill_all(call, &q, s, &w, &err);
    kt_db_end(s);
    if (rc < 0)
        kt_call_failed(call, &err);
    else
        kt_call_json(call, 200, &body);
    return true;
}

/* ---- the price lists ---- */

void kt_prices_handle(kt_call *call)
{
    static const struct {
        const char *file, *type;
        int (*write)(const kt_prices *, kt_buf *, kt_error *);
    } forms[] = {
        { "index.csv", "text/csv", kt_prices_write_csv },
        { "index.json", "application/json", kt_prices_write_json },
    };
    static const char *const folders[] = { "offers", "v1.0", "aws", "AmazonBraket", "current" };
    if (!kt_view_is(call->request->method, "GET") && !kt_view_is(call->request->method, "HEAD")) {
        kt_call_error(call, 405, "MethodNotAllowed", "the price lists take GET");
        return;
    }
    bool right = call->segment_count == KT_COUNT(folders) + 1;
    for (size_t i = 0; right && i < KT_COUNT(folders); i++)
        right = kt_view_is(call->segments[i], folders[i]);
    for (size_t i = 0; right && i < KT_COUNT(forms); i++) {
        if (!kt_view_is(call->segments[KT_COUNT(folders)], forms[i].file))
            continue;
        KT_BUF_OWN body;
        kt_buf_init(&body, 0);
        kt_error err = { 0 };
        if (forms[i].write(call->sandbox->prices, &body, &err) < 0) {
            kt_call_failed(call, &err);
            return;
        }
        kt_http_header type = { kt_view_of("Content-Type"), kt_view_of(forms[i].type) };
        kt_call_reply(call, &(kt_http_reply){ .status = 200,
                                              .headers = &type,
                                              .header_count = 1,
                                              .content_bytes = body.length,
                                              .take_body = &body,
                                              .is_head = kt_view_is(call->request->method, "HEAD") });
        return;
    }
    kt_call_error(call, 404, "NotFound", "there are /offers/v1.0/aws/AmazonBraket/current/index.csv and index.json");
}
