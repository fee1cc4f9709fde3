/* SPDX-License-Identifier: Apache-2.0 */
/* order.c - a program as an order for a device: refused here, with line and column, at no cost, when the device's own
 * capabilities say that it would be refused there. All that is wrong is collected; what the device does not speak of is
 * let through, for the service knows better. */
#include "braket/order_priv.h"

#include "circuit/pass.h"
#include <stdlib.h>
#include <string.h>

enum { SHOTS_DEFAULT = 1000, DIAGNOSTICS_MOST = 20 };

/* ---- saying what is wrong ---- */

static int first_code(const kt_order_check *c)
{
    const kt_diagnostic *first = kt_diagnostics_get(c->found, 0);
    return first == NULL ? 0 : first->code;
}

/* ---- shots ---- */

static bool wants_exact(const kt_circuit *circuit)
{
    size_t count = 0;
    const kt_want *wants = circuit == NULL ? NULL : kt_circuit_wants(circuit, &count);
    for (size_t i = 0; i < count; i++)
        if (wants[i].type == KT_RESULT_STATE_VECTOR || wants[i].type == KT_RESULT_AMPLITUDE ||
            wants[i].type == KT_RESULT_DENSITY_MATRIX || wants[i].type == KT_RESULT_ADJOINT_GRADIENT)
            return true;
    return false;
}

static int settle_shots(kt_order_check *c, kt_error *err)
{
    const kt_target_facts *facts = kt_target_facts_of(c->target);
    const bool in_set = c->question->in_set; /* the range of a set's total is checked where the set is made */
    int64_t shots = c->question->shots;
    if (shots == KT_SHOTS_DEFAULT)
        shots = wants_exact(c->circuit)              ? 0
                : SHOTS_DEFAULT < facts->shots_least ? facts->shots_least
                : SHOTS_DEFAULT > facts->shots_most  ? facts->shots_most
                                                     : SHOTS_DEFAULT;
    if (!in_set && (shots < facts->shots_least || shots > facts->shots_most))
        return kt_fail(err, KT_E_INVALID, "%lld shots are outside of what %s takes: %lld to %lld", (long long)shots,
                       facts->name, (long long)facts->shots_least, (long long)facts->shots_most);
    if (in_set && shots <= 0)
        return kt_fail(err, KT_E_INVALID, "a program set needs shots; found %lld", (long long)shots);
    c->shots = shots;
    return 0;
}

/* ---- from the program to a circuit ---- */

/* IQM's feed-forward is the one dynamic kind that Braket has. */
static bool takes_feedback(const kt_target *target)
{
    return kt_json_has_text(json_object_get(target->openqasm, "supportedOperations"), "cc_prx");
}

static int lower(kt_order_check *c, kt_error *err)
{
    kt_diagnostics *found = NULL;
    int rc = kt_program_circuit(c->question->program, c->question->inputs, &c->circuit, &found, err);
    if (rc == KT_E_DYNAMIC && takes_feedback(c->target)) {
        c->needs_experimental = true;
        rc = 0;
    } else if (rc == KT_E_DYNAMIC)
        rc = kt_fail(err, KT_E_UNSUPPORTED, "the program decides by measured values, which %s does not do",
                     kt_target_facts_of(c->target)->name);
    else if (rc < 0 && kt_diagnostics_count(found) > 0) {
        kt_diagnostics_free(c->found);
        c->found = KT_GIVE(found);
    }
    kt_diagnostics_free(found);
    return rc;
}

/* ---- what goes out ---- */

static int write_action(const kt_order_check *c, kt_buf *out, kt_error *err)
{
    const kt_target_question *question = c->question;
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(out), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "braketSchemaHeader");
    kt_jw_object(&w);
    kt_jw_key(&w, "name");
    kt_jw_strz(&w, KT_ACTION_OPENQASM);
    kt_jw_key(&w, "version");
    kt_jw_strz(&w, "1");
    kt_jw_close(&w);
    kt_jw_key(&w, "source");
    kt_jw_string(&w, c->observe != NULL ? kt_buf_view(&c->text) : question->source);
    kt_jw_key(&w, "inputs");
    if (question->inputs == NULL) {
        kt_jw_object(&w);
        kt_jw_close(&w);
    } else
        kt_inputs_write(question->inputs, &w);
    kt_jw_close(&w);
    const int rc = kt_jw_end(&w, err);
    if (rc == 0 && out->length > KT_ACTION_BYTES_MOST)
        return kt_fail(err, KT_E_LIMIT, "the program has %zu bytes as an action; Braket takes %d", out->length,
                       (int)KT_ACTION_BYTES_MOST);
    return rc;
}

/* The service reads one text: what is included here would be missing there. */
static int check_kind(kt_order_check *c, kt_error *err)
{
    const kt_target_facts *facts = kt_target_facts_of(c->target);
    if (!facts->takes_openqasm)
        return kt_fail(err, KT_E_UNSUPPORTED, "%s takes no OpenQASM%s", facts->name,
                       facts->is_analog ? "; it takes analog Hamiltonian simulations, as an action in JSON" : "");
    if (strcmp(facts->status, "RETIRED") == 0)
        return kt_fail(err, KT_E_UNSUPPORTED, "%s is retired; 'ketch devices' lists what is there", facts->name);
    if (strcmp(facts->status, "OFFLINE") == 0)
        return kt_fail(err, KT_E_UNSUPPORTED, "%s is offline now and takes no tasks", facts->name);
    return 0;
}

static int check(kt_order_check *c, kt_error *err)
{
    int rc = check_kind(c, err);
    if (rc == 0)
        rc = lower(c, err);
    if (rc == 0)
        kt_order_check_dialect(c);
    if (rc == 0)
        rc = settle_shots(c, err);
    if (rc == 0 && c->circuit != NULL)
        rc = kt_order_check_circuit(c, err);
    if (rc == 0 && first_code(c) < 0)
        rc = kt_diag_to_error(c->found, err);
    return rc;
}

/* Result types are refused in a set, and it has one experimentalCapabilities for all. */
static bool may_join_set(const kt_order_check *c)
{
    size_t wants = 0;
    if (c->circuit == NULL || c->shots <= 0)
        return false;
    kt_circuit_wants(c->circuit, &wants);
    return wants == 0 || c->observe != NULL;
}

int kt_target_order_make(const kt_target *target, const kt_target_question *question, kt_target_order *out,
                         kt_diagnostics **diagnostics, kt_error *err)
{
    kt_order_check c = { .target = target, .question = question, .found = kt_diagnostics_new(DIAGNOSTICS_MOST) };
    kt_buf action;
    kt_buf_init(&action, 0);
    kt_buf_init(&c.text, 0);
    int rc = c.found == NULL ? kt_fail_nomem(err, 64, "diagnostics") : check(&c, err);
    if (rc == 0)
        rc = write_action(&c, &action, err);
    const bool may_join = may_join_set(&c);
    kt_circuit_free(c.circuit);
    kt_buf_fini(&c.text);
    if (diagnostics != NULL)
        *diagnostics = KT_GIVE(c.found);
    kt_diagnostics_free(c.found);
    if (rc < 0) {
        kt_buf_fini(&action);
        kt_observe_plan_free(c.observe);
        return rc;
    }
    *out = (kt_target_order){ .action = action,
                              .shots = c.shots,
                              .needs_experimental = c.needs_experimental,
                              .may_join_set = may_join,
                              .observe = c.observe };
    return 0;
}

void kt_target_order_fini(kt_target_order *order)
{
    kt_buf_fini(&order->action);
    kt_observe_plan_free(order->observe);
}
