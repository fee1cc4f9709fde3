/* SPDX-License-Identifier: Apache-2.0 */
/* bill.h - price lists as AWS publishes them, and what Braket would charge for each task; code of the sandbox's own,
 * which knows nothing of the guard's. Money is micro-dollars, rates pico-dollars a unit; each line is rounded up. */
#ifndef KT_SANDBOX_BILL_H
#define KT_SANDBOX_BILL_H

#include "price/price.h"
#include "sandbox/sandbox.h"

typedef struct kt_bill_item {
    const char *price_key; /* the device's name in the price list: "SV1", "Garnet" */
    const char *region;    /* of the task */
    bool is_simulator, in_job, has_reservation;
    bool is_pending; /* not ended: what it will cost if it runs as asked */
    bool is_completed;
    int64_t shots;            /* requested; the total of a program set */
    int64_t successful_shots; /* negative: all */
    int64_t simulated_ms;     /* simulators */
} kt_bill_item;

typedef struct kt_bill_line {
    const char *what;  /* "task", "shots", "simulator" */
    int64_t quantity;  /* tasks, shots, milliseconds */
    int64_t rate_pico; /* a unit: a task, a shot, a minute */
    int64_t amount_musd;
    const char *sku, *unit, *note; /* note: "minimum of 3 s", "partial: 80 of 100 shots", NULL */
} kt_bill_line;
enum { KT_BILL_LINES_MOST = 4 };

/* The price list of the shipped data (data_dir/prices.csv). */
int kt_prices_load(const char *data_dir, kt_prices **out, kt_error *err);

/* The lines of one task, none when it costs nothing; returns how many, or a negative code (KT_E_NOT_FOUND: no single
 * price row; never zero). */
int kt_bill_task(const kt_prices *prices, const kt_bill_item *item, kt_bill_line lines[KT_BILL_LINES_MOST],
                 kt_error *err);

struct kt_call;
/* GET /_sandbox/bill. Returns false when the path is not its own. */
bool kt_bill_admin(struct kt_call *call);

#endif
