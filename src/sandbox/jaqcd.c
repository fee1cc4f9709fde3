/* SPDX-License-Identifier: Apache-2.0 */
/* jaqcd.c - an old JSON circuit as OpenQASM text, instruction by instruction. Bounds and shapes follow the public
 * braket-schemas (ir/jaqcd): a gate's qubits are its controls, then its targets. */
#include "sandbox/jaqcd.h"

#include "circuit/gate.h"

#include <string.h>

enum { QUBITS_MOST = 65535, OPERANDS_MOST = 64, MATRICES_MOST = 16 };

/* A program being written. */
typedef struct writer {
    kt_buf *out;
    int64_t highest; /* qubit that was named */
} writer;

/* ---- parts ---- */

static void add_number(writer *w, double value)
{
    char text[32];
    kt_double_text(value, text, sizeof text);
    kt_buf_adds(w->out, text);
}

/* A member that is one index or a list of them, behind what is in `qubits`. */
static int read_qubits(writer *w, const kt_json *member, uint32_t *qubits, uint32_t *count, kt_error *err)
{
    size_t given = json_is_array(member) ? json_array_size(member) : member != NULL && !json_is_null(member);
    for (size_t i = 0; i < given; i++) {
        const kt_json *item = json_is_array(member) ? json_array_get(member, i) : member;
        json_int_t index = json_integer_value(item);
        if (!json_is_integer(item) || index < 0 || index > QUBITS_MOST || *count == OPERANDS_MOST)
            return kt_fail(err, KT_E_INVALID, "qubits are %d indices at most, from 0 to %d", OPERANDS_MOST,
                           QUBITS_MOST);
        qubits[(*count)++] = (uint32_t)index;
        w->highest = index > w->highest ? index : w->highest;
    }
    return 0;
}

static void add_qubits(writer *w, const uint32_t *qubits, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        kt_buf_addf(w->out, "%sq[%u]", i == 0 ? "" : ", ", qubits[i]);
}

static int operands_of(writer *w, const kt_json *instruction, uint32_t *qubits, uint32_t *count, kt_error *err)
{
    static const char *const members[] = { "control", "controls", "target", "targets" };
    int rc = 0;
    *count = 0;
    for (size_t i = 0; rc == 0 && i < KT_COUNT(members); i++)
        rc = read_qubits(w, json_object_get(instruction, members[i]), qubits, count, err);
    if (rc == 0 && *count == 0)
        rc = kt_fail(err, KT_E_INVALID, "it names no qubit");
    return rc;
}

/* Rows of [re, im]: [[a+bim, ...], ...]. */
static int add_matrix(writer *w, const kt_json *rows, kt_error *err)
{
    size_t size = json_array_size(rows);
    if (size == 0)
        return kt_fail(err, KT_E_INVALID, "it has no matrix of rows of [re, im]");
    for (size_t r = 0; r < size; r++) {
        const kt_json *row = json_array_get(rows, r);
        if (json_array_size(row) != size)
            return kt_fail(err, KT_E_INVALID, "its matrix is not square");
        kt_buf_adds(w->out, r == 0 ? "[[" : ", [");
        for (size_t c = 0; c < size; c++) {
            const kt_json *entry = json_array_get(row, c);
            const kt_json *re = json_array_get(entry, 0), *im = json_array_get(entry, 1);
            if (json_array_size(entry) != 2 || !json_is_number(re) || !json_is_number(im))
                return kt_fail(err, KT_E_INVALID, "an entry of its matrix is no pair [re, im]");
            kt_buf_adds(w->out, c == 0 ? "" : ", ");
            add_number(w, json_number_value(re));
            kt_buf_adds(w->out, json_number_value(im) < 0 ? "" : "+");
            add_number(w, json_number_value(im));
            kt_buf_adds(w->out, "im");
        }
        kt_buf_adds(w->out, "]");
    }
    kt_buf_adds(w->out, "]");
    return 0;
}

