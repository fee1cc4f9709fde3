/* SPDX-License-Identifier: Apache-2.0 */
/* action.c - writes Braket's action JSON. Source: braket-schemas ir/openqasm/program_v1.py. */
#include "device/action.h"

#include "base/json.h"

static int write_action(kt_view source, const kt_inputs *inputs, kt_buf *out, kt_error *err)
{
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(out), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "braketSchemaHeader");
    kt_jw_object(&w);
    kt_jw_key(&w, "name");
    kt_jw_strz(&w, "braket.ir.openqasm.program");
    kt_jw_key(&w, "version");
    kt_jw_strz(&w, "1");
    kt_jw_close(&w);
    kt_jw_key(&w, "source");
    kt_jw_string(&w, source);
    kt_jw_key(&w, "inputs");
    kt_inputs_write(inputs, &w);
    kt_jw_close(&w);
    return kt_jw_end(&w, err);
}

int kt_action_of_program(const kt_program *program, const kt_inputs *inputs, kt_buf *out, kt_error *err)
{
    return write_action(kt_program_file(program, 0)->text, inputs, out, err);
}

int kt_action_of_circuit(const kt_circuit *circuit, kt_buf *out, kt_error *err)
{
    char *text = NULL;
    int rc = kt_circuit_to_qasm(circuit, &text, err);
    if (rc == 0)
        rc = write_action(kt_view_of(text), NULL, out, err);
    kt_text_free(text);
    return rc;
}
