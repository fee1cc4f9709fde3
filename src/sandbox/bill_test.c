/* SPDX-License-Identifier: Apache-2.0 */
/* bill_test.c - the cost of every kind of task against figures that were worked out by hand. The cases are in
 * tests/data/bill_examples.json, which tests/sandbox/test_bill.py plays on a whole sandbox. */
#include "tests/unit.h"

#include "base/file.h"
#include "base/json.h"
#include "sandbox/bill.h"
#include "sandbox/device.h"
#include <stdlib.h>
#include <string.h>

/* ---- the examples ---- */

static kt_json *read_examples(void)
{
    KT_BUF_OWN text;
    kt_json *examples = NULL;
    kt_buf_init(&text, 0);
    assert_int_equal(kt_file_read(KETCH_TESTS_DIR "/data/bill_examples.json", 1 << 20, &text, NULL), 0);
    assert_int_equal(kt_json_parse(kt_buf_view(&text), &examples, NULL), 0);
    return examples;
}

static kt_prices *read_prices(void)
{
    kt_prices *prices = NULL;
    assert_int_equal(kt_prices_load(KETCH_TESTS_DIR "/../data", &prices, NULL), 0);
    return prices;
}

static const char *text_of(const kt_json *task, const char *name)
{
    return json_string_value(json_object_get(task, name));
}

static int64_t number_of(const kt_json *task, const char *name, int64_t absent)
{
    const kt_json *value = json_object_get(task, name);
    return value == NULL ? absent : json_integer_value(value);
}

/* In the list, devices are called as in the last part of the ARN, case aside. */
static kt_bill_item item_of(const kt_json *task)
{
    const char *device = text_of(task, "device"), *status = text_of(task, "status");
    const bool is_completed = strcmp(status, "COMPLETED") == 0;
    const bool is_over = is_completed || strcmp(status, "FAILED") == 0 || strcmp(status, "CANCELLED") == 0;
    return (kt_bill_item){ .price_key = strrchr(device, '/') + 1,
                           .region = text_of(task, "region"),
                           .is_simulator = strstr(device, "quantum-simulator") != NULL,
                           .in_job = json_is_true(json_object_get(task, "in_job")),
                           .has_reservation = json_is_true(json_object_get(task, "reservation")),
                           .is_pending = !is_over,
                           .is_completed = is_completed,
                           .shots = number_of(task, "shots", 0),
                           .successful_shots = number_of(task, "successful_shots", -1),
                           .simulated_ms = number_of(task, "simulated_ms", 0) };
}

static void check_task(const kt_prices *prices, const kt_json *task)
{
    kt_bill_line lines[KT_BILL_LINES_MOST];
    kt_error err = { 0 };
    const kt_bill_item item = item_of(task);
    const kt_json *expected = json_object_get(task, "lines");
    const char *name = text_of(task, "name");
    const int count = kt_bill_task(prices, &item, lines, &err);
    if (json_is_null(expected)) {
        if (count != KT_E_NOT_FOUND)
            fail_msg("%s: %d lines", name, count);
        assert_non_null(strstr(err.message, "the price list has no single row"));
        return;
    }
    if (count != (int)json_object_size(expected))
        fail_msg("%s: %d lines (%s)", name, count, err.message);
    for (int i = 0; i < count; i++)
        if (number_of(expected, lines[i].what, -1) != lines[i].amount_musd)
            fail_msg("%s: %s %lld", name, lines[i].what, (long long)lines[i].amount_musd);
}

TEST(bill, charges_each_task_what_was_worked_out_by_hand)
{
    KT_OWN(kt_json) *examples = read_examples();
    KT_OWN(kt_prices) *prices = read_prices();
    const kt_json *tasks = json_object_get(examples, "tasks");
    assert_true(json_array_size(tasks) > 40);
    for (size_t i = 0; i < json_array_size(tasks); i++)
        check_task(prices, json_array_get(tasks, i));
}

TEST(bill, rounds_each_product_up_to_the_micro_dollar)
{
    KT_OWN(kt_json) *examples = read_examples();
    const kt_json *amounts = json_object_get(examples, "amounts");
    assert_true(json_array_size(amounts) > 10);
    for (size_t i = 0; i < json_array_size(amounts); i++) {
        const kt_json *row = json_array_get(amounts, i);
        int64_t rate_pico = -1, musd = -1;
        assert_int_equal(kt_price_parse(kt_view_of(text_of(row, "rate_usd")), &rate_pico, NULL), 0);
        assert_int_equal(
            kt_price_amount(rate_pico, number_of(row, "quantity", -1), number_of(row, "divisor", -1), &musd, NULL), 0);
        if (musd != number_of(row, "amount_musd", -1))
            fail_msg("%s: %lld", text_of(row, "name"), (long long)musd);
    }
}

