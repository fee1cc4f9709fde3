/* SPDX-License-Identifier: Apache-2.0 */
/* credentials.c - keeps the keys, and fetches them when there are none or they grow old. One fetch at a time, for all
 * who wait: from the last quarter of an hour on in the background, from the last ten minutes on everybody waits for it.
 * A source that fails while the old keys still work is a warning. */
#include "aws/credentials_priv.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)
enum { REFRESH_S = 15 * 60, MUST_REFRESH_S = 10 * 60, GOOD_FOR_S = 60 };

typedef struct waiter {
    kt_credentials_ready *ready;
    void *ctx;
    struct waiter *next;
} waiter;

struct kt_credential_chain {
    kt_credential_options options;
    kt_arena *arena; /* of the plan */
    kt_key_plan plan;
    bool has_plan;
    kt_arena *held_arena; /* of the keys that are held; NULL: none are */
    kt_credentials held;
    kt_key_fetch *fetch; /* NULL: none is under way */
    waiter *first, **last;
    uv_timer_t timer;
    bool is_closing;
};

static int64_t now_ns(const kt_credential_chain *chain)
{
    return chain->options.clock->wall_ns(chain->options.clock->ctx);
}

/* How many seconds the held keys are good for. */
static int64_t seconds_left(const kt_credential_chain *chain)
{
    if (chain->held_arena == NULL)
        return -1;
    return chain->held.expires_ns == 0 ? INT64_MAX : (chain->held.expires_ns - now_ns(chain)) / SECOND_NS;
}

/* ---- the end of a fetch ---- */

static void fetch_free(kt_key_fetch *fetch)
{
    if (fetch == NULL)
        return;
    kt_arena_free(fetch->arena);
    free(fetch);
}

/* Callbacks may ask again; who asks from one is told by the next fetch. */
static void tell(kt_credential_chain *chain, int rc, const kt_error *err)
{
    waiter *at = chain->first;
    chain->first = NULL;
    chain->last = &chain->first;
    while (at != NULL) {
        waiter *next = at->next;
        at->ready(at->ctx, rc, rc == 0 ? &chain->held : NULL, err);
        free(at);
        at = next;
    }
}

static void hold(kt_credential_chain *chain, kt_key_fetch *fetch)
{
    kt_arena_free(chain->held_arena);
    chain->held_arena = fetch->arena;
    chain->held = fetch->keys;
    fetch->arena = NULL;
}

void kt_key_fetch_failed(kt_key_fetch *fetch, int rc)
{
    kt_credential_chain *chain = fetch->chain;
    const kt_error error = fetch->error;
    chain->fetch = NULL;
    fetch_free(fetch);
    if (!chain->is_closing && seconds_left(chain) > GOOD_FOR_S) {
        kt_logf(chain->options.log, KT_LOG_WARN, "can't renew the AWS credentials, the old ones are kept: %s",
                error.message);
        tell(chain, 0, NULL);
    } else {
        tell(chain, rc, &error);
    }
}

static const char *keep(kt_key_fetch *fetch, const char *text)
{
    return text == NULL ? NULL : kt_arena_strndup(fetch->arena, text, strlen(text));
}

void kt_key_fetch_found(kt_key_fetch *fetch, const kt_credentials *keys)
{
    kt_credential_chain *chain = fetch->chain;
    const kt_credentials found = { .access_key = keep(fetch, keys->access_key),
                                   .secret_key = keep(fetch, keys->secret_key),
                                   .session_token = keep(fetch, keys->session_token),
                                   .account = keep(fetch, keys->account),
                                   .expires_ns = keys->expires_ns,
                                   .source = chain->plan.about };
    if (kt_arena_failed(fetch->arena)) {
        KT_KEY_FETCH_FAIL(fetch, KT_E_NOMEM, "out of memory for credentials");
        return;
    }
    fetch->keys = found;
    if (fetch->roles_assumed < chain->plan.role_count) {
        const int rc = kt_key_start_role(fetch, &chain->plan.roles[fetch->roles_assumed++]);
        if (rc < 0)
            kt_key_fetch_failed(fetch, rc);
        return;
    }
    hold(chain, fetch);
    chain->fetch = NULL;
    fetch_free(fetch);
    if (seconds_left(chain) < GOOD_FOR_S) {
        kt_error error;
        const int rc = kt_fail(&error, KT_E_AWS, "the AWS credentials (%s) have expired already", chain->plan.about);
        tell(chain, rc, &error);
    } else {
        tell(chain, 0, NULL);
    }
}

