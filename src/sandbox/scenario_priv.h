/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_priv.h - what the scenario*.c files share: scenario_member.c reads an object by a table of its members,
 * scenario_fault.c one fault, scenario.c all the rest. */
#ifndef KT_SANDBOX_SCENARIO_PRIV_H
#define KT_SANDBOX_SCENARIO_PRIV_H

#include "sandbox/scenario.h"

enum { KT_SCENARIO_PATH_BYTES = 160 }; /* "faults[12].error", cut when it is longer */
#define KT_SCENARIO_YEAR_S (366.0 * 86400)
#define KT_SCENARIO_AT(type, field) offsetof(type, field)

typedef enum kt_member_kind {
    KT_MEMBER_TEXT,    /* const char * */
    KT_MEMBER_SECONDS, /* int64_t, nanoseconds */
    KT_MEMBER_NUMBER,  /* double, 0 to most */
    KT_MEMBER_COUNT,   /* int64_t, 0 to most */
    KT_MEMBER_BOOL,    /* bool */
    KT_MEMBER_TIME,    /* int64_t, nanoseconds since 1970, from "2026-03-14T09:00:00Z" */
    KT_MEMBER_OTHER,   /* read by code of its own */
} kt_member_kind;

typedef struct kt_member {
    const char *name;
    kt_member_kind kind;
    size_t offset;
    double most;
} kt_member;

/* Reads the members of an object into the struct at `target`; absent ones leave it as it is, texts are copied into the
 * arena. `path` names the object in messages, "" the scenario itself. Errors: KT_E_INVALID, KT_E_NOMEM. */
int kt_scenario_members(kt_arena *arena, const char *path, const kt_json *object, const kt_member *members,
                        size_t count, void *target, kt_error *err);
/* KT_E_INVALID: "faults[2].rate: a number from 0 to 1 is expected". */
int kt_scenario_wrong(kt_error *err, const char *path, const char *name, const char *expected);
/* One item of "faults" into a kt_scenario_fault. */
int kt_scenario_fault_read(kt_scenario *s, const char *path, const kt_json *item, void *fault, kt_error *err);

#endif
