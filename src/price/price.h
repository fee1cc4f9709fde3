/* SPDX-License-Identifier: Apache-2.0 */
/* price.h - price rows of Amazon Braket, read from the price-list files that AWS publishes (index.csv, index.json), and
 * written in the same form. Decimal strings become integers: pico-dollars a unit, digits beyond the twelfth rounded up.
 */
#ifndef KT_PRICE_PRICE_H
#define KT_PRICE_PRICE_H

#include "base/buf.h"

typedef struct kt_price_row {
    const char *sku, *family; /* "Quantum Task", "Quantum Task-Shot", "Simulator Task" ... */
    const char *region;       /* "us-east-1" */
    const char *device;       /* DeviceName / Device Name / Version, whichever the family uses */
    const char *provider, *operation, *unit, *usage_type, *description;
    const char *price_usd; /* the decimal text as published */
    int64_t rate_pico;
    const char *effective_date; /* "2026-09-01" */
} kt_price_row;

typedef struct kt_prices kt_prices;
/* Errors name line and column (CSV) or member (JSON): KT_E_SYNTAX, KT_E_INVALID (negative, empty, exponent, NaN). */
int kt_prices_read_csv(kt_view text, kt_prices **out, kt_error *err);
int kt_prices_read_json(kt_view text, kt_prices **out, kt_error *err);
void kt_prices_free(kt_prices *prices);
KT_DEFINE_FREEP(kt_prices)
size_t kt_prices_count(const kt_prices *prices);
const kt_price_row *kt_prices_at(const kt_prices *prices, size_t index);
const char *kt_prices_published(const kt_prices *prices);
/* The one row of that family, region and device (names compared as AWS spells them, case aside); NULL when there is not
 * exactly one. */
const kt_price_row *kt_prices_find(const kt_prices *prices, const char *family, const char *region, const char *device);
int kt_prices_write_csv(const kt_prices *prices, kt_buf *out, kt_error *err);
/* KT_E_INVALID when two rows have one SKU. */
int kt_prices_write_json(const kt_prices *prices, kt_buf *out, kt_error *err);
/* "0.0004250000" -> 425000000. */
int kt_price_parse(kt_view decimal, int64_t *rate_pico, kt_error *err);
/* ceil(rate_pico * quantity / (divisor * 10^6)) micro-dollars; KT_E_LIMIT on overflow. */
int kt_price_amount(int64_t rate_pico, int64_t quantity, int64_t divisor, int64_t *out_musd, kt_error *err);

#endif
