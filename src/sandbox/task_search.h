/* SPDX-License-Identifier: Apache-2.0 */
/* task_search.h - which tasks a search finds: filters (joined by AND; the values of one by OR), newest first, page by
 * page. A page may hold fewer than asked for when very many rows had to be looked at: the next one goes on there. */
#ifndef KT_SANDBOX_TASK_SEARCH_H
#define KT_SANDBOX_TASK_SEARCH_H

#include "sandbox/task_store.h"

enum { KT_FILTERS_MOST = 10, KT_FILTER_VALUES_MOST = 10, KT_SEARCH_PAGE_MOST = 100 };

typedef enum kt_filter_name {
    KT_FILTER_TASK_ARN,
    KT_FILTER_DEVICE_ARN,
    KT_FILTER_JOB_ARN,
    KT_FILTER_STATUS,
    KT_FILTER_CREATED_AT,
    KT_FILTER_NAME_COUNT
} kt_filter_name;

typedef enum kt_filter_operator {
    KT_FILTER_LT,
    KT_FILTER_LTE,
    KT_FILTER_EQUAL,
    KT_FILTER_GT,
    KT_FILTER_GTE,
    KT_FILTER_BETWEEN
} kt_filter_operator;

typedef struct kt_filter {
    kt_filter_name name;
    kt_filter_operator op;
    kt_view values[KT_FILTER_VALUES_MOST];
    int64_t times[KT_FILTER_VALUES_MOST]; /* of createdAt */
    size_t value_count;
} kt_filter;

/* A place in the order of all tasks: newest first, and of two of one time the one made later. */
typedef struct kt_search_place {
    int64_t created_ns, id;
} kt_search_place;

typedef struct kt_search {
    kt_view region;
    kt_filter filters[KT_FILTERS_MOST];
    size_t filter_count;
    size_t most;           /* on the page: 1 to KT_SEARCH_PAGE_MOST */
    kt_search_place after; /* {INT64_MAX, INT64_MAX}: from the start */
    int64_t as_of_ns;      /* states are shown as they were then; INT64_MAX: as they are */
} kt_search;

typedef struct kt_search_page {
    kt_search_place places[KT_SEARCH_PAGE_MOST];
    size_t count;
    bool has_more;
    kt_search_place next;
} kt_search_page;

/* KT_E_INVALID says which filter is wrong, in a sentence for the client. */
int kt_filter_read(const kt_json *json, kt_filter *out, kt_error *err);
bool kt_filter_matches(const kt_filter *filter, const kt_task_row *row, kt_task_status status);
/* The state of a task at that time; -1: it was not there yet. */
int kt_task_status_as_of(const kt_task_row *row, int64_t as_of_ns);
int kt_search_run(kt_db *db, const kt_search *search, kt_search_page *out, kt_error *err);

/* nextToken: tells nothing, and fits only the search it was made for. text must hold KT_SEARCH_TOKEN_BYTES. */
enum { KT_SEARCH_TOKEN_BYTES = 72 };
void kt_search_token(const kt_search *search, kt_search_place place, char text[KT_SEARCH_TOKEN_BYTES]);
bool kt_search_token_read(const kt_search *search, kt_view text, kt_search_place *out);

#endif
