/* SPDX-License-Identifier: Apache-2.0 */
/* price.c - the rows of a price list, how one is found, and the arithmetic on rates. Reading and writing AWS's two
 * forms is in csv.c and offer.c. */
#include "price/price_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PICO_DIGITS = 12, ROWS_MOST = 200000 };

int kt_price_parse(kt_view decimal, int64_t *rate_pico, kt_error *err)
{
    int64_t value = 0;
    int digits = 0, fraction = -1; /* fraction: digits behind the point; -1: no point yet */
    bool round_up = false;
    for (size_t i = 0; i < decimal.length; i++) {
        char c = decimal.data[i];
        if (c == '.' && fraction < 0) {
            fraction = 0;
            continue;
        }
        if (c < '0' || c > '9')
            return kt_fail(err, KT_E_INVALID, "price '%.*s': digits and one point are expected", (int)decimal.length,
                           decimal.data);
        digits++;
        if (fraction >= PICO_DIGITS) {
            round_up = round_up || c != '0';
            continue;
        }
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, c - '0', &value))
            return kt_fail(err, KT_E_LIMIT, "price '%.*s' is too large", (int)decimal.length, decimal.data);
        fraction += fraction >= 0;
    }
    if (digits == 0)
        return kt_fail(err, KT_E_INVALID, "a price is empty: a decimal number of dollars is expected");
    for (int i = fraction < 0 ? 0 : fraction; i < PICO_DIGITS; i++)
        if (__builtin_mul_overflow(value, 10, &value))
            return kt_fail(err, KT_E_LIMIT, "price '%.*s' is too large", (int)decimal.length, decimal.data);
    if (round_up && __builtin_add_overflow(value, 1, &value))
        return kt_fail(err, KT_E_LIMIT, "price '%.*s' is too large", (int)decimal.length, decimal.data);
    *rate_pico = value;
    return 0;
}

int kt_price_amount(int64_t rate_pico, int64_t quantity, int64_t divisor, int64_t *out_musd, kt_error *err)
{
    if (rate_pico < 0 || quantity < 0 || divisor <= 0)
        return kt_fail(err, KT_E_INVALID, "rate %lld, quantity %lld, divisor %lld: none may be negative",
                       (long long)rate_pico, (long long)quantity, (long long)divisor);
    unsigned __int128 product = (unsigned __int128)rate_pico * (unsigned __int128)quantity;
    unsigned __int128 unit = (unsigned __int128)divisor * 1000000u;
    unsigned __int128 amount = product / unit + (product % unit != 0);
    if (amount > INT64_MAX)
        return kt_fail(err, KT_E_LIMIT, "an amount of more than %lld micro-dollars", (long long)INT64_MAX);
    *out_musd = (int64_t)amount;
    return 0;
}

kt_prices *kt_prices_new(void)
{
    kt_prices *prices = calloc(1, sizeof *prices);
    if (prices != NULL && (prices->arena = kt_arena_new(0)) == NULL) {
        free(prices);
        prices = NULL;
    }
    if (prices != NULL)
        prices->published = prices->version = "";
    return prices;
}

void kt_prices_free(kt_prices *prices)
{
    if (prices == NULL)
        return;
    kt_arena_free(prices->arena);
    free(prices->rows);
    free(prices);
}

const char *kt_prices_keep(kt_prices *prices, kt_view text)
{
    return kt_arena_strndup(prices->arena, text.data == NULL ? "" : text.data, text.length);
}

int kt_prices_add(kt_prices *prices, const kt_price_row *row, kt_error *err)
{
    if (prices->count == ROWS_MOST)
        return kt_fail(err, KT_E_LIMIT, "more than %d price rows", ROWS_MOST);
    if (prices->count == prices->capacity) {
        size_t capacity = prices->capacity == 0 ? 64 : prices->capacity * 2;
        kt_price_row *grown = realloc(prices->rows, capacity * sizeof *grown);
        if (grown == NULL)
            return kt_fail_nomem(err, capacity * sizeof *grown, "price rows");
        prices->rows = grown;
        prices->capacity = capacity;
    }
    kt_price_row kept = *row;
    const char **texts[] = { &kept.sku,         &kept.family,    &kept.region,        &kept.device,
                             &kept.provider,    &kept.operation, &kept.unit,          &kept.usage_type,
                             &kept.description, &kept.price_usd, &kept.effective_date };
    for (size_t i = 0; i < KT_COUNT(texts); i++)
        *texts[i] = kt_prices_keep(prices, kt_view_of(*texts[i]));
    if (kt_arena_failed(prices->arena))
        return kt_fail_nomem(err, 0, "price rows");
    int rc = kt_price_parse(kt_view_of(kept.price_usd), &kept.rate_pico, err);
    if (rc == 0)
        prices->rows[prices->count++] = kept;
    return rc;
}

size_t kt_prices_count(const kt_prices *prices)
{
    return prices->count;
}

const kt_price_row *kt_prices_at(const kt_prices *prices, size_t index)
{
    return index < prices->count ? &prices->rows[index] : NULL;
}

const char *kt_prices_published(const kt_prices *prices)
{
    return prices->published;
}

const kt_price_row *kt_prices_find(const kt_prices *prices, const char *family, const char *region, const char *device)
{
    const kt_price_row *found = NULL;
    for (size_t i = 0; i < prices->count; i++) {
        const kt_price_row *row = &prices->rows[i];
        if (strcmp(row->family, family) != 0 || strcmp(row->region, region) != 0 ||
            strcasecmp(row->device, device) != 0)
            continue;
        if (found != NULL)
            return NULL;
        found = row;
    }
    return found;
}
