/* SPDX-License-Identifier: Apache-2.0 */
/* account.c - searches over regions, ARNs, days. A region that fails is a warning; all of them failing is an error. */
#include "full/account.h"

#include "aws/key_plan.h"
#include "base/error.h"
#include "braket/target.h"
#include <stdio.h>
#include <string.h>

#define DAY_NS (INT64_C(86400) * 1000000000)

/* ---- whether there may be keys ---- */

/* What the firmware or the hypervisor of an EC2 instance says. */
static bool is_ec2(void)
{
    static const struct {
        const char *path, *begins;
    } signs[] = { { "/sys/devices/virtual/dmi/id/sys_vendor", "Amazon EC2" }, { "/sys/hypervisor/uuid", "ec2" } };
    bool found = false;
    for (size_t i = 0; i < KT_COUNT(signs) && !found; i++) {
        char text[32] = "";
        FILE *file = fopen(signs[i].path, "re");
        found = file != NULL && fgets(text, sizeof(text), file) != NULL &&
                kt_view_starts(kt_view_of(text), signs[i].begins);
        if (file != NULL)
            fclose(file);
    }
    return found;
}

/* Elsewhere nobody answers at the address of EC2's metadata, and waiting for that takes seconds. Somebody who only
 * lists devices and has configured nothing is spared them. */
