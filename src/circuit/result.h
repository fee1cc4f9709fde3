/* SPDX-License-Identifier: Apache-2.0 */
/* result.h - a result being filled. The public side (reading) is ketch/result.h. */
#ifndef KT_CIRCUIT_RESULT_H
#define KT_CIRCUIT_RESULT_H

#include "base/json.h"
#include "circuit/circuit.h"

KT_DEFINE_FREEP(kt_result)

typedef struct kt_result_info {
    const char *device; /* copied */
    uint64_t shots, seed;
    uint32_t qubit_count;
    int64_t elapsed_ns, started_wall_ns, ended_wall_ns;
    const char *action_json; /* the program as submitted, for Braket's additionalMetadata: JSON text, copied; or NULL */
} kt_result_info;

int kt_result_new(kt_result **out, kt_error *err);
int kt_result_set_info(kt_result *r, const kt_result_info *info, kt_error *err);
/* Columns and the label each shows; before any outcome. */
int kt_result_set_columns(kt_result *r, uint32_t count, const uint32_t *labels, kt_error *err);
/* The label of each qubit that the targets of wanted results name; default: a qubit's label is its index. Ketch's own
 * JSON shows labels, Braket's shows indexes (as Amazon's local simulator). */
int kt_result_set_labels(kt_result *r, uint32_t count, const uint32_t *labels, kt_error *err);
/* Outcome of `times` shots: words of 64 bits, column c is bit (63 - c % 64) of words[c / 64], so that comparing words
 * compares bit strings. Same outcome again adds up. outputs: JSON object text of the output variables, or NULL. */
int kt_result_add_outcome(kt_result *r, const uint64_t *words, uint64_t times, const char *outputs, kt_error *err);
/* When all outcomes are in: sorts them and deals them to shots in an order shuffled by seed, so that any prefix of the
 * shots is a fair sample. */
int kt_result_seal(kt_result *r, uint64_t seed, kt_error *err);
/* Which place in the sorted sequence of all shots' outcomes shot number `shot` shows: a permutation of [0, shots) that
 * depends on the seed alone. For a value a shot that must agree with kt_result_shot_outcome. */
uint64_t kt_shot_rank(uint64_t seed, uint64_t shots, uint64_t shot);
/* Adds the value of one wanted result; numbers (complexes) are copied or, with take_, moved. */
int kt_result_add_numbers(kt_result *r, const kt_want *want, const char *text, double *take_numbers, size_t count,
                          kt_error *err);
int kt_result_add_complexes(kt_result *r, const kt_want *want, const char *text, kt_complex *take_complexes,
                            size_t count, kt_error *err);
int kt_result_add_gradient(kt_result *r, const kt_want *want, const char *text, double expectation,
                           const char *const *names, const double *values, size_t count, kt_error *err);
/* The output variables of some shots, as the text of a JSON object, and of how many; index 0, 1, ...; the same text may
 * come again with other bits. NULL behind the last. */
const char *kt_result_outputs(const kt_result *r, size_t index, uint64_t *times);
/* Streams: nothing is built as a tree. */
int kt_result_write_json(const kt_result *r, kt_out out, int indent, kt_error *err);

/* What a Braket task says of its result and the result does not know. Texts are borrowed for the call; those named
 * _json are written as they are, so each must be one value of JSON. A field left 0 or NULL: what the result says. */
typedef struct kt_braket_about {
    const char *task_id, *device_id; /* ARNs */
    uint64_t shots;
    int64_t created_wall_ns, ended_wall_ns;
    const char *status;      /* "COMPLETED" */
    const char *action_json; /* the program as submitted */
    const char *device_parameters_json;
    bool has_duration; /* of a simulator: simulatorMetadata with duration_ms */
    uint64_t duration_ms;
    const char *vendor_json; /* an object of members beside the action: {"iqmMetadata": {"compiledProgram": "..."}} */
    /* Members without a value are null, as Amazon's local simulator writes them; false: they are left out, as the
     * service does, `measurements` of a task of 0 shots among them. */
    bool with_nulls;
    bool as_probabilities; /* measurementProbabilities in place of measurements, as some devices answer */
    int indent;            /* spaces a level; 0: all on one line */
} kt_braket_about;

/* Streams the result as Braket's gate-model task result. about NULL: {.with_nulls = true}. */
int kt_result_write_braket(const kt_result *r, const kt_braket_about *about, kt_out out, kt_error *err);

/* Makes everything that the want points to the arena's. false: no memory. */
bool kt_want_copy(kt_arena *arena, kt_want *want);
/* "state_vector": a kt_result_type as pragmas write it. */
const char *kt_result_type_name(uint8_t type);
/* The words for a want ("expectation z(q[0]) @ x(q[1])"): its own text, or made from its parts. */
int kt_want_text(const kt_want *want, kt_buf *out);

#endif
