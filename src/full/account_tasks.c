/* SPDX-License-Identifier: Apache-2.0 */
/* account_tasks.c - `ketch tasks` and `ketch jobs`: what is in the account, whoever submitted it. Device ARN, status of
 * tasks and the day are asked for in the search; short names, tags and the status of jobs are looked at here. */
#include "full/account.h"

#include "base/error.h"
#include "full/table.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 100 };

typedef struct kind {
    const char *operation, *list, *plural, *arn, *device;
    bool searches_status; /* by the service */
    const char *statuses; /* that there are */
} kind;

static const kind tasks_kind = {
    .operation = "SearchQuantumTasks",
    .list = "quantumTasks",
    .plural = "tasks",
    .arn = "quantumTaskArn",
    .device = "deviceArn",
    .searches_status = true,
    .statuses = "CREATED QUEUED RUNNING COMPLETED FAILED CANCELLING CANCELLED",
};
static const kind jobs_kind = {
    .operation = "SearchJobs",
    .list = "jobs",
    .plural = "jobs",
    .arn = "jobArn",
    .device = "device",
    .statuses = "QUEUED RUNNING COMPLETED FAILED CANCELLING CANCELLED",
};

/* ---- filters ---- */

static int add_filter(kt_json *filters, const char *name, const char *value, kt_error *err)
{
    kt_json *filter = json_pack("{ss, ss, s[s]}", "name", name, "operator", "EQUAL", "values", value);
    return filter == NULL || json_array_append_new(filters, filter) < 0 ? kt_fail_nomem(err, 0, "a filter") : 0;
}

/* Both ends of BETWEEN count, so the day ends a millisecond before the next one. */
static int add_day(kt_json *filters, const char *day, kt_error *err)
{
    int64_t from_ns = 0, to_ns = 0;
    char from[32], to[32];
    int rc = kt_account_day(day, &from_ns, &to_ns, err);
    if (rc == 0)
        rc = kt_time_text(from_ns, from, sizeof(from), err);
    if (rc == 0)
        rc = kt_time_text(to_ns - 1000000, to, sizeof(to), err);
    if (rc < 0)
        return rc;
    kt_json *filter = json_pack("{ss, ss, s[ss]}", "name", "createdAt", "operator", "BETWEEN", "values", from, to);
    return filter == NULL || json_array_append_new(filters, filter) < 0 ? kt_fail_nomem(err, 0, "a filter") : 0;
}

/* The status in the service's letters, from those that there are. */
static int find_status(const kind *k, const char *given, char status[16], kt_error *err)
{
    size_t length = 0;
    for (; given[length] != '\0' && length < 15; length++)
        status[length] = (char)toupper((unsigned char)given[length]);
    status[length] = '\0';
    const char *found = length == 0 || given[length] != '\0' ? NULL : strstr(k->statuses, status);
    if (found == NULL || (found[length] != ' ' && found[length] != '\0') || (found > k->statuses && found[-1] != ' '))
        return kt_fail(err, KT_E_INVALID, "--status '%.40s' is no status of %s; expected one of %s", given, k->plural,
                       k->statuses);
    return 0;
}

static int make_members(const kind *k, const kt_account_args *args, char status[16], kt_json **out, kt_error *err)
{
    KT_OWN(kt_json) *filters = json_array();
    int rc = filters == NULL ? kt_fail_nomem(err, 0, "filters") : 0;
    if (rc == 0 && args->status != NULL)
        rc = find_status(k, args->status, status, err);
    if (rc == 0 && args->status != NULL && k->searches_status)
        rc = add_filter(filters, "status", status, err);
    if (rc == 0 && args->device != NULL && k->searches_status && strncmp(args->device, "arn:", 4) == 0)
        rc = add_filter(filters, "deviceArn", args->device, err);
    if (rc == 0 && args->day != NULL)
        rc = add_day(filters, args->day, err);
    if (rc < 0)
        return rc;
    *out = json_pack("{sO, si}", "filters", filters, "maxResults", (int)PAGE);
    return *out == NULL ? kt_fail_nomem(err, 0, "a search") : 0;
}

/* Letters and digits, whatever their case, are the same. */
static bool is_same_name(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a != '\0' && !isalnum((unsigned char)*a))
            a++;
        while (*b != '\0' && !isalnum((unsigned char)*b))
            b++;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (*a == '\0')
            return true;
    }
}

/* KEY or KEY=VALUE. */
static bool has_tag(const kt_json *item, const char *tag)
{
    const char *equal = strchr(tag, '=');
    const kt_json *value =
        json_object_getn(json_object_get(item, "tags"), tag, equal == NULL ? strlen(tag) : (size_t)(equal - tag));
    return json_is_string(value) && (equal == NULL || strcmp(json_string_value(value), equal + 1) == 0);
}

