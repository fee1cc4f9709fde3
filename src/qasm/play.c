/* SPDX-License-Identifier: Apache-2.0 */
/* play.c - a play's life: made once, run as often as wanted. Each run starts anew; only the count of executed
 * statements goes on, so that all runs together stay under the limit. */
#include "qasm/play.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the 8 MiB that a thread usually has; the rest is for whoever calls and for the sink. */
enum { STACK_BYTES_MOST = 4 * 1024 * 1024, TICK_STATEMENTS = 1 << 16 };

int kt_play_fail(kt_play *p, kt_source at, uint32_t length, kt_code code, const char *hint, const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    const kt_file_text *file = kt_program_file(p->program, at.file);
    if (p->diags != NULL && code != KT_E_DYNAMIC)
        kt_diag(p->diags, file, at, length == 0 ? 1 : length, code, hint, "%s", message);
    if (file == NULL || at.line == 0)
        return kt_fail(&p->error, code, "%s", message);
    return kt_fail(&p->error, code, "%s:%" PRIu32 ":%" PRIu32 ": %s", file->name, at.line, at.column, message);
}

int kt_play_fail_at(kt_play *p, const kt_expr *e, const kt_error *why)
{
    if (why->code == KT_E_DYNAMIC || why->code == KT_E_NOMEM) {
        p->error = *why;
        return why->code;
    }
    return kt_play_fail(p, e->source, e->length, why->code, NULL, "%s", why->message);
}

int kt_play_nomem(kt_play *p)
{
    return kt_fail_nomem(&p->error, 0, "running a program");
}

int kt_play_memory(kt_play *p, const char *what)
{
    kt_error why = { 0 };
    int rc = kt_memory_fail(&p->memory, &why, what);
    if (rc == KT_E_LIMIT && p->now != NULL)
        return kt_play_fail(p, p->now->source, p->now->length, KT_E_LIMIT, NULL, "%s", why.message);
    p->error = why;
    return rc;
}

__attribute__((noinline)) int kt_play_stack(kt_play *p, kt_source at, uint32_t length)
{
    const char *here = __builtin_frame_address(0);
    const ptrdiff_t used = here < p->stack_base ? p->stack_base - here : here - p->stack_base;
    if (used < STACK_BYTES_MOST)
        return 0;
    return kt_play_fail(p, at, length, KT_E_LIMIT, "does something call itself without an end?",
                        "calls, blocks and expressions are nested too deeply");
}

void kt_play_set_tick(kt_play *p, int (*tick)(void *ctx, kt_error *err), void *ctx)
{
    p->tick = tick;
    p->tick_ctx = ctx;
}

int kt_play_count_more(kt_play *p, kt_source at, uint32_t length)
{
    if (p->executed++ < p->limits.statements)
        return p->tick != NULL && p->executed % TICK_STATEMENTS == 0 ? p->tick(p->tick_ctx, &p->error) : 0;
    return kt_play_fail(p, at, length, KT_E_LIMIT, "does a loop never end? or raise the limit",
                        "more than %" PRIu64 " statements were executed", p->limits.statements);
}

bool kt_play_grow(void **items, uint32_t *room, uint32_t count, size_t item_bytes)
{
    if (count < *room)
        return true;
    const uint32_t wider = *room == 0 ? 16 : *room * 2;
    void *grown = realloc(*items, wider * item_bytes);
    if (grown == NULL)
        return false;
    *items = grown;
    *room = wider;
    return true;
}

int kt_play_add_qubit(kt_play *p, uint32_t label, kt_source at, uint32_t *out)
{
    if (p->qubit_count >= p->limits.register_bits)
        return kt_play_fail(p, at, 1, KT_E_LIMIT, NULL, "more than %" PRIu64 " qubits", p->limits.register_bits);
    if (p->qubit_count == p->qubit_room) {
        const uint32_t wider = p->qubit_room == 0 ? 16 : p->qubit_room * 2;
        uint32_t *labels = realloc(p->labels, wider * sizeof(*labels));
        if (labels != NULL)
            p->labels = labels;
        uint8_t *touched = realloc(p->touched, wider);
        if (touched != NULL)
            p->touched = touched;
        if (labels == NULL || touched == NULL)
            return kt_play_nomem(p);
        p->qubit_room = wider;
    }
    p->labels[p->qubit_count] = label;
    p->touched[p->qubit_count] = 0;
    *out = p->qubit_count++;
    return 0;
}

