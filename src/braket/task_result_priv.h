/* SPDX-License-Identifier: Apache-2.0 */
/* task_result_priv.h - between reading a task's result as a whole and reading one execution of it. */
#ifndef KT_BRAKET_TASK_RESULT_PRIV_H
#define KT_BRAKET_TASK_RESULT_PRIV_H

#include "braket/result_rows.h"
#include "braket/task_result.h"
#include "circuit/result.h"

/* What an execution's counts are read with. */
typedef struct kt_execution_about {
    const char *device; /* an ARN; "" when the result does not say */
    int64_t shots;      /* of this execution; 0: exact; -1: whatever there is */
    const kt_row_tables *tables;
} kt_execution_about;

/* measurements or measurementProbabilities, measuredQubits and resultTypes of `json` as a result. */
int kt_execution_read(const kt_json *json, const kt_execution_about *about, kt_result **out, kt_error *err);
/* The members of resultTypes, in order, added to r, which has its counts. */
int kt_execution_values(const kt_json *list, kt_result *r, kt_error *err);

#endif
