/* SPDX-License-Identifier: Apache-2.0 */
/* bill_table.c - one row a line of the bill, the task's own words in the first row of each task; below them what each
 * device and all together cost. Amounts have six decimals, so that their points stand one below the other. */
#include "full/bill_table.h"

#include <stdio.h>
#include <string.h>

/* CREATED, DEVICE, STATUS, ITEM, QUANTITY, RATE USD, USD, NOTE */
#define ROW "%-24s  %-20s  %-10s  %-9s  %10s  %11s  %14s%s%s\n"
/* DEVICE, TASKS, USD */
#define TOTAL_ROW "%-20s  %8s  %14s\n"

enum { AMOUNT_BYTES = 32, NOTE_BYTES = 640 };

static const char *text_of(const kt_json *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

static long long number_of(const kt_json *object, const char *name)
{
    return (long long)json_integer_value(json_object_get(object, name));
}

static bool says(const kt_json *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}

static const char *last_part(const char *arn)
{
    const char *slash = strrchr(arn, '/');
    return slash == NULL ? arn : slash + 1;
}

/* ---- numbers ---- */

/* "0.003750" */
static void amount_text(long long amount_musd, char text[AMOUNT_BYTES])
{
    snprintf(text, AMOUNT_BYTES, "%lld.%06lld", amount_musd / 1000000, amount_musd % 1000000);
}

/* "0.30", "0.000425", "0.075/min": at least two decimals, no more than needed. */
static void rate_text(const kt_json *line, char text[AMOUNT_BYTES])
{
    static const long long dollar = 1000000000000;
    const long long rate = number_of(line, "rate_pico_usd");
    snprintf(text, AMOUNT_BYTES, "%lld.%012lld", rate / dollar, rate % dollar);
    char *end = text + strlen(text), *least = strchr(text, '.') + 3;
    while (end > least && end[-1] == '0')
        *--end = '\0';
    if (strcmp(text_of(line, "rate_per"), "minutes") == 0)
        snprintf(end, AMOUNT_BYTES - (size_t)(end - text), "/min");
}

static void quantity_text(const kt_json *line, char text[AMOUNT_BYTES])
{
    const long long quantity = number_of(line, "quantity");
    if (strcmp(text_of(line, "unit"), "ms") == 0)
        snprintf(text, AMOUNT_BYTES, "%lld.%03lld s", quantity / 1000, quantity % 1000);
    else
        snprintf(text, AMOUNT_BYTES, "%lld", quantity);
}

/* ---- tasks ---- */

/* What a row says at its end: why it costs what it does. */
static void note_text(const kt_json *task, const kt_json *line, char text[NOTE_BYTES])
{
    const char *problem = text_of(task, "unpriced"), *note = text_of(line, "note");
    const char *wait = says(task, "pending") ? "not charged yet" : "";
    if (problem[0] != '\0')
        snprintf(text, NOTE_BYTES, "no price: %s", problem);
    else if (line == NULL)
        snprintf(text, NOTE_BYTES, "%s", says(task, "reservation") ? "paid with its reservation" : "nothing to charge");
    else
        snprintf(text, NOTE_BYTES, "%s%s%s", note, note[0] == '\0' || wait[0] == '\0' ? "" : "; ", wait);
}

/* line NULL: the task has none. */
static void add_row(kt_buf *out, const kt_json *task, const kt_json *line, bool is_first)
{
    char quantity[AMOUNT_BYTES] = "", rate[AMOUNT_BYTES] = "", amount[AMOUNT_BYTES] = "0.000000", note[NOTE_BYTES];
    if (line != NULL) {
        quantity_text(line, quantity);
        rate_text(line, rate);
        amount_text(number_of(line, "amount_musd"), amount);
    }
    note_text(task, line, note);
    kt_buf_addf(out, ROW, is_first ? text_of(task, "createdAt") : "",
                is_first ? last_part(text_of(task, "deviceArn")) : "", is_first ? text_of(task, "status") : "",
                line == NULL ? "" : text_of(line, "what"), quantity, rate,
                text_of(task, "unpriced")[0] == '\0' ? amount : "?", note[0] == '\0' ? "" : "  ", note);
}

static void add_tasks(kt_buf *out, const kt_json *tasks)
{
    kt_buf_addf(out, ROW, "CREATED", "DEVICE", "STATUS", "ITEM", "QUANTITY", "RATE, USD", "USD", "  ", "NOTE");
    for (size_t i = 0; i < json_array_size(tasks); i++) {
        const kt_json *task = json_array_get(tasks, i), *lines = json_object_get(task, "lines");
        const size_t count = json_array_size(lines);
        for (size_t l = 0; l < count; l++)
            add_row(out, task, json_array_get(lines, l), l == 0);
        if (count == 0)
            add_row(out, task, NULL, true);
    }
    kt_buf_addc(out, '\n');
}

/* ---- totals ---- */

static void add_total(kt_buf *out, const char *name, long long tasks, long long amount_musd)
{
    char count[AMOUNT_BYTES], amount[AMOUNT_BYTES];
    snprintf(count, sizeof(count), "%lld", tasks);
    amount_text(amount_musd, amount);
    kt_buf_addf(out, TOTAL_ROW, name, count, amount);
}

static void add_totals(kt_buf *out, const kt_json *bill)
{
    const kt_json *devices = json_object_get(bill, "devices");
    const long long pending = number_of(bill, "pending_count"), unpriced = number_of(bill, "unpriced_count");
    kt_buf_addf(out, TOTAL_ROW, "DEVICE", "TASKS", "USD");
    for (size_t i = 0; i < json_array_size(devices); i++) {
        const kt_json *device = json_array_get(devices, i);
        add_total(out, last_part(text_of(device, "deviceArn")), number_of(device, "tasks"),
                  number_of(device, "charged_musd"));
    }
    add_total(out, "charged", number_of(bill, "task_count") - pending - unpriced, number_of(bill, "charged_musd"));
    if (pending > 0)
        add_total(out, "not charged yet", pending, number_of(bill, "pending_musd"));
    if (unpriced > 0)
        kt_buf_addf(out, "%-20s  %8lld  %14s\n", "without a price", unpriced, "?");
}

void kt_bill_table(const kt_json *bill, kt_buf *out)
{
    const kt_json *tasks = json_object_get(bill, "tasks");
    kt_buf_addf(out, "what Amazon Braket would charge, at list prices of %.10s\n\n", text_of(bill, "prices_published"));
    if (json_array_size(tasks) > 0)
        add_tasks(out, tasks);
    if (json_is_integer(json_object_get(bill, "next")))
        kt_buf_addf(out, "only the first %zu of %lld tasks are listed; the totals are of all\n\n",
                    json_array_size(tasks), number_of(bill, "task_count"));
    add_totals(out, bill);
}