static bool is_wanted(const kind *k, const kt_account_args *args, const char *status, const kt_json *item)
{
    const char *device = kt_account_text(item, k->device);
    if (args->device != NULL && strcmp(args->device, device) != 0 &&
        !is_same_name(args->device, kt_account_last(device)))
        return false;
    if (args->status != NULL && strcmp(status, kt_account_text(item, "status")) != 0)
        return false;
    return args->tag == NULL || has_tag(item, args->tag);
}

static int compare_newest(const void *a, const void *b)
{
    const kt_json *const *x = a, *const *y = b;
    const int order = strcmp(kt_account_text(*y, "createdAt"), kt_account_text(*x, "createdAt"));
    if (order != 0)
        return order;
    const char *arn = json_object_get(*x, "jobArn") != NULL ? "jobArn" : "quantumTaskArn";
    return strcmp(kt_account_text(*x, arn), kt_account_text(*y, arn)); /* the same list every time */
}

/* ---- totals ---- */

typedef struct total {
    const char *device;
    uint64_t count;
    int64_t shots;
} total;

enum { TOTALS_MOST = 256 };

typedef struct listing {
    const kind *k;
    const kt_json **items; /* newest first */
    size_t count;
    total devices[TOTALS_MOST], all;
    size_t device_count;
} listing;

static void count_one(listing *l, const kt_json *item)
{
    const char *device = kt_account_text(item, l->k->device);
    const int64_t shots = json_integer_value(json_object_get(item, "shots"));
    size_t i = 0;
    while (i < l->device_count && strcmp(l->devices[i].device, device) != 0)
        i++;
    if (i == l->device_count && i < TOTALS_MOST)
        l->devices[l->device_count++] = (total){ .device = device };
    if (i < TOTALS_MOST) {
        l->devices[i].count++;
        l->devices[i].shots += shots;
    }
    l->all.count++;
    l->all.shots += shots;
}

static int choose(listing *l, const kt_account *account, const char *status, kt_error *err)
{
    const size_t size = json_array_size(account->items);
    l->items = calloc(size + 1, sizeof(*l->items));
    if (l->items == NULL)
        return kt_fail_nomem(err, size * sizeof(*l->items), "a list");
    for (size_t i = 0; i < size; i++) {
        const kt_json *item = json_array_get(account->items, i);
        if (!is_wanted(l->k, account->args, status, item))
            continue;
        l->items[l->count++] = item;
        count_one(l, item);
    }
    qsort(l->items, l->count, sizeof(*l->items), compare_newest);
    return 0;
}

static size_t shown(const listing *l, const kt_account_args *args)
{
    return args->limit == 0 || args->limit > l->count ? l->count : (size_t)args->limit;
}

/* ---- for a program ---- */

static void write_text(kt_jw *w, const char *key, const kt_json *item, const char *member)
{
    kt_jw_key(w, key);
    kt_jw_strz(w, json_string_value(json_object_get(item, member)));
}

static void write_item(kt_jw *w, const kind *k, const kt_json *item)
{
    const bool is_task = k == &tasks_kind;
    kt_jw_object(w);
    write_text(w, "arn", item, k->arn);
    if (!is_task)
        write_text(w, "name", item, "jobName");
    write_text(w, "device", item, k->device);
    write_text(w, "region", item, "region");
    write_text(w, "status", item, "status");
    if (is_task) {
        kt_jw_key(w, "shots");
        kt_jw_int(w, json_integer_value(json_object_get(item, "shots")));
        write_text(w, "bucket", item, "outputS3Bucket");
        write_text(w, "directory", item, "outputS3Directory");
    }
    write_text(w, "created_at", item, "createdAt");
    if (!is_task)
        write_text(w, "started_at", item, "startedAt");
    write_text(w, "ended_at", item, "endedAt");
    kt_jw_key(w, "tags");
    const kt_json *tags = json_object_get(item, "tags");
    if (tags != NULL)
        kt_jw_value(w, tags);
    else
        kt_jw_null(w);
    kt_jw_close(w);
}

static void write_total(kt_jw *w, const listing *l, const total *t)
{
    kt_jw_key(w, l->k->plural);
    kt_jw_uint(w, t->count);
    if (l->k == &tasks_kind) {
        kt_jw_key(w, "shots");
        kt_jw_int(w, t->shots);
    }
}