int kt_play_new(const kt_program *program, const kt_inputs *inputs, const kt_limits *limits, kt_play **out,
                kt_error *err)
{
    KT_OWN(kt_play) *p = calloc(1, sizeof(*p));
    if (p == NULL)
        return kt_fail_nomem(err, sizeof(*p), "running a program");
    p->program = program;
    p->limits = program->limits;
    int rc = limits == NULL ? 0 : kt_limits_resolve(limits, &p->limits, err);
    if (rc < 0)
        return rc;
    kt_memory_init(&p->memory, p->limits.memory_bytes);
    p->arith = (kt_arith){ .memory = &p->memory,
                           .low_first = program->ast->version == 2,
                           .real_division = program->ast->version == 2 };
    if (program->syntax_only)
        return kt_fail(err, KT_E_INVALID, "only the grammar of this program was checked: it cannot be run");
    rc = kt_inputs_copy(inputs, &p->inputs, err);
    if (rc < 0)
        return rc;
    if (program->physical_count > 0) {
        p->physical = malloc(program->physical_count * sizeof(p->physical[0]));
        if (p->physical == NULL)
            return kt_fail_nomem(err, program->physical_count * sizeof(p->physical[0]), "physical qubits");
    }
    *out = KT_GIVE(p);
    return 0;
}

void kt_play_free(kt_play *p)
{
    if (p == NULL)
        return;
    kt_memory_reset(&p->memory);
    kt_inputs_free(p->inputs);
    kt_arena_free(p->want_arena);
    free(p->labels);
    free(p->touched);
    free(p->physical);
    free(p->late);
    free(p->feedback);
    free(p->wants);
    free(p);
}

/* Back to before the first statement. */
static int start(kt_play *p, const kt_sink *sink, kt_diagnostics *diags)
{
    kt_memory_reset(&p->memory);
    kt_arena_free(p->want_arena);
    p->want_arena = NULL;
    p->sink = sink;
    p->diags = diags;
    kt_error_clear(&p->error);
    p->depth = p->qubit_count = p->register_qubits = p->late_count = p->feedback_count = p->want_count = 0;
    p->now = NULL;
    p->emitted_bytes = 0;
    p->recorder = NULL;
    p->destination = p->own_destination = NULL;
    p->verbatim_next = false;
    for (uint32_t i = 0; i < p->program->physical_count; i++)
        p->physical[i] = UINT32_MAX;
    p->globals = kt_memory_own(&p->memory, ((size_t)p->program->globals.count + 1) * sizeof(kt_value));
    p->frame = p->globals;
    p->frame_info = &p->program->globals;
    return p->globals == NULL ? kt_play_memory(p, "the program's variables") : 0;
}

static int send_outputs(kt_play *p)
{
    const kt_program *program = p->program;
    for (uint32_t i = 0; i < program->output_count && p->sink->output != NULL; i++) {
        const kt_output_var *output = &program->outputs[i];
        const kt_value *v = kt_play_slot(p, output->slot);
        KT_BUF_OWN json;
        KT_BUF_OWN name;
        kt_buf_init(&json, 0);
        kt_buf_init(&name, 0);
        int rc = kt_value_is_unknown(v) ? kt_fail(&p->error, KT_E_DYNAMIC, "an output depends on a measured value")
                                        : kt_value_json(v, &json, &p->error);
        if (json.failed != 0 || kt_buf_add(&name, output->stmt->name.data, output->stmt->name.length) < 0)
            return kt_play_nomem(p);
        if (rc < 0)
            return rc;
        rc = p->sink->output(p->sink->ctx, name.data, json.data, &p->error);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int kt_play_run(kt_play *p, const kt_sink *sink, kt_diagnostics *diags, kt_error *err)
{
    p->stack_base = __builtin_frame_address(0);
    int rc = start(p, sink, diags);
    if (rc == 0)
        rc = kt_exec_list(p, p->program->ast->statements);
    if (rc >= 0)
        rc = kt_measure_flush(p);
    if (rc >= 0)
        rc = send_outputs(p);
    p->sink = NULL;
    p->diags = NULL;
    if (rc < 0 && err != NULL)
        *err = p->error;
    return rc < 0 ? rc : 0;
}

uint32_t kt_play_qubit_count(const kt_play *play)
{
    return play->qubit_count;
}

uint32_t kt_play_label(const kt_play *play, uint32_t qubit)
{
    return play->labels[qubit];
}

const kt_want *kt_play_wants(const kt_play *play, size_t *count)
{
    *count = play->want_count;
    return play->wants;
}

size_t kt_play_parameter_count(const kt_play *play)
{
    return play->program->parameter_count;
}

const char *kt_play_parameter_name(const kt_play *play, size_t index)
{
    return index < play->program->parameter_count ? play->program->parameter_names[index] : NULL;
}

bool kt_play_has_output(const kt_play *play)
{
    return play->program->output_count > 0;
}
