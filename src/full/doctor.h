/* SPDX-License-Identifier: Apache-2.0 */
/* doctor.h - the checks of `ketch doctor`: rows of one table, each with what it needs, what starts it and how long it
 * may take. A check ends exactly once, with what was found and, unless all is well, the step that mends it. What needs
 * nothing of each other runs at the same time; what needs something that is not there is skipped and says why. */
#ifndef KT_FULL_DOCTOR_H
#define KT_FULL_DOCTOR_H

#include "base/arena.h"
#include "base/doctor_args.h"
#include "full/session.h"
#include "io/http_client.h"
#include "task/bucket.h"

typedef enum kt_check_status {
    KT_CHECK_OK,
    KT_CHECK_WARNING, /* something will not work as well as it could, or only some things will */
    KT_CHECK_WRONG,   /* nothing that needs this can work */
    KT_CHECK_SKIPPED
} kt_check_status;

/* In the order in which they are shown. */
typedef enum kt_check_id {
    KT_CHECK_PROGRAM,
    KT_CHECK_STATE,
    KT_CHECK_DISK,
    KT_CHECK_MEMORY,
    KT_CHECK_SETTINGS,
    KT_CHECK_REGION,
    KT_CHECK_ENDPOINT,
    KT_CHECK_CLOCK,
    KT_CHECK_CREDENTIALS,
    KT_CHECK_IDENTITY,
    KT_CHECK_DEVICES,
    KT_CHECK_SIMULATOR,
    KT_CHECK_BUCKET,
    KT_CHECK_WRITING,
    KT_CHECK_PUBLIC,
    KT_CHECK_SERVICE_ROLE,
    KT_CHECK_JOB_ROLE,
    KT_CHECK_QUOTAS,
    KT_CHECKS
} kt_check_id;

typedef struct kt_doctor kt_doctor;
typedef struct kt_check kt_check;

typedef struct kt_check_row {
    const char *name;  /* "bucket"; a word or two */
    const char *group; /* "this machine", "Amazon Web Services" */
    uint32_t needs;    /* KT_NEEDS of others, which stand above it in the table */
    int64_t patience_ms;
    void (*start)(kt_check *check);
} kt_check_row;
#define KT_NEEDS(id) (UINT32_C(1) << KT_CHECK_##id)

enum { KT_CHECK_FOUND_BYTES = 640, KT_CHECK_MEND_BYTES = 640 };
struct kt_check {
    kt_doctor *doctor;
    const kt_check_row *row;
    uv_timer_t timer;
    bool has_timer, is_started, is_done;
    kt_check_status status;
    size_t because;                                              /* of one that is skipped: the check that is wrong */
    char found[KT_CHECK_FOUND_BYTES], mend[KT_CHECK_MEND_BYTES]; /* mend "" : there is nothing to do */
};

enum { KT_DOCTOR_REGIONS_MOST = 8 };
struct kt_doctor {
    const kt_doctor_args *args;
    kt_session session;
    bool has_aws; /* else `opening` says why not */
    kt_error opening;
    kt_arena *arena;
    kt_http_client *http; /* for what is asked without a signature */
    kt_check checks[KT_CHECKS];
    size_t shown;      /* lines that a person has seen */
    bool is_advancing; /* a check that ends at once doesn't start the next ones itself */
    int report_rc;     /* of writing them */
    kt_error report_error;

    /* What one check finds and another needs. */
    const char *region; /* where to ask: the chosen one, or the one that simulators are asked for in */
    bool has_date;
    int64_t skew_ns; /* AWS's clock less ours */
    char account[16], arn[256];
    bool has_place;
    kt_bucket_place place;
    bool bucket_is_there;

    struct { /* the answers to SearchDevices */
        const char *region;
        bool is_done, is_denied;
        size_t count;
        char problem[sizeof(((kt_error *)0)->message)]; /* "" : none */
    } regions[KT_DOCTOR_REGIONS_MOST];
    size_t regions_waiting;
    char object[96]; /* the key of the object that is written and deleted */
    int role_pages;
};

/* doctor.c: the ends of a check; the first one counts. */
void kt_check_end(kt_check *check, kt_check_status status, const char *format, ...) KT_PRINTF(3, 4);
/* What mends it; before the end. */
void kt_check_mend(kt_check *check, const char *format, ...) KT_PRINTF(2, 3);
/* An answer that says no: found and mend by AWS's code for it, or, for other codes, `mend` (NULL: none). */
void kt_check_end_refused(kt_check *check, const kt_aws_output *output, const char *mend);
void kt_check_end_error(kt_check *check, const kt_error *err);
bool kt_check_is_denied(const kt_aws_output *output); /* a policy says no */
/* Puts the command that attaches AWS's own policy to who asks into the mend. */
void kt_check_mend_policy(kt_check *check, const char *policy);

typedef void kt_check_answered(kt_check *check, const kt_aws_output *output, size_t index);
typedef struct kt_check_call {
    const kt_aws_service *service;
    const char *operation;
    kt_json *take_members; /* NULL: there was no memory for them */
    kt_view body;
    const char *region; /* NULL: the doctor's */
    kt_check_answered *answered;
    size_t index; /* handed to `answered`, which is not called when the check has ended meanwhile */
} kt_check_call;
/* A call that can't be started ends the check. */
void kt_check_send(kt_check *check, const kt_check_call *call);

/* doctor_local.c, doctor_aws.c, doctor_rights.c, doctor_bucket.c */
void kt_check_program(kt_check *check), kt_check_state(kt_check *check), kt_check_disk(kt_check *check),
    kt_check_memory(kt_check *check), kt_check_settings(kt_check *check), kt_check_region(kt_check *check),
    kt_check_endpoint(kt_check *check), kt_check_clock(kt_check *check), kt_check_credentials(kt_check *check),
    kt_check_identity(kt_check *check), kt_check_devices(kt_check *check), kt_check_simulator(kt_check *check),
    kt_check_bucket(kt_check *check), kt_check_writing(kt_check *check), kt_check_public(kt_check *check),
    kt_check_service_role(kt_check *check), kt_check_job_role(kt_check *check), kt_check_quotas(kt_check *check);

/* doctor_report.c: what has been found so far, in the table's order, for a person; at the end, all of it. */
void kt_doctor_show(kt_doctor *doctor);
int kt_doctor_report(kt_doctor *doctor, kt_error *err);

#endif
