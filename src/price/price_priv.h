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
};

kt_prices *kt_prices_new(void); /* NULL when out of memory */
/* A copy that lives as long as the prices; NULL when out of memory. */
const char *kt_prices_keep(kt_prices *prices, kt_view text);
/* Copies the row; its rate is read from price_usd. */
int kt_prices_add(kt_prices *prices, const kt_price_row *row, kt_error *err);

/* Which attribute names a row's device, and the families that use it: AWS spells it in three ways. */
typedef enum kt_device_column { KT_COLUMN_DEVICENAME, KT_COLUMN_DEVICE_NAME, KT_COLUMN_VERSION } kt_device_column;
kt_device_column kt_price_device_column(const char *family);

#endif
