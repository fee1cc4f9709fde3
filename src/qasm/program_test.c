/* SPDX-License-Identifier: Apache-2.0 */
/* program_test.c - programs as a whole: files and includes, limits, inputs, and the circuit that comes out. */
#include "qasm/listing_test.h"

#include "circuit/circuit.h"
#include <ketch/result.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder with files, gone after the test. */
typedef struct folder {
    char path[64];
} folder;

static void put(const folder *f, const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", f->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void folder_make(folder *f)
{
    char path[200];
    snprintf(f->path, sizeof(f->path), "/tmp/ketch-program-test-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    snprintf(path, sizeof(path), "%s/sub", f->path);
    assert_int_equal(mkdir(path, 0700), 0);
    put(f, "lib.inc", "gate mine a { x a; }\n");
    put(f, "sub/deep.inc", "include \"beside.inc\";\ngate deep a { mine2 a; }\n");
    put(f, "sub/beside.inc", "gate mine2 a { y a; }\n");
    put(f, "loop.inc", "include \"loop.inc\";\n");
    put(f, "bad.inc", "gate bad a {\n  foo a;\n}\n");
    put(f, "broken.inc", "gate bad a { x a }\n");
    put(f, "version2.inc", "gate two a { rx(1/2) a; }\n");
    snprintf(path, sizeof(path), "%s/link.inc", f->path);
    assert_int_equal(symlink("sub/beside.inc", path), 0);
}

static void folder_remove(folder *f)
{
    static const char *const names[] = { "lib.inc",    "sub/deep.inc", "sub/beside.inc", "loop.inc", "bad.inc",
                                         "broken.inc", "version2.inc", "link.inc",       "sub",      "" };
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        char path[200];
        snprintf(path, sizeof(path), "%s/%s", f->path, names[i]);
        if (unlink(path) != 0)
            rmdir(path);
    }
}

static const struct {
    const char *program;
    bool allow_outside;
    const char *message; /* NULL: fine */
    uint32_t line, column;
    const char *file;
} includes[] = {
    { "include \"lib.inc\"; qubit q; mine q;", false, NULL, 0, 0, NULL },
    { "include \"sub/deep.inc\"; qubit q; deep q;", false, NULL, 0, 0, NULL },
    { "include \"link.inc\"; qubit q; mine2 q;", false, NULL, 0, 0, NULL },
    { "include \"./lib.inc\"; include \"stdgates.inc\"; include \"stdgates.inc\"; qubit q; mine q;", false, NULL, 0, 0,
      NULL },
    { "include \"nowhere.inc\";", false, "include \"nowhere.inc\": ", 1, 1, "main.qasm" },
    { "include \"../x.inc\";", false, "the path leaves the folder of the including file", 1, 1, "main.qasm" },
    { "include \"sub/../lib.inc\";", false, "the path leaves the folder", 1, 1, "main.qasm" },
    { "include \"/etc/passwd\";", false, "the path leaves the folder", 1, 1, "main.qasm" },
    { "include \"sub/../lib.inc\"; qubit q; mine q;", true, NULL, 0, 0, NULL },
    { "include \"..\";", true, "include \"..\": ", 1, 1, "main.qasm" },
    { "include \"sub\";", false, "include \"sub\": ", 1, 1, "main.qasm" },
    { "include \"loop.inc\";", false, "more than 64 files are included", 1, 1, "loop.inc" },
    { "\ninclude \"bad.inc\"; qubit q; bad q;", false, "gate 'foo' is not defined", 2, 3, "bad.inc" },
    { "include \"broken.inc\"; nothing q;", false, "", 1, 17, "broken.inc" },
    { "include \"lib.inc\"; include \"lib.inc\";", false, "gate 'mine' is defined twice", 1, 6, "lib.inc" },
};

TEST(program, includes_files_beside_it_and_no_others)
{
    folder f;
    size_t right = 0;
    folder_make(&f);
    for (size_t i = 0; i < KT_COUNT(includes); i++) {
        char name[100];
        KT_OWN(kt_program) *program = NULL;
        KT_OWN(kt_diagnostics) *diags = NULL;
        kt_error err = { 0 };
        snprintf(name, sizeof(name), "%s/main.qasm", f.path);
        const kt_parse_options options = { .file_name = name, .allow_outside = includes[i].allow_outside };
        const int rc =
            kt_program_parse(includes[i].program, strlen(includes[i].program), &options, &program, &diags, &err);
        const kt_diagnostic *d = kt_diagnostics_get(diags, 0);
        const bool ok = includes[i].message == NULL
                            ? rc == 0
                            : rc < 0 && d != NULL && strstr(d->message, includes[i].message) != NULL &&
                                  d->line == includes[i].line && d->column == includes[i].column &&
                                  strstr(d->file, includes[i].file) != NULL;
        if (!ok)
            print_error("%s: %d %s (%s %u:%u)\n", includes[i].program, rc, err.message, d == NULL ? "" : d->file,
                        d == NULL ? 0 : d->line, d == NULL ? 0 : d->column);
        right += ok;
    }
    folder_remove(&f);
    assert_int_equal(right, KT_COUNT(includes));
}

TEST(program, limits_have_defaults_and_bounds)
{
    kt_limits limits;
    kt_error err = { 0 };
    assert_int_equal(kt_limits_resolve(NULL, &limits, &err), 0);
    assert_int_equal(limits.statements, 50000000);
    assert_int_equal(limits.register_bits, 65535);
    const kt_limits given = { .nesting = 2000, .errors = 3 };
    assert_int_equal(kt_limits_resolve(&given, &limits, &err), 0);
    assert_int_equal(limits.nesting, 2000);
    assert_int_equal(limits.errors, 3);
    assert_int_equal(limits.include_files, 64);
}

TEST(program, limits_above_what_can_be_kept_are_refused_not_cut)
{
    static const struct {
        kt_limits limits;
        const char *message;
    } rows[] = {
        { { .nesting = 2001 }, "the limit `nesting` is 2001, it can be raised to 2000" },
        { { .call_depth = UINT32_MAX }, "the limit `call_depth` is 4294967295, it can be raised to 1048576" },
        { { .register_bits = UINT64_MAX }, "the limit `register_bits` is 18446744073709551615, it can be raised to" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        const kt_parse_options options = { .limits = &rows[i].limits };
        KT_OWN(kt_program) *program = NULL;
        KT_OWN(kt_diagnostics) *diags = NULL;
        kt_error err = { 0 };
        assert_int_equal(kt_program_parse("", 0, &options, &program, &diags, &err), KT_E_INVALID);
        assert_non_null(strstr(err.message, rows[i].message));
        assert_int_equal(kt_diagnostics_count(diags), 1);
    }
}

static int cancel_at_zero(void *ctx)
{
    return --*(int *)ctx < 0;
}

TEST(program, reading_a_long_program_can_be_cancelled_at_any_time)
{
    KT_BUF_OWN source;
    kt_buf_init(&source, 0);
    kt_buf_adds(&source, "qubit q;");
    kt_buf_fill(&source, "x q;", 20000);
    int rc = KT_E_CANCELLED, asked = 0;
    for (; rc == KT_E_CANCELLED && asked < 100; asked++) {
        int left = asked;
        const kt_parse_options options = { .cancelled = cancel_at_zero, .cancelled_ctx = &left };
        KT_OWN(kt_program) *program = NULL;
        KT_OWN(kt_diagnostics) *diags = NULL;
        kt_error err = { 0 };
        rc = kt_program_parse(source.data, source.length, &options, &program, &diags, &err);
        assert_int_equal(err.code, rc);
        assert_true((program == NULL) == (rc == KT_E_CANCELLED));
        assert_int_equal(kt_diagnostics_count(diags), 0);
    }
    assert_int_equal(rc, 0);
    assert_in_range(asked, 5, 20);
}

TEST(program, a_long_source_is_refused)
{
    const kt_limits limits = { .source_bytes = 10 };
    const kt_parse_options options = { .limits = &limits, .file_name = "a.qasm" };
    KT_OWN(kt_program) *program = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_program_parse("OPENQASM 3.0;", 13, &options, &program, NULL, &err), KT_E_LIMIT);
    assert_non_null(strstr(err.message, "the program has 13 bytes, at most 10 are read"));
    const kt_limits little = { .memory_bytes = 20000 };
    const kt_parse_options small = { .limits = &little };
    KT_BUF_OWN source;
    kt_buf_init(&source, 0);
    kt_buf_fill(&source, "int x;", 5000);
    assert_in_range(-kt_program_parse(source.data, source.length, &small, &program, NULL, &err), 1, -KT_E_LIMIT);
}

TEST(program, an_empty_program_is_a_program)
{
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_circuit) *circuit = NULL;
    KT_OWN(kt_diagnostics) *diags = NULL;
    char *text = NULL;
    assert_int_equal(kt_program_parse("", 0, NULL, &program, &diags, NULL), 0);
    assert_int_equal(kt_diagnostics_count(diags), 0);
    assert_int_equal(kt_program_circuit(program, NULL, &circuit, NULL, NULL), 0);
    assert_int_equal(kt_circuit_operation_count(circuit), 0);
    assert_int_equal(kt_program_format(program, &text, NULL), 0);
    kt_text_free(text);
    kt_program_free(NULL);
    kt_play_free(NULL);
    kt_inputs_free(NULL);
    assert_null(kt_program_file(program, 7));
}

