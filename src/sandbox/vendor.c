/* SPDX-License-Identifier: Apache-2.0 */
/* vendor.c - the vendors' parts of a result. The compiled program is the one that was asked for, on the qubits that it
 * was placed on; it is not translated to native gates. Sharpening is a vote of IonQ's over variants of the circuit;
 * here it is modelled: the share of each outcome is squared, so that what came often counts for more. */
#include "sandbox/vendor.h"

#include "base/json.h"
#include "sandbox/noisy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opens the vendor's object, which its header begins; both have the vendor's name in common. */
static void open_vendor(kt_jw *w, const char *member)
{
    char name[64];
    snprintf(name, sizeof name, "braket.task_result.%.*s_metadata", (int)(strlen(member) - strlen("Metadata")), member);
    kt_jw_object(w);
    kt_jw_key(w, member);
    kt_jw_object(w);
    kt_jw_key(w, "braketSchemaHeader");
    kt_jw_object(w);
    kt_jw_key(w, "name");
    kt_jw_strz(w, name);
    kt_jw_key(w, "version");
    kt_jw_strz(w, "1");
    kt_jw_close(w);
}

/* ---- compiledProgram ---- */

/* NULL: it is played by measured values, or can't be written. */
static int compiled_text(const kt_vendor_question *q, char **out, kt_error *err)
{
    KT_OWN(kt_circuit) *placed = NULL;
    kt_error own = { 0 };
    if (q->compiled->circuit == NULL)
        return 0;
    int rc = kt_place_circuit(q->device, q->compiled, &placed, err);
    if (rc < 0)
        return rc;
    rc = kt_circuit_to_qasm(placed, out, &own);
    if (rc == KT_E_UNSUPPORTED || rc == KT_E_INVALID)
        return 0;
    return rc < 0 ? kt_fail(err, (kt_code)rc, "%s", own.message) : 0;
}

static int write_compiled(const kt_vendor_question *q, kt_jw *w, kt_error *err)
{
    char *text = NULL;
    int rc = compiled_text(q, &text, err);
    if (rc < 0)
        return rc;
    open_vendor(w, q->device->metadata_member);
    kt_jw_key(w, "compiledProgram");
    kt_jw_string(w, text != NULL ? kt_view_of(text) : q->source);
    kt_text_free(text);
    return 0;
}

/* ---- sharpenedProbabilities ---- */

static int write_sharpened(const kt_vendor_question *q, kt_jw *w, kt_error *err)
{
    const size_t columns = (size_t)kt_result_column_count(q->result), count = kt_result_outcome_count(q->result);
    char *bits = calloc(columns + 1, 1);
    double whole = 0;
    if (bits == NULL)
        return kt_fail_nomem(err, columns, "measured bits");
    for (size_t i = 0; i < count; i++) {
        const double times = (double)kt_result_outcome(q->result, i, bits);
        whole += times * times;
    }
    open_vendor(w, q->device->metadata_member);
    kt_jw_key(w, "sharpenedProbabilities");
    kt_jw_object(w);
    for (size_t i = 0; i < count; i++) {
        const double times = (double)kt_result_outcome(q->result, i, bits);
        bits[columns] = '\0';
        kt_jw_key(w, bits);
        kt_jw_double(w, times * times / whole);
    }
    kt_jw_close(w);
    free(bits);
    return 0;
}

int kt_vendor_json(const kt_vendor_question *q, char **out, kt_error *err)
{
    const char *member = q->device->metadata_member;
    const bool is_ionq = member != NULL && strcmp(member, "ionqMetadata") == 0;
    *out = NULL;
    if (member == NULL || (is_ionq && !q->is_debiased))
        return 0;
    KT_BUF_OWN json;
    kt_buf_init(&json, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&json), 0);
    int rc = is_ionq ? write_sharpened(q, &w, err) : write_compiled(q, &w, err);
    if (rc < 0)
        return rc;
    kt_jw_close(&w);
    kt_jw_close(&w);
    rc = kt_jw_end(&w, err);
    if (rc == 0 && (*out = kt_buf_take(&json)) == NULL)
        rc = kt_fail_nomem(err, 0, "a vendor's metadata");
    return rc;
}
