/* SPDX-License-Identifier: Apache-2.0 */
/* braket_device.c - GetDevice and SearchDevices. A region answers for its own QPUs and for the simulators that it has;
 * a device of another region is not found there. Retired devices are still listed. */
#include "sandbox/braket.h"
#include "sandbox/sandbox_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUE_SHOWN_MOST = 4000, PAGE_USUAL = 100 };

static const char *status_of(const kt_call *call, const kt_sandbox_device *device)
{
    const char *ordered = kt_world_device_status(call->sandbox->world, device->arn);
    return ordered != NULL ? ordered : device->status;
}

/* Whether the caller's User-Agent names BraketSchemas 1.8.0 or newer; others do not know the OpenQASM actions. */
static bool knows_openqasm(const kt_call *call)
{
    static const char product[] = "BraketSchemas/";
    kt_view agent = kt_http_header_get(call->request, "User-Agent");
    const char *found = agent.data != NULL ? memmem(agent.data, agent.length, product, sizeof product - 1) : NULL;
    if (found == NULL)
        return false;
    unsigned version[2] = { 0, 0 };
    const char *at = found + sizeof product - 1, *end = agent.data + agent.length;
    for (size_t i = 0; i < KT_COUNT(version) && at < end; i++, at++)
        for (; at < end && *at >= '0' && *at <= '9' && version[i] < 100000; at++)
            version[i] = version[i] * 10 + (unsigned)(*at - '0');
    return version[0] > 1 || (version[0] == 1 && version[1] >= 8);
}

static void write_device(kt_jw *w, const kt_call *call, const kt_sandbox_device *device)
{
    const struct {
        const char *key, *value;
    } members[] = { { "deviceArn", device->arn },
                    { "deviceName", device->name },
                    { "providerName", device->provider },
                    { "deviceType", device->type },
                    { "deviceStatus", status_of(call, device) } };
    for (size_t i = 0; i < KT_COUNT(members); i++) {
        kt_jw_key(w, members[i].key);
        kt_jw_strz(w, members[i].value);
    }
}

/* Sizes are texts, and above 4000 just ">4000"; there are no hybrid jobs yet. */
static void write_queues(kt_jw *w, const kt_call *call, const kt_sandbox_device *device)
{
    static const struct {
        const char *queue, *priority;
    } queues[] = { { "QUANTUM_TASKS_QUEUE", "Normal" }, { "QUANTUM_TASKS_QUEUE", "Priority" }, { "JOBS_QUEUE", NULL } };
    kt_jw_key(w, "deviceQueueInfo");
    kt_jw_array(w);
    for (size_t i = 0; i < KT_COUNT(queues); i++) {
        const char *priority = queues[i].priority;
        size_t count = 0;
        if (priority != NULL)
            count = kt_tasks_queue_count(call->sandbox->tasks, device->arn, strcmp(priority, "Priority") == 0);
        char size[24];
        snprintf(size, sizeof size, count > QUEUE_SHOWN_MOST ? ">%zu" : "%zu",
                 count > QUEUE_SHOWN_MOST ? (size_t)QUEUE_SHOWN_MOST : count);
        kt_jw_object(w);
        kt_jw_key(w, "queue");
        kt_jw_strz(w, queues[i].queue);
        kt_jw_key(w, "queueSize");
        kt_jw_strz(w, size);
        if (priority != NULL) {
            kt_jw_key(w, "queuePriority");
            kt_jw_strz(w, priority);
        }
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

void kt_braket_get_device(kt_call *call)
{
    kt_view arn = call->segments[1];
    const kt_sandbox_device *device = kt_devices_find(call->sandbox->devices, arn);
    if (device == NULL || !kt_device_in_region(device, call->region)) {
        kt_call_error(call, 404, "ResourceNotFoundException", "Device not found: %.*s", KT_VIEW_ARG(arn));
        return;
    }
    kt_error err = { 0 };
    kt_view capabilities = { 0 };
    int rc = kt_device_capabilities(device, knows_openqasm(call), &capabilities, &err);
    kt_buf body;
    kt_buf_init(&body, 0);
    if (rc == 0) {
        kt_jw w;
        kt_jw_init(&w, kt_out_buf(&body), 0);
        kt_jw_object(&w);
        write_device(&w, call, device);
        kt_jw_key(&w, "deviceCapabilities");
        kt_jw_raw(&w, capabilities);
        write_queues(&w, call, device);
        kt_jw_close(&w);
        rc = kt_jw_end(&w, &err);
    }
    if (rc == 0)
        kt_call_json(call, 200, &body);
    else
        kt_call_failed(call, &err);
    kt_buf_fini(&body);
}

/* Filters are ANDed, the values of one ORed. */
static bool passes(const kt_json *filters, const kt_sandbox_device *device)
{
    for (size_t i = 0; i < json_array_size(filters); i++) {
        const kt_json *values = json_object_get(json_array_get(filters, i), "values");
        bool is_among = false;
        for (size_t k = 0; k < json_array_size(values) && !is_among; k++)
            is_among = kt_view_is(kt_view_of(json_string_value(json_array_get(values, k))), device->arn);
        if (!is_among)
            return false;
    }
    return true;
}

/* False when the call has been answered with a refusal. */
static bool check_filters(kt_call *call, const kt_json *filters)
{
    for (size_t i = 0; i < json_array_size(filters); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(filters, i), "name"));
        if (name != NULL && strcmp(name, "deviceArn") == 0)
            continue;
        kt_call_error(call, 400, "ValidationException", "Invalid filter name: %s; devices are searched by deviceArn",
                      name != NULL ? name : "");
        return false;
    }
    return true;
}