static int write_json(const listing *l, const kt_account *account, kt_error *err)
{
    kt_jw w;
    kt_jw_init(&w, account->args->out, 2);
    kt_jw_object(&w);
    kt_jw_key(&w, l->k->plural);
    kt_jw_array(&w);
    for (size_t i = 0; i < shown(l, account->args); i++)
        write_item(&w, l->k, l->items[i]);
    kt_jw_close(&w);
    kt_jw_key(&w, "totals");
    kt_jw_object(&w);
    write_total(&w, l, &l->all);
    kt_jw_key(&w, "by_device");
    kt_jw_array(&w);
    for (size_t i = 0; i < l->device_count; i++) {
        kt_jw_object(&w);
        kt_jw_key(&w, "device");
        kt_jw_strz(&w, l->devices[i].device);
        write_total(&w, l, &l->devices[i]);
        kt_jw_close(&w);
    }
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_key(&w, "complete");
    kt_jw_bool(&w, !account->is_cut);
    kt_account_write_warnings(account, &w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}

/* ---- for a person ---- */

/* "2026-11-24 09:30:12" */
static void short_time(const char *iso, char out[20])
{
    snprintf(out, 20, "%.19s", iso);
    if (strlen(out) > 10)
        out[10] = ' ';
}

static int add_rows(const listing *l, const kt_account_args *args, kt_table *table, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < shown(l, args) && rc == 0; i++) {
        const kt_json *item = l->items[i];
        char created[20];
        short_time(kt_account_text(item, "createdAt"), created);
        rc = kt_table_add(table, err, "%s", created);
        if (rc == 0)
            rc = kt_table_add(table, err, "%s", kt_account_last(kt_account_text(item, l->k->device)));
        if (rc == 0)
            rc = kt_table_add(table, err, "%s", kt_account_text(item, "status"));
        if (rc == 0 && l->k == &tasks_kind)
            rc = kt_table_add(table, err, "%lld", (long long)json_integer_value(json_object_get(item, "shots")));
        if (rc == 0)
            rc = kt_table_add(table, err, "%s", kt_account_text(item, l->k->arn));
    }
    return rc;
}

static void add_total(kt_buf *text, const listing *l, const char *title, const total *t)
{
    const int length = (int)strlen(l->k->plural) - (t->count == 1);
    kt_buf_addf(text, "%s%llu %.*s", title, (unsigned long long)t->count, length, l->k->plural);
    if (l->k == &tasks_kind)
        kt_buf_addf(text, ", %lld shot%s", (long long)t->shots, t->shots == 1 ? "" : "s");
    kt_buf_addc(text, '\n');
}

static void add_totals(const listing *l, const kt_account *account, kt_buf *text)
{
    if (l->count == 0)
        kt_buf_addf(text, "No %s%s.\n", l->k->plural,
                    json_array_size(account->items) > 0 ? " that the filters let through" : "");
    else
        kt_buf_addc(text, '\n');
    for (size_t i = 0; l->device_count > 1 && i < l->device_count; i++) {
        kt_buf_addf(text, "%s: ", kt_account_last(l->devices[i].device));
        add_total(text, l, "", &l->devices[i]);
    }
    if (l->count > 0)
        add_total(text, l, l->device_count > 1 ? "in all: " : "", &l->all);
    if (shown(l, account->args) < l->count)
        kt_buf_addf(text, "The newest %zu are shown; --limit 0 shows all.\n", shown(l, account->args));
    if (account->is_cut)
        kt_buf_addf(text, "There are more than %zu; --day, --device and --status look at fewer.\n",
                    account->items_most);
}

static int write_table(const listing *l, const kt_account *account, kt_error *err)
{
    static const char *const task_titles[] = { "CREATED (UTC)", "DEVICE", "STATUS", ">SHOTS", "ARN" };
    static const char *const job_titles[] = { "CREATED (UTC)", "DEVICE", "STATUS", "ARN" };
    const bool is_task = l->k == &tasks_kind;
    KT_OWN(kt_table) *table = NULL;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = kt_table_new(is_task ? task_titles : job_titles, is_task ? 5 : 4, &table, err);
    if (rc == 0)
        rc = add_rows(l, account->args, table, err);
    if (rc < 0)
        return rc;
    if (l->count > 0)
        kt_table_write(table, account->args->colour, &text);
    add_totals(l, account, &text);
    return kt_account_put(account, &text, err);
}

/* ---- both ---- */

static int list(const kind *k, const kt_account_args *args, kt_error *err)
{
    kt_account account;
    listing l = { .k = k };
    char status[16] = "";
    KT_OWN(kt_json) *members = NULL;
    int rc = make_members(k, args, status, &members, err);
    if (rc < 0)
        return rc;
    rc = kt_account_open(&account, args, err);
    if (rc == 0)
        rc = kt_account_search(&account, k->operation, k->list, members, err);
    if (rc == 0)
        rc = choose(&l, &account, status, err);
    if (rc == 0)
        rc = args->format == KT_RUN_JSON ? write_json(&l, &account, err) : write_table(&l, &account, err);
    free(l.items);
    kt_account_close(&account);
    return rc;
}

int kt_cmd_tasks(const kt_account_args *args, kt_error *err)
{
    return list(&tasks_kind, args, err);
}

int kt_cmd_jobs(const kt_account_args *args, kt_error *err)
{
    return list(&jobs_kind, args, err);
}
