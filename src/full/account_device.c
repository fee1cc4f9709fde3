/* SPDX-License-Identifier: Apache-2.0 */
/* account_device.c - what a device of Braket says of itself, for a person. */
#include "full/account_device.h"

#include "full/table.h"
#include <stdio.h>
#include <string.h>

const char *kt_account_device_text(const kt_account_device *d, const char *of_summary, const char *of_target)
{
    const char *found = kt_account_text(d->summary, of_summary);
    return found[0] == '\0' && d->target != NULL ? of_target : found;
}

const kt_target_facts *kt_account_device_facts(const kt_account_device *d)
{
    static const kt_target_facts nothing = {
        .name = "", .provider = "", .type = "", .status = "", .price_unit = "", .location = ""
    };
    return d->target == NULL ? &nothing : kt_target_facts_of(d->target);
}

const char *kt_account_device_status(const kt_account_device *d)
{
    return kt_account_device_text(d, "deviceStatus", kt_account_device_facts(d)->status);
}

/* Whether it is open, and when it opens next (0: not known). */
static bool window_at(const kt_account_device *d, int64_t *next_ns)
{
    const kt_clock *clock = kt_clock_system();
    *next_ns = 0;
    return d->target != NULL && kt_target_is_open(d->target, clock->wall_ns(clock->ctx), next_ns);
}

bool kt_account_device_window(const kt_account_device *d, char when[32])
{
    int64_t next_ns;
    const bool is_open = window_at(d, &next_ns);
    when[0] = '\0';
    if (!is_open && next_ns > 0)
        kt_time_text(next_ns, when, 32, NULL);
    return is_open;
}

/* Windows are of the week, so its day and the minute say it: "Tue 11:00Z". */
static void window_cell(const kt_account_device *d, char cell[32])
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" }; /* 1970 began on one */
    int64_t next_ns;
    const bool is_open = window_at(d, &next_ns);
    const int64_t minutes = next_ns / 60000000000, day = minutes / 1440;
    cell[0] = '\0';
    if (strcmp(kt_account_device_status(d), "ONLINE") != 0)
        return;
    if (is_open)
        snprintf(cell, 32, "open");
    else if (next_ns > 0)
        snprintf(cell, 32, "%s %02d:%02dZ", days[day % 7], (int)(minutes % 1440 / 60), (int)(minutes % 60));
}

static void region_cell(const kt_account_device *d, char cell[32])
{
    size_t count = 1;
    for (const char *at = d->regions; *at != '\0'; at++)
        count += *at == ' ';
    if (count > 1)
        snprintf(cell, 32, "%zu regions", count);
    else
        snprintf(cell, 32, "%.31s", d->regions);
}

static void price_of(const kt_account_device *d, char price[48])
{
    const kt_target_facts *facts = kt_account_device_facts(d);
    if (facts->has_price)
        snprintf(price, 48, "$%g/%s", facts->price_usd, facts->price_unit);
    else
        price[0] = '\0';
}

static int add_row(const kt_account_device *d, kt_table *table, kt_error *err)
{
    char price[48], when[32], region[32], qubits[24] = "", queue[24] = "";
    window_cell(d, when);
    region_cell(d, region);
    price_of(d, price);
    if (kt_account_device_facts(d)->qubit_count > 0)
        snprintf(qubits, sizeof(qubits), "%lld", (long long)kt_account_device_facts(d)->qubit_count);
    if (d->queue >= 0)
        snprintf(queue, sizeof(queue), "%lld", (long long)d->queue);
    const char *cells[] = { kt_account_last(d->arn),
                            kt_account_device_text(d, "providerName", kt_account_device_facts(d)->provider),
                            region,
                            kt_account_device_status(d),
                            qubits,
                            queue,
                            price,
                            when };
    int rc = 0;
    for (size_t i = 0; i < KT_COUNT(cells) && rc == 0; i++)
        rc = kt_table_add(table, err, "%s", cells[i]);
    return rc;
}

int kt_account_devices_table(const kt_account_devices *all, kt_error *err)
{
    static const char *const titles[] = { "NAME",    "PROVIDER", "REGION",     "STATUS",
                                          ">QUBITS", ">QUEUE",   "LIST PRICE", "NEXT WINDOW" };
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

static bool has_text(const kt_json *list, const char *text)
{
    size_t i;
    kt_json *item;
    json_array_foreach((kt_json *)list, i, item)
    {
        const char *found = json_string_value(item);
        if (found != NULL && strcmp(found, text) == 0)
            return true;
    }
    return false;
}

/* A coupling that is listed from both of its ends is one. */
static size_t count_couplings(const kt_json *graph)
{
    const char *from;
    kt_json *to, *qubit;
    size_t i, count = 0;
    json_object_foreach((kt_json *)graph, from, to)
    {
        json_array_foreach(to, i, qubit)
        {
            const char *name = json_string_value(qubit);
            count += name == NULL || strcmp(from, name) < 0 || !has_text(json_object_get(graph, name), from);
        }
    }
    return count;
}

static void add_shape(kt_buf *text, const kt_account_device *d)
{
    const kt_json *paradigm = json_object_get(kt_target_capabilities(d->target), "paradigm");
    const size_t couplings = count_couplings(at(paradigm, "connectivity", "connectivityGraph"));
    if (json_is_true(at(paradigm, "connectivity", "fullyConnected")))
        kt_buf_addf(text, "%-14sall to all\n", "coupling");
    else if (couplings > 0)
        kt_buf_addf(text, "%-14s%zu pairs of qubits; --json lists them\n", "coupling", couplings);
}

static void add_limits(kt_buf *text, const kt_account_device *d)
{
    const kt_target_facts *facts = kt_account_device_facts(d);
    char price[48], when[32];
    const bool is_open = kt_account_device_window(d, when);
    price_of(d, price);
    if (facts->qubit_count > 0)
        kt_buf_addf(text, "%-14s%lld\n", "qubits", (long long)facts->qubit_count);
    kt_buf_addf(text, "%-14s%lld to %lld a task\n", "shots", (long long)facts->shots_least,
                (long long)facts->shots_most);
    if (facts->takes_program_sets)
        kt_buf_addf(text, "%-14sat most %lld executables and %lld shots in all\n", "program sets",
                    (long long)facts->executables_most, (long long)facts->set_shots_most);
    if (d->queue >= 0)
        kt_buf_addf(text, "%-14s%lld task%s\n", "queue", (long long)d->queue, d->queue == 1 ? "" : "s");
    if (price[0] != '\0')
        kt_buf_addf(text, "%-14s%s, list price\n", "price", price);
    if (is_open || when[0] != '\0')
        kt_buf_addf(text, "%-14s%s%s\n", "window", is_open ? "open now" : "opens ", when);
}

int kt_account_devices_one(const kt_account_devices *all, const kt_account_device *d, kt_error *err)
{
    const kt_json *capabilities = kt_target_capabilities(d->target), *paradigm = at(capabilities, "paradigm", NULL);
    const kt_json *action = at(capabilities, "action", "braket.ir.openqasm.program");
    const kt_target_facts *facts = kt_account_device_facts(d);
    const int width = all->account.args->width;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    add_line(&text, "name", facts->name);
    add_line(&text, "provider", facts->provider);
    add_line(&text, "type", facts->type);
    add_line(&text, "status", kt_account_device_status(d));
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
