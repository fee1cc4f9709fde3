/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_aws.c - the checks on the way to AWS: settings, region, endpoint, clock, credentials, identity; and what the
 * client holds itself to. */
#include "full/doctor.h"

#include "aws/endpoint.h"
#include "base/text.h"
#include "braket/target.h"
#include <stdio.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)
#define SKEW_WRONG_NS (300 * SECOND_NS) /* what AWS refuses signatures for */
#define SKEW_MUCH_NS (60 * SECOND_NS)
#define EXPIRY_SOON_NS (900 * SECOND_NS)
#define SIMULATOR_ARN "arn:aws:braket:::device/quantum-simulator/amazon/sv1"
enum { FIRST_BYTE_MS = 8000, CONNECT_MS = 4000, WHOLE_MS = 12000, KEY_END_SHOWN = 4 };

static const kt_aws_settings *settings_of(const kt_check *check)
{
    return kt_aws_settings_in_use(check->doctor->session.aws);
}

/* ---- settings ---- */

void kt_check_settings(kt_check *check)
{
    kt_doctor *d = check->doctor;
    if (!d->has_aws) {
        if (d->opening.code == KT_E_NOT_FOUND)
            kt_check_mend(check, "'aws configure list-profiles' lists the profiles there are; 'aws configure "
                                 "--profile NAME' makes one");
        else
            kt_check_mend(check, "change that setting; doc/aws.md lists all that are read");
        kt_check_end_error(check, &d->opening);
        return;
    }
    const kt_aws_settings *s = settings_of(check);
    const bool is_default = strcmp(s->profile_from, "default") == 0;
    kt_check_end(check, KT_CHECK_OK, "profile %s%s%s%s, %s retries, %d tries", s->profile, is_default ? "" : " (",
                 is_default ? "" : s->profile_from, is_default ? "" : ")",
                 s->retry_mode == KT_AWS_RETRY_ADAPTIVE ? "adaptive" : "standard", s->attempts_most);
}

/* ---- region ---- */

static bool is_braket_region(const char *region)
{
    for (size_t i = 0; kt_braket_regions[i] != NULL; i++)
        if (strcmp(kt_braket_regions[i], region) == 0)
            return true;
    return false;
}

/* Whether AWS could have a region of that name: "ap-southeast-2", "us-gov-west-1". */
static bool is_region_name(const char *region)
{
    static const char *const directions[] = { "north",     "south",     "east",      "west",     "central",
                                              "northeast", "northwest", "southeast", "southwest" };
    const char *last = strrchr(region, '-');
    if (last == NULL || strspn(last + 1, "0123456789") != strlen(last + 1) || last[1] == '\0')
        return false;
    const char *start = last;
    while (start > region && start[-1] != '-')
        start--;
    const kt_view word = { start, (size_t)(last - start) };
    for (size_t i = 0; i < KT_COUNT(directions); i++)
        if (kt_view_is(word, directions[i]))
            return start - region >= 3;
    return false;
}

/* By a slip of the finger, else on the map. */
static const char *nearest_region(const char *region)
{
    static const struct {
        const char *start, *nearest;
    } map[] = { { "eu-north", "eu-north-1" }, { "eu-", "eu-west-2" },    { "af-", "eu-west-2" },
                { "me-", "eu-west-2" },       { "il-", "eu-west-2" },    { "us-west", "us-west-2" },
                { "ap-", "us-west-1" },       { "ca-west", "us-west-2" } };
    kt_nearest near;
    kt_nearest_init(&near, kt_view_of(region));
    for (size_t i = 0; !is_region_name(region) && kt_braket_regions[i] != NULL; i++)
        kt_nearest_offer(&near, kt_view_of(kt_braket_regions[i]));
    if (near.text.data != NULL && near.distance <= 1 + strlen(region) / 4)
        return near.text.data;
    for (size_t i = 0; i < KT_COUNT(map); i++)
        if (strncmp(region, map[i].start, strlen(map[i].start)) == 0)
            return map[i].nearest;
    return "us-east-1";
}

/* By the way it was chosen. */
static void mend_region(kt_check *check)
{
    const kt_aws_settings *s = settings_of(check);
    const char *nearest = nearest_region(s->region);
    if (strcmp(s->region_from, "argument") == 0)
        kt_check_mend(check, "--region %s", nearest);
    else if (strncmp(s->region_from, "profile", 7) == 0)
        kt_check_mend(check, "aws configure set region %s --profile %s", nearest, s->profile);
    else
        kt_check_mend(check, "export %s=%s", s->region_from, nearest);
}

