/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_draw.c - `ketch draw FILE`: the circuit as text, or as SVG into a file. */
#include "base/text.h"
#include "circuit/draw.h"
#include "cli/load.h"
#include "cli/output.h"
#include "qasm/diag.h"
#include <limits.h>

static int load_circuit(const kt_args *args, kt_circuit **out, kt_diagnostics **diagnostics, kt_error *err)
{
    KT_SETTINGS_OWN settings = { 0 };
    KT_OWN(kt_program) *program = NULL;
    int rc = kt_settings_read(args, &settings, err);
    if (rc == 0)
        rc = kt_load(args->operands[0], &settings, &program, diagnostics, NULL, err);
    if (rc < 0)
        return rc;
    kt_diagnostics_free(*diagnostics);
    *diagnostics = NULL;
    rc = kt_program_circuit(program, settings.inputs, out, diagnostics, err);
    /* To a person this is no failure of ours: what was asked for does not exist. */
    if (rc == KT_E_DYNAMIC)
        return kt_fail(err, KT_E_UNSUPPORTED, "'%s' decides by measured values, so it has no single circuit to draw",
                       args->operands[0]);
    return rc;
}

static int draw(kt_cli *cli, const kt_args *args, const kt_circuit *circuit, char **out, kt_error *err)
{
    uint64_t width = (uint64_t)cli->width;
    int rc = kt_args_uint(args, "width", 0, INT_MAX, &width, err);
    if (rc < 0)
        return rc;
    if (kt_args_has(args, "svg"))
        return kt_circuit_draw_svg(circuit, out, err);
    return kt_draw_text(circuit, &(kt_draw_options){ .width = (int)width, .ascii = !cli->unicode }, out, err);
}

int kt_cmd_draw(kt_cli *cli, const kt_args *args)
{
    KT_OWN(kt_circuit) *circuit = NULL;
    KT_OWN(kt_diagnostics) *diagnostics = NULL;
    kt_output output = { 0 };
    kt_error err = { 0 };
    char *picture = NULL;
    int rc = load_circuit(args, &circuit, &diagnostics, &err);
    if (rc == 0)
        rc = draw(cli, args, circuit, &picture, &err);
    if (rc == 0)
        rc = kt_output_open(&output, cli, kt_args_value(args, "svg"), &err);
    if (rc == 0) {
        const kt_view text = kt_view_of(picture);
        rc = output.out.write(output.out.ctx, text.data, text.length, &err);
        rc = kt_output_close(&output, rc, &err);
    }
    kt_text_free(picture);
    return rc == 0 ? KT_EXIT_DONE : kt_cli_fail(cli, &err, diagnostics, false);
}