/* Numbers of the named members, "(a, b)"; nothing for none. */
static int add_arguments(writer *w, const kt_json *instruction, const char *const names[], size_t count, kt_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const kt_json *value = json_object_get(instruction, names[i]);
        if (!json_is_number(value))
            return kt_fail(err, KT_E_INVALID, "its member '%s' is no number", names[i]);
        kt_buf_adds(w->out, i == 0 ? "(" : ", ");
        add_number(w, json_number_value(value));
    }
    kt_buf_adds(w->out, count == 0 ? "" : ")");
    return 0;
}

/* ---- instructions ---- */

static int add_gate(writer *w, const kt_json *instruction, const kt_gate_row *row, kt_error *err)
{
    static const char *const angle[] = { "angle" };
    uint32_t qubits[OPERANDS_MOST], count;
    int rc = operands_of(w, instruction, qubits, &count, err);
    if (rc == 0 && count != row->qubit_count)
        rc = kt_fail(err, KT_E_INVALID, "%s works on %u qubits, not %u", row->name, row->qubit_count, count);
    kt_buf_adds(w->out, row->name);
    if (rc == 0)
        rc = add_arguments(w, instruction, angle, row->angle_count == 0 ? 0 : 1, err);
    kt_buf_adds(w->out, " ");
    if (rc == 0)
        add_qubits(w, qubits, count);
    kt_buf_adds(w->out, ";\n");
    return rc;
}

static int add_unitary(writer *w, const kt_json *instruction, kt_error *err)
{
    uint32_t qubits[OPERANDS_MOST], count;
    int rc = operands_of(w, instruction, qubits, &count, err);
    kt_buf_adds(w->out, "#pragma braket unitary(");
    if (rc == 0)
        rc = add_matrix(w, json_object_get(instruction, "matrix"), err);
    kt_buf_adds(w->out, ") ");
    if (rc == 0)
        add_qubits(w, qubits, count);
    kt_buf_adds(w->out, "\n");
    return rc;
}

static int add_kraus(writer *w, const kt_json *instruction, kt_error *err)
{
    const kt_json *matrices = json_object_get(instruction, "matrices");
    size_t given = json_array_size(matrices);
    int rc = 0;
    if (given == 0 || given > MATRICES_MOST)
        rc = kt_fail(err, KT_E_INVALID, "kraus needs a list of 1 to %d 'matrices'", MATRICES_MOST);
    kt_buf_adds(w->out, "(");
    for (size_t i = 0; rc == 0 && i < given; i++) {
        kt_buf_adds(w->out, i == 0 ? "" : ", ");
        rc = add_matrix(w, json_array_get(matrices, i), err);
    }
    kt_buf_adds(w->out, ")");
    return rc;
}

/* Noise channels, their members and the largest value of each. */
static const struct noise {
    const char *name, *members[3];
    size_t count;
    double most;
} noises[] = {
    { "bit_flip", { "probability" }, 1, 0.5 },
    { "phase_flip", { "probability" }, 1, 0.5 },
    { "depolarizing", { "probability" }, 1, 0.75 },
    { "two_qubit_depolarizing", { "probability" }, 1, 0.9375 },
    { "two_qubit_dephasing", { "probability" }, 1, 0.75 },
    { "pauli_channel", { "probX", "probY", "probZ" }, 3, 1 },
    { "amplitude_damping", { "gamma" }, 1, 1 },
    { "generalized_amplitude_damping", { "gamma", "probability" }, 2, 1 },
    { "phase_damping", { "gamma" }, 1, 1 },
    { "kraus", { NULL }, 0, 0 },
};

static int check_bounds(const kt_json *instruction, const struct noise *noise, kt_error *err)
{
    for (size_t i = 0; i < noise->count; i++) {
        double value = json_number_value(json_object_get(instruction, noise->members[i]));
        if (!(value >= 0 && value <= noise->most))
            return kt_fail(err, KT_E_INVALID, "its member '%s' must be 0 to %g, not %g", noise->members[i], noise->most,
                           value);
    }
    return 0;
}

