/* SPDX-License-Identifier: Apache-2.0 */
/* scenarios.h - what is done while allocations fail. A scenario does its work, frees all of it, and returns the code it
 * got; *digest sums up what it computed, so that a run that says it worked can be held to that. */
#ifndef KT_TESTS_SCENARIOS_H
#define KT_TESTS_SCENARIOS_H

#include <ketch/error.h>
#include <stddef.h>
#include <stdint.h>

typedef struct scenario {
    const char *name;
    int (*run)(const char *argument, uint64_t *digest, kt_error *err);
    const char *argument; /* a program's text; NULL: none is needed */
} scenario;

/* Each ends with a row without a name. */
extern const scenario base_scenarios[], circuit_scenarios[], sandbox_scenarios[], sandbox_file_scenarios[],
    braket_scenarios[];
/* One program from text to results: parsed, printed, drawn, run, its results written. */
int scenario_program(const char *text, uint64_t *digest, kt_error *err);

uint64_t scenario_digest(uint64_t digest, const void *data, size_t length);

#endif
