/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_scenario.c - any bytes as a scenario. What is taken has its numbers in range, and taken again with itself in
 * place of its own members it is still the same. */
#include "sandbox/scenario.h"
#include "tests/fuzz/fuzz.h"

static void check_faults(const kt_scenario *s)
{
    for (size_t i = 0; i < s->fault_count; i++) {
        const kt_scenario_fault *f = &s->faults[i];
        fuzz_promise(f->operation != NULL && f->rate >= 0 && f->rate <= 1 && f->skip >= 0, "a fault is in range");
        fuzz_promise(f->from_ns >= 0 && f->until_ns >= 0 && f->latency_ns >= 0 && f->latency_most_ns >= f->latency_ns,
                     "and so are its times");
        fuzz_promise(f->status == 0 || (f->status >= 400 && f->status <= 599 && f->code != NULL && f->message != NULL),
                     "and its error");
    }
}

static void check(const kt_scenario *s)
{
    check_faults(s);
    fuzz_promise(s->clock_speed >= 0 && s->clock_speed <= 1e6, "the clock goes forward");
    fuzz_promise(s->simulator_cancellable_ns >= 0 && s->token_memory_ns >= 0 && s->search_stale_ns >= 0,
                 "no time is negative");
    for (size_t i = 0; i < s->rate_count; i++)
        fuzz_promise(s->rates[i].operation != NULL && s->rates[i].burst >= 1 && s->rates[i].per_second >= 0,
                     "a rate is in range");
    for (size_t i = 0; i < s->device_count; i++)
        fuzz_promise(s->devices[i].device != NULL && s->devices[i].fail_rate <= 1, "a device is in range");
    for (size_t i = 1; i < s->event_count; i++)
        fuzz_promise(s->events[i].after_ns >= s->events[i - 1].after_ns, "events come in order");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kt_json *document = NULL;
    KT_OWN(kt_scenario) *scenario = NULL, *again = NULL;
    kt_error err = { 0 };
    int rc = kt_json_parse((kt_view){ (const char *)data, size }, &document, &err);
    if (rc == 0)
        rc = kt_scenario_read(document, &scenario, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        return 0;
    }
    check(scenario);
    kt_json *merged = kt_scenario_merge(scenario->document, scenario->document);
    if (merged == NULL)
        abort();
    rc = kt_scenario_read(merged, &again, &err);
    fuzz_promise(rc == 0 || rc == KT_E_INVALID, "a scenario in place of itself is one, unless a null of it went");
    if (rc == 0)
        check(again);
    return 0;
}
