/* SPDX-License-Identifier: Apache-2.0 */
/* account_devices.c - Braket's devices: searched for in all regions at once, then each asked for what a search does not
 * tell, all at once too. A simulator is in several regions and is shown once. */
#include "full/account.h"

#include "base/error.h"
#include "braket/target.h"
#include "full/table.h"
#include "task/lookup.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 100, DEVICES_MOST = 500 };

typedef struct device {
    const kt_json *summary; /* NULL: asked for by its ARN */
    const char *arn;
    char regions[160]; /* "us-east-1 us-west-2" */
    char region[32];   /* to ask in */
    kt_answer answer;
    kt_json *members;
    kt_target *target; /* NULL: no details */
    int64_t queue;
} device;

typedef struct devices {
    kt_account account;
    device *list;
    size_t count;
} devices;

/* ---- which ---- */

static void add_region(device *d, const char *region)
{
    const size_t used = strlen(d->regions);
    snprintf(d->regions + used, sizeof(d->regions) - used, "%s%s", used == 0 ? "" : " ", region);
}

static device *find_device(devices *all, const char *arn)
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

static int gather(devices *all, const char *only, kt_error *err)
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
        device *known = find_device(all, own);
        if (known != NULL) {
            add_region(known, kt_account_text(item, "region"));
            continue;
        }
        if (own[0] == '\0' || all->count == DEVICES_MOST ||
            (arn != NULL ? strcmp(arn, own) != 0 : !is_wanted(all->account.args, item)))
            continue;
        all->list[all->count] = (device){ .summary = item, .arn = own, .queue = -1 };
        add_region(&all->list[all->count++], kt_account_text(item, "region"));
    }
    return 0;
}

static int search(devices *all, const char *only, kt_error *err)
{
    KT_OWN(kt_json) *members = json_pack("{s[], si}", "filters", "maxResults", (int)PAGE);
    const int rc = kt_account_search(&all->account, "SearchDevices", "devices", members, err);
    return rc < 0 ? rc : gather(all, only, err);
}

/* ---- what they say of themselves ---- */

static void set_region(const devices *all, device *d)
{
    const char *settings = kt_aws_settings_in_use(all->account.session.aws)->region;
    if (d->summary == NULL)
        snprintf(d->region, sizeof(d->region), "%s", kt_device_arn_region(d->arn, settings));
    else
        snprintf(d->region, sizeof(d->region), "%.*s", (int)strcspn(d->regions, " "), d->regions);
}

static int take(devices *all, device *d, kt_error *err)
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

