/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - which wanted results go with which device and with how many shots. The rules and the kinds of refusal are
 * those of Amazon's local simulator. */
#include "device/check.h"

#include "circuit/pass.h"

#include <string.h>

bool kt_is_exact_only(uint8_t type)
{
    return type == KT_RESULT_STATE_VECTOR || type == KT_RESULT_AMPLITUDE || type == KT_RESULT_DENSITY_MATRIX ||
           type == KT_RESULT_ADJOINT_GRADIENT;
}

int kt_check_noise(kt_error *err)
{
    return kt_fail(err, KT_E_UNSUPPORTED,
                   "noise is not supported by the state vector device local:sv: use the density matrix device, "
                   "--device local:dm, or local, which chooses");
}

static int check_amplitude(const kt_check *c, const kt_want *want, kt_error *err)
{
    for (uint32_t s = 0; s < want->state_count; s++) {
        size_t length = strlen(want->states[s]);
        if (strspn(want->states[s], "01") != length)
            return kt_fail(err, KT_E_INVALID, "state \"%s\" for result type amplitude is not made of 0 and 1",
                           want->states[s]);
        if (c->counts_known && length != c->qubit_count)
            return kt_fail(err, KT_E_INVALID,
                           "length of state \"%s\" for result type amplitude is %zu, the number of qubits in the "
                           "circuit is %u",
                           want->states[s], length, c->qubit_count);
    }
    return 0;
}

static int check_want(const kt_check *c, const kt_want *want, kt_error *err)
{
    kt_result_type type = (kt_result_type)want->type;
    if (c->shots == 0 && type == KT_RESULT_SAMPLE)
        return kt_fail(err, KT_E_INVALID, "sample can only be specified when shots > 0");
    if (c->shots > 0 && type == KT_RESULT_ADJOINT_GRADIENT)
        return kt_fail(err, KT_E_INVALID, "adjoint gradient can only be specified when shots = 0");
    if (c->shots > 0 && kt_is_exact_only(want->type))
        return kt_fail(err, KT_E_INVALID,
                       "state vector, amplitude and density matrix are not available when shots > 0: use shots = 0");
    if (c->density && type == KT_RESULT_STATE_VECTOR)
        return kt_fail(err, KT_E_UNSUPPORTED, "result type state vector is not supported by local:dm");
    if (c->density && type == KT_RESULT_AMPLITUDE)
        return kt_fail(err, KT_E_UNSUPPORTED, "result type amplitude is not supported by local:dm");
    if (c->density && type == KT_RESULT_ADJOINT_GRADIENT)
        return kt_fail(err, KT_E_UNSUPPORTED,
                       "result type adjoint gradient is not supported by local:dm, and not with noise: use local:sv");
    return type == KT_RESULT_AMPLITUDE ? check_amplitude(c, want, err) : 0;
}

int kt_check_wants(const kt_check *c, const kt_want *wants, size_t count, kt_source *at, kt_error *err)
{
    if (c->shots == 0 && count == 0)
        return kt_fail(err, KT_E_INVALID, "result types must be specified when shots = 0: ask for some, or for shots");
    for (size_t i = 0; i < count; i++) {
        int rc = check_want(c, &wants[i], err);
        if (rc < 0) {
            if (at != NULL)
                *at = wants[i].source;
            return rc;
        }
    }
    return 0;
}

/* Whether the first `count` wants can be measured together. */
static int try_bases(const kt_circuit *circuit, size_t count, kt_error *err)
{
    KT_OWN(kt_circuit) *bare = NULL;
    KT_OWN(kt_circuit) *rotated = NULL;
    size_t all;
    const kt_want *wants = kt_circuit_wants(circuit, &all);
    int qubits = kt_circuit_qubit_count(circuit);
    int rc = kt_circuit_new(0, &bare, err);
    for (int q = 0; rc >= 0 && q < qubits; q++)
        rc = kt_circuit_add_qubit(bare, kt_circuit_label(circuit, (uint32_t)q), err);
    for (size_t i = 0; rc >= 0 && i < count; i++)
        rc = kt_circuit_add_want(bare, &wants[i], err);
    return rc < 0 ? rc : kt_pass_measure_basis(bare, &rotated, err);
}

int kt_check_bases(const kt_circuit *circuit, kt_source *at, kt_error *err)
{
    size_t count, first = 0;
    const kt_want *wants = kt_circuit_wants(circuit, &count);
    int rc = count == 0 ? 0 : try_bases(circuit, count, err);
    if (rc != KT_E_INVALID)
        return rc;
    while (first + 1 < count && try_bases(circuit, first + 1, NULL) == 0)
        first++;
    if (at != NULL)
        *at = wants[first].source;
    return rc;
}