static int add_noise(writer *w, const kt_json *instruction, const struct noise *noise, kt_error *err)
{
    uint32_t qubits[OPERANDS_MOST], count;
    int rc = check_bounds(instruction, noise, err);
    if (rc == 0)
        rc = operands_of(w, instruction, qubits, &count, err);
    kt_buf_addf(w->out, "#pragma braket noise %s", noise->name);
    if (rc == 0)
        rc = noise->count == 0 ? add_kraus(w, instruction, err)
                               : add_arguments(w, instruction, noise->members, noise->count, err);
    kt_buf_adds(w->out, " ");
    if (rc == 0)
        add_qubits(w, qubits, count);
    kt_buf_adds(w->out, "\n");
    return rc;
}

static int add_instruction(writer *w, const kt_json *instruction, kt_error *err)
{
    const char *type = json_string_value(json_object_get(instruction, "type"));
    if (type == NULL)
        return kt_fail(err, KT_E_INVALID, "it has no type");
    int gate = kt_gate_find(kt_view_of(type));
    if (gate >= 0 && kt_gate_rows[gate].angle_count <= 1) /* the form has no name for a second angle */
        return add_gate(w, instruction, &kt_gate_rows[gate], err);
    if (strcmp(type, "unitary") == 0)
        return add_unitary(w, instruction, err);
    for (size_t i = 0; i < KT_COUNT(noises); i++)
        if (strcmp(noises[i].name, type) == 0)
            return add_noise(w, instruction, &noises[i], err);
    if (strcmp(type, "start_verbatim_box") == 0 || strcmp(type, "end_verbatim_box") == 0) {
        kt_buf_adds(w->out, type[0] == 's' ? "#pragma braket verbatim\nbox {\n" : "}\n");
        return 0;
    }
    return kt_fail(err, KT_E_INVALID, "its type '%.60s' is not known", type);
}

static int add_instructions(writer *w, const kt_json *program, const char *member, kt_error *err)
{
    const kt_json *list = json_object_get(program, member);
    if (list == NULL || json_is_null(list))
        return 0;
    if (!json_is_array(list))
        return kt_fail(err, KT_E_INVALID, "%s is no list", member);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int rc = add_instruction(w, json_array_get(list, i), err);
        if (rc < 0)
            return kt_wrap(err, rc, "%s[%zu]", member, i);
    }
    return 0;
}

/* ---- results ---- */

static int qubits_of_matrix(const kt_json *matrix)
{
    size_t size = json_array_size(matrix);
    return size < 2 ? 0 : 63 - __builtin_clzll(size);
}

/* "x(q[0]) @ hermitian([[...]]) q[1], q[2]"; "x all" without targets. */
static int add_observable(writer *w, const kt_json *observable, const uint32_t *qubits, uint32_t count, kt_error *err)
{
    size_t factors = json_array_size(observable);
    uint32_t used = 0;
    if (factors == 0 || (count == 0 && factors > 1))
        return kt_fail(err, KT_E_INVALID, "its observable is no list of factors with a target each");
    for (size_t f = 0; f < factors; f++) {
        const kt_json *factor = json_array_get(observable, f);
        const char *name = json_string_value(factor);
        uint32_t takes = name != NULL ? 1 : (uint32_t)qubits_of_matrix(factor);
        kt_buf_adds(w->out, f == 0 ? "" : " @ ");
        if (takes == 0 || (count > 0 && used + takes > count) || (name != NULL && strlen(name) != 1))
            return kt_fail(err, KT_E_INVALID, "factor %zu of its observable is wrong, or lacks a target", f);
        kt_buf_adds(w->out, name != NULL ? name : "hermitian(");
        int rc = name != NULL ? 0 : add_matrix(w, factor, err);
        if (rc < 0)
            return rc;
        kt_buf_adds(w->out, name == NULL ? ") " : count == 0 ? " " : "(");
        if (count == 0)
            kt_buf_adds(w->out, "all");
        else
            add_qubits(w, qubits + used, takes);
        kt_buf_adds(w->out, name != NULL && count > 0 ? ")" : "");
        used += takes;
    }
    return used < count ? kt_fail(err, KT_E_INVALID, "its observable has fewer factors than targets") : 0;
}

