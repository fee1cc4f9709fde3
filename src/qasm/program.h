/* SPDX-License-Identifier: Apache-2.0 */
/* program.h - a program that was parsed, had its includes read and its names resolved, and can be played.
 * It never changes after kt_program_parse, so one program may be played from several threads at once. */
#ifndef KT_QASM_PROGRAM_H
#define KT_QASM_PROGRAM_H

#include "base/json.h"
#include "circuit/circuit.h"
#include "qasm/ast.h"
#include <ketch/program.h>

KT_DEFINE_FREEP(kt_program)
KT_DEFINE_FREEP(kt_inputs)
/* The values as a JSON object; null for no inputs. */
void kt_inputs_write(const kt_inputs *inputs, kt_jw *w);

const kt_ast *kt_program_ast(const kt_program *p);
const kt_file_text *kt_program_file(const kt_program *p, uint32_t index);
/* The largest value that each limit can be raised to; 0: any. */
const kt_limits *kt_limits_most(void);
/* Zeros become defaults; given may be NULL. KT_E_INVALID when one is above kt_limits_most(). */
int kt_limits_resolve(const kt_limits *given, kt_limits *out, kt_error *err);

/* What playing a program needs and says, over all plays of one run. */
typedef struct kt_play kt_play;
int kt_play_new(const kt_program *p, const kt_inputs *inputs, const kt_limits *limits, kt_play **out, kt_error *err);
void kt_play_free(kt_play *play);
KT_DEFINE_FREEP(kt_play)
/* Executes the program from its start, sending every operation to the sink (qubit indexes are those of declaration:
 * registers one after another in order of declaration; kt_play_label gives the label). A measured value that is
 * KT_OUTCOME_UNKNOWN and then read is KT_E_DYNAMIC. Executed statements are counted over all calls. */
int kt_play_run(kt_play *play, const kt_sink *sink, kt_diagnostics *diags, kt_error *err);
/* Called every few milliseconds of classical work, so that a long loop can be cancelled: a negative code ends the run
 * with that code and no diagnostic. NULL: not called. */
void kt_play_set_tick(kt_play *play, int (*tick)(void *ctx, kt_error *err), void *ctx);
/* Runs the program into a circuit of the qubits that it touches, with its wanted results and labels. KT_E_DYNAMIC when
 * it reads a measured value: then *until_read (may be NULL) gets the operations up to there, on all qubits declared,
 * with which every run begins. */
int kt_play_circuit(kt_play *play, kt_diagnostics *diags, kt_circuit **out, kt_circuit **until_read, kt_error *err);
/* After a run: what the program declared. Valid until the next run or _free. */
uint32_t kt_play_qubit_count(const kt_play *play);
uint32_t kt_play_label(const kt_play *play, uint32_t qubit); /* index in a concatenation of all registers; $n gives n */
const kt_want *kt_play_wants(const kt_play *play, size_t *count); /* targets in declared qubit indexes */
size_t kt_play_parameter_count(const kt_play *play);              /* float and angle inputs: what angle terms name */
const char *kt_play_parameter_name(const kt_play *play, size_t index);
bool kt_play_has_output(const kt_play *play); /* the program declares `output` variables */

#endif