/* ---- its beginning ---- */

static int start_static(kt_key_fetch *fetch)
{
    const kt_credentials keys = { .access_key = fetch->plan->keys.access_key,
                                  .secret_key = fetch->plan->keys.secret_key,
                                  .session_token = fetch->plan->keys.session_token };
    kt_key_fetch_found(fetch, &keys);
    return 0;
}

static int (*const starts[])(kt_key_fetch *fetch) = {
    [KT_KEYS_STATIC] = start_static,
    [KT_KEYS_PROCESS] = kt_key_start_process,
    [KT_KEYS_SSO] = kt_key_start_sso,
    [KT_KEYS_WEB_IDENTITY] = kt_key_start_web_identity,
    [KT_KEYS_CONTAINER] = kt_key_start_container,
    [KT_KEYS_INSTANCE] = kt_key_start_instance,
};

static int make_plan(kt_credential_chain *chain, kt_error *err)
{
    const kt_key_choice choice = { .access_key = chain->options.access_key,
                                   .secret_key = chain->options.secret_key,
                                   .session_token = chain->options.session_token };
    if (chain->has_plan)
        return 0;
    const int rc = kt_key_plan_make(&choice, chain->options.settings, chain->arena, &chain->plan, err);
    chain->has_plan = rc == 0;
    return rc;
}

/* Whatever it comes to, the waiters hear of it; possibly before this returns. */
static void fetch_keys(kt_credential_chain *chain)
{
    kt_error error = { 0 };
    int rc = make_plan(chain, &error);
    kt_key_fetch *fetch = rc < 0 ? NULL : calloc(1, sizeof(*fetch));
    if (fetch != NULL)
        *fetch = (kt_key_fetch){ .chain = chain,
                                 .options = &chain->options,
                                 .plan = &chain->plan,
                                 .arena = kt_arena_new(0),
                                 .timer = &chain->timer };
    if (rc == 0 && (fetch == NULL || fetch->arena == NULL))
        rc = kt_fail_nomem(&error, sizeof(*fetch), "credentials");
    if (rc < 0 || fetch == NULL) {
        fetch_free(fetch);
        tell(chain, rc, &error);
        return;
    }
    chain->fetch = fetch;
    rc = starts[chain->plan.source](fetch);
    if (rc < 0)
        kt_key_fetch_failed(fetch, rc);
}

/* ---- the chain ---- */

int kt_credential_chain_new(const kt_credential_options *options, kt_credential_chain **out, kt_error *err)
{
    kt_credential_chain *chain = calloc(1, sizeof(*chain));
    kt_arena *arena = kt_arena_new(0);
    if (chain == NULL || arena == NULL) {
        free(chain);
        kt_arena_free(arena);
        return kt_fail_nomem(err, sizeof(*chain), "credentials");
    }
    *chain = (kt_credential_chain){ .options = *options, .arena = arena };
    chain->last = &chain->first;
    uv_timer_init(options->loop, &chain->timer);
    uv_unref((uv_handle_t *)&chain->timer);
    *out = chain;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    kt_credential_chain *chain = handle->data;
    kt_arena_free(chain->held_arena);
    kt_arena_free(chain->arena);
    free(chain);
}

static void stop_fetch(kt_key_fetch *fetch)
{
    if (fetch->call != NULL)
        kt_http_client_cancel(fetch->call);
    else if (fetch->exchange != NULL)
        kt_aws_exchange_cancel(fetch->exchange);
    else if (fetch->process != NULL)
        kt_key_process_stop(fetch->process);
    else /* it waits for its timer */
        KT_KEY_FETCH_FAIL(fetch, KT_E_CANCELLED, "the client is being closed");
}

void kt_credential_chain_close(kt_credential_chain *chain)
{
    if (chain == NULL || chain->is_closing)
        return;
    chain->is_closing = true;
    uv_timer_stop(&chain->timer);
    if (chain->fetch != NULL)
        stop_fetch(chain->fetch);
    chain->timer.data = chain;
    uv_close((uv_handle_t *)&chain->timer, on_closed);
}