/* ---- what else a line says ---- */

TEST(bill, says_why_a_line_differs_from_what_was_asked)
{
    KT_OWN(kt_prices) *prices = read_prices();
    kt_bill_line lines[KT_BILL_LINES_MOST];
    kt_bill_item item = { "SV1", "us-east-1", .is_simulator = true, .is_completed = true, .simulated_ms = 10 };
    assert_int_equal(kt_bill_task(prices, &item, lines, NULL), 1);
    assert_string_equal(lines[0].note, "minimum of 3 s");
    assert_int_equal(lines[0].quantity, 3000);
    assert_string_equal(lines[0].unit, "minutes");
    item.simulated_ms = 3000;
    assert_int_equal(kt_bill_task(prices, &item, lines, NULL), 1);
    assert_null(lines[0].note);
    item = (kt_bill_item){ "Garnet", "eu-north-1", .is_completed = true, .shots = 10, .successful_shots = 4 };
    assert_int_equal(kt_bill_task(prices, &item, lines, NULL), 2);
    assert_null(lines[0].note);
    assert_string_equal(lines[1].note, "only the shots that were made");
    assert_int_equal(lines[1].quantity, 4);
    item.successful_shots = -1;
    assert_int_equal(kt_bill_task(prices, &item, lines, NULL), 2);
    assert_null(lines[1].note);
}

TEST(bill, takes_rows_of_hybrid_jobs_for_tasks_of_jobs)
{
    KT_OWN(kt_prices) *prices = read_prices();
    kt_bill_line lines[KT_BILL_LINES_MOST];
    kt_bill_item item = { "Garnet",   "eu-north-1",         .in_job = true, .is_completed = true,
                          .shots = 1, .successful_shots = 1 };
    assert_int_equal(kt_bill_task(prices, &item, lines, NULL), 2);
    const kt_price_row *fee = kt_prices_find(prices, "Braket Managed Jobs QPU Task", "eu-north-1", "Garnet");
    const kt_price_row *shot = kt_prices_find(prices, "Braket Managed Jobs QPU Task Shot", "eu-north-1", "Garnet");
    assert_string_equal(lines[0].sku, fee->sku);
    assert_string_equal(lines[1].sku, shot->sku);
}

TEST(bill, refuses_amounts_beyond_what_it_can_count)
{
    KT_OWN(kt_prices) *prices = read_prices();
    kt_bill_line lines[KT_BILL_LINES_MOST];
    kt_error err = { 0 };
    kt_bill_item item = { "Forte-1", "us-east-1", .is_completed = true, .shots = INT64_MAX, .successful_shots = -1 };
    assert_int_equal(kt_bill_task(prices, &item, lines, &err), KT_E_LIMIT);
}

TEST(bill, finds_a_price_for_every_device_that_is_shipped)
{
    KT_OWN(kt_prices) *prices = read_prices();
    KT_OWN(kt_devices) *devices = NULL;
    assert_int_equal(kt_devices_load(KETCH_TESTS_DIR "/../data/devices", NULL, &devices, NULL), 0);
    for (size_t i = 0; i < kt_devices_count(devices); i++) {
        const kt_sandbox_device *device = kt_devices_at(devices, i);
        kt_bill_line lines[KT_BILL_LINES_MOST];
        kt_error err = { 0 };
        for (const char *const *region = device->regions; *region != NULL; region++) {
            const kt_bill_item item = { .price_key = device->price_key,
                                        .region = device->region[0] != '\0' ? device->region : *region,
                                        .is_simulator = device->region[0] == '\0',
                                        .is_completed = true,
                                        .shots = 1,
                                        .successful_shots = 1 };
            if (kt_bill_task(prices, &item, lines, &err) < 0)
                fail_msg("%s: %s", device->arn, err.message);
        }
    }
}

TEST(bill, says_where_a_price_list_is_missing)
{
    kt_prices *prices = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_prices_load("/nowhere", &prices, &err), KT_E_NOT_FOUND);
    assert_memory_equal(err.message, "price list: ", 12);
    assert_null(prices);
}