/* Program, what the circuit's operations and results are. */
static kt_circuit *circuit_of(const char *source, const char *inputs_json, int wanted)
{
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_inputs) *inputs = NULL;
    KT_OWN(kt_diagnostics) *diags = NULL;
    kt_circuit *circuit = NULL;
    kt_error err = { 0 };
    int rc = kt_program_parse(source, strlen(source), NULL, &program, NULL, &err);
    if (rc != 0)
        fail_msg("%s: %s", source, err.message);
    assert_int_equal(kt_inputs_new(&inputs, NULL), 0);
    if (inputs_json != NULL)
        assert_int_equal(kt_inputs_json(inputs, inputs_json, strlen(inputs_json), NULL), 0);
    rc = kt_program_circuit(program, inputs, &circuit, &diags, &err);
    if (rc != wanted)
        fail_msg("%s: %d %s", source, rc, err.message);
    return circuit;
}

TEST(program, a_circuit_has_the_touched_qubits_with_their_labels)
{
    KT_OWN(kt_circuit) *circuit =
        circuit_of("qubit[5] q; bit b; x q[3]; h q[1]; barrier q; b = measure q[3]; cnot $9, $7;", NULL, 0);
    assert_int_equal(kt_circuit_qubit_count(circuit), 4);
    const uint32_t labels[] = { 1, 3, 7, 9 };
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(kt_circuit_label(circuit, i), labels[i]);
    assert_true(kt_circuit_is_bound(circuit));
    assert_true(kt_circuit_has_measure(circuit));
}

