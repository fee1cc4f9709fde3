/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - one call from its members to its answer: waits its turn by the operation's rate, gets keys, asks, and asks
 * again when that can help and can do no harm. The clock's error and keys that have expired are mended once a call.
 * What is never decided here: whether a paid call may be made at all (aws/permit.h), and what a full quota means. */
#include "aws/call.h"

#include "aws/exchange.h"
#include "aws/rate.h"
#include "aws/retry.h"
#include <ketch/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_A_MS INT64_C(1000000)
#define SKEW_LEAST_NS (INT64_C(240) * 1000 * NS_A_MS) /* what services take without complaint */
/* A little less than the quota: calls that were spaced evenly arrive less so. */
#define QUOTA_PART 0.98
enum { OPERATIONS_MOST = 32, SERVICES_MOST = 16, ID_BYTES = 37, USER_AGENT_BYTES = 256 };

typedef struct service_state {
    kt_aws_rate all, each[OPERATIONS_MOST];
    uint64_t sent[OPERATIONS_MOST];
} service_state;

struct kt_aws {
    kt_aws_options options;
    kt_arena *arena;
    kt_aws_settings settings;
    kt_http_client *client;
    kt_credential_chain *chain;
    kt_aws_retry_quota quota;
    kt_rng rng;
    int64_t skew_ns; /* added to our clock it is AWS's */
    service_state services[SERVICES_MOST];
    kt_aws_call *first; /* calls under way */
    char user_agent[USER_AGENT_BYTES];
    bool is_closing;
};

struct kt_aws_call {
    kt_aws *aws;
    kt_aws_call *previous, *next;
    kt_arena *arena;
    kt_aws_input input; /* region and members are this call's own */
    kt_json *members;
    kt_aws_endpoint endpoint;
    service_state *service;
    size_t operation_index;
    kt_aws_retry retry;
    char id[ID_BYTES]; /* the same for all tries */
    bool has_mended_clock, has_mended_keys;
    bool awaits_keys, is_cancelled;
    kt_aws_exchange *exchange; /* NULL: none is under way */
    uv_timer_t timer;
    kt_aws_done *done;
    void *ctx;
};

/* ---- time and chance ---- */

static int64_t wall_ns(const kt_aws *aws)
{
    return aws->options.clock->wall_ns(aws->options.clock->ctx);
}

static int64_t monotonic_ns(const kt_aws *aws)
{
    return aws->options.clock->monotonic_ns(aws->options.clock->ctx);
}

/* Version 4: random. */
static void make_uuid(kt_rng *rng, char out[ID_BYTES])
{
    const uint64_t high = kt_rng_next(rng), low = kt_rng_next(rng);
    snprintf(out, ID_BYTES, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff),
             (unsigned)(high & 0xfff), (unsigned)((low >> 48 & 0x3fff) | 0x8000),
             (unsigned long long)(low & 0xffffffffffff));
}

/* ---- the end of a call ---- */

static void on_timer_closed(uv_handle_t *handle)
{
    kt_aws_call *call = handle->data;
    kt_json_free(call->members);
    kt_arena_free(call->arena);
    free(call);
}

static void end(kt_aws_call *call, kt_aws_output *output)
{
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        call->aws->first = call->next;
    if (call->next != NULL)
        call->next->previous = call->previous;
    uv_timer_stop(&call->timer);
    output->attempts = call->retry.attempt;
    call->done(call->ctx, output);
    uv_close((uv_handle_t *)&call->timer, on_timer_closed);
}

/* An end without an answer. */
static void end_failed(kt_aws_call *call, int rc, const kt_error *err)
{
    kt_aws_output output = { .rc = rc, .error = err, .code = "" };
    end(call, &output);
}

static void end_cancelled(kt_aws_call *call)
{
    kt_error error;
    end_failed(call, kt_fail(&error, KT_E_CANCELLED, "%s: cancelled", call->input.operation->name), &error);
}

static void end_with(kt_aws_call *call, const kt_aws_exchange_result *result)
{
    const kt_http_response *response = result->response;
    const kt_view id = kt_http_response_header(response, "x-amzn-requestid");
    const kt_view s3_id = kt_http_response_header(response, "x-amz-request-id");
    kt_aws_output output = { .rc = result->rc,
                             .error = result->rc < 0 ? &result->error : NULL,
                             .code = result->fault.code,
                             .status = response->status,
                             .members = result->members,
                             .headers = response->headers,
                             .header_count = response->header_count,
                             .body = response->body,
                             .body_bytes = response->body_bytes,
                             .request_id = id.data != NULL ? id.data : s3_id.data };
    end(call, &output);
}

/* ---- again? ---- */

static void wait_and_try(kt_aws_call *call, int64_t wait_ns);