static bool add_waiter(kt_credential_chain *chain, kt_credentials_ready *ready, void *ctx)
{
    waiter *made = malloc(sizeof(*made));
    if (made == NULL)
        return false;
    *made = (waiter){ .ready = ready, .ctx = ctx };
    *chain->last = made;
    chain->last = &made->next;
    return true;
}

void kt_credential_chain_get(kt_credential_chain *chain, kt_credentials_ready *ready, void *ctx)
{
    const int64_t left_s = seconds_left(chain);
    kt_error error;
    if (left_s > MUST_REFRESH_S) {
        ready(ctx, 0, &chain->held, NULL);
        if (left_s < REFRESH_S && chain->fetch == NULL && !chain->is_closing)
            fetch_keys(chain); /* for those to come */
        return;
    }
    if (!add_waiter(chain, ready, ctx)) {
        const int rc = kt_fail_nomem(&error, sizeof(waiter), "credentials");
        ready(ctx, rc, NULL, &error);
        return;
    }
    if (chain->is_closing)
        tell(chain, kt_fail(&error, KT_E_CANCELLED, "the client is being closed"), &error);
    else if (chain->fetch == NULL)
        fetch_keys(chain);
}

void kt_credential_chain_drop(kt_credential_chain *chain)
{
    kt_arena_free(chain->held_arena);
    chain->held_arena = NULL;
    chain->held = (kt_credentials){ 0 };
}

/* ---- for the sources ---- */

const char *kt_key_variable(const kt_key_fetch *fetch, const char *name)
{
    const kt_environment *environment = fetch->options->settings->environment;
    const char *value = environment->get(environment->ctx, name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

static int read_expiry(kt_key_fetch *fetch, const kt_json *value, int64_t *out)
{
    if (value == NULL || json_is_null(value))
        return 0;
    if (json_is_integer(value)) { /* the SSO portal's: milliseconds */
        *out = json_integer_value(value) * 1000000;
        return 0;
    }
    const char *text = json_string_value(value);
    const int rc = kt_time_parse(kt_view_of(text), out, &fetch->error);
    return rc < 0 ? kt_wrap(&fetch->error, rc, "%s: the expiry", fetch->plan->about) : 0;
}

int kt_key_read(kt_key_fetch *fetch, const kt_json *document, const kt_key_names *names, kt_credentials *out)
{
    kt_credentials keys = { .access_key = json_string_value(json_object_get(document, names->access_key)),
                            .secret_key = json_string_value(json_object_get(document, names->secret_key)),
                            .session_token = json_string_value(json_object_get(document, names->token)) };
    if (keys.access_key == NULL || keys.secret_key == NULL || keys.access_key[0] == '\0' || keys.secret_key[0] == '\0')
        return kt_fail(&fetch->error, KT_E_AWS, "%s: the answer has no %s", fetch->plan->about,
                       keys.access_key == NULL || keys.access_key[0] == '\0' ? names->access_key : names->secret_key);
    const int rc = read_expiry(fetch, json_object_get(document, names->expires), &keys.expires_ns);
    if (rc == 0)
        *out = keys;
    return rc;
}

int kt_key_exchange(kt_key_fetch *fetch, const kt_aws_service *service, const char *operation, const char *region,
                    const kt_json *members, bool is_signed,
                    void (*done)(void *ctx, const kt_aws_exchange_result *result))
{
    kt_aws_endpoint endpoint;
    int rc = kt_aws_endpoint_find(fetch->options->settings, service, region, fetch->arena, &endpoint, &fetch->error);
    if (rc < 0)
        return rc;
    const kt_aws_exchange_order order = { .client = fetch->options->client,
                                          .service = service,
                                          .operation = kt_aws_operation_find(service, operation),
                                          .endpoint = &endpoint,
                                          .members = members,
                                          .credentials = is_signed ? &fetch->keys : NULL,
                                          .now_ns = now_ns(fetch->chain) };
    return kt_aws_exchange_start(&order, done, fetch, &fetch->exchange, &fetch->error);
}
