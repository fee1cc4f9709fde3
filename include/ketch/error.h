/* SPDX-License-Identifier: Apache-2.0 */
/* ketch/error.h - how every call of libketch reports failure.
 * A call returns 0 (or a count) when it worked and one of the negative codes below when it did not.
 * The caller owns the kt_error; it is written only on failure, and may be NULL when nobody will read it. */
#ifndef KETCH_ERROR_H
#define KETCH_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* One table: code, value, whether repeating the same call can help, exit status of `ketch`, HTTP status.
 * Exit statuses: 1 the work failed, 2 bad usage or input, 3 not found, 4 refused by a budget,
 * 5 AWS or network trouble, 6 cancelled, 7 our own failure. */
#define KT_CODES(X) /*  value retry exit http  what it means */                                                        \
    X(KT_E_NOMEM, -1, 0, 7, 503, "out of memory")                                                                      \
    X(KT_E_NOT_FOUND, -2, 0, 3, 404, "not found")                                                                      \
    X(KT_E_THROTTLED, -3, 1, 5, 429, "too many requests")                                                              \
    X(KT_E_BUDGET, -4, 0, 4, 402, "refused by a budget")                                                               \
    X(KT_E_INVALID, -5, 0, 2, 400, "invalid input")                                                                    \
    X(KT_E_SYNTAX, -6, 0, 2, 400, "syntax error")                                                                      \
    X(KT_E_UNSUPPORTED, -7, 0, 2, 501, "not supported here")                                                           \
    X(KT_E_LIMIT, -8, 0, 2, 413, "over a limit")                                                                       \
    X(KT_E_IO, -9, 0, 7, 500, "input/output error")                                                                    \
    X(KT_E_FAILED, -10, 0, 1, 500, "the work itself failed")                                                           \
    X(KT_E_NETWORK, -11, 1, 5, 502, "network trouble")                                                                 \
    X(KT_E_CANCELLED, -12, 0, 6, 499, "cancelled")                                                                     \
    X(KT_E_CAPACITY, -13, 0, 2, 507, "does not fit on this machine")                                                   \
    X(KT_E_INTERNAL, -14, 0, 7, 500, "a bug in ketch")                                                                 \
    X(KT_E_DYNAMIC, -15, 0, 7, 500, "the program depends on measured values")                                          \
    X(KT_E_AWS, -16, 0, 5, 502, "refused by AWS")

typedef enum kt_code {
    KT_OK = 0,
#define KT_CODE_ENUM(name, value, retry, exit, http, text) name = value,
    KT_CODES(KT_CODE_ENUM)
#undef KT_CODE_ENUM
} kt_code;

typedef struct kt_error {
    kt_code code;      /* what a caller may branch on                                */
    int sys;           /* errno or HTTP status underneath, or 0                      */
    char message[480]; /* for a person; UTF-8; outermost context comes first         */
} kt_error;

/* The words of a code, such as "out of memory"; "unknown error" for a number that is no code. */
const char *kt_code_text(int code);
/* The exit status that `ketch` ends with for this code: 0 for KT_OK, 7 for a number that is no code. */
int kt_code_exit(int code);
/* The HTTP status for this code: 200 for KT_OK, 500 for a number that is no code. */
int kt_code_http(int code);
/* 1 when repeating the same call later can help, else 0. */
int kt_code_retry(int code);

#ifdef __cplusplus
}
#endif
#endif
