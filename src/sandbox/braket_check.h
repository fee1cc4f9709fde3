/* SPDX-License-Identifier: Apache-2.0 */
/* braket_check.h - what is documented of a request's members, as data, and its checking. Clients check next to nothing
 * of it. What is not in a table is ignored, as the service does. */
#ifndef KT_SANDBOX_BRAKET_CHECK_H
#define KT_SANDBOX_BRAKET_CHECK_H

#include "base/json.h"

typedef enum kt_rule_kind {
    KT_RULE_TEXT,
    KT_RULE_INTEGER,
    KT_RULE_NUMBER, /* epoch seconds */
    KT_RULE_LIST,   /* parts[0]: its items */
    KT_RULE_MAP,    /* parts[0]: its keys, parts[1]: its values */
    KT_RULE_STRUCT, /* parts: its members */
    KT_RULE_UNION   /* as a structure, of which exactly one member is given */
} kt_rule_kind;

typedef enum kt_rule_place { KT_RULE_BODY, KT_RULE_PATH, KT_RULE_QUERY } kt_rule_place;

typedef struct kt_rule kt_rule;
struct kt_rule {
    const char *name;
    kt_rule_kind kind;
    kt_rule_place place;
    bool is_required;
    bool has_least, has_most;
    int64_t least, most;       /* of a number; of a text's characters; of a list's or a map's entries */
    const char *const *values; /* NULL-terminated; NULL: any */
    const char *pattern;       /* as documented, for the message */
    const char *posix;         /* the same as a POSIX extended expression */
    const kt_rule *parts;
    size_t part_count;
};

typedef struct kt_rules {
    const kt_rule *members;
    size_t count;
} kt_rules;

/* The rules of the operation of that name (braket_members.c, braket_members_later.c). NULL members: none. */
kt_rules kt_braket_rules(const char *operation);

/* What a check has found. */
typedef struct kt_findings {
    size_t count;        /* of validation errors */
    kt_buf text;         /* "Value ... at ... failed to satisfy constraint: ...; ..." */
    char malformed[160]; /* not empty: a value of the wrong type; then the request can't be read at all */
} kt_findings;
void kt_findings_init(kt_findings *findings);
void kt_findings_fini(kt_findings *findings);
/* value NULL or JSON null: absent. */
void kt_rule_check(const kt_rule *rule, const kt_json *value, const char *where, kt_findings *findings);

#endif
