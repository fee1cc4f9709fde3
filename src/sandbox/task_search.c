/* SPDX-License-Identifier: Apache-2.0 */
/* task_search.c - runs a search along the index that fits it best: the states it asks for, or the devices, or all of
 * the region by time. Each value is a run of its own; what they find is merged by place. What SQL does not decide is
 * decided row by row, and after LOOK_AT_MOST rows the page ends where it is. */
#include "sandbox/task_search.h"

#include "sign/sigv4.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_AT_MOST = 10000, MERGED_MOST = KT_FILTER_VALUES_MOST * (KT_SEARCH_PAGE_MOST + 1) };

#define SELECT                                                                                                         \
    "SELECT id, arn, device_arn, job_arn, status, created_ns, coalesce(started_ns, 0), coalesce(ended_ns, 0),"         \
    " coalesce(cancel_requested_ns, 0) FROM task INDEXED BY "
#define RANGE " AND (created_ns, id) < (?2, ?3) AND created_ns >= ?4 ORDER BY created_ns DESC, id DESC"
static const char by_created[] = SELECT "task_by_created WHERE region = ?1" RANGE;
static const char by_status[] = SELECT "task_by_status WHERE region = ?1 AND status = ?5" RANGE;
static const char by_device[] = SELECT "task_by_device WHERE region = ?1 AND device_arn = ?5" RANGE;

typedef struct search_run {
    kt_db *db;
    const kt_search *search;
    kt_search_place after; /* the search's, and not later than its filters allow */
    int64_t least_ns;
    size_t looked_at;
    bool is_cut;
    kt_search_place floor; /* when cut: nothing below it is complete */
    size_t count;
    kt_search_place found[MERGED_MOST];
} search_run;

static int compare_places(const void *left, const void *right)
{
    const kt_search_place *a = left, *b = right;
    if (a->created_ns != b->created_ns)
        return a->created_ns < b->created_ns ? 1 : -1;
    return (a->id < b->id) - (a->id > b->id);
}

int kt_task_status_as_of(const kt_task_row *row, int64_t as_of_ns)
{
    if (row->created_ns > as_of_ns)
        return -1;
    if (as_of_ns == INT64_MAX || (row->ended_ns != 0 && row->ended_ns <= as_of_ns))
        return (int)row->status;
    if (row->cancel_requested_ns != 0 && row->cancel_requested_ns <= as_of_ns)
        return KT_TASK_CANCELLING;
    return row->started_ns != 0 && row->started_ns <= as_of_ns ? KT_TASK_RUNNING : KT_TASK_QUEUED;
}

static bool matches(const kt_search *search, const kt_task_row *row)
{
    const int status = kt_task_status_as_of(row, search->as_of_ns);
    if (status < 0 || !kt_view_equal(row->region, search->region))
        return false;
    for (size_t i = 0; i < search->filter_count; i++)
        if (!kt_filter_matches(&search->filters[i], row, (kt_task_status)status))
            return false;
    return true;
}

/* ---- one run along an index ---- */

static void read_row(const kt_db_stmt *s, kt_view region, kt_task_row *row)
{
    *row = (kt_task_row){ .id = kt_db_int(s, 0),
                          .arn = kt_db_text(s, 1),
                          .region = region,
                          .device_arn = kt_db_text(s, 2),
                          .job_arn = kt_db_is_null(s, 3) ? (kt_view){ 0 } : kt_db_text(s, 3),
                          .status = (kt_task_status)kt_db_int(s, 4),
                          .created_ns = kt_db_int(s, 5),
                          .started_ns = kt_db_int(s, 6),
                          .ended_ns = kt_db_int(s, 7),
                          .cancel_requested_ns = kt_db_int(s, 8) };
}

static void cut_at(search_run *run, kt_search_place place)
{
    if (!run->is_cut || compare_places(&place, &run->floor) < 0)
        run->floor = place;
    run->is_cut = true;
}

