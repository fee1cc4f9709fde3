/* SPDX-License-Identifier: Apache-2.0 */
/* bill.c - what Braket would charge for one task, as lines of one rate times one quantity, each rounded up to the
 * micro-dollar. A QPU charges a fee per task and one per shot, for shots that were made; a program set is one task. A
 * simulator charges its time, three seconds at least, and only when the task completed. */
#include "sandbox/bill.h"

#include "base/buf.h"
#include "base/file.h"

enum { MINIMUM_MS = 3000, MS_A_MINUTE = 60000, PRICE_BYTES_MOST = 16 << 20 };

int kt_prices_load(const char *data_dir, kt_prices **out, kt_error *err)
{
    KT_BUF_OWN path, text;
    kt_buf_init(&path, 0);
    kt_buf_init(&text, 0);
    kt_buf_addf(&path, "%s/prices.csv", data_dir);
    int rc = kt_buf_check(&path, err, "a path");
    if (rc == 0)
        rc = kt_file_read(path.data, PRICE_BYTES_MOST, &text, err);
    if (rc == 0)
        rc = kt_prices_read_csv(kt_buf_view(&text), out, err);
    return rc < 0 ? kt_wrap(err, rc, "price list") : 0;
}

/* Fills a line from the one row that prices it. */
static int price_line(const kt_prices *prices, const char *family, const kt_bill_item *item, int64_t divisor,
                      kt_bill_line *line, kt_error *err)
{
    const kt_price_row *row = kt_prices_find(prices, family, item->region, item->price_key);
    if (row == NULL)
        return kt_fail(err, KT_E_NOT_FOUND, "the price list has no single row '%s' for %s in %s", family,
                       item->price_key, item->region);
    line->rate_pico = row->rate_pico;
    line->sku = row->sku;
    line->unit = row->unit;
    return kt_price_amount(row->rate_pico, line->quantity, divisor, &line->amount_musd, err);
}

static int simulator_lines(const kt_prices *prices, const kt_bill_item *item, kt_bill_line *line, kt_error *err)
{
    bool is_short = item->simulated_ms < MINIMUM_MS;
    if (!item->is_completed && !item->is_pending)
        return 0;
    *line = (kt_bill_line){ .what = "simulator",
                            .quantity = is_short ? MINIMUM_MS : item->simulated_ms,
                            .note = is_short ? "minimum of 3 s" : NULL };
    const char *family = item->in_job ? "Braket Managed Jobs Simulator Task" : "Simulator Task";
    int rc = price_line(prices, family, item, MS_A_MINUTE, line, err);
    return rc < 0 ? rc : 1;
}

static int qpu_lines(const kt_prices *prices, const kt_bill_item *item, kt_bill_line *lines, kt_error *err)
{
    int64_t made = item->successful_shots;
    if (item->is_pending || (made < 0 && item->is_completed) || made > item->shots)
        made = item->shots;
    if (item->has_reservation || made < 0 || (made == 0 && !item->is_completed && !item->is_pending))
        return 0;
    lines[0] = (kt_bill_line){ .what = "task", .quantity = 1 };
    lines[1] = (kt_bill_line){ .what = "shots",
                               .quantity = made,
                               .note = made < item->shots ? "only the shots that were made" : NULL };
    int rc =
        price_line(prices, item->in_job ? "Braket Managed Jobs QPU Task" : "Quantum Task", item, 1, &lines[0], err);
    if (rc == 0)
        rc = price_line(prices, item->in_job ? "Braket Managed Jobs QPU Task Shot" : "Quantum Task-Shot", item, 1,
                        &lines[1], err);
    return rc < 0 ? rc : 2;
}

int kt_bill_task(const kt_prices *prices, const kt_bill_item *item, kt_bill_line lines[KT_BILL_LINES_MOST],
                 kt_error *err)
{
    return item->is_simulator ? simulator_lines(prices, item, lines, err) : qpu_lines(prices, item, lines, err);
}