void kt_check_region(kt_check *check)
{
    kt_doctor *d = check->doctor;
    const kt_aws_settings *s = settings_of(check);
    const char *region = s->region;
    const char *from = region != NULL && strcmp(s->region_from, "argument") == 0 ? "--region" : s->region_from;
    d->region = kt_device_arn_region(SIMULATOR_ARN, region);
    if (region == NULL) {
        kt_check_mend(check, "aws configure set region us-east-1");
        kt_check_end(check, KT_CHECK_WARNING, "none is set; %s is taken where a device leaves a choice", d->region);
    } else if (is_braket_region(region)) {
        kt_check_end(check, KT_CHECK_OK, "%s (%s)", region, from);
    } else {
        const bool exists = is_region_name(region);
        mend_region(check);
        kt_check_end(check, exists ? KT_CHECK_WARNING : KT_CHECK_WRONG,
                     exists ? "%.60s (%s) has no Amazon Braket; %s is taken where a device leaves a choice"
                            : "'%.60s' (%s) is no region of AWS",
                     region, from, d->region);
    }
}

/* ---- endpoint and clock ---- */

static void on_reached(void *ctx, const kt_http_response *response)
{
    kt_check *check = ctx;
    kt_doctor *d = check->doctor;
    const kt_clock *clock = kt_clock_system();
    kt_aws_endpoint e;
    if (check->is_done)
        return;
    if (kt_aws_endpoint_find(settings_of(check), &kt_aws_braket, d->region, d->arena, &e, NULL) < 0) {
        kt_check_end(check, KT_CHECK_WRONG, "out of memory");
        return;
    }
    if (response->rc < 0) {
        if (e.from != NULL)
            kt_check_mend(check, "start what should listen there, or take the setting back (%s)", e.from);
        else
            kt_check_mend(check, "look at the network and its name server; behind a proxy set HTTPS_PROXY, with "
                                 "certificates of your own AWS_CA_BUNDLE");
        kt_check_end(check, KT_CHECK_WRONG, "%s://%s%s (%s): %s", e.scheme, e.host, e.base_path,
                     e.from == NULL ? "the region's own" : e.from, response->error->message);
        return;
    }
    d->has_date = response->date_ns != 0;
    d->skew_ns = response->date_ns - clock->wall_ns(clock->ctx);
    kt_check_end(check, KT_CHECK_OK, "%s://%s%s (%s) answers", e.scheme, e.host, e.base_path,
                 e.from == NULL ? "the region's own" : e.from);
}

/* Without a signature: whether anybody is there does not depend on keys. */
void kt_check_endpoint(kt_check *check)
{
    kt_doctor *d = check->doctor;
    kt_error error = { 0 };
    kt_aws_endpoint e;
    int rc = kt_aws_endpoint_find(settings_of(check), &kt_aws_braket, d->region, d->arena, &e, &error);
    const char *url = rc < 0 ? NULL : kt_arena_printf(d->arena, "%s://%s%s/", e.scheme, e.host, e.base_path);
    if (rc == 0 && url == NULL)
        rc = kt_fail_nomem(&error, 0, "a URL");
    if (rc == 0) {
        const kt_http_send send = {
            .method = "GET",
            .url = url,
            .patience = { .connect_ms = CONNECT_MS, .first_byte_ms = FIRST_BYTE_MS, .whole_ms = WHOLE_MS },
            .done = on_reached,
            .ctx = check,
        };
        rc = kt_http_client_send(d->http, &send, NULL, &error);
    }
    if (rc < 0) {
        kt_check_mend(check, "change that setting; doc/aws.md says which ones count");
        kt_check_end_error(check, &error);
    }
}

void kt_check_clock(kt_check *check)
{
    const kt_doctor *d = check->doctor;
    const int64_t off_ns = d->skew_ns < 0 ? -d->skew_ns : d->skew_ns;
    char text[32];
    if (!d->has_date) {
        kt_check_end(check, KT_CHECK_SKIPPED, "the endpoint's answer has no Date");
        return;
    }
    kt_duration_text(off_ns / SECOND_NS * SECOND_NS, text, sizeof(text));
    if (off_ns < SKEW_MUCH_NS) {
        kt_check_end(check, KT_CHECK_OK, "right to %s", off_ns < 2 * SECOND_NS ? "a second or two" : text);
        return;
    }
    kt_check_mend(check, "sudo timedatectl set-ntp true");
    kt_check_end(check, off_ns > SKEW_WRONG_NS ? KT_CHECK_WRONG : KT_CHECK_WARNING,
                 "this machine's clock is %s %s; AWS takes signatures within five minutes", text,
                 d->skew_ns > 0 ? "behind" : "ahead");
}

