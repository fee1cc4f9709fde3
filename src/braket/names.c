/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - what people call devices. ARNs, GetDevice's names and the price list's names of one device differ in letter
 * case, hyphens and blanks, so none of these counts. */
#include "base/text.h"
#include "braket/target_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES_MOST = 256, QUBITS_MOST = 1000000 };

/* ---- what kind of name ---- */

static int parse_arn(const char *text, kt_error *err)
{
    if (strncmp(text, "arn:", 4) != 0 || strstr(text, ":braket:") == NULL || strstr(text, ":device/") == NULL)
        return kt_fail(err, KT_E_INVALID,
                       "'%.120s' is no device's ARN; expected something like "
                       "arn:aws:braket:::device/quantum-simulator/amazon/sv1",
                       text);
    return 0;
}

static int rule_qubits(kt_view value, kt_device_rule *rule, kt_error *err)
{
    uint64_t qubits = 0;
    const int rc = kt_parse_uint(value, 1, QUBITS_MOST, &qubits, err);
    rule->qubits_least = (int64_t)qubits;
    return rc < 0 ? kt_wrap(err, rc, "qubits") : 0;
}

static int rule_type(kt_view value, kt_device_rule *rule, kt_error *err)
{
    if (!kt_view_is(value, "qpu") && !kt_view_is(value, "simulator"))
        return kt_fail(err, KT_E_INVALID, "type=%.*s is none; expected qpu or simulator", KT_VIEW_ARG(value));
    rule->type = toupper((unsigned char)value.data[0]);
    return 0;
}

static int rule_choose(kt_view value, kt_device_rule *rule, kt_error *err)
{
    if (!kt_view_is(value, "cheapest") && !kt_view_is(value, "shortest-queue"))
        return kt_fail(err, KT_E_INVALID, "choose=%.*s is none; expected cheapest or shortest-queue",
                       KT_VIEW_ARG(value));
    rule->choose = value.data[0] == 'c' ? KT_CHOOSE_CHEAPEST : KT_CHOOSE_SHORTEST_QUEUE;
    return 0;
}

static const struct {
    const char *name;
    int (*read)(kt_view value, kt_device_rule *rule, kt_error *err);
} rule_parts[] = { { "qubits", rule_qubits }, { "type", rule_type }, { "choose", rule_choose } };

static int read_part(kt_view part, kt_device_rule *rule, kt_error *err)
{
    const char *equal = part.length == 0 ? NULL : memchr(part.data, '=', part.length);
    const kt_view name = { part.data, equal == NULL ? part.length : (size_t)(equal - part.data) };
    for (size_t i = 0; i < KT_COUNT(rule_parts) && equal != NULL; i++)
        if (kt_view_is(name, rule_parts[i].name))
            return rule_parts[i].read((kt_view){ equal + 1, part.length - name.length - 1 }, rule, err);
    return kt_fail(err, KT_E_INVALID,
                   "'%.*s' is no part of a rule; expected qubits=N, type=qpu|simulator or "
                   "choose=cheapest|shortest-queue",
                   (int)(part.length < 60 ? part.length : 60), part.data);
}

static int parse_rule(const char *text, kt_device_rule *rule, kt_error *err)
{
    kt_device_rule made = { .choose = KT_CHOOSE_CHEAPEST };
    const char *at = text + strlen("any");
    int rc = 0;
    while (rc == 0 && *at != '\0') {
        at++; /* the ':' or ',' */
        const size_t length = strcspn(at, ",");
        rc = read_part((kt_view){ at, length }, &made, err);
        at += length;
    }
    if (rc < 0)
        return kt_wrap(err, rc, "the device '%.120s'", text);
    *rule = made;
    return 0;
}

