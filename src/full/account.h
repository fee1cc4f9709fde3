/* SPDX-License-Identifier: Apache-2.0 */
/* account.h - what the commands that look at an account share: a session, the regions, and what went wrong in some. */
#ifndef KT_FULL_ACCOUNT_H
#define KT_FULL_ACCOUNT_H

#include "aws/pages.h"
#include "base/account_args.h"
#include "full/session.h"

typedef struct kt_account {
    const kt_account_args *args;
    kt_session session;
    const char *const *regions;
    size_t region_count;
    kt_json *items; /* what a search has found, each with "region" */
    size_t items_most;
    bool is_cut;       /* there is more than items_most */
    kt_json *warnings; /* {"region", "error"} of each region that failed */
    bool is_done;
    int rc; /* of the first region that failed */
    kt_error error;
} kt_account;

/* Free with kt_account_close, after a failure too. */
int kt_account_open(kt_account *account, const kt_account_args *args, kt_error *err);
void kt_account_close(kt_account *account);

/* Every page of every region into account->items; `list` names the member of the answer that holds them. Returns 0 when
 * a region has answered, the others being warnings (told on standard error unless the output is JSON), else the code of
 * the first that did not. */
int kt_account_search(kt_account *account, const char *operation, const char *list, const kt_json *members,
                      kt_error *err);
/* A region's failure. */
int kt_account_warn(kt_account *account, const char *region, int rc, const kt_error *why);
/* Lets the loop run that long. */
void kt_account_pause(kt_account *account, int64_t pause_ns);
/* The member "warnings" of an object. */
void kt_account_write_warnings(const kt_account *account, kt_jw *w);

const char *kt_account_text(const kt_json *object, const char *member); /* "" when it is not there */
/* "sv1" of arn:...:device/quantum-simulator/amazon/sv1; what follows the last slash. */
const char *kt_account_last(const char *arn);
/* The region in an ARN of a task or a job: "us-east-1". KT_E_INVALID for what is neither. */
typedef enum kt_account_kind { KT_ACCOUNT_TASK, KT_ACCOUNT_JOB } kt_account_kind;
int kt_account_arn(const char *arn, kt_account_kind *kind, char region[32], kt_error *err);
/* 2026-11-24 or "today", in UTC. */
int kt_account_day(const char *day, int64_t *from_ns, int64_t *to_ns, kt_error *err);

/* Writes what was gathered. */
int kt_account_put(const kt_account *account, const kt_buf *text, kt_error *err);

#endif
