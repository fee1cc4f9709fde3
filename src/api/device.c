/* SPDX-License-Identifier: Apache-2.0 */
/* device.c - devices of Braket: opened by name, and what they say of themselves. */
#include "api/api_priv.h"

#include <stdlib.h>
#include <string.h>

typedef struct opening {
    kt_ctx *ctx;
    kt_braket_opened opened;
    void *user;
} opening;

static const char *text_or_none(const char *text)
{
    return text == NULL ? "" : text;
}

static void set_facts(kt_braket_device *device, int64_t queue)
{
    const kt_target_facts *f = kt_target_facts_of(device->target);
    const kt_clock *clock = kt_clock_system();
    int64_t next_open_ns = 0;
    const bool is_open = kt_target_is_open(device->target, clock->wall_ns(clock->ctx), &next_open_ns);
    device->facts = (kt_braket_facts){
        .arn = text_or_none(f->arn),
        .name = text_or_none(f->name),
        .provider = text_or_none(f->provider),
        .type = text_or_none(f->type),
        .status = text_or_none(f->status),
        .region = device->region,
        .location = text_or_none(f->location),
        .takes_openqasm = f->takes_openqasm,
        .takes_program_sets = f->takes_program_sets,
        .takes_inputs = f->takes_inputs,
        .is_analog = f->is_analog,
        .is_open = is_open,
        .next_open_ns = next_open_ns,
        .queue = queue,
        .qubit_count = f->qubit_count,
        .shots_least = f->shots_least,
        .shots_most = f->shots_most,
        .executables_most = f->executables_most,
        .set_shots_least = f->set_shots_least,
        .set_shots_most = f->set_shots_most,
        .has_price = f->has_price,
        .price_usd = f->price_usd,
        .price_unit = text_or_none(f->price_unit),
    };
}

static int device_new(kt_found *found, kt_braket_device **out, kt_error *err)
{
    kt_braket_device *device = calloc(1, sizeof(*device));
    if (device == NULL) {
        kt_target_free(found->target);
        return kt_fail_nomem(err, sizeof(*device), "a device");
    }
    device->target = found->target;
    memcpy(device->region, found->region, sizeof(device->region));
    set_facts(device, found->queue);
    *out = device;
    return 0;
}

static void on_found(void *ctx, int rc, kt_found *take_found, const kt_error *err)
{
    opening *o = ctx;
    kt_braket_device *device = NULL;
    kt_error error = { 0 };
    if (rc == 0) {
        rc = device_new(take_found, &device, &error);
        err = &error;
    }
    o->ctx->lookups--;
    o->opened(o->user, rc, device, rc < 0 ? err : NULL);
    free(o);
}

int kt_braket_open_start(kt_ctx *ctx, const char *name, kt_braket_opened opened, void *user, kt_error *err)
{
    const kt_lookup_options options = { .name = name,
                                        .shots = KT_SHOTS_DEFAULT,
                                        .clock = kt_clock_system(),
                                        .log = ctx->log.write == NULL ? NULL : &ctx->log };
    opening *o = malloc(sizeof(*o));
    if (o == NULL)
        return kt_fail_nomem(err, sizeof(*o), "a device");
    *o = (opening){ .ctx = ctx, .opened = opened, .user = user };
    uv_update_time(&ctx->loop);
    const int rc = kt_lookup(ctx->aws, &options, on_found, o, err);
    if (rc < 0)
        free(o);
    else
        ctx->lookups++;
    return rc;
}

/* ---- waiting for it ---- */

typedef struct answer {
    bool has_come;
    int rc;
    kt_braket_device *device;
    kt_error error;
} answer;

static void on_opened(void *user, int rc, kt_braket_device *device, const kt_error *err)
{
    answer *a = user;
    a->has_come = true;
    a->rc = rc;
    a->device = device;
    if (err != NULL)
        a->error = *err;
}

static bool has_come(const void *of)
{
    return ((const answer *)of)->has_come;
}

int kt_braket_open(kt_ctx *ctx, const char *name, kt_braket_device **out, kt_error *err)
{
    answer a = { 0 };
    if (ctx->is_running)
        return kt_fail(err, KT_E_INVALID, "a callback can't wait for a device; kt_braket_open_start doesn't wait");
    int rc = kt_braket_open_start(ctx, name, on_opened, &a, err);
    if (rc < 0)
        return rc;
    rc = kt_api_wait(ctx, has_come, &a, -1, err);
    if (rc < 0)
        return rc;
    if (a.rc < 0) {
        if (err != NULL)
            *err = a.error;
        return a.rc;
    }
    *out = a.device;
    return 0;
}

void kt_braket_device_free(kt_braket_device *device)
{
    if (device == NULL)
        return;
    kt_target_free(device->target);
    free(device);
}

const kt_braket_facts *kt_braket_device_facts(const kt_braket_device *device)
{
    return &device->facts;
}

int kt_braket_device_capabilities(const kt_braket_device *device, char **out, kt_error *err)
{
    const kt_json *capabilities = kt_target_capabilities(device->target);
    char *text = capabilities == NULL ? strdup("{}") : json_dumps(capabilities, JSON_COMPACT);
    if (text == NULL)
        return kt_fail_nomem(err, 0, "capabilities");
    *out = text;
    return 0;
}
