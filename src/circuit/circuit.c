/* SPDX-License-Identifier: Apache-2.0 */
/* circuit.c - what a circuit is made of: operations in order, wanted results, qubit labels, free parameters.
 * The lists lie on the heap and grow by doubling; all that their entries point to lies in the circuit's arena. Small
 * pieces (qubit indexes, angles) are packed into blocks, so that a gate without angles costs its entry and eight bytes.
 * What goes in is checked by check.c first; a call that fails leaves the circuit as it was. */
#include "circuit/circuit.h"

#include "base/map.h"
#include "circuit/check.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16384, SMALL_MOST_BYTES = 1024 };

/* A list on the heap. */
typedef struct list {
    void *items;
    size_t count, capacity;
} list;

struct kt_circuit {
    kt_arena *arena;
    char *block; /* what is left of the block that small pieces are cut from */
    size_t block_left;
    uint32_t qubit_count;
    uint32_t *labels; /* NULL: label i is i */
    size_t label_capacity;
    list ops;                  /* kt_op */
    list wants;                /* kt_want */
    list parameters;           /* const char * */
    uint32_t *every_parameter; /* 0, 1, 2, ... : what a gradient by all parameters points to */
    size_t every_capacity;
    kt_map *parameter_places; /* name -> index + 1 */
    bool has_noise, has_measure, has_terms, is_bound;
};

static int no_memory(kt_error *err, size_t bytes)
{
    return kt_fail_nomem(err, bytes, "a circuit");
}

/* Makes room for one more entry. */
static int list_reserve(list *l, size_t item_bytes, kt_error *err)
{
    if (l->count < l->capacity)
        return 0;
    size_t capacity = l->capacity == 0 ? 16 : l->capacity * 2;
    void *items = realloc(l->items, capacity * item_bytes);
    if (items == NULL)
        return no_memory(err, capacity * item_bytes);
    l->items = items;
    l->capacity = capacity;
    return 0;
}

/* Memory for a piece with eight-byte alignment, in a shared block when it is small. */
static void *piece(kt_circuit *c, size_t bytes, kt_error *err)
{
    bytes = (bytes + 7) & ~(size_t)7;
    void *memory;
    if (bytes > SMALL_MOST_BYTES) {
        memory = kt_arena_alloc(c->arena, bytes);
        if (memory == NULL)
            no_memory(err, bytes);
        return memory;
    }
    if (bytes > c->block_left) {
        char *block = kt_arena_alloc(c->arena, BLOCK_BYTES);
        if (block == NULL) {
            no_memory(err, BLOCK_BYTES);
            return NULL;
        }
        c->block = block;
        c->block_left = BLOCK_BYTES;
    }
    memory = c->block;
    c->block += bytes;
    c->block_left -= bytes;
    return memory;
}

/* A copy in the circuit; NULL for nothing, after a failure, and when *rc tells of an earlier one. */
static void *clone(kt_circuit *c, const void *data, size_t bytes, int *rc, kt_error *err)
{
    if (*rc < 0 || bytes == 0)
        return NULL;
    void *memory = piece(c, bytes, err);
    if (memory == NULL)
        *rc = KT_E_NOMEM;
    else
        memcpy(memory, data, bytes);
    return memory;
}

int kt_circuit_new(int qubits, kt_circuit **out, kt_error *err)
{
    if (qubits < 0 || qubits > KT_QUBITS_MOST)
        return kt_fail(err, KT_E_INVALID, "a circuit of %d qubits was asked for; it can have 0 to %d", qubits,
                       KT_QUBITS_MOST);
    kt_circuit *c = calloc(1, sizeof *c);
    if (c == NULL)
        return no_memory(err, sizeof *c);
    c->arena = kt_arena_new(0);
    c->parameter_places = c->arena == NULL ? NULL : kt_map_new(c->arena);
    if (c->parameter_places == NULL) {
        kt_circuit_free(c);
        return no_memory(err, sizeof *c);
    }
    c->qubit_count = (uint32_t)qubits;
    *out = c;
    return 0;
}

