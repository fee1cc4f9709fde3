/* SPDX-License-Identifier: Apache-2.0 */
/* account_devices.c - Braket's devices: searched for in all regions at once, then each asked for what a search does not
 * tell, all at once too. A simulator is in several regions and is shown once. */
#include "full/account_device.h"

#include "base/error.h"
#include "braket/target.h"
#include "task/lookup.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 100, DEVICES_MOST = 500 };

/* ---- which ---- */

static void add_region(kt_account_device *d, const char *region)
{
    const size_t used = strlen(d->regions);
    snprintf(d->regions + used, sizeof(d->regions) - used, "%s%s", used == 0 ? "" : " ", region);
}

static kt_account_device *find_device(kt_account_devices *all, const char *arn)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].arn, arn) == 0)
            return &all->list[i];
    return NULL;
}

static bool is_text(const char *given, const char *found)
{
    return given == NULL || strcasecmp(given, found) == 0;
}

static bool is_wanted(const kt_account_args *args, const kt_json *item)
{
    const char *status = kt_account_text(item, "deviceStatus");
    if (args->name_count == 0 && args->status == NULL && !args->all && strcmp(status, "RETIRED") == 0)
        return false;
    return is_text(args->status, status) && is_text(args->type, kt_account_text(item, "deviceType"));
}

static int gather(kt_account_devices *all, const char *only, kt_error *err)
{
    const kt_json *items = all->account.items;
    const char *arn = NULL;
    if (only != NULL) {
        const int rc = kt_device_find(items, only, &arn, err);
        if (rc < 0) /* it may be in a region that did not answer */
            return all->account.rc < 0 ? (*err = all->account.error, all->account.rc) : rc;
    }
    for (size_t i = 0; i < json_array_size(items); i++) {
        const kt_json *item = json_array_get(items, i);
        const char *own = kt_account_text(item, "deviceArn");
        kt_account_device *known = find_device(all, own);
        if (known != NULL) {
            add_region(known, kt_account_text(item, "region"));
            continue;
        }
        if (own[0] == '\0' || all->count == DEVICES_MOST ||
            (arn != NULL ? strcmp(arn, own) != 0 : !is_wanted(all->account.args, item)))
            continue;
        all->list[all->count] = (kt_account_device){ .summary = item, .arn = own, .queue = -1 };
        add_region(&all->list[all->count++], kt_account_text(item, "region"));
    }
    return 0;
}

static int search(kt_account_devices *all, const char *only, kt_error *err)
{
    KT_OWN(kt_json) *members = json_pack("{s[], si}", "filters", "maxResults", (int)PAGE);
    const int rc = kt_account_search(&all->account, "SearchDevices", "devices", members, err);
    return rc < 0 ? rc : gather(all, only, err);
}

/* ---- what they say of themselves ---- */

static void set_region(const kt_account_devices *all, kt_account_device *d)
{
    const char *settings = kt_aws_settings_in_use(all->account.session.aws)->region;
    if (d->summary == NULL)
        snprintf(d->region, sizeof(d->region), "%s", kt_device_arn_region(d->arn, settings));
    else
        snprintf(d->region, sizeof(d->region), "%.*s", (int)strcspn(d->regions, " "), d->regions);
}

static int take(kt_account_devices *all, kt_account_device *d, kt_error *err)
{
    kt_error why = d->answer.error;
    int rc = d->answer.rc;
    if (rc == 0)
        rc = kt_target_new(d->answer.members, &d->target, &why);
    if (rc == 0) {
        d->queue = kt_lookup_queue(d->answer.members);
        return 0;
    }
    if (d->summary == NULL) {
        *err = why;
        return rc;
    }
    if (all->account.args->format == KT_RUN_TEXT)
        fprintf(stderr, "ketch: warning: %s: %s\n", kt_account_last(d->arn), why.message);
    return kt_account_warn(&all->account, d->region, rc, &why);
}

static int ask(kt_account_devices *all, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < all->count; i++) {
        kt_account_device *d = &all->list[i];
        set_region(all, d);
        d->members = json_pack("{ss}", "deviceArn", d->arn);
        if (d->members == NULL)
            rc = kt_fail_nomem(err, 0, "a question");
        const kt_aws_input input = { .service = &kt_aws_braket,
                                     .operation = kt_aws_operation_find(&kt_aws_braket, "GetDevice"),
                                     .region = d->region,
                                     .members = d->members };
        kt_session_send(&all->account.session, &input, &d->answer);
    }
    kt_session_wait(&all->account.session);
    for (size_t i = 0; i < all->count && rc == 0; i++)
        rc = take(all, &all->list[i], err);
    return rc;
}

/* ---- for a program ---- */

static void write_count(kt_jw *w, const char *key, int64_t value, int64_t unknown)
{
    kt_jw_key(w, key);
    if (value == unknown)
        kt_jw_null(w);
    else
        kt_jw_int(w, value);
}

