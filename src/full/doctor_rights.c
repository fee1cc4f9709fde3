/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_rights.c - what the account may do with Braket: devices in each region, a simulator by itself, and the roles
 * that Braket and its hybrid jobs work under. */
#include "full/doctor.h"

#include "braket/target.h"
#include <stdio.h>
#include <string.h>

#define SIMULATOR_ARN "arn:aws:braket:::device/quantum-simulator/amazon/sv1"
#define SERVICE_ROLE "AWSServiceRoleForAmazonBraket"
#define JOB_ROLE "AmazonBraketJobsExecutionRole"
enum { ROLE_PAGES_MOST = 10 };

/* ---- devices ---- */

/* Whether all regions say the same, which then is said once. */
static bool is_everywhere(const kt_doctor *d)
{
    for (size_t i = 1; i < KT_COUNT(d->regions) && d->regions[i].region != NULL; i++)
        if (strcmp(d->regions[i].problem, d->regions[0].problem) != 0)
            return false;
    return d->regions[0].problem[0] != '\0';
}

static void add_problems(const kt_doctor *d, kt_buf *out)
{
    if (is_everywhere(d)) {
        kt_buf_addf(out, "; everywhere: %s", d->regions[0].problem);
        return;
    }
    for (size_t i = 0; i < KT_COUNT(d->regions); i++)
        if (d->regions[i].problem[0] != '\0')
            kt_buf_addf(out, "; %s: %s", d->regions[i].region, d->regions[i].problem);
}

static void decide_devices(kt_check *check)
{
    const kt_doctor *d = check->doctor;
    size_t asked = 0, answered = 0, denied = 0, devices = 0;
    KT_BUF_OWN problems;
    kt_buf_init(&problems, KT_CHECK_FOUND_BYTES);
    for (; asked < KT_COUNT(d->regions) && d->regions[asked].region != NULL; asked++) {
        answered += d->regions[asked].problem[0] == '\0';
        denied += d->regions[asked].is_denied;
        devices += d->regions[asked].count;
    }
    add_problems(d, &problems);
    if (denied > 0)
        kt_check_mend_policy(check, "AmazonBraketFullAccess");
    else if (answered < asked)
        kt_check_mend(check, "try again; https://health.aws.amazon.com tells whether a region is in trouble");
    if (answered == asked && devices == 0)
        kt_check_mend(check, "enable Amazon Braket once for the account: https://console.aws.amazon.com/braket");
    kt_check_end(check,
                 answered == 0                      ? KT_CHECK_WRONG
                 : answered < asked || devices == 0 ? KT_CHECK_WARNING
                                                    : KT_CHECK_OK,
                 "%zu of %zu regions answer, %zu devices not retired%s", answered, asked, devices,
                 problems.data == NULL ? "" : problems.data);
}

/* Simulators are told in several regions; they count once in each. */
static void on_devices(kt_check *check, const kt_aws_output *output, size_t index)
{
    kt_doctor *d = check->doctor;
    size_t i;
    kt_json *device;
    if (output->rc < 0) {
        snprintf(d->regions[index].problem, sizeof(d->regions[index].problem), "%s", output->error->message);
        d->regions[index].is_denied = kt_check_is_denied(output);
    }
    json_array_foreach(json_object_get(output->members, "devices"), i, device)
    {
        const char *status = json_string_value(json_object_get(device, "deviceStatus"));
        d->regions[index].count += status == NULL || strcmp(status, "RETIRED") != 0;
    }
    if (--d->regions_waiting == 0)
        decide_devices(check);
}

void kt_check_devices(kt_check *check)
{
    kt_doctor *d = check->doctor;
    while (kt_braket_regions[d->regions_waiting] != NULL && d->regions_waiting < KT_COUNT(d->regions)) {
        d->regions[d->regions_waiting].region = kt_braket_regions[d->regions_waiting];
        d->regions_waiting++;
    }
    for (size_t i = 0; i < KT_COUNT(d->regions) && d->regions[i].region != NULL && !check->is_done; i++)
        kt_check_send(check, &(kt_check_call){ .service = &kt_aws_braket,
                                               .operation = "SearchDevices",
                                               .take_members = json_pack("{s:[], s:i}", "filters", "maxResults", 100),
                                               .region = d->regions[i].region,
                                               .answered = on_devices,
                                               .index = i });
}

/* ---- a simulator ---- */