/* Whether a second one could do harm. A refusal for its rate means that nothing was done. */
static bool may_repeat(const kt_aws_call *call, const kt_aws_exchange_result *result, kt_aws_failure failure)
{
    if (call->input.operation->once != KT_AWS_ONCE_BY_NONE)
        return true;
    return failure == KT_AWS_THROTTLED || result->response->sent_nothing;
}

/* The service's clock, from its answer, when it is off by more than services take. */
static bool mend_clock(kt_aws_call *call, const kt_http_response *response)
{
    kt_aws *aws = call->aws;
    if (call->has_mended_clock || response->date_ns == 0)
        return false;
    const int64_t skew_ns = response->date_ns - wall_ns(aws), change_ns = skew_ns - aws->skew_ns;
    if (change_ns < SKEW_LEAST_NS && change_ns > -SKEW_LEAST_NS)
        return false;
    kt_logf(aws->options.log, KT_LOG_WARN, "this machine's clock is off by %lld s; signing by the service's",
            (long long)(skew_ns / (1000 * NS_A_MS)));
    aws->skew_ns = skew_ns;
    call->has_mended_clock = true;
    return true;
}

static bool mend_keys(kt_aws_call *call)
{
    if (call->has_mended_keys)
        return false;
    kt_credential_chain_drop(call->aws->chain);
    call->has_mended_keys = true;
    return true;
}

static int64_t retry_after_ms(const kt_http_response *response)
{
    const kt_view text = kt_http_response_header(response, "x-amz-retry-after");
    return text.data == NULL || text.length > 9 ? 0 : atoll(text.data);
}

static bool try_again(kt_aws_call *call, const kt_aws_exchange_result *result, kt_aws_failure failure)
{
    kt_aws *aws = call->aws;
    int64_t wait_ns = 0;
    if (!may_repeat(call, result, failure))
        return false;
    if (failure == KT_AWS_SKEWED  ? !mend_clock(call, result->response)
        : failure == KT_AWS_STALE ? !mend_keys(call)
                                  : !kt_aws_retry_again(&call->retry, &aws->quota, failure,
                                                        retry_after_ms(result->response), &aws->rng, &wait_ns))
        return false;
    kt_logf(aws->options.log, KT_LOG_DEBUG, "%s; once more in %lld ms", result->error.message,
            (long long)(wait_ns / NS_A_MS));
    wait_and_try(call, wait_ns);
    return true;
}

static void on_result(void *ctx, const kt_aws_exchange_result *result)
{
    kt_aws_call *call = ctx;
    kt_aws *aws = call->aws;
    const bool is_adaptive = aws->settings.retry_mode == KT_AWS_RETRY_ADAPTIVE;
    const kt_aws_failure failure = kt_aws_failure_of(result->response->status, kt_view_of(result->fault.code));
    call->exchange = NULL;
    kt_aws_rate_heard(&call->service->each[call->operation_index], result->rc < 0 && failure == KT_AWS_THROTTLED,
                      is_adaptive, monotonic_ns(aws));
    if (result->rc == 0)
        kt_aws_retry_done(&call->retry, &aws->quota);
    else if (!call->is_cancelled && !aws->is_closing && result->rc != KT_E_LIMIT && result->rc != KT_E_IO &&
             try_again(call, result, failure))
        return;
    end_with(call, result);
}

/* ---- a try ---- */

static void on_keys(void *ctx, int rc, const kt_credentials *keys, const kt_error *err)
{
    kt_aws_call *call = ctx;
    kt_aws *aws = call->aws;
    char attempt[48];
    kt_error error;
    call->awaits_keys = false;
    if (call->is_cancelled) {
        end_cancelled(call);
        return;
    }
    if (rc < 0) {
        end_failed(call, rc, err);
        return;
    }
    snprintf(attempt, sizeof(attempt), "attempt=%d; max=%d", call->retry.attempt, call->retry.attempts_most);
    const kt_http_header headers[] = { { kt_view_of("amz-sdk-invocation-id"), kt_view_of(call->id) },
                                       { kt_view_of("amz-sdk-request"), kt_view_of(attempt) } };
    const kt_aws_input *in = &call->input;
    const kt_aws_exchange_order order = { .client = aws->client,
                                          .service = in->service,
                                          .operation = in->operation,
                                          .endpoint = &call->endpoint,
                                          .members = call->members,
                                          .credentials = keys,
                                          .now_ns = wall_ns(aws) + aws->skew_ns,
                                          .unsigned_headers = headers,
                                          .unsigned_count = KT_COUNT(headers),
                                          .body = in->body,
                                          .body_file = in->body_file,
                                          .body_offset = in->body_offset,
                                          .body_bytes = in->body_bytes,
                                          .to_file = in->to_file,
                                          .answer_file = in->answer_file,
                                          .answer_offset = in->answer_offset,
                                          .answer_bytes_most = in->answer_bytes_most,
                                          .patience = in->patience,
                                          .never_twice = in->operation->once == KT_AWS_ONCE_BY_NONE };
    rc = kt_aws_exchange_start(&order, on_result, call, &call->exchange, &error);
    if (rc < 0)
        end_failed(call, rc, &error);
    else
        call->service->sent[call->operation_index]++;
}