/* Takes rows until there is one more than the page holds. `looked_most` is this run's share. */
static int collect(search_run *run, kt_db_stmt *s, size_t looked_most, kt_error *err)
{
    size_t wanted = run->search->most + 1;
    kt_task_row row;
    int rc = 0;
    while (wanted > 0 && (rc = kt_db_step(s, err)) == 1) {
        read_row(s, run->search->region, &row);
        const kt_search_place place = { row.created_ns, row.id };
        if (matches(run->search, &row)) {
            run->found[run->count++] = place;
            wanted--;
        }
        if (--looked_most == 0) {
            cut_at(run, place);
            return 0;
        }
    }
    return rc < 0 ? rc : 0;
}

static int run_index(search_run *run, const char *sql, int64_t status, kt_view device, size_t looked_most,
                     kt_error *err)
{
    kt_db_stmt *s = NULL;
    int rc = kt_db_begin(run->db, sql, &s, err);
    if (rc < 0)
        return rc;
    kt_db_bind_text(s, 1, run->search->region);
    kt_db_bind_int(s, 2, run->after.created_ns);
    kt_db_bind_int(s, 3, run->after.id);
    kt_db_bind_int(s, 4, run->least_ns);
    if (sql == by_status)
        kt_db_bind_int(s, 5, status);
    else if (sql == by_device)
        kt_db_bind_text(s, 5, device);
    rc = collect(run, s, looked_most, err);
    kt_db_end(s);
    return rc;
}

/* ---- which runs ---- */

static const kt_filter *equal_filter(const kt_search *search, kt_filter_name name)
{
    for (size_t i = 0; i < search->filter_count; i++)
        if (search->filters[i].name == name && search->filters[i].op == KT_FILTER_EQUAL)
            return &search->filters[i];
    return NULL;
}

static bool is_repeated(const kt_filter *filter, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (kt_view_equal(filter->values[i], filter->values[index]))
            return true;
    return false;
}

static int run_arn(search_run *run, kt_view arn, kt_error *err)
{
    uint8_t uuid[KT_UUID_BYTES];
    kt_db_stmt *s = NULL;
    kt_task_row row;
    if (!kt_task_arn_parse(arn, uuid))
        return 0;
    const int rc = kt_task_row_by_uuid(run->db, uuid, &s, &row, err);
    if (rc == 1) {
        const kt_search_place place = { row.created_ns, row.id };
        if (matches(run->search, &row) && compare_places(&place, &run->after) > 0)
            run->found[run->count++] = place;
    }
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

/* The values of one EQUAL filter, each along the index. */
static int run_values(search_run *run, const kt_filter *filter, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < filter->value_count; i++) {
        const kt_view value = filter->values[i];
        const int status = kt_task_status_of(value);
        const size_t share = LOOK_AT_MOST / filter->value_count;
        if (is_repeated(filter, i))
            continue;
        if (filter->name == KT_FILTER_TASK_ARN)
            rc = run_arn(run, value, err);
        else if (filter->name == KT_FILTER_DEVICE_ARN)
            rc = run_index(run, by_device, 0, value, share, err);
        else if (status >= 0)
            rc = run_index(run, by_status, status, value, share, err);
    }
    return rc;
}

/* Narrows the range of times to what createdAt allows; equal times are left to the filters. */
static void narrow(search_run *run)
{
    for (size_t i = 0; i < run->search->filter_count; i++) {
        const kt_filter *f = &run->search->filters[i];
        if (f->name != KT_FILTER_CREATED_AT || (f->op != KT_FILTER_BETWEEN && f->value_count != 1))
            continue;
        const bool has_least = f->op != KT_FILTER_LT && f->op != KT_FILTER_LTE;
        const bool has_most = f->op != KT_FILTER_GT && f->op != KT_FILTER_GTE;
        const int64_t most = f->times[f->op == KT_FILTER_BETWEEN] + 1000000; /* the rest of its millisecond */
        if (has_least && f->times[0] > run->least_ns)
            run->least_ns = f->times[0];
        if (has_most && most < run->after.created_ns)
            run->after = (kt_search_place){ most, INT64_MAX };
    }
}