static void on_simulator(kt_check *check, const kt_aws_output *output, size_t index)
{
    (void)index;
    const char *status = json_string_value(json_object_get(output->members, "deviceStatus"));
    if (output->rc < 0 && kt_check_is_denied(output)) {
        kt_check_mend_policy(check, "AmazonBraketFullAccess");
        kt_check_end(check, KT_CHECK_WRONG, "%s", output->error->message);
    } else if (output->rc < 0) {
        kt_check_end_refused(check, output, "try again, or give another --region");
    } else if (status == NULL || strcmp(status, "ONLINE") != 0) {
        kt_check_mend(check, "give another --region, or run locally: ketch run --device local");
        kt_check_end(check, KT_CHECK_WARNING, "SV1 in %s is %s", check->doctor->region, status == NULL ? "?" : status);
    } else
        kt_check_end(check, KT_CHECK_OK, "SV1 in %s is online", check->doctor->region);
}

void kt_check_simulator(kt_check *check)
{
    kt_check_send(check, &(kt_check_call){ .service = &kt_aws_braket,
                                           .operation = "GetDevice",
                                           .take_members = json_pack("{s:s}", "deviceArn", SIMULATOR_ARN),
                                           .answered = on_simulator });
}

/* ---- roles ---- */

/* An endpoint that is not AWS's mostly has no IAM; whoever may use Braket mostly may not look at roles. Neither says
 * that something is wrong. */
static void skip_role(kt_check *check, const kt_aws_output *output)
{
    if (kt_check_is_denied(output))
        kt_check_end(check, KT_CHECK_SKIPPED, "this identity may not look at roles (iam:GetRole, iam:ListRoles)");
    else
        kt_check_end(check, KT_CHECK_SKIPPED, "no IAM answers: %s", output->error->message);
}

static void on_service_role(kt_check *check, const kt_aws_output *output, size_t index)
{
    (void)index;
    if (strncmp(output->code, "NoSuchEntity", 12) == 0) {
        kt_check_mend(check, "aws iam create-service-linked-role --aws-service-name braket.amazonaws.com");
        kt_check_end(check, KT_CHECK_WARNING, "Amazon Braket was never enabled in this account: it has no role %s",
                     SERVICE_ROLE);
    } else if (output->rc == 0)
        kt_check_end(check, KT_CHECK_OK, "%s is there: Amazon Braket is enabled", SERVICE_ROLE);
    else
        skip_role(check, output);
}

void kt_check_service_role(kt_check *check)
{
    kt_check_send(check, &(kt_check_call){ .service = &kt_aws_iam,
                                           .operation = "GetRole",
                                           .take_members = json_pack("{s:s}", "RoleName", SERVICE_ROLE),
                                           .answered = on_service_role });
}

static void ask_job_roles(kt_check *check, const char *marker);

static void on_job_roles(kt_check *check, const kt_aws_output *output, size_t index)
{
    const char *marker = json_string_value(json_object_get(output->members, "Marker"));
    size_t i;
    kt_json *role;
    (void)index;
    if (output->rc < 0) {
        skip_role(check, output);
        return;
    }
    json_array_foreach(json_object_get(output->members, "Roles"), i, role)
    {
        const char *name = json_string_value(json_object_get(role, "RoleName"));
        if (name != NULL && strncmp(name, JOB_ROLE, strlen(JOB_ROLE)) == 0) {
            kt_check_end(check, KT_CHECK_OK, "%s", json_string_value(json_object_get(role, "Arn")));
            return;
        }
    }
    if (marker != NULL && ++check->doctor->role_pages < ROLE_PAGES_MOST) {
        ask_job_roles(check, marker);
        return;
    }
    kt_check_mend(check, "let the console make it: https://console.aws.amazon.com/braket (Permissions and settings, "
                         "Execution roles)");
    kt_check_end(check, KT_CHECK_WARNING, "no role /service-role/%s...: hybrid jobs need one, tasks don't", JOB_ROLE);
}

static void ask_job_roles(kt_check *check, const char *marker)
{
    kt_json *members = json_pack("{s:s, s:i, s:s*}", "PathPrefix", "/service-role/", "MaxItems", 100, "Marker", marker);
    kt_check_send(check, &(kt_check_call){ .service = &kt_aws_iam,
                                           .operation = "ListRoles",
                                           .take_members = members,
                                           .answered = on_job_roles });
}

void kt_check_job_role(kt_check *check)
{
    ask_job_roles(check, NULL);
}