/* The token names the place in the list at which the next page begins. False when it is none of ours. */
static bool read_token(const kt_call *call, size_t *start)
{
    static const char prefix[] = "devices-";
    kt_view token = kt_braket_text(call, "nextToken");
    *start = 0;
    if (token.data == NULL)
        return true;
    if (!kt_view_starts(token, prefix) || token.length > sizeof prefix + 5 || token.length < sizeof prefix)
        return false;
    for (size_t i = sizeof prefix - 1; i < token.length; i++) {
        if (token.data[i] < '0' || token.data[i] > '9')
            return false;
        *start = *start * 10 + (size_t)(token.data[i] - '0');
    }
    return *start < kt_devices_count(call->sandbox->devices);
}

static int write_page(kt_call *call, const kt_json *filters, size_t start, kt_buf *body, kt_error *err)
{
    const kt_devices *devices = call->sandbox->devices;
    size_t most = (size_t)kt_braket_int(call, "maxResults", PAGE_USUAL), shown = 0, next = 0;
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(body), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "devices");
    kt_jw_array(&w);
    for (size_t i = start; i < kt_devices_count(devices) && next == 0; i++) {
        const kt_sandbox_device *device = kt_devices_at(devices, i);
        if (!kt_device_in_region(device, call->region) || !passes(filters, device))
            continue;
        if (shown++ == most) {
            next = i;
            break;
        }
        kt_jw_object(&w);
        write_device(&w, call, device);
        kt_jw_close(&w);
    }
    kt_jw_close(&w);
    if (next > 0) {
        char token[32];
        snprintf(token, sizeof token, "devices-%zu", next);
        kt_jw_key(&w, "nextToken");
        kt_jw_strz(&w, token);
    }
    kt_jw_close(&w);
    return kt_jw_end(&w, err);
}

void kt_braket_search_devices(kt_call *call)
{
    const kt_json *filters = kt_braket_member(call, "filters");
    size_t start = 0;
    if (!check_filters(call, filters))
        return;
    if (!read_token(call, &start)) {
        kt_call_error(call, 400, "ValidationException", "Invalid nextToken");
        return;
    }
    kt_error err = { 0 };
    kt_buf body;
    kt_buf_init(&body, 0);
    if (write_page(call, filters, start, &body, &err) == 0)
        kt_call_json(call, 200, &body);
    else
        kt_call_failed(call, &err);
    kt_buf_fini(&body);
}