static void on_time(uv_timer_t *timer)
{
    kt_aws_call *call = timer->data;
    if (call->is_cancelled) {
        end_cancelled(call);
        return;
    }
    call->awaits_keys = true;
    kt_credential_chain_get(call->aws->chain, on_keys, call);
}

/* After `wait_ns`, and not before the operation's and the service's rate allow it. */
static void wait_and_try(kt_aws_call *call, int64_t wait_ns)
{
    const int64_t now = monotonic_ns(call->aws) + wait_ns;
    const int64_t own_ns = kt_aws_rate_take(&call->service->each[call->operation_index], now);
    const int64_t all_ns = kt_aws_rate_take(&call->service->all, now);
    wait_ns += own_ns > all_ns ? own_ns : all_ns;
    uv_timer_start(&call->timer, on_time, (uint64_t)((wait_ns + NS_A_MS - 1) / NS_A_MS), 0);
}

/* ---- starting ---- */

static int use_permit(kt_aws_call *call, kt_error *err)
{
    kt_permit *permit = call->input.take_permit;
    const char *token = call->input.operation->token;
    if (permit == NULL)
        return kt_fail(err, KT_E_INTERNAL, "%s costs money and has no permit", call->input.operation->name);
    json_object_del(call->members, token);
    char *text = json_dumps(call->members, JSON_COMPACT | JSON_SORT_KEYS);
    if (text == NULL)
        return kt_fail_nomem(err, 0, "a request");
    const int rc = permit->use(permit, text, strlen(text), err);
    free(text);
    if (rc < 0)
        return rc;
    return json_object_set_new(call->members, token, json_string(permit->token)) < 0 ? kt_fail_nomem(err, 0, "a token")
                                                                                     : 0;
}

/* A call that is found again by its token has one before the first try, so that all tries have the same. */
static int set_token(kt_aws_call *call, kt_error *err)
{
    const char *token = call->input.operation->token;
    char uuid[ID_BYTES];
    if (call->input.operation->cost == KT_AWS_PAID)
        return use_permit(call, err);
    if (token == NULL || json_object_get(call->members, token) != NULL)
        return 0;
    make_uuid(&call->aws->rng, uuid);
    return json_object_set_new(call->members, token, json_string(uuid)) < 0 ? kt_fail_nomem(err, 0, "a token") : 0;
}

static size_t service_index(const kt_aws_service *service)
{
    size_t i = 0;
    while (kt_aws_services[i] != service)
        i++;
    return i;
}

static int prepare(kt_aws_call *call, kt_error *err)
{
    const kt_aws_input *in = &call->input;
    kt_aws *aws = call->aws;
    const char *region = in->region != NULL ? in->region : aws->settings.region;
    call->service = &aws->services[service_index(in->service)];
    call->operation_index = (size_t)(in->operation - in->service->operations);
    call->members = in->members == NULL ? json_object() : json_copy((kt_json *)in->members);
    call->arena = kt_arena_new(0);
    if (call->members == NULL || call->arena == NULL)
        return kt_fail_nomem(err, 0, "a request");
    kt_aws_retry_init(&call->retry, aws->settings.attempts_most);
    make_uuid(&aws->rng, call->id);
    const int rc = kt_aws_endpoint_find(&aws->settings, in->service, region, call->arena, &call->endpoint, err);
    return rc < 0 ? rc : set_token(call, err);
}

int kt_aws_send(kt_aws *aws, const kt_aws_input *input, kt_aws_done *done, void *ctx, kt_aws_call **out, kt_error *err)
{
    kt_aws_call *call = calloc(1, sizeof(*call));
    int rc = call == NULL ? kt_fail_nomem(err, sizeof(*call), "a request") : 0;
    if (rc == 0) {
        *call = (kt_aws_call){ .aws = aws, .input = *input, .done = done, .ctx = ctx };
        rc = aws->is_closing ? kt_fail(err, KT_E_CANCELLED, "the client is being closed") : prepare(call, err);
    }
    if (input->take_permit != NULL)
        input->take_permit->free(input->take_permit);
    if (rc < 0) {
        if (call != NULL) {
            kt_json_free(call->members);
            kt_arena_free(call->arena);
        }
        free(call);
        return rc;
    }
    call->input.take_permit = NULL;
    call->next = aws->first;
    if (aws->first != NULL)
        aws->first->previous = call;
    aws->first = call;
    uv_timer_init(aws->options.loop, &call->timer);
    call->timer.data = call;
    wait_and_try(call, 0);
    if (out != NULL)
        *out = call;
    return 0;
}

