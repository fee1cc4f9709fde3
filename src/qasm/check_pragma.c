/* SPDX-License-Identifier: Apache-2.0 */
/* check_pragma.c - the names in pragmas: qubits of results, noise and unitaries, inputs of a gradient.
 * Names of results and noise, and how many numbers they take, are part of the grammar (pragma.c). */
#include "qasm/check.h"

#include <ketch/result.h>

static int check_terms(kt_checker *c, const kt_ast_term *terms)
{
    int rc = 0;
    uint32_t count;
    for (const kt_ast_term *t = terms; t != NULL && rc == 0; t = t->next)
        for (const kt_ast_factor *f = t->factors; f != NULL && rc == 0; f = f->next)
            rc = kt_check_operands(c, f->targets, &count);
    return rc;
}

/* Inputs by which a gradient is wanted; each name's slot becomes the number of the parameter. */
static int check_parameters(kt_checker *c, kt_expr *names)
{
    const kt_program *p = c->program;
    for (kt_expr *e = names; e != NULL; e = e->next) {
        uint32_t i = 0;
        while (i < p->parameter_count && !kt_view_equal(p->parameters[i]->name, e->text))
            i++;
        if (i < p->parameter_count) {
            e->slot = (int32_t)i;
            continue;
        }
        int rc = kt_scope_find(&c->scope, e->text) == NULL
                     ? kt_check_unknown_name(c, e)
                     : kt_check_say(c, e->source, e->length, NULL,
                                    "a gradient is taken by an input of type float or angle, and '%.*s' is none",
                                    KT_VIEW_ARG(e->text));
        if (rc < 0)
            return rc;
    }
    return 0;
}

int kt_check_pragma(kt_checker *c, kt_stmt *s)
{
    const kt_pragma *pragma = s->pragma;
    uint32_t count;
    if (c->blocks > 0 || c->frame != &c->program->globals)
        return kt_check_say(c, s->source, s->length, NULL, "a pragma stands inside a block; pragmas are global");
    if (pragma->kind == KT_PRAGMA_VERBATIM) {
        c->after_verbatim = s->next != NULL;
        return 0;
    }
    int rc = kt_check_operands(c, pragma->targets, &count);
    if (rc == 0)
        rc = kt_check_exprs(c, pragma->arguments, NULL);
    if (rc == 0)
        rc = check_terms(c, pragma->terms);
    if (rc == 0 && pragma->kind == KT_PRAGMA_RESULT && pragma->result_type == KT_RESULT_ADJOINT_GRADIENT) {
        c->program->wants_gradient = true;
        rc = check_parameters(c, pragma->parameters);
    }
    return rc;
}
