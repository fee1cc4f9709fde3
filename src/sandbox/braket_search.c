/* SPDX-License-Identifier: Apache-2.0 */
/* braket_search.c - SearchQuantumTasks: the request read into a search, its page written as a stream. */
#include "sandbox/braket.h"
#include "sandbox/task_json.h"
#include "sandbox/task_search.h"

static int read_search(kt_call *call, kt_search *search, kt_error *err)
{
    const kt_world *world = call->sandbox->world;
    const int64_t stale_ns = kt_world_settings_of(world)->search_stale_ns;
    const kt_json *filters = kt_braket_member(call, "filters");
    *search = (kt_search){ .region = kt_view_of(call->region),
                           .most = (size_t)kt_braket_int(call, "maxResults", KT_SEARCH_PAGE_MOST),
                           .after = { INT64_MAX, INT64_MAX },
                           .as_of_ns = stale_ns > 0 ? kt_world_now_ns(world) - stale_ns : INT64_MAX };
    for (size_t i = 0; i < json_array_size(filters); i++) {
        const int rc = kt_filter_read(json_array_get(filters, i), &search->filters[search->filter_count++], err);
        if (rc < 0)
            return rc;
    }
    const kt_view token = kt_braket_text(call, "nextToken");
    if (token.data != NULL && !kt_search_token_read(search, token, &search->after))
        return kt_fail(err, KT_E_INVALID, "The nextToken is not one of this search");
    return 0;
}

static int write_task(kt_jw *w, kt_db *db, const kt_search *search, int64_t id, kt_error *err)
{
    kt_db_stmt *s = NULL;
    kt_task_row row;
    const int rc = kt_task_row_by_id(db, id, &s, &row, err);
    const int status = rc == 1 ? kt_task_status_as_of(&row, search->as_of_ns) : -1;
    if (status >= 0) {
        kt_jw_object(w);
        kt_task_json_summary(w, &row, (kt_task_status)status);
        kt_jw_close(w);
    }
    kt_db_end(s);
    return rc < 0 ? rc : 0;
}

static int write_page(kt_db *db, const kt_search *search, const kt_search_page *page, kt_buf *body, kt_error *err)
{
    kt_jw w;
    int rc = 0;
    kt_jw_init(&w, kt_out_buf(body), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "quantumTasks");
    kt_jw_array(&w);
    for (size_t i = 0; rc == 0 && i < page->count; i++)
        rc = write_task(&w, db, search, page->places[i].id, err);
    kt_jw_close(&w);
    if (page->has_more) {
        char token[KT_SEARCH_TOKEN_BYTES];
        kt_search_token(search, page->next, token);
        kt_jw_key(&w, "nextToken");
        kt_jw_strz(&w, token);
    }
    kt_jw_close(&w);
    return rc < 0 ? rc : kt_jw_end(&w, err);
}

/* All of a page in one transaction: it is of one moment, and the database is locked once, not once a task. Its end is
 * prepared before its beginning, so that it needs no memory: else every later read could be of this moment. */
static int answer(kt_db *db, const kt_search *search, kt_buf *body, kt_error *err)
{
    static const char begin[] = "BEGIN", commit[] = "COMMIT";
    kt_search_page page;
    kt_db_stmt *end = NULL;
    int rc = kt_db_begin(db, commit, &end, err);
    if (rc == 0)
        rc = kt_db_exec(db, begin, err);
    if (rc == 0)
        rc = kt_search_run(db, search, &page, err);
    if (rc == 0)
        rc = write_page(db, search, &page, body, err);
    if (kt_db_in_transaction(db)) {
        const int ended = kt_db_step(end, rc == 0 ? err : NULL);
        rc = rc == 0 ? ended : rc;
    }
    kt_db_end(end);
    return rc;
}

void kt_braket_search_tasks(kt_call *call)
{
    kt_error err = { 0 };
    kt_search search;
    if (read_search(call, &search, &err) < 0) {
        kt_call_error(call, 400, "ValidationException", "%s", err.message);
        return;
    }
    kt_buf body;
    kt_buf_init(&body, 0);
    if (answer(call->sandbox->read, &search, &body, &err) == 0) {
        kt_call_json(call, 200, &body);
        return;
    }
    kt_buf_fini(&body);
    kt_call_failed(call, &err);
}