TEST(program, dynamic_programs_have_no_circuit)
{
    assert_null(circuit_of("qubit q; bit b; b = measure q; if (b) x q;", NULL, KT_E_DYNAMIC));
}

TEST(program, failing_while_played_is_a_diagnostic_with_a_place)
{
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_diagnostics) *diags = NULL;
    KT_OWN(kt_circuit) *circuit = NULL;
    const char *source = "qubit q;\nint i = 0;\nrx(1 / i) q;\n";
    const kt_parse_options options = { .file_name = "prog.qasm" };
    kt_error err = { 0 };
    assert_int_equal(kt_program_parse(source, strlen(source), &options, &program, NULL, NULL), 0);
    assert_int_equal(kt_program_circuit(program, NULL, &circuit, &diags, &err), KT_E_INVALID);
    assert_string_equal(err.message, "prog.qasm:3:4: division by zero");
    assert_int_equal(kt_diagnostics_count(diags), 1);
    assert_int_equal(kt_diagnostics_get(diags, 0)->line, 3);
}

TEST(program, a_wrong_result_is_a_diagnostic_too)
{
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_diagnostics) *diags = NULL;
    KT_OWN(kt_circuit) *circuit = NULL;
    const char *source = "qubit q; x q;\n#pragma braket result amplitude \"0\", \"0\", \"1\"\n"
                         "#pragma braket result expectation z(q) @ x(q)\n";
    assert_int_equal(kt_program_parse(source, strlen(source), NULL, &program, NULL, NULL), 0);
    assert_true(kt_program_circuit(program, NULL, &circuit, &diags, NULL) < 0);
    assert_int_equal(kt_diagnostics_count(diags), 1);
}