void kt_circuit_free(kt_circuit *circuit)
{
    if (circuit == NULL)
        return;
    free(circuit->labels);
    free(circuit->ops.items);
    free(circuit->wants.items);
    free(circuit->parameters.items);
    free(circuit->every_parameter);
    kt_arena_free(circuit->arena);
    free(circuit);
}

int kt_circuit_qubit_count(const kt_circuit *circuit)
{
    return (int)circuit->qubit_count;
}

size_t kt_circuit_operation_count(const kt_circuit *circuit)
{
    return circuit->ops.count;
}

const kt_op *kt_circuit_ops(const kt_circuit *c, size_t *count)
{
    *count = c->ops.count;
    return c->ops.items;
}

const kt_want *kt_circuit_wants(const kt_circuit *c, size_t *count)
{
    *count = c->wants.count;
    return c->wants.items;
}

uint32_t kt_circuit_label(const kt_circuit *c, uint32_t qubit)
{
    return c->labels == NULL ? qubit : c->labels[qubit];
}

bool kt_circuit_has_noise(const kt_circuit *c)
{
    return c->has_noise;
}

bool kt_circuit_has_measure(const kt_circuit *c)
{
    return c->has_measure;
}

bool kt_circuit_is_bound(const kt_circuit *c)
{
    return c->is_bound || !c->has_terms;
}

void kt_circuit_set_bound(kt_circuit *c)
{
    c->is_bound = true;
}

int kt_circuit_parameter_count(const kt_circuit *circuit)
{
    return (int)circuit->parameters.count;
}

const char *kt_circuit_parameter_name(const kt_circuit *circuit, int index)
{
    if (index < 0 || (size_t)index >= circuit->parameters.count)
        return NULL;
    return ((const char **)circuit->parameters.items)[index];
}

static int reserve_labels(kt_circuit *c, size_t needed, kt_error *err)
{
    if (needed <= c->label_capacity)
        return 0;
    size_t capacity = needed < 16 ? 16 : needed * 2;
    uint32_t *labels = realloc(c->labels, capacity * sizeof *labels);
    if (labels == NULL)
        return no_memory(err, capacity * sizeof *labels);
    if (c->labels == NULL) {
        for (uint32_t k = 0; k < c->qubit_count; k++)
            labels[k] = k;
    }
    c->labels = labels;
    c->label_capacity = capacity;
    return 0;
}

int kt_circuit_set_labels(kt_circuit *c, const uint32_t *labels, kt_error *err)
{
    if (c->qubit_count == 0)
        return 0;
    int rc = reserve_labels(c, c->qubit_count, err);
    if (rc == 0)
        memcpy(c->labels, labels, c->qubit_count * sizeof *labels);
    return rc;
}

int kt_circuit_add_qubit(kt_circuit *c, uint32_t label, kt_error *err)
{
    if (c->qubit_count == KT_QUBITS_MOST)
        return kt_fail(err, KT_E_LIMIT, "a circuit can't have more than %d qubits", KT_QUBITS_MOST);
    if (c->labels != NULL || label != c->qubit_count) {
        int rc = reserve_labels(c, (size_t)c->qubit_count + 1, err);
        if (rc < 0)
            return rc;
        c->labels[c->qubit_count] = label;
    }
    return (int)c->qubit_count++;
}

/* A gradient by every parameter follows the list of parameters. */
static void refresh_gradient(const kt_circuit *c, kt_want *want)
{
    if (want->type != KT_RESULT_ADJOINT_GRADIENT || !want->all_qubits)
        return;
    want->parameters = c->every_parameter;
    want->parameter_count = (uint32_t)c->parameters.count;
}

static void refresh_gradients(kt_circuit *c)
{
    for (size_t k = 0; k < c->wants.count; k++)
        refresh_gradient(c, &((kt_want *)c->wants.items)[k]);
}

