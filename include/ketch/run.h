/* SPDX-License-Identifier: Apache-2.0 */
/* ketch/run.h - running a circuit or a program on the simulator in this process. */
#ifndef KETCH_RUN_H
#define KETCH_RUN_H

#include <ketch/program.h>
#include <ketch/result.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { KT_SHOTS_DEFAULT = -1 };

typedef struct kt_run_options {
    const char *device; /* "local" (NULL), "local:sv", "local:dm"                                          */
    int64_t shots;      /* 0: exact results; KT_SHOTS_DEFAULT: 1000, or 0 when an exact-only result is wanted */
    int has_seed;       /* 0: the seed is drawn from the system                                            */
    uint64_t seed;
    int threads; /* 0: one a processor; results do not depend on it                                 */
    /* "scalar", "avx2" or "avx512", to compute with less than this machine has; NULL: the best it has. Results do
     * not depend on it. KT_E_UNSUPPORTED for one that the machine lacks. */
    const char *instructions;
    uint64_t memory_bytes;   /* most to be used for states and results; 0: what the machine has available       */
    const kt_limits *limits; /* NULL: defaults                                                                  */
    /* Called about ten times a second on the calling thread with work done in [0, 1]; returning non-zero cancels
     * (KT_E_CANCELLED). May be NULL. */
    int (*progress)(void *ctx, double done);
    void *progress_ctx;
} kt_run_options;

/* options may be NULL: {.shots = KT_SHOTS_DEFAULT}. Errors: KT_E_NOT_FOUND (no device of that name), KT_E_INVALID,
 * KT_E_UNSUPPORTED, KT_E_CAPACITY (what states and results would need and what there is), KT_E_LIMIT, KT_E_CANCELLED,
 * KT_E_NOMEM. */
int kt_run_circuit(const kt_circuit *circuit, const kt_run_options *options, kt_result **out, kt_error *err);
/* diagnostics (may be NULL) gets where in the program a run failed, as in kt_program_parse. */
int kt_run_program(const kt_program *program, const kt_inputs *inputs, const kt_run_options *options, kt_result **out,
                   kt_diagnostics **diagnostics, kt_error *err);

#ifdef __cplusplus
}
#endif
#endif