static void make_page(search_run *run, kt_search_page *page)
{
    size_t count = run->count;
    qsort(run->found, count, sizeof *run->found, compare_places);
    while (run->is_cut && count > 0 && compare_places(&run->found[count - 1], &run->floor) > 0)
        count--;
    page->has_more = run->is_cut || count > run->search->most;
    page->next = run->floor;
    page->count = count > run->search->most ? run->search->most : count;
    memcpy(page->places, run->found, page->count * sizeof *page->places);
    if (count > run->search->most)
        page->next = page->places[page->count - 1];
}

int kt_search_run(kt_db *db, const kt_search *search, kt_search_page *out, kt_error *err)
{
    const kt_filter *arns = equal_filter(search, KT_FILTER_TASK_ARN);
    const kt_filter *states = search->as_of_ns == INT64_MAX ? equal_filter(search, KT_FILTER_STATUS) : NULL;
    const kt_filter *devices = equal_filter(search, KT_FILTER_DEVICE_ARN);
    const kt_filter *values = arns != NULL ? arns : states != NULL ? states : devices;
    search_run *run = calloc(1, sizeof *run);
    if (run == NULL)
        return kt_fail_nomem(err, sizeof *run, "a search");
    run->db = db;
    run->search = search;
    run->after = search->after;
    run->least_ns = INT64_MIN;
    narrow(run);
    const int rc = values != NULL ? run_values(run, values, err)
                                  : run_index(run, by_created, 0, (kt_view){ 0 }, LOOK_AT_MOST, err);
    if (rc == 0)
        make_page(run, out);
    free(run);
    return rc;
}

/* ---- nextToken: place and a checksum over place and search ---- */

static void sign_place(const kt_search *search, kt_search_place place, uint8_t sum[KT_SHA256_BYTES])
{
    KT_BUF_OWN text = { 0 };
    kt_buf_addf(&text, "ketch search %.*s %lld %lld", KT_VIEW_ARG(search->region), (long long)place.created_ns,
                (long long)place.id);
    for (size_t i = 0; i < search->filter_count; i++) {
        const kt_filter *f = &search->filters[i];
        kt_buf_addf(&text, " %d %d", f->name, f->op);
        for (size_t j = 0; j < f->value_count; j++)
            kt_buf_addf(&text, " %zu:%.*s", f->values[j].length, KT_VIEW_ARG(f->values[j]));
    }
    kt_sha256(text.data, text.length, sum);
}

void kt_search_token(const kt_search *search, kt_search_place place, char text[KT_SEARCH_TOKEN_BYTES])
{
    uint8_t sum[KT_SHA256_BYTES], bytes[32];
    sign_place(search, place, sum);
    memcpy(bytes, sum, 16);
    memcpy(bytes + 16, &place.created_ns, 8);
    memcpy(bytes + 24, &place.id, 8);
    for (size_t i = 16; i < 32; i++)
        bytes[i] ^= sum[i - 16];
    kt_hex(bytes, sizeof bytes, text);
}

bool kt_search_token_read(const kt_search *search, kt_view text, kt_search_place *out)
{
    uint8_t sum[KT_SHA256_BYTES], bytes[32];
    if (text.length != 2 * sizeof bytes || !kt_unhex(text, bytes))
        return false;
    for (size_t i = 16; i < 32; i++)
        bytes[i] ^= bytes[i - 16];
    kt_search_place place;
    memcpy(&place.created_ns, bytes + 16, 8);
    memcpy(&place.id, bytes + 24, 8);
    sign_place(search, place, sum);
    if (memcmp(sum, bytes, 16) != 0)
        return false;
    *out = place;
    return true;
}