static int reserve_parameter(kt_circuit *c, kt_error *err)
{
    int rc = list_reserve(&c->parameters, sizeof(const char *), err);
    if (rc != 0 || c->parameters.count < c->every_capacity)
        return rc;
    size_t capacity = c->parameters.capacity;
    uint32_t *every = realloc(c->every_parameter, capacity * sizeof *every);
    if (every == NULL)
        return no_memory(err, capacity * sizeof *every);
    for (size_t k = c->every_capacity; k < capacity; k++)
        every[k] = (uint32_t)k;
    c->every_parameter = every;
    c->every_capacity = capacity;
    refresh_gradients(c);
    return 0;
}

int kt_circuit_add_parameter(kt_circuit *c, const char *name, kt_error *err)
{
    kt_view view = kt_view_of(name);
    uintptr_t place = (uintptr_t)kt_map_get(c->parameter_places, view);
    if (place > 0)
        return (int)(place - 1);
    int rc = kt_check_parameter_name(view, err);
    if (rc == 0)
        rc = reserve_parameter(c, err);
    if (rc != 0)
        return rc;
    const char *copy = kt_arena_strndup(c->arena, view.data, view.length);
    place = c->parameters.count + 1;
    if (copy == NULL || kt_map_set(c->parameter_places, view, (void *)place) < 0)
        return no_memory(err, view.length);
    ((const char **)c->parameters.items)[c->parameters.count++] = copy;
    refresh_gradients(c);
    return (int)(place - 1);
}

void kt_circuit_drop_parameters(kt_circuit *c, size_t count)
{
    while (c->parameters.count > count) {
        c->parameters.count--;
        kt_map_remove(c->parameter_places, kt_view_of(((const char **)c->parameters.items)[c->parameters.count]));
    }
    refresh_gradients(c);
}

/* Angles, their terms and the qubits in one piece. */
static int copy_small(kt_circuit *c, const kt_op *op, kt_op *copy, kt_error *err)
{
    size_t terms = 0;
    for (size_t k = 0; k < op->angle_count; k++)
        terms += op->angles[k].term_count;
    size_t bytes =
        op->angle_count * sizeof(kt_angle) + terms * sizeof(kt_angle_term) + op->qubit_count * sizeof(uint32_t);
    if (bytes == 0)
        return 0;
    char *memory = piece(c, bytes, err);
    if (memory == NULL)
        return KT_E_NOMEM;
    kt_angle *angles = (kt_angle *)memory;
    kt_angle_term *next = (kt_angle_term *)(angles + op->angle_count);
    for (size_t k = 0; k < op->angle_count; k++) {
        angles[k] = op->angles[k];
        angles[k].terms = next;
        for (size_t j = 0; j < angles[k].term_count; j++)
            *next++ = op->angles[k].terms[j];
    }
    if (op->qubit_count > 0)
        memcpy(next, op->qubits, op->qubit_count * sizeof(uint32_t));
    copy->angles = op->angle_count > 0 ? angles : NULL;
    copy->qubits = (uint32_t *)next;
    c->has_terms = c->has_terms || terms > 0;
    return 0;
}

static int copy_matrices(kt_circuit *c, const kt_op *op, kt_op *copy, kt_error *err)
{
    if (op->matrix == NULL)
        return 0;
    size_t numbers = (size_t)1 << (2 * (op->qubit_count - op->control_count));
    size_t bytes = numbers * (op->matrix_count > 0 ? op->matrix_count : 1) * sizeof(kt_complex);
    int rc = 0;
    copy->matrix = clone(c, op->matrix, bytes, &rc, err);
    return rc;
}

int kt_circuit_add_op(kt_circuit *c, const kt_op *op, kt_error *err)
{
    int rc = kt_check_op(op, c->qubit_count, c->parameters.count, err);
    if (rc < 0)
        return rc;
    rc = list_reserve(&c->ops, sizeof(kt_op), err);
    if (rc < 0)
        return rc;
    kt_op copy = *op;
    bool had_terms = c->has_terms;
    copy.qubits = NULL;
    copy.angles = NULL;
    copy.matrix = NULL;
    rc = copy_small(c, op, &copy, err);
    if (rc == 0)
        rc = copy_matrices(c, op, &copy, err);
    if (rc < 0) {
        c->has_terms = had_terms;
        return rc;
    }
    ((kt_op *)c->ops.items)[c->ops.count++] = copy;
    c->has_noise = c->has_noise || op->kind == KT_OP_NOISE || op->kind == KT_OP_KRAUS;
    c->has_measure = c->has_measure || op->kind == KT_OP_MEASURE;
    return 0;
}

