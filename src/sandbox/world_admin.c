/* SPDX-License-Identifier: Apache-2.0 */
/* world_admin.c - the world changed while it runs:
 *   GET    /_sandbox/clock      {"now", "speed"}
 *   POST   /_sandbox/clock      {"at": TIME} | {"advance_s": N}, and "speed": N
 *   GET    /_sandbox/scenario   the scenario in force
 *   PUT    /_sandbox/scenario   another one; its events begin anew
 *   PATCH  /_sandbox/scenario   these members in place of the present ones; null removes one
 *   GET    /_sandbox/faults     each fault with how many calls it saw and how often it struck
 * What is not right is refused and changes nothing. */
#include "sandbox/world_priv.h"

#include <math.h>

static void answer_json(kt_call *call, kt_buf *body, int rc, kt_error *err)
{
    if (rc < 0)
        kt_call_failed(call, err);
    else
        kt_call_json(call, 200, body);
}

static void answer_clock(const kt_world *world, kt_call *call)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_error err = { 0 };
    char now[32] = "";
    kt_time_text(kt_world_now_ns(world), now, sizeof now, NULL);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "now");
    kt_jw_strz(&w, now);
    kt_jw_key(&w, "speed");
    kt_jw_double(&w, world->speed);
    kt_jw_close(&w);
    answer_json(call, &body, kt_jw_end(&w, &err), &err);
}

static bool set_clock(kt_world *world, kt_call *call)
{
    const kt_json *at = json_object_get(call->body, "at"), *advance = json_object_get(call->body, "advance_s");
    const kt_json *speed = json_object_get(call->body, "speed");
    int64_t now_ns = kt_world_now_ns(world);
    double rate = speed == NULL ? world->speed : json_number_value(speed);
    size_t known = (size_t)(at != NULL) + (size_t)(advance != NULL) + (size_t)(speed != NULL);
    if (known == 0 || json_object_size(call->body) != known || (at != NULL && advance != NULL)) {
        kt_call_error(call, 400, "ValidationException", "the clock takes 'at' or 'advance_s', and 'speed'");
        return false;
    }
    kt_error err = { 0 };
    const char *text = json_string_value(at);
    if (at != NULL && kt_time_parse(kt_view_of(text), &now_ns, &err) < 0) {
        kt_call_error(call, 400, "ValidationException", "at: %s", err.message);
        return false;
    }
    double seconds = json_number_value(advance);
    bool bad_advance = advance != NULL && (!json_is_number(advance) || fabs(seconds) > 1e9);
    bool bad_speed = speed != NULL && (!json_is_number(speed) || rate < 0 || rate > 1e6);
    if (bad_advance || bad_speed) {
        kt_call_error(call, 400, "ValidationException", "%s: a number %s is expected",
                      bad_advance ? "advance_s" : "speed", bad_advance ? "of seconds" : "from 0 to 1000000");
        return false;
    }
    now_ns += (int64_t)llround(seconds * 1e9);
    if (now_ns < 0 || now_ns > KT_WORLD_LATEST_NS) {
        kt_call_error(call, 400, "ValidationException", "the clock can't leave the years 1970 to 2199");
        return false;
    }
    kt_world_set_clock(world, now_ns, rate);
    return true;
}

static void handle_clock(kt_world *world, kt_call *call)
{
    if (!kt_view_is(call->request->method, "POST") || set_clock(world, call))
        answer_clock(world, call);
}

static void answer_scenario(const kt_world *world, kt_call *call)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_error err = { 0 };
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 2);
    kt_jw_value(&w, world->scenario->document);
    kt_jw_newline(&w);
    answer_json(call, &body, kt_jw_end(&w, &err), &err);
}

static void handle_scenario(kt_world *world, kt_call *call)
{
    bool put = kt_view_is(call->request->method, "PUT"), patch = kt_view_is(call->request->method, "PATCH");
    if (put || patch) {
        kt_error err = { 0 };
        kt_scenario *next = NULL;
        kt_json *document = put ? json_deep_copy(call->body) : kt_scenario_merge(world->scenario->document, call->body);
        int rc = document == NULL ? kt_fail_nomem(&err, 0, "a scenario") : kt_scenario_read(document, &next, &err);
        bool events = put || json_object_get(call->body, "events") != NULL;
        if (rc == 0)
            rc = kt_world_take_scenario(world, next, events, &err);
        if (rc == KT_E_INVALID) {
            kt_call_error(call, 400, "ValidationException", "%s", err.message);
            return;
        }
        if (rc < 0) {
            kt_call_failed(call, &err);
            return;
        }
    }
    answer_scenario(world, call);
}

static void handle_faults(kt_world *world, kt_call *call)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_error err = { 0 };
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "faults");
    kt_jw_array(&w);
    for (size_t i = 0; i < world->scenario->fault_count; i++) {
        kt_jw_object(&w);
        kt_jw_key(&w, "operation");
        kt_jw_strz(&w, world->scenario->faults[i].operation);
        kt_jw_key(&w, "calls");
        kt_jw_uint(&w, world->fault_counts[i].calls);
        kt_jw_key(&w, "struck");
        kt_jw_uint(&w, world->fault_counts[i].done);
        kt_jw_close(&w);
    }
    kt_jw_close(&w);
    kt_jw_close(&w);
    answer_json(call, &body, kt_jw_end(&w, &err), &err);
}

static bool is_one_of(kt_view method, const char *const methods[])
{
    for (size_t i = 0; methods[i] != NULL; i++)
        if (kt_view_is(method, methods[i]))
            return true;
    return false;
}

bool kt_world_admin(kt_world *world, kt_call *call)
{
    static const struct {
        const char *name, *told, *methods[4];
        void (*handle)(kt_world *, kt_call *);
    } routes[] = {
        { "clock", "GET and POST", { "GET", "POST" }, handle_clock },
        { "scenario", "GET, PUT and PATCH", { "GET", "PUT", "PATCH" }, handle_scenario },
        { "faults", "GET", { "GET" }, handle_faults },
    };
    for (size_t i = 0; i < KT_COUNT(routes); i++) {
        if (call->segment_count != 2 || !kt_view_is(call->segments[1], routes[i].name))
            continue;
        if (!is_one_of(call->request->method, routes[i].methods))
            kt_call_error(call, 405, "MethodNotAllowed", "%s takes %s", routes[i].name, routes[i].told);
        else if (call->body == NULL && !kt_view_is(call->request->method, "GET"))
            kt_call_error(call, 400, "ValidationException", "a JSON object is expected");
        else
            routes[i].handle(world, call);
        return true;
    }
    return false;
}