/* ---- credentials and identity ---- */

static void describe_keys(kt_check *check, const kt_credentials *keys)
{
    const kt_clock *clock = kt_clock_system();
    const size_t length = strlen(keys->access_key);
    const char *end = keys->access_key + (length > 2 * KEY_END_SHOWN ? length - KEY_END_SHOWN : length);
    char left[32];
    if (keys->expires_ns == 0) {
        kt_check_end(check, KT_CHECK_OK, "%s, key ...%s, %s", keys->source, end,
                     keys->session_token == NULL ? "without an end" : "temporary");
        return;
    }
    const int64_t left_ns = keys->expires_ns - clock->wall_ns(clock->ctx);
    kt_duration_text(left_ns, left, sizeof(left));
    kt_check_end(check, KT_CHECK_OK, "%s, key ...%s, good for %s", keys->source, end, left);
}

static void on_keys(void *ctx, int rc, const kt_credentials *keys, const kt_error *err)
{
    kt_check *check = ctx;
    if (check->is_done)
        return;
    if (rc == 0) {
        describe_keys(check, keys);
        return;
    }
    if (strncmp(err->message, "SSO", 3) == 0)
        kt_check_mend(check, "aws sso login --profile %s", settings_of(check)->profile);
    else if (strncmp(err->message, "credential_process", 18) == 0)
        kt_check_mend(check, "run that program by itself: it must print one JSON object and end with 0");
    else if (rc == KT_E_CANCELLED)
        kt_check_mend(check, "run it again, with the code at hand");
    else if (rc == KT_E_INVALID || rc == KT_E_LIMIT)
        kt_check_mend(check, "change that setting; doc/aws.md has all sources of keys in their order");
    else
        kt_check_mend(check, "'aws configure' stores keys; without an account, 'ketch sandbox -- COMMAND' has some");
    kt_check_end_error(check, err);
}

void kt_check_credentials(kt_check *check)
{
    kt_credential_chain_get(kt_aws_credentials(check->doctor->session.aws), on_keys, check);
}

static void on_identity(kt_check *check, const kt_aws_output *output, size_t index)
{
    kt_doctor *d = check->doctor;
    const char *account = json_string_value(json_object_get(output->members, "Account"));
    const char *arn = json_string_value(json_object_get(output->members, "Arn"));
    (void)index;
    if (output->rc < 0) {
        kt_check_end_refused(check, output, "'aws sts get-caller-identity' asks the same");
    } else if (account == NULL || strlen(account) != 12 || arn == NULL) {
        kt_check_mend(check, "look whether the endpoint is AWS's, or a sandbox's");
        kt_check_end(check, KT_CHECK_WRONG, "GetCallerIdentity named no account of 12 digits");
    } else {
        snprintf(d->account, sizeof(d->account), "%s", account);
        snprintf(d->arn, sizeof(d->arn), "%s", arn);
        const bool is_root = strstr(arn, ":root") != NULL;
        if (is_root)
            kt_check_mend(check, "make a user or a role for this: https://console.aws.amazon.com/iam");
        kt_check_end(check, is_root ? KT_CHECK_WARNING : KT_CHECK_OK, "account %s, %s%s", d->account, d->arn,
                     is_root ? ": the account's owner, whom no policy can restrain" : "");
    }
}

void kt_check_identity(kt_check *check)
{
    kt_check_send(check, &(kt_check_call){ .service = &kt_aws_sts,
                                           .operation = "GetCallerIdentity",
                                           .take_members = json_object(),
                                           .answered = on_identity });
}

/* ---- quotas ---- */

void kt_check_quotas(kt_check *check)
{
    const kt_aws_operation *create = kt_aws_operation_find(&kt_aws_braket, "CreateQuantumTask");
    const kt_aws_operation *search = kt_aws_operation_find(&kt_aws_braket, "SearchQuantumTasks");
    kt_check_mend(check, "yours, and how to raise them: "
                         "https://console.aws.amazon.com/servicequotas/home/services/braket/quotas");
    kt_check_end(check, KT_CHECK_OK,
                 "not asked for; Ketch keeps to Braket's defaults: %g new tasks, %g searches, %g calls in all a second",
                 create->per_second, search->per_second, kt_aws_braket.per_second);
}