static kt_factor copy_factor(kt_circuit *c, const kt_factor *factor, int *rc, kt_error *err)
{
    kt_factor copy = *factor;
    size_t qubits = factor->qubit_count > 0 ? factor->qubit_count : 1; /* none: the same matrix on each qubit */
    size_t numbers = factor->kind == KT_OBS_HERMITIAN ? (size_t)1 << (2 * qubits) : 0;
    copy.qubits = clone(c, factor->qubits, factor->qubit_count * sizeof(uint32_t), rc, err);
    copy.matrix = clone(c, factor->matrix, numbers * sizeof(kt_complex), rc, err);
    return copy;
}

static const kt_term *copy_terms(kt_circuit *c, const kt_want *want, int *rc, kt_error *err)
{
    kt_term *terms = clone(c, want->terms, want->term_count * sizeof(kt_term), rc, err);
    for (size_t k = 0; *rc == 0 && k < want->term_count; k++) {
        const kt_term *from = &want->terms[k];
        kt_factor *factors = clone(c, from->factors, from->factor_count * sizeof(kt_factor), rc, err);
        for (size_t j = 0; *rc == 0 && j < from->factor_count; j++)
            factors[j] = copy_factor(c, &from->factors[j], rc, err);
        terms[k].factors = factors;
    }
    return terms;
}

static const char *copy_text(kt_circuit *c, const char *text, int *rc, kt_error *err)
{
    return clone(c, text, text == NULL ? 0 : strlen(text) + 1, rc, err);
}

static const char *const *copy_states(kt_circuit *c, const kt_want *want, int *rc, kt_error *err)
{
    const char **states = clone(c, want->states, want->state_count * sizeof *states, rc, err);
    for (size_t k = 0; *rc == 0 && k < want->state_count; k++)
        states[k] = copy_text(c, want->states[k], rc, err);
    return states;
}

int kt_circuit_add_want(kt_circuit *c, const kt_want *want, kt_error *err)
{
    int rc = kt_check_want(want, c->qubit_count, c->parameters.count, err);
    if (rc == 0)
        rc = list_reserve(&c->wants, sizeof(kt_want), err);
    if (rc < 0)
        return rc;
    kt_want copy = *want;
    copy.targets = clone(c, want->targets, want->target_count * sizeof(uint32_t), &rc, err);
    copy.parameters = clone(c, want->parameters, want->parameter_count * sizeof(uint32_t), &rc, err);
    copy.terms = copy_terms(c, want, &rc, err);
    copy.states = copy_states(c, want, &rc, err);
    copy.text = copy_text(c, want->text, &rc, err);
    if (rc < 0)
        return rc;
    refresh_gradient(c, &copy);
    ((kt_want *)c->wants.items)[c->wants.count++] = copy;
    return (int)c->wants.count - 1;
}

int kt_circuit_copy_parameters(kt_circuit *to, const kt_circuit *from, kt_error *err)
{
    int rc = 0;
    for (int k = 0; rc >= 0 && k < kt_circuit_parameter_count(from); k++)
        rc = kt_circuit_add_parameter(to, kt_circuit_parameter_name(from, k), err);
    if (rc < 0)
        return rc;
    to->is_bound = from->is_bound;
    return 0;
}

int kt_circuit_new_like(const kt_circuit *c, kt_circuit **out, kt_error *err)
{
    KT_OWN(kt_circuit) *like = NULL;
    int rc = kt_circuit_new((int)c->qubit_count, &like, err);
    if (rc == 0 && c->labels != NULL)
        rc = kt_circuit_set_labels(like, c->labels, err);
    if (rc == 0)
        rc = kt_circuit_copy_parameters(like, c, err);
    if (rc == 0)
        *out = KT_GIVE(like);
    return rc;
}