static const struct {
    const char *pragma;
    uint8_t type;
    uint32_t wants;
    bool all;
    uint32_t targets, terms, factors;
} results[] = {
    { "state_vector", KT_RESULT_STATE_VECTOR, 1, false, 0, 0, 0 },
    { "probability", KT_RESULT_PROBABILITY, 1, true, 0, 0, 0 },
    { "probability all", KT_RESULT_PROBABILITY, 1, true, 0, 0, 0 },
    { "probability q[2], q[0]", KT_RESULT_PROBABILITY, 1, false, 2, 0, 0 },
    { "density_matrix q[1]", KT_RESULT_DENSITY_MATRIX, 1, false, 1, 0, 0 },
    { "amplitude \"000\", \"111\"", KT_RESULT_AMPLITUDE, 1, false, 0, 0, 0 },
    { "expectation z(q[0]) @ x(q[1])", KT_RESULT_EXPECTATION, 1, false, 0, 1, 2 },
    { "expectation z all", KT_RESULT_EXPECTATION, 1, true, 0, 1, 1 },
    { "expectation z(q)", KT_RESULT_EXPECTATION, 1, true, 0, 1, 1 },
    { "variance x(q[1:2])", KT_RESULT_VARIANCE, 2, false, 0, 1, 1 },
    { "sample hermitian([[1, 0], [0, 2]]) q[1]", KT_RESULT_SAMPLE, 1, false, 0, 1, 1 },
    { "expectation hermitian([[1,0,0,0],[0,2,0,0],[0,0,3,0],[0,0,0,4]]) q[0], q[2]", KT_RESULT_EXPECTATION, 1, false, 0,
      1, 1 },
    { "adjoint_gradient expectation(2 * z(q[0]) + 3 * x(q[1])) theta", KT_RESULT_ADJOINT_GRADIENT, 1, false, 0, 2, 1 },
    { "adjoint_gradient expectation(z(q[0])) all", KT_RESULT_ADJOINT_GRADIENT, 1, false, 0, 1, 1 },
};

TEST(program, wanted_results_come_from_pragmas)
{
    for (size_t i = 0; i < KT_COUNT(results); i++) {
        char source[400];
        size_t count = 0;
        snprintf(source, sizeof(source),
                 "input float theta; input angle phi; qubit[3] q; rx(theta) q; ry(phi) q[0];\n"
                 "#pragma braket result %s\n",
                 results[i].pragma);
        KT_OWN(kt_circuit) *circuit = circuit_of(source, "{\"theta\": 1, \"phi\": 2}", 0);
        const kt_want *want = kt_circuit_wants(circuit, &count);
        if (count != results[i].wants || want->type != results[i].type || want->all_qubits != results[i].all ||
            want->target_count != results[i].targets || want->term_count != results[i].terms ||
            (want->term_count > 0 && want->terms[0].factor_count != results[i].factors))
            fail_msg("%s: count %zu type %d all %d targets %u terms %u", results[i].pragma, count, want->type,
                     want->all_qubits, want->target_count, want->term_count);
        if (count == 1)
            assert_string_equal(want->text, results[i].pragma);
        if (want->type == KT_RESULT_ADJOINT_GRADIENT)
            assert_int_equal(want->parameter_count, strstr(results[i].pragma, "all") != NULL ? 2 : 1);
    }
}

