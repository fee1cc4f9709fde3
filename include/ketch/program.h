/* SPDX-License-Identifier: Apache-2.0 */
/* ketch/program.h - reading OpenQASM 3 (Braket's dialect and more) and OpenQASM 2. */
#ifndef KETCH_PROGRAM_H
#define KETCH_PROGRAM_H

#include <ketch/circuit.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct kt_program kt_program;         /* a parsed and checked program */
typedef struct kt_diagnostics kt_diagnostics; /* what was found wrong with one */
typedef struct kt_inputs kt_inputs;           /* values for `input` variables */

/* Bounds on what a program may ask for. Zero means the default in brackets. */
typedef struct kt_limits {
    size_t source_bytes;     /* one file                       [16 MiB]      */
    size_t memory_bytes;     /* parsed program and values      [4 GiB]       */
    uint32_t nesting;        /* depth of blocks, expressions   [256], at most 2000 */
    uint32_t call_depth;     /* subroutines and gates          [256]         */
    uint64_t statements;     /* executed, all branches together [50,000,000] */
    uint64_t register_bits;  /* one register, qubits or bits   [65535]       */
    uint64_t array_elements; /* one array                      [16,777,216]  */
    uint32_t include_files;  /* in all                         [64]          */
    uint32_t errors;         /* reported before giving up      [20]          */
} kt_limits;

typedef struct kt_parse_options {
    const char *file_name;   /* for messages and relative includes; NULL: "<source>", no file includes */
    int syntax_only;         /* stop after the grammar: no names resolved, no include opened, any pragma taken */
    int allow_outside;       /* includes may leave the including file's folder (`..`, absolute paths) */
    const kt_limits *limits; /* NULL: defaults */
    /* Asked every few milliseconds while a long program is read and checked, on the calling thread; non-zero ends it
     * with KT_E_CANCELLED. May be NULL. */
    int (*cancelled)(void *ctx);
    void *cancelled_ctx;
} kt_parse_options;

/* Parses and checks a program. source: UTF-8, length bytes (not NUL-terminated). options may be NULL.
 * *diagnostics (if diagnostics is not NULL) is set to a new list on success and on failure alike (NULL when there is
 * no memory for it). Errors: KT_E_SYNTAX, KT_E_INVALID, KT_E_LIMIT, KT_E_NOMEM, KT_E_CANCELLED; err carries the first
 * diagnostic. */
int kt_program_parse(const char *source, size_t length, const kt_parse_options *options, kt_program **out,
                     kt_diagnostics **diagnostics, kt_error *err);
void kt_program_free(kt_program *program); /* NULL is fine */

typedef struct kt_diagnostic {
    const char *file;
    uint32_t line, column; /* from 1; column in characters */
    uint32_t end_column;   /* one past the last marked character, on the same line; >= column */
    const char *message;   /* with what was found and what was expected */
    const char *hint;      /* or NULL: "did you mean 'cnot'?" */
    int code;              /* kt_code */
} kt_diagnostic;
size_t kt_diagnostics_count(const kt_diagnostics *d);
const kt_diagnostic *kt_diagnostics_get(const kt_diagnostics *d, size_t index); /* NULL when out of range */
/* All of them for a person: "file:line:column: error: message", the source line, a caret, the hint. colour: ANSI.
 * To be freed with kt_text_free. */
int kt_diagnostics_text(const kt_diagnostics *d, int colour, char **out, kt_error *err);
int kt_diagnostics_json(const kt_diagnostics *d, char **out, kt_error *err);
void kt_diagnostics_free(kt_diagnostics *d);

/* The canonical form of a program: printing and parsing again gives the same circuit. kt_text_free. */
int kt_program_format(const kt_program *program, char **out, kt_error *err);

int kt_inputs_new(kt_inputs **out, kt_error *err);
void kt_inputs_free(kt_inputs *inputs); /* NULL is fine */
int kt_inputs_set(kt_inputs *inputs, const char *name, double value, kt_error *err);
/* "theta=0.3", "bits=\"0110\"", "n=3": the part behind = is JSON, or else text. */
int kt_inputs_assign(kt_inputs *inputs, const char *assignment, kt_error *err);
/* A JSON object {"theta": 0.3, ...}; later values replace earlier ones. */
int kt_inputs_json(kt_inputs *inputs, const char *text, size_t length, kt_error *err);

/* The program as a circuit, with its inputs' values (inputs may be NULL). KT_E_DYNAMIC when it decides something by a
 * measured value: such a program has no single circuit, but kt_run_program runs it. diagnostics as in
 * kt_program_parse. */
int kt_program_circuit(const kt_program *program, const kt_inputs *inputs, kt_circuit **out,
                       kt_diagnostics **diagnostics, kt_error *err);

#ifdef __cplusplus
}
#endif
#endif
