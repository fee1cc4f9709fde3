/* SPDX-License-Identifier: Apache-2.0 */
/* money.h - money is an integer: micro-US-dollars (_musd). Arithmetic refuses overflow. */
#ifndef KT_BASE_MONEY_H
#define KT_BASE_MONEY_H

#include "base/error.h"
#include "base/view.h"

/* "5", "5 USD", "$0.30", "0.00145": at most six decimals, not negative. */
int kt_money_parse(kt_view text, int64_t *out_musd, kt_error *err);
/* "0.30", "1234.56", "0.000145": at least two decimals, no more than needed; text must hold 32. */
void kt_money_text(int64_t amount_musd, char *text, size_t bytes);
int kt_money_add(int64_t a_musd, int64_t b_musd, int64_t *out_musd, kt_error *err);
int kt_money_times(int64_t unit_musd, int64_t count, int64_t *out_musd, kt_error *err);

#endif
