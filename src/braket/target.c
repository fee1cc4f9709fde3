/* SPDX-License-Identifier: Apache-2.0 */
/* target.c - a device from GetDevice's answer. Whatever is missing or of another kind than documented is taken as "the
 * device says nothing about it": new devices come with members that nobody has seen yet.
 * Source: braket-schemas' device_schema; recorded capabilities. */
#include "braket/target_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const kt_braket_regions[] = { "us-east-1", "us-west-1", "us-west-2", "eu-west-2", "eu-north-1", NULL };

const kt_json *kt_json_at(const kt_json *json, const char *first, const char *second)
{
    const kt_json *outer = json_object_get(json, first);
    return second == NULL ? outer : json_object_get(outer, second);
}

bool kt_json_has_text(const kt_json *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));
        if (one != NULL && strcasecmp(one, text) == 0)
            return true;
    }
    return false;
}

static int64_t whole(const kt_json *json)
{
    return json_is_integer(json) ? json_integer_value(json) : 0;
}

/* A member's text, "" when there is none. */
static const char *text_in(const kt_json *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text == NULL ? "" : text;
}

/* Field 3 of arn:aws:braket:REGION:account:device/... */
static const char *region_of(kt_target *t, const char *arn)
{
    for (int colons = 0; colons < 3; colons++) {
        arn = strchr(arn, ':');
        if (arn == NULL)
            return "";
        arn++;
    }
    const char *end = strchr(arn, ':');
    return end == NULL ? "" : kt_arena_printf(t->arena, "%.*s", (int)(end - arn), arn);
}

/* ---- what the capabilities say ---- */

static void read_shots(kt_target *t)
{
    const kt_json *range = kt_json_at(t->capabilities, "service", "shotsRange");
    if (json_array_size(range) == 2) {
        t->facts.shots_least = whole(json_array_get(range, 0));
        t->facts.shots_most = whole(json_array_get(range, 1));
    }
    if (t->facts.shots_most <= 0)
        t->facts.shots_most = INT64_MAX;
}

static void read_price(kt_target *t)
{
    const kt_json *cost = kt_json_at(t->capabilities, "service", "deviceCost");
    const kt_json *price = json_object_get(cost, "price");
    t->facts.has_price = json_is_number(price);
    t->facts.price_usd = json_number_value(price);
    t->facts.price_unit = text_in(cost, "unit");
}

static void read_actions(kt_target *t)
{
    const kt_json *action = json_object_get(t->capabilities, "action");
    const kt_json *set = json_object_get(action, KT_ACTION_PROGRAM_SET);
    t->openqasm = json_object_get(action, KT_ACTION_OPENQASM);
    t->facts.takes_openqasm = json_is_object(t->openqasm);
    t->facts.takes_inputs = t->facts.takes_openqasm;
    t->facts.is_analog = json_is_object(json_object_get(action, KT_ACTION_ANALOG));
    t->facts.takes_program_sets = json_is_object(set);
    t->facts.executables_most = whole(json_object_get(set, "maximumExecutables"));
    t->facts.set_shots_most = whole(json_object_get(set, "maximumTotalShots"));
    t->facts.set_shots_least = whole(json_object_get(set, "minimumTotalShots"));
}

static void read_rest(kt_target *t)
{
    const kt_json *service = json_object_get(t->capabilities, "service");
    t->paradigm = json_object_get(t->capabilities, "paradigm");
    t->windows = json_object_get(service, "executionWindows");
    t->facts.qubit_count = whole(json_object_get(t->paradigm, "qubitCount"));
    t->facts.location = text_in(service, "deviceLocation");
    t->facts.poll_interval_ms = whole(json_object_get(service, "getTaskPollIntervalMillis"));
}

static int read_capabilities(kt_target *t, const kt_json *answer, kt_error *err)
{
    const kt_json *text = json_object_get(answer, "deviceCapabilities");
    const kt_view view = { json_string_value(text), json_string_length(text) };
    if (!json_is_string(text))
        return kt_fail(err, KT_E_INVALID, "%s: GetDevice says nothing about its capabilities", t->facts.arn);
    int rc = kt_json_parse(view, &t->capabilities, err);
    if (rc == 0 && !json_is_object(t->capabilities))
        rc = kt_fail(err, KT_E_INVALID, "found no object");
    if (rc < 0) {
        rc = rc == KT_E_SYNTAX ? KT_E_INVALID : rc;
        if (err != NULL)
            err->code = (kt_code)rc;
        return kt_wrap(err, rc, "the capabilities of %s", t->facts.arn);
    }
    read_shots(t);
    read_price(t);
    read_actions(t);
    read_rest(t);
    return 0;
}

static int read_names(kt_target *t, const kt_json *answer, kt_error *err)
{
    const struct {
        const char *name, **member;
    } texts[] = { { "deviceArn", &t->facts.arn },
                  { "deviceName", &t->facts.name },
                  { "providerName", &t->facts.provider },
                  { "deviceType", &t->facts.type },
                  { "deviceStatus", &t->facts.status } };
    if (text_in(answer, "deviceArn")[0] == '\0')
        return kt_fail(err, KT_E_INVALID, "GetDevice's answer has no deviceArn");
    for (size_t i = 0; i < KT_COUNT(texts); i++) {
        *texts[i].member = kt_arena_printf(t->arena, "%s", text_in(answer, texts[i].name));
        if (*texts[i].member == NULL)
            return kt_fail_nomem(err, 64, "a device");
    }
    t->facts.region = region_of(t, t->facts.arn);
    t->facts.is_simulator = strcmp(t->facts.type, "SIMULATOR") == 0;
    return t->facts.region == NULL ? kt_fail_nomem(err, 32, "a device") : 0;
}

int kt_target_new(const kt_json *answer, kt_target **out, kt_error *err)
{
    kt_target *t = calloc(1, sizeof(*t));
    if (t == NULL)
        return kt_fail_nomem(err, sizeof(*t), "a device");
    t->arena = kt_arena_new(0);
    int rc = t->arena == NULL ? kt_fail_nomem(err, 64, "a device") : read_names(t, answer, err);
    if (rc == 0)
        rc = read_capabilities(t, answer, err);
    if (rc < 0) {
        kt_target_free(t);
        return rc;
    }
    *out = t;
    return 0;
}

void kt_target_free(kt_target *target)
{
    if (target == NULL)
        return;
    kt_json_free(target->capabilities);
    kt_arena_free(target->arena);
    free(target);
}

const kt_target_facts *kt_target_facts_of(const kt_target *target)
{
    return &target->facts;
}

const kt_json *kt_target_capabilities(const kt_target *target)
{
    return target->capabilities;
}
