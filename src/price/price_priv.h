/* SPDX-License-Identifier: Apache-2.0 */
/* price_priv.h - what a list of prices is made of, for its readers and writers. */
#ifndef KT_PRICE_PRICE_PRIV_H
#define KT_PRICE_PRICE_PRIV_H

#include "base/arena.h"
#include "price/price.h"

struct kt_prices {
    kt_arena *arena; /* texts */
    kt_price_row *rows;
    size_t count, capacity;
    const char *published; /* "2026-09-01T00:00:00Z" */
    const char *version;   /* "20260901000000" */
};

kt_prices *kt_prices_new(void); /* NULL when out of memory */
/* A copy that lives as long as the prices; NULL when out of memory. */
const char *kt_prices_keep(kt_prices *prices, kt_view text);
/* Copies the row; its rate is read from price_usd. */
int kt_prices_add(kt_prices *prices, const kt_price_row *row, kt_error *err);

/* What a list says of itself. AWS's codes: of on-demand terms, and of a rate per unit; a row's rate is
 * "{SKU}.{term}.{rate}". */
#define KT_PRICE_DISCLAIMER "A list for tests, made by Ketch; AWS publishes the one that counts"
#define KT_PRICE_TERM "JRTCKXETXF"
#define KT_PRICE_RATE "6YS6EN2CT7"

/* Which attribute names a row's device, and the families that use it: AWS spells it in three ways. */
typedef enum kt_device_column { KT_COLUMN_DEVICENAME, KT_COLUMN_DEVICE_NAME, KT_COLUMN_VERSION } kt_device_column;
kt_device_column kt_price_device_column(const char *family);

#endif