int kt_device_name_parse(const char *text, kt_name_kind *kind, kt_device_rule *rule, kt_error *err)
{
    kt_name_kind found = KT_NAME_SHORT;
    int rc = 0;
    if (text[0] == '\0' || strlen(text) > NAME_BYTES_MOST)
        rc = kt_fail(err, KT_E_INVALID, "a device's name has 1 to %d characters; found %zu", (int)NAME_BYTES_MOST,
                     strlen(text));
    else if (strcmp(text, "local") == 0 || strncmp(text, "local:", 6) == 0)
        found = KT_NAME_LOCAL;
    else if (strcmp(text, "any") == 0 || strncmp(text, "any:", 4) == 0) {
        found = KT_NAME_RULE;
        rc = parse_rule(text, rule, err);
    } else if (strchr(text, ':') != NULL) {
        found = KT_NAME_ARN;
        rc = parse_arn(text, err);
    }
    if (rc == 0)
        *kind = found;
    return rc;
}

/* ---- where to ask ---- */

static const char *braket_region(kt_view region)
{
    for (size_t i = 0; kt_braket_regions[i] != NULL; i++)
        if (kt_view_is(region, kt_braket_regions[i]))
            return kt_braket_regions[i];
    return NULL;
}

const char *kt_device_arn_region(const char *arn, const char *region)
{
    const char *at = arn;
    for (int colons = 0; at != NULL && colons < 3; colons++) {
        at = strchr(at, ':');
        at = at == NULL ? NULL : at + 1;
    }
    const char *own = at == NULL ? NULL : braket_region((kt_view){ at, strcspn(at, ":") });
    if (own == NULL)
        own = braket_region(kt_view_of(region));
    return own == NULL ? kt_braket_regions[0] : own;
}

/* ---- which one ---- */

/* Letters and digits only, in lower case. */
static void plain(const char *name, char out[NAME_BYTES_MOST + 1])
{
    size_t length = 0;
    for (; *name != '\0' && length < NAME_BYTES_MOST; name++)
        if (isalnum((unsigned char)*name))
            out[length++] = (char)tolower((unsigned char)*name);
    out[length] = '\0';
}

static const char *last_part(const char *arn)
{
    const char *slash = strrchr(arn, '/');
    return slash == NULL ? arn : slash + 1;
}

static bool is_named(const kt_json *device, const char *wanted)
{
    char found[NAME_BYTES_MOST + 1];
    const char *arn = json_string_value(json_object_get(device, "deviceArn"));
    const char *name = json_string_value(json_object_get(device, "deviceName"));
    plain(arn == NULL ? "" : last_part(arn), found);
    if (arn != NULL && strcmp(found, wanted) == 0)
        return true;
    plain(name == NULL ? "" : name, found);
    return arn != NULL && name != NULL && strcmp(found, wanted) == 0;
}

static bool is_retired(const kt_json *device)
{
    const char *status = json_string_value(json_object_get(device, "deviceStatus"));
    return status != NULL && strcmp(status, "RETIRED") == 0;
}

static int fail_unknown(const kt_json *devices, const char *name, kt_error *err)
{
    kt_nearest nearest;
    char hint[96];
    kt_nearest_init(&nearest, kt_view_of(name));
    for (size_t i = 0; i < json_array_size(devices); i++) {
        const kt_json *device = json_array_get(devices, i);
        const char *arn = json_string_value(json_object_get(device, "deviceArn"));
        if (arn != NULL && !is_retired(device))
            kt_nearest_offer(&nearest, kt_view_of(last_part(arn)));
    }
    kt_nearest_hint(&nearest, hint, sizeof(hint));
    return kt_fail(err, KT_E_NOT_FOUND, "Braket has no device '%.80s'%s; 'ketch devices' lists them", name, hint);
}

int kt_device_find(const kt_json *devices, const char *name, const char **arn, kt_error *err)
{
    char wanted[NAME_BYTES_MOST + 1];
    const kt_json *found = NULL;
    plain(name, wanted);
    for (size_t i = 0; i < json_array_size(devices); i++) {
        const kt_json *device = json_array_get(devices, i);
        if (is_named(device, wanted) && (found == NULL || is_retired(found)))
            found = device;
    }
    if (found == NULL)
        return fail_unknown(devices, name, err);
    *arn = json_string_value(json_object_get(found, "deviceArn"));
    return 0;
}
