/* SPDX-License-Identifier: Apache-2.0 */
/* call.h - one call of an AWS operation, from its members to its answer: endpoint, protocol, signature, rate, retries,
 * clock skew, expired keys. Everything is on the loop of the kt_aws; a callback runs exactly once, and never when the
 * starting call failed. */
#ifndef KT_AWS_CALL_H
#define KT_AWS_CALL_H

#include "aws/credentials.h"
#include "aws/permit.h"
#include "aws/service.h"
#include "base/json.h"

typedef struct kt_aws kt_aws;

typedef struct kt_aws_options {
    uv_loop_t *loop;
    kt_aws_choice choice;
    const kt_environment *environment;                   /* NULL: the process's */
    const kt_clock *clock;                               /* NULL: the system's */
    const kt_log *log;                                   /* NULL: none */
    uint64_t seed;                                       /* of jitter, UUIDs and session names; 0: from the system */
    const char *access_key, *secret_key, *session_token; /* explicit ones; NULL: AWS's chain */
    int (*ask_mfa)(void *ctx, const char *serial, char *code, size_t bytes, kt_error *err);
    void *ctx;
    const char *user_agent_extra; /* behind "ketch/VERSION BraketSchemas/1.8.0"; NULL: none */
} kt_aws_options;

int kt_aws_new(const kt_aws_options *options, kt_aws **out, kt_error *err);
/* Calls still open end with KT_E_CANCELLED, now; not to be called from one of their callbacks. Run the loop once more
 * before closing it. NULL is fine. */
void kt_aws_close(kt_aws *aws);
const kt_aws_settings *kt_aws_settings_in_use(const kt_aws *aws);
kt_credential_chain *kt_aws_credentials(kt_aws *aws);

/* The members of an operation's input, and what else belongs to it. */
typedef struct kt_aws_input {
    const kt_aws_service *service;
    const kt_aws_operation *operation;
    const char *region;     /* NULL: the settings' */
    const kt_json *members; /* an object, by the operation's member names; borrowed until `done`; NULL: {} */
    kt_view body;           /* of S3: the object or part; borrowed until `done` */
    int body_file;          /* used when body_bytes > 0 and body is empty */
    uint64_t body_offset, body_bytes;
    bool to_file; /* of S3: a 2xx body goes to answer_file */
    int answer_file;
    uint64_t answer_offset, answer_bytes_most;
    kt_http_patience patience;
    kt_permit *take_permit; /* of a paid operation: needed, and consumed by the call, also when it fails to start */
} kt_aws_input;

typedef struct kt_aws_output {
    int rc; /* 0, or negative: the code is the error's, by its row (KT_E_THROTTLED, KT_E_NOT_FOUND, ...) */
    const kt_error *error; /* operation, error code and AWS's message; sys: HTTP status */
    const char *code;      /* AWS's name of the error, "ResourceNotFoundException"; "" when there was no answer */
    int status, attempts;
    const kt_json *members; /* of JSON and XML answers, an object; borrowed; NULL: none */
    const kt_http_header *headers;
    size_t header_count;
    kt_view body; /* of an S3 object that was not written to a file */
    uint64_t body_bytes;
    const char *request_id; /* NULL: none */
} kt_aws_output;

typedef void kt_aws_done(void *ctx, const kt_aws_output *output);
typedef struct kt_aws_call kt_aws_call;
int kt_aws_send(kt_aws *aws, const kt_aws_input *input, kt_aws_done *done, void *ctx, kt_aws_call **out, kt_error *err);
void kt_aws_cancel(kt_aws_call *call); /* `done` follows with KT_E_CANCELLED */

/* For the bench and `--json`: how often each operation was sent, retries included. */
uint64_t kt_aws_sent(const kt_aws *aws, const kt_aws_service *service, const kt_aws_operation *operation);

#endif