static int expect_keys(const kt_account *account, kt_error *err)
{
    const kt_aws_settings *settings = kt_aws_settings_in_use(account->session.aws);
    const char *endpoint = settings->environment->get(settings->environment->ctx, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const kt_key_choice choice = { 0 };
    kt_key_plan plan;
    kt_arena *arena = kt_arena_new(0);
    int rc = arena == NULL ? kt_fail_nomem(err, 64, "credentials") : 0;
    if (rc == 0)
        rc = kt_key_plan_make(&choice, settings, arena, &plan, err);
    if (rc == 0 && plan.source == KT_KEYS_INSTANCE && plan.role_count == 0 && endpoint == NULL && !is_ec2())
        rc = kt_fail(err, KT_E_NOT_FOUND,
                     "no AWS credentials: none in the environment (AWS_ACCESS_KEY_ID), none in the profile %s; "
                     "'aws configure' sets them up",
                     settings->profile);
    kt_arena_free(arena);
    return rc;
}

int kt_account_open(kt_account *account, const kt_account_args *args, kt_error *err)
{
    *account = (kt_account){ .args = args,
                             .regions = args->regions,
                             .region_count = args->region_count,
                             .items = json_array(),
                             .items_most = 100000,
                             .warnings = json_array() };
    if (args->region_count == 0) {
        account->regions = kt_braket_regions;
        while (kt_braket_regions[account->region_count] != NULL)
            account->region_count++;
    }
    const kt_session_options options = { .region = account->regions[0],
                                         .profile = args->profile,
                                         .endpoint_url = args->endpoint_url };
    const int rc = kt_session_open(&account->session, &options, err);
    if (rc == 0 && (account->items == NULL || account->warnings == NULL))
        return kt_fail_nomem(err, 0, "lists");
    return rc == 0 && args->is_casual ? expect_keys(account, err) : rc;
}

void kt_account_close(kt_account *account)
{
    kt_json_free(account->items);
    kt_json_free(account->warnings);
    kt_session_close(&account->session);
}

int kt_account_warn(kt_account *account, const char *region, int rc, const kt_error *why)
{
    kt_json *warning = json_pack("{ss, ss}", "region", region, "error", why->message);
    if (account->rc == 0) {
        account->error = *why;
        account->rc = kt_wrap(&account->error, rc, "%s", region);
    }
    return warning == NULL || json_array_append_new(account->warnings, warning) < 0 ? KT_E_NOMEM : 0;
}

void kt_account_write_warnings(const kt_account *account, kt_jw *w)
{
    kt_jw_key(w, "warnings");
    kt_jw_value(w, account->warnings);
}

int kt_account_put(const kt_account *account, const kt_buf *text, kt_error *err)
{
    const int rc = kt_buf_check(text, err, "the output");
    return rc < 0 ? rc : account->args->out.write(account->args->out.ctx, text->data, text->length, err);
}

/* ---- searches ---- */

/* When no region has answered the first failure is the error, and says it all. */
static void tell_warnings(const kt_account *account)
{
    size_t i;
    kt_json *warning;
    json_array_foreach(account->warnings, i, warning)
    {
        fprintf(stderr, "ketch: warning: %s: %s\n", kt_account_text(warning, "region"),
                kt_account_text(warning, "error"));
    }
}

typedef struct search {
    kt_account *account;
    const char *list;
} search;

static int on_page(void *ctx, const char *region, const kt_json *answer, kt_error *err)
{
    const search *s = ctx;
    size_t i;
    kt_json *item;
    json_array_foreach(json_object_get(answer, s->list), i, item)
    {
        if (json_array_size(s->account->items) >= s->account->items_most) {
            s->account->is_cut = true;
            return 1;
        }
        if (json_object_set_new(item, "region", json_string(region)) < 0 ||
            json_array_append(s->account->items, item) < 0)
            return kt_fail_nomem(err, 0, "what was found");
    }
    return 0;
}

static void on_failed(void *ctx, const char *region, int rc, const kt_error *err)
{
    const search *s = ctx;
    kt_account_warn(s->account, region, rc, err);
}

static void on_done(void *ctx)
{
    const search *s = ctx;
    s->account->is_done = true;
}

/* Regions answer in any order; what is listed keeps the one they were asked in. */
static int sort_by_region(const kt_account *account, kt_json **list, kt_error *err)
{
    kt_json *sorted = json_array();
    int rc = sorted == NULL ? -1 : 0;
    for (size_t i = 0; i < account->region_count && rc == 0; i++)
        for (size_t at = 0; at < json_array_size(*list) && rc == 0; at++)
            if (strcmp(kt_account_text(json_array_get(*list, at), "region"), account->regions[i]) == 0)
                rc = json_array_append(sorted, json_array_get(*list, at));
    if (rc < 0) {
        kt_json_free(sorted);
        return kt_fail_nomem(err, 0, "what was found");
    }
    kt_json_free(*list);
    *list = sorted;
    return 0;
}

int kt_account_search(kt_account *account, const char *operation, const char *list, const kt_json *members,
                      kt_error *err)
{
    search s = { account, list };
    const kt_pages_options options = { .aws = account->session.aws,
                                       .service = &kt_aws_braket,
                                       .operation = operation,
                                       .regions = account->regions,
                                       .region_count = account->region_count,
                                       .members = members,
                                       .page = on_page,
                                       .failed = on_failed,
                                       .done = on_done,
                                       .ctx = &s };
    account->is_done = false;
    int rc = members == NULL ? kt_fail_nomem(err, 0, "a search") : kt_pages_walk(&options, err);
    while (rc == 0 && !account->is_done)
        uv_run(&account->session.loop, UV_RUN_ONCE);
    if (rc == 0)
        rc = sort_by_region(account, &account->items, err);
    if (rc == 0)
        rc = sort_by_region(account, &account->warnings, err);
    if (rc == 0 && json_array_size(account->warnings) < account->region_count) {
        if (account->args->format == KT_RUN_TEXT)
            tell_warnings(account);
        return 0;
    }
    if (rc == 0 && err != NULL)
        *err = account->error;
    return rc < 0 ? rc : account->rc;
}

/* ---- time ---- */

static void on_time(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

void kt_account_pause(kt_account *account, int64_t pause_ns)
{
    uv_loop_t *loop = &account->session.loop;
    uv_timer_t timer;
    bool is_over = false;
    uv_timer_init(loop, &timer);
    timer.data = &is_over;
    uv_timer_start(&timer, on_time, (uint64_t)pause_ns / 1000000, 0);
    while (!is_over)
        uv_run(loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(loop, UV_RUN_NOWAIT); /* its closing */
}

/* ---- texts ---- */

const char *kt_account_text(const kt_json *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text == NULL ? "" : text;
}

const char *kt_account_last(const char *arn)
{
    const char *slash = strrchr(arn, '/');
    return slash == NULL ? arn : slash + 1;
}

/* arn:aws:braket:REGION:ACCOUNT:quantum-task/ID, or :job/NAME or :job/ID. */
int kt_account_arn(const char *arn, kt_account_kind *kind, char region[32], kt_error *err)
{
    char found[32], what[32], account[32];
    int end = 0;
    const int count = sscanf(arn, "arn:%*[a-z-]:braket:%31[a-z0-9-]:%31[0-9]:%31[a-z-]/%n", found, account, what, &end);
    const bool is_task = count == 3 && strcmp(what, "quantum-task") == 0;
    if (!is_task && (count != 3 || strcmp(what, "job") != 0))
        end = 0;
    if (end == 0 || arn[end] == '\0' || strlen(arn) > 256)
        return kt_fail(err, KT_E_INVALID,
                       "'%.120s' is the ARN of no quantum task and no job; expected something like "
                       "arn:aws:braket:us-east-1:123456789012:quantum-task/..., as 'ketch tasks' shows",
                       arn);
    *kind = is_task ? KT_ACCOUNT_TASK : KT_ACCOUNT_JOB;
    memcpy(region, found, sizeof(found));
    return 0;
}

int kt_account_day(const char *day, int64_t *from_ns, int64_t *to_ns, kt_error *err)
{
    const kt_clock *clock = kt_clock_system();
    int64_t from = clock->wall_ns(clock->ctx);
    const bool is_today = strcmp(day, "today") == 0, is_yesterday = strcmp(day, "yesterday") == 0;
    if (is_yesterday)
        from -= DAY_NS;
    if (!is_today && !is_yesterday && (strlen(day) != 10 || kt_time_parse(kt_view_of(day), &from, NULL) < 0))
        return kt_fail(err, KT_E_INVALID,
                       "--day '%.40s' is no day; expected today, yesterday or one such as 2026-11-24", day);
    *from_ns = from - from % DAY_NS;
    *to_ns = *from_ns + DAY_NS;
    return 0;
}