static void write_regions(kt_jw *w, const kt_account_device *d)
{
    kt_jw_key(w, "regions");
    kt_jw_array(w);
    for (const char *from = d->regions; *from != '\0';) {
        const size_t length = strcspn(from, " ");
        kt_jw_string(w, (kt_view){ from, length });
        from += length + (from[length] == ' ');
    }
    kt_jw_close(w);
}

static void write_price(kt_jw *w, const kt_target_facts *facts)
{
    kt_jw_key(w, "list_price");
    if (!facts->has_price) {
        kt_jw_null(w);
        return;
    }
    kt_jw_object(w);
    kt_jw_key(w, "usd");
    kt_jw_double(w, facts->price_usd);
    kt_jw_key(w, "unit");
    kt_jw_strz(w, facts->price_unit);
    kt_jw_close(w);
}

static void write_device(kt_jw *w, const kt_account_device *d, bool is_whole)
{
    const kt_target_facts *facts = kt_account_device_facts(d);
    char when[32];
    const bool is_open = kt_account_device_window(d, when);
    kt_jw_object(w);
    kt_jw_key(w, "name");
    kt_jw_strz(w, kt_account_device_text(d, "deviceName", facts->name));
    kt_jw_key(w, "arn");
    kt_jw_strz(w, d->arn);
    kt_jw_key(w, "provider");
    kt_jw_strz(w, kt_account_device_text(d, "providerName", facts->provider));
    kt_jw_key(w, "type");
    kt_jw_strz(w, kt_account_device_text(d, "deviceType", facts->type));
    kt_jw_key(w, "status");
    kt_jw_strz(w, kt_account_device_status(d));
    write_regions(w, d);
    write_count(w, "qubits", facts->qubit_count, 0);
    write_count(w, "queue", d->queue, -1);
    write_count(w, "shots_least", d->target == NULL ? -1 : facts->shots_least, -1);
    write_count(w, "shots_most", d->target == NULL ? -1 : facts->shots_most, -1);
    kt_jw_key(w, "program_sets");
    kt_jw_bool(w, facts->takes_program_sets);
    write_price(w, facts);
    kt_jw_key(w, "open");
    kt_jw_bool(w, is_open);
    kt_jw_key(w, "opens_at");
    kt_jw_strz(w, when[0] == '\0' ? NULL : when);
    if (is_whole && d->target != NULL) {
        kt_jw_key(w, "capabilities");
        kt_jw_value(w, kt_target_capabilities(d->target));
    }
    kt_jw_close(w);
}

static int write_json(const kt_account_devices *all, bool is_one, kt_error *err)
{
    kt_jw w;
    kt_jw_init(&w, all->account.args->out, 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "devices");
    kt_jw_array(&w);
    for (size_t i = 0; i < all->count; i++)
        write_device(&w, &all->list[i], is_one);
    kt_jw_close(&w);
    kt_account_write_warnings(&all->account, &w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}

/* ---- the command ---- */

static int look(kt_account_devices *all, const char *only, kt_error *err)
{
    kt_name_kind kind = KT_NAME_SHORT;
    kt_device_rule rule;
    int rc = only == NULL ? 0 : kt_device_name_parse(only, &kind, &rule, err);
    if (rc == 0 && kind == KT_NAME_RULE)
        rc = kt_fail(err, KT_E_INVALID, "'%.80s' is a rule for 'ketch run'; expected the name of one device", only);
    all->list = rc < 0 ? NULL : calloc(DEVICES_MOST, sizeof(*all->list));
    if (rc == 0 && all->list == NULL)
        rc = kt_fail_nomem(err, DEVICES_MOST * sizeof(*all->list), "devices");
    if (rc < 0)
        return rc;
    if (kind == KT_NAME_ARN)
        all->list[all->count++] = (kt_account_device){ .arn = only, .queue = -1 };
    else
        rc = search(all, only, err);
    if (rc == 0)
        rc = ask(all, err);
    if (rc < 0)
        return rc;
    if (all->account.args->format == KT_RUN_JSON)
        return write_json(all, only != NULL, err);
    return only != NULL && all->list[0].target != NULL ? kt_account_devices_one(all, &all->list[0], err)
                                                       : kt_account_devices_table(all, err);
}

int kt_cmd_account_devices(const kt_account_args *args, kt_error *err)
{
    kt_account_devices all = { .list = NULL };
    int rc = kt_account_open(&all.account, args, err);
    if (rc == 0)
        rc = look(&all, args->name_count > 0 ? args->names[0] : NULL, err);
    for (size_t i = 0; all.list != NULL && i < all.count; i++) {
        kt_answer_fini(&all.list[i].answer);
        kt_json_free(all.list[i].members);
        kt_target_free(all.list[i].target);
    }
    free(all.list);
    kt_account_close(&all.account);
    return rc;
}
