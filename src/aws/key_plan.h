/* SPDX-License-Identifier: Apache-2.0 */
/* key_plan.h - where keys will come from, decided from settings alone: the first source in AWS's order that is
 * configured, and the roles that are assumed with what it gives. Pure: nothing is asked or run here. */
#ifndef KT_AWS_KEY_PLAN_H
#define KT_AWS_KEY_PLAN_H

#include "aws/settings.h"

enum { KT_AWS_ROLES_MOST = 8 };

typedef enum kt_key_source {
    KT_KEYS_STATIC,       /* from an argument, the environment or a file */
    KT_KEYS_PROCESS,      /* printed by a program */
    KT_KEYS_SSO,          /* from the portal of IAM Identity Center */
    KT_KEYS_WEB_IDENTITY, /* a role for a token in a file */
    KT_KEYS_CONTAINER,    /* from an address in the environment: ECS, EKS pod identity */
    KT_KEYS_INSTANCE      /* from EC2's instance metadata */
} kt_key_source;

typedef struct kt_key_role {
    const char *arn, *profile;                           /* profile: where it is configured; NULL: in the environment */
    const char *session_name, *external_id, *mfa_serial; /* NULL: none */
    int64_t duration_s;                                  /* 0: the service's default */
    const char *token_file;                              /* of a web identity */
} kt_key_role;

typedef struct kt_key_plan {
    kt_key_source source;
    const char *about; /* "environment", "profile lab in ~/.aws/credentials" */
    struct {           /* static */
        const char *access_key, *secret_key, *session_token;
    } keys;
    const char *command; /* process: a command line, split as a shell's words, but run without a shell */
    struct {             /* SSO; session NULL: the old form, without one */
        const char *account, *role, *region, *start_url, *session;
    } sso;
    kt_key_role web;                      /* web identity */
    const char *endpoint;                 /* container: a URL; instance: the service's address */
    kt_key_role roles[KT_AWS_ROLES_MOST]; /* to be assumed one after the other, the first with the source's keys */
    size_t role_count;
} kt_key_plan;

typedef struct kt_key_choice {
    const char *access_key, *secret_key, *session_token; /* explicit ones; NULL: look them up */
} kt_key_choice;

/* Texts live in the settings, the choice or the arena. KT_E_INVALID for what is configured and can't be meant: a
 * key without its secret, a role with two sources or none, profiles in a circle, a duration that is
 * no number; KT_E_NOT_FOUND: nothing is configured, and the instance metadata is switched off; both say where. */
int kt_key_plan_make(const kt_key_choice *choice, const kt_aws_settings *settings, kt_arena *arena, kt_key_plan *out,
                     kt_error *err);

#endif
