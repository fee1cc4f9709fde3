/* SPDX-License-Identifier: Apache-2.0 */
/* account_device.h - a device of Braket as `ketch devices` knows it: found by a search, asked for its details,
 * shown. */
#ifndef KT_FULL_ACCOUNT_DEVICE_H
#define KT_FULL_ACCOUNT_DEVICE_H

#include "braket/target.h"
#include "full/account.h"

typedef struct kt_account_device {
    const kt_json *summary; /* NULL: asked for by its ARN */
    const char *arn;
    char regions[160]; /* "us-east-1 us-west-2" */
    char region[32];   /* to ask in */
    kt_answer answer;
    kt_json *members;
    kt_target *target; /* NULL: no details */
    int64_t queue;
} kt_account_device;

typedef struct kt_account_devices {
    kt_account account;
    kt_account_device *list;
    size_t count;
} kt_account_devices;

const char *kt_account_device_text(const kt_account_device *d, const char *of_summary, const char *of_target);
const kt_target_facts *kt_account_device_facts(const kt_account_device *d); /* never NULL */
const char *kt_account_device_status(const kt_account_device *d);
/* Whether it is open, and when it opens next; "": not known, or open. */
bool kt_account_device_window(const kt_account_device *d, char when[32]);

/* For a person: a line for each, or all about one, which has a target. */
int kt_account_devices_table(const kt_account_devices *all, kt_error *err);
int kt_account_devices_one(const kt_account_devices *all, const kt_account_device *d, kt_error *err);

#endif