static int add_states(writer *w, const kt_json *states, kt_error *err)
{
    for (size_t i = 0; i < json_array_size(states); i++) {
        const char *state = json_string_value(json_array_get(states, i));
        if (state == NULL || state[strspn(state, "01")] != '\0')
            return kt_fail(err, KT_E_INVALID, "state %zu is no text of 0 and 1", i);
        kt_buf_addf(w->out, "%s\"%s\"", i == 0 ? " " : ", ", state);
    }
    return 0;
}

static int add_result(writer *w, const kt_json *result, kt_error *err)
{
    static const char *const with_observable[] = { "expectation", "variance", "sample" };
    static const struct {
        const char *type, *word;
    } words[] = { { "statevector", "state_vector" },
                  { "densitymatrix", "density_matrix" },
                  { "probability", "probability" },
                  { "amplitude", "amplitude" } };
    const char *type = json_string_value(json_object_get(result, "type"));
    uint32_t qubits[OPERANDS_MOST], count = 0;
    int rc = read_qubits(w, json_object_get(result, "targets"), qubits, &count, err);
    for (size_t i = 0; rc == 0 && type != NULL && i < KT_COUNT(with_observable); i++) {
        if (strcmp(with_observable[i], type) != 0)
            continue;
        kt_buf_addf(w->out, "#pragma braket result %s ", type);
        return add_observable(w, json_object_get(result, "observable"), qubits, count, err);
    }
    for (size_t i = 0; rc == 0 && type != NULL && i < KT_COUNT(words); i++) {
        if (strcmp(words[i].type, type) != 0)
            continue;
        kt_buf_addf(w->out, "#pragma braket result %s%s", words[i].word, count > 0 ? " " : "");
        add_qubits(w, qubits, count);
        return add_states(w, json_object_get(result, "states"), err);
    }
    return rc < 0 ? rc : kt_fail(err, KT_E_INVALID, "its type '%.60s' is not known", type == NULL ? "" : type);
}

static int add_results(writer *w, const kt_json *results, kt_error *err)
{
    for (size_t i = 0; i < json_array_size(results); i++) {
        int rc = add_result(w, json_array_get(results, i), err);
        kt_buf_adds(w->out, "\n");
        if (rc < 0)
            return kt_wrap(err, rc, "results[%zu]", i);
    }
    return 0;
}

int kt_jaqcd_to_qasm(const kt_json *program, kt_buf *out, kt_error *err)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    writer w = { &body, -1 };
    const kt_json *results = json_object_get(program, "results");
    if (!json_is_array(json_object_get(program, "instructions")))
        return kt_fail(err, KT_E_INVALID, "the program has no list 'instructions'");
    int rc = add_instructions(&w, program, "instructions", err);
    if (rc == 0 && json_array_size(results) == 0)
        rc = add_instructions(&w, program, "basis_rotation_instructions", err);
    if (rc == 0)
        rc = add_results(&w, results, err);
    if (rc == 0)
        rc = kt_buf_check(&body, err, "a program");
    if (rc < 0)
        return rc;
    kt_buf_adds(out, "OPENQASM 3;\n");
    if (w.highest >= 0)
        kt_buf_addf(out, "qubit[%lld] q;\n", (long long)w.highest + 1);
    kt_buf_add(out, body.data, body.length);
    return kt_buf_check(out, err, "a program");
}