TEST(program, observables_in_sums_name_their_qubits)
{
    const played p = play_text("input float t;\n#pragma braket result adjoint_gradient expectation(z(q) + x(q[0])) t\n",
                               NULL, NULL, NULL);
    assert_int_equal(p.rc, KT_E_INVALID);
    assert_non_null(strstr(p.err.message, "in a sum each factor acts on named qubits"));
}

TEST(program, gradients_do_not_go_through_powers_of_defined_gates)
{
    const char *tail = "\n#pragma braket result adjoint_gradient expectation(z(q[0])) all\n";
    char source[400];
    snprintf(source, sizeof(source), "input float t; gate g(a) x { rx(a) x; h x; } pow(0.5) @ g(t) q[0];%s", tail);
    played p = play_text(source, "{\"t\": 1}", NULL, NULL);
    assert_int_equal(p.rc, KT_E_UNSUPPORTED);
    snprintf(source, sizeof(source), "input float t; pow(t) @ x q[0];%s", tail);
    p = play_text(source, "{\"t\": 1}", NULL, NULL);
    assert_int_equal(p.rc, KT_E_UNSUPPORTED);
    snprintf(source, sizeof(source), "input float t; input float unused; rx(t) q[0];%s", tail);
    p = play_text(source, "{\"t\": 1}", NULL, NULL);
    assert_string_equal(p.text, "rx(1+1*p0) 0");
}

static const struct {
    const char *given;
    int rc;
    const char *message;
} assignments[] = {
    { "theta=0.3", 0, NULL },
    { "n = 3", 0, NULL },
    { "b=\"0110\"", 0, NULL },
    { "b=0110", 0, NULL },
    { "a=[1, 2]", 0, NULL },
    { "x=", 0, NULL },
    { "theta", KT_E_INVALID, "'theta' is not of the form name=value" },
    { "=3", KT_E_INVALID, "'=3' is not of the form name=value" },
    { " =3", KT_E_INVALID, "an input needs a name" },
    { "\xff=3", KT_E_INVALID, "cannot be kept" },
};

TEST(inputs, are_assigned_as_name_and_value)
{
    KT_OWN(kt_inputs) *inputs = NULL;
    assert_int_equal(kt_inputs_new(&inputs, NULL), 0);
    for (size_t i = 0; i < KT_COUNT(assignments); i++) {
        kt_error err = { 0 };
        assert_int_equal(kt_inputs_assign(inputs, assignments[i].given, &err), assignments[i].rc);
        if (assignments[i].message != NULL)
            assert_non_null(strstr(err.message, assignments[i].message));
    }
    assert_int_equal(kt_inputs_assign(inputs, NULL, NULL), KT_E_INVALID);
}

TEST(inputs, take_json_objects_and_later_values_replace_earlier_ones)
{
    static const struct {
        const char *json;
        int rc;
    } rows[] = {
        { "{\"t\": 1, \"u\": \"01\"}", 0 }, { "{\"t\": 2}", 0 }, { "[1]", KT_E_INVALID }, { "{\"t\": ", KT_E_SYNTAX }
    };
    KT_OWN(kt_inputs) *inputs = NULL;
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_circuit) *circuit = NULL;
    assert_int_equal(kt_inputs_new(&inputs, NULL), 0);
    assert_int_equal(kt_inputs_set(inputs, "v", 0.5, NULL), 0);
    assert_int_equal(kt_inputs_set(inputs, "v", 1.0 / 0.0, NULL), KT_E_INVALID);
    assert_int_equal(kt_inputs_set(inputs, NULL, 1, NULL), KT_E_INVALID);
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        assert_int_equal(kt_inputs_json(inputs, rows[i].json, strlen(rows[i].json), NULL), rows[i].rc);
    const char *source = "input float t; input float v; qubit q; rx(t + v) q;";
    assert_int_equal(kt_program_parse(source, strlen(source), NULL, &program, NULL, NULL), 0);
    assert_int_equal(kt_program_circuit(program, inputs, &circuit, NULL, NULL), 0);
    size_t count;
    assert_true(kt_circuit_ops(circuit, &count)[0].angles[0].value == 2.5);
}
