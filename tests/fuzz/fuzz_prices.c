/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_prices.c - any bytes as a price list: JSON when they begin with a brace, else CSV. What was read is written in
 * both forms, and reads back as the same rows. */
#include "price/price.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void check_row(const kt_price_row *a, const kt_price_row *b)
{
    fuzz_promise(strcmp(a->sku, b->sku) == 0 && strcmp(a->family, b->family) == 0 &&
                     strcmp(a->region, b->region) == 0 && strcmp(a->device, b->device) == 0 &&
                     strcmp(a->unit, b->unit) == 0 && strcmp(a->price_usd, b->price_usd) == 0,
                 "a row keeps its texts");
    fuzz_promise(a->rate_pico == b->rate_pico && a->rate_pico >= 0, "and its rate");
}

typedef int (*write_form)(const kt_prices *prices, kt_buf *out, kt_error *err);
typedef int (*read_form)(kt_view text, kt_prices **out, kt_error *err);

/* Malformed UTF-8 becomes U+FFFD in JSON, so texts are compared only where the form keeps all bytes. */
static void check_form(const kt_prices *prices, write_form write, read_form read, bool keeps_bytes)
{
    KT_BUF_OWN text;
    KT_OWN(kt_prices) *again = NULL;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    int rc = write(prices, &text, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        return;
    }
    rc = read(kt_buf_view(&text), &again, &err);
    if (rc < 0 && !keeps_bytes) {
        fuzz_check_error(rc, &err); /* two names became one by their broken bytes, or a name holds a NUL */
        return;
    }
    fuzz_promise(rc == 0, "what was written can be read");
    fuzz_promise(kt_prices_count(again) == kt_prices_count(prices), "and has as many rows");
    for (size_t i = 0; keeps_bytes && i < kt_prices_count(prices); i++)
        check_row(kt_prices_at(prices, i), kt_prices_at(again, i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const kt_view text = { (const char *)data, size };
    KT_OWN(kt_prices) *prices = NULL;
    kt_error err = { 0 };
    const int rc =
        size > 0 && data[0] == '{' ? kt_prices_read_json(text, &prices, &err) : kt_prices_read_csv(text, &prices, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        return 0;
    }
    check_form(prices, kt_prices_write_csv, kt_prices_read_csv, true);
    check_form(prices, kt_prices_write_json, kt_prices_read_json, false);
    for (size_t i = 0; i < kt_prices_count(prices); i++) {
        const kt_price_row *row = kt_prices_at(prices, i);
        const kt_price_row *found = kt_prices_find(prices, row->family, row->region, row->device);
        int64_t musd;
        fuzz_promise(found == NULL || found == row, "a row is found alone, or not at all");
        if (kt_price_amount(row->rate_pico, (int64_t)i, 1 + (int64_t)size, &musd, NULL) == 0)
            fuzz_promise(musd >= 0, "no amount is negative");
    }
    return 0;
}