static int ask(devices *all, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < all->count; i++) {
        device *d = &all->list[i];
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

/* ---- what is shown of one ---- */

static const char *text_of(const device *d, const char *of_summary, const char *of_target)
{
    const char *found = kt_account_text(d->summary, of_summary);
    return found[0] == '\0' && d->target != NULL ? of_target : found;
}

static const kt_target_facts *facts_of(const device *d)
{
    static const kt_target_facts nothing = {
        .name = "", .provider = "", .type = "", .status = "", .price_unit = "", .location = ""
    };
    return d->target == NULL ? &nothing : kt_target_facts_of(d->target);
}

static const char *status_of(const device *d)
{
    return text_of(d, "deviceStatus", facts_of(d)->status);
}

/* Whether it is open, and when it opens next. */
static bool window_of(const device *d, char when[32])
{
    const kt_clock *clock = kt_clock_system();
    int64_t next_ns = 0;
    when[0] = '\0';
    const bool is_open = d->target != NULL && kt_target_is_open(d->target, clock->wall_ns(clock->ctx), &next_ns);
    if (!is_open && next_ns > 0)
        kt_time_text(next_ns, when, 32, NULL);
    return is_open;
}

static void price_of(const device *d, char price[48])
{
    const kt_target_facts *facts = facts_of(d);
    if (facts->has_price)
        snprintf(price, 48, "$%g/%s", facts->price_usd, facts->price_unit);
    else
        price[0] = '\0';
}

static int add_row(const device *d, kt_table *table, kt_error *err)
{
    char price[48], when[32], qubits[24] = "", queue[24] = "";
    const bool is_open = window_of(d, when);
    price_of(d, price);
    if (facts_of(d)->qubit_count > 0)
        snprintf(qubits, sizeof(qubits), "%lld", (long long)facts_of(d)->qubit_count);
    if (d->queue >= 0)
        snprintf(queue, sizeof(queue), "%lld", (long long)d->queue);
    if (when[0] != '\0')
        snprintf(when + 16, sizeof(when) - 16, "Z"); /* to the minute */
    const char *cells[] = { kt_account_last(d->arn),
                            text_of(d, "providerName", facts_of(d)->provider),
                            status_of(d),
                            qubits,
                            queue,
                            price,
                            strcmp(status_of(d), "ONLINE") != 0 ? ""
                            : is_open                           ? "open now"
                                                                : when,
                            d->regions };
    int rc = 0;
    for (size_t i = 0; i < KT_COUNT(cells) && rc == 0; i++)
        rc = kt_table_add(table, err, "%s", cells[i]);
    return rc;
}

static int write_table(const devices *all, kt_error *err)
{
    static const char *const titles[] = { "NAME",   "PROVIDER",   "STATUS", ">QUBITS",
                                          ">QUEUE", "LIST PRICE", "WINDOW", "REGION" };
    KT_OWN(kt_table) *table = NULL;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = kt_table_new(titles, KT_COUNT(titles), &table, err);
    for (size_t i = 0; i < all->count && rc == 0; i++)
        rc = add_row(&all->list[i], table, err);
    if (rc < 0)
        return rc;
    if (all->count > 0)
        kt_table_write(table, all->account.args->colour, &text);
    else
        kt_buf_adds(&text, "No device of Braket that the filters let through.\n");
    return kt_account_put(&all->account, &text, err);
}

/* ---- one, whole ---- */

static const kt_json *at(const kt_json *json, const char *a, const char *b)
{
    return b == NULL ? json_object_get(json, a) : json_object_get(json_object_get(json, a), b);
}

/* A list's texts, folded under its title. */
static void add_names(kt_buf *text, const char *title, const kt_json *list, const char *member, int width)
{
    enum { COLUMN = 14 };
    int column = COLUMN;
    size_t i;
    kt_json *item;
    if (json_array_size(list) == 0)
        return;
    kt_buf_addf(text, "%-*s", COLUMN, title);
    json_array_foreach((kt_json *)list, i, item)
    {
        const char *name = member == NULL ? json_string_value(item) : kt_account_text(item, member);
        const int length = name == NULL ? 0 : (int)strlen(name);
        if (i > 0 && column + 1 + length > width) {
            kt_buf_addf(text, "\n%*s", COLUMN, "");
            column = COLUMN;
        } else if (i > 0) {
            kt_buf_addc(text, ' ');
            column++;
        }
        kt_buf_adds(text, name == NULL ? "" : name);
        column += length;
    }
    kt_buf_addc(text, '\n');
}

static void add_line(kt_buf *text, const char *title, const char *value)
{
    if (value[0] != '\0')
        kt_buf_addf(text, "%-14s%s\n", title, value);
}

static void add_shape(kt_buf *text, const device *d)
{
    const kt_json *paradigm = json_object_get(kt_target_capabilities(d->target), "paradigm");
    const kt_json *graph = at(paradigm, "connectivity", "connectivityGraph");
    const char *from;
    kt_json *to;
    size_t edges = 0;
    if (json_is_true(at(paradigm, "connectivity", "fullyConnected"))) {
        kt_buf_addf(text, "%-14sall to all\n", "coupling");
        return;
    }
    json_object_foreach((kt_json *)graph, from, to)
    {
        edges += json_array_size(to);
    }
    if (edges > 0)
        kt_buf_addf(text, "%-14s%zu couplings listed; --json has them\n", "coupling", edges);
}

static void add_limits(kt_buf *text, const device *d)
{
    const kt_target_facts *facts = facts_of(d);
    char price[48], when[32];
    const bool is_open = window_of(d, when);
    price_of(d, price);
    if (facts->qubit_count > 0)
        kt_buf_addf(text, "%-14s%lld\n", "qubits", (long long)facts->qubit_count);
    kt_buf_addf(text, "%-14s%lld to %lld a task\n", "shots", (long long)facts->shots_least,
                (long long)facts->shots_most);
    if (facts->takes_program_sets)
        kt_buf_addf(text, "%-14sat most %lld executables, %lld to %lld shots in all\n", "program sets",
                    (long long)facts->executables_most, (long long)facts->set_shots_least,
                    (long long)facts->set_shots_most);
    if (d->queue >= 0)
        kt_buf_addf(text, "%-14s%lld tasks\n", "queue", (long long)d->queue);
    if (price[0] != '\0')
        kt_buf_addf(text, "%-14s%s, list price\n", "price", price);
    if (is_open || when[0] != '\0')
        kt_buf_addf(text, "%-14s%s%s\n", "window", is_open ? "open now" : "opens ", when);
}

static int write_one(const devices *all, const device *d, kt_error *err)
{
    const kt_json *capabilities = kt_target_capabilities(d->target), *paradigm = at(capabilities, "paradigm", NULL);
    const kt_json *action = at(capabilities, "action", "braket.ir.openqasm.program");
    const kt_target_facts *facts = facts_of(d);
    const int width = all->account.args->width;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    add_line(&text, "name", facts->name);
    add_line(&text, "provider", facts->provider);
    add_line(&text, "type", facts->type);
    add_line(&text, "status", status_of(d));
    add_line(&text, "arn", d->arn);
    add_line(&text, "region", d->regions);
    add_line(&text, "location", facts->location);
    add_limits(&text, d);
    add_shape(&text, d);
    add_names(&text, "native gates", json_object_get(paradigm, "nativeGateSet"), NULL, width);
    add_names(&text, "operations", json_object_get(action, "supportedOperations"), NULL, width);
    add_names(&text, "modifiers", json_object_get(action, "supportedModifiers"), "name", width);
    add_names(&text, "pragmas", json_object_get(action, "supportedPragmas"), NULL, width);
    add_names(&text, "results", json_object_get(action, "supportedResultTypes"), "name", width);
    add_line(&text, "updated", kt_account_text(at(capabilities, "service", NULL), "updatedAt"));
    return kt_account_put(&all->account, &text, err);
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

static void write_regions(kt_jw *w, const device *d)
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

static void write_device(kt_jw *w, const device *d, bool is_whole)
{
    const kt_target_facts *facts = facts_of(d);
    char when[32];
    const bool is_open = window_of(d, when);
    kt_jw_object(w);
    kt_jw_key(w, "name");
    kt_jw_strz(w, text_of(d, "deviceName", facts->name));
    kt_jw_key(w, "arn");
    kt_jw_strz(w, d->arn);
    kt_jw_key(w, "provider");
    kt_jw_strz(w, text_of(d, "providerName", facts->provider));
    kt_jw_key(w, "type");
    kt_jw_strz(w, text_of(d, "deviceType", facts->type));
    kt_jw_key(w, "status");
    kt_jw_strz(w, status_of(d));
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

static int write_json(const devices *all, bool is_one, kt_error *err)
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

static int look(devices *all, const char *only, kt_error *err)
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
        all->list[all->count++] = (device){ .arn = only, .queue = -1 };
    else
        rc = search(all, only, err);
    if (rc == 0)
        rc = ask(all, err);
    if (rc < 0)
        return rc;
    if (all->account.args->format == KT_RUN_JSON)
        return write_json(all, only != NULL, err);
    return only != NULL && all->list[0].target != NULL ? write_one(all, &all->list[0], err) : write_table(all, err);
}

int kt_cmd_account_devices(const kt_account_args *args, kt_error *err)
{
    devices all = { .list = NULL };
    int rc = kt_account_open(&all.account, args, err);
    if (rc == 0)
        rc = look(&all, args->name_count > 0 ? args->names[0] : NULL, err);
    for (size_t i = 0; i < all.count; i++) {
        kt_answer_fini(&all.list[i].answer);
        kt_json_free(all.list[i].members);
        kt_target_free(all.list[i].target);
    }
    free(all.list);
    kt_account_close(&all.account);
    return rc;
}