void kt_aws_cancel(kt_aws_call *call)
{
    if (call->is_cancelled)
        return;
    call->is_cancelled = true;
    if (call->exchange != NULL)
        kt_aws_exchange_cancel(call->exchange);
    else if (!call->awaits_keys)
        uv_timer_start(&call->timer, on_time, 0, 0);
}

/* ---- the client ---- */

static void init_rate(kt_aws_rate *rate, double per_second, double burst, int64_t now_ns)
{
    kt_aws_rate_init(rate, QUOTA_PART * per_second, burst > 2 ? burst - 1 : burst, now_ns);
}

static void init_rates(kt_aws *aws)
{
    const int64_t now = monotonic_ns(aws);
    for (size_t s = 0; kt_aws_services[s] != NULL; s++) {
        const kt_aws_service *service = kt_aws_services[s];
        init_rate(&aws->services[s].all, service->per_second, service->burst, now);
        for (size_t i = 0; i < service->operation_count; i++)
            init_rate(&aws->services[s].each[i], service->operations[i].per_second, service->operations[i].burst, now);
    }
}

static int init_client(kt_aws *aws, kt_error *err)
{
    snprintf(aws->user_agent, sizeof(aws->user_agent), "ketch/%s BraketSchemas/1.8.0%s%s", KETCH_VERSION,
             aws->options.user_agent_extra == NULL ? "" : " ",
             aws->options.user_agent_extra == NULL ? "" : aws->options.user_agent_extra);
    const kt_http_client_options options = { .user_agent = aws->user_agent, .ca_bundle = aws->settings.ca_bundle };
    return kt_http_client_new(aws->options.loop, &options, &aws->client, err);
}

static int init_chain(kt_aws *aws, kt_error *err)
{
    const kt_aws_options *o = &aws->options;
    const kt_credential_options options = { .loop = o->loop,
                                            .client = aws->client,
                                            .settings = &aws->settings,
                                            .clock = o->clock,
                                            .log = o->log,
                                            .access_key = o->access_key,
                                            .secret_key = o->secret_key,
                                            .session_token = o->session_token,
                                            .ask_mfa = o->ask_mfa,
                                            .ctx = o->ctx };
    return kt_credential_chain_new(&options, &aws->chain, err);
}

static int init(kt_aws *aws, kt_error *err)
{
    uint64_t seed = aws->options.seed;
    int rc = aws->arena == NULL ? kt_fail_nomem(err, 0, "an AWS client") : 0;
    if (rc == 0 && seed == 0)
        rc = kt_rng_system_seed(&seed, err);
    if (rc < 0)
        return rc;
    kt_rng_seed(&aws->rng, seed);
    kt_aws_retry_quota_init(&aws->quota);
    init_rates(aws);
    rc = kt_aws_settings_read(&aws->options.choice, aws->options.environment, aws->options.log, aws->arena,
                              &aws->settings, err);
    if (rc == 0)
        rc = init_client(aws, err);
    return rc < 0 ? rc : init_chain(aws, err);
}

int kt_aws_new(const kt_aws_options *options, kt_aws **out, kt_error *err)
{
    kt_aws *aws = calloc(1, sizeof(*aws));
    if (aws == NULL)
        return kt_fail_nomem(err, sizeof(*aws), "an AWS client");
    *aws = (kt_aws){ .options = *options, .arena = kt_arena_new(0) };
    if (aws->options.environment == NULL)
        aws->options.environment = kt_environment_process();
    if (aws->options.clock == NULL)
        aws->options.clock = kt_clock_system();
    const int rc = init(aws, err);
    if (rc < 0) {
        kt_http_client_close(aws->client);
        kt_arena_free(aws->arena);
        free(aws);
        return rc;
    }
    *out = aws;
    return 0;
}

/* The chain first: what it waits for then ends with the HTTP client, while the chain is still there to hear of it. */
void kt_aws_close(kt_aws *aws)
{
    if (aws == NULL || aws->is_closing)
        return;
    aws->is_closing = true;
    for (kt_aws_call *call = aws->first; call != NULL; call = call->next)
        call->is_cancelled = true;
    kt_credential_chain_close(aws->chain);
    kt_http_client_close(aws->client);
    while (aws->first != NULL) /* those that waited for their time */
        end_cancelled(aws->first);
    kt_arena_free(aws->arena);
    free(aws);
}

const kt_aws_settings *kt_aws_settings_in_use(const kt_aws *aws)
{
    return &aws->settings;
}

kt_credential_chain *kt_aws_credentials(kt_aws *aws)
{
    return aws->chain;
}

uint64_t kt_aws_sent(const kt_aws *aws, const kt_aws_service *service, const kt_aws_operation *operation)
{
    return aws->services[service_index(service)].sent[operation - service->operations];
}
