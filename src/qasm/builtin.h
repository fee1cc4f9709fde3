/* SPDX-License-Identifier: Apache-2.0 */
/* builtin.h - the constants and functions that every program has. */
#ifndef KT_QASM_BUILTIN_H
#define KT_QASM_BUILTIN_H

#include "base/text.h"
#include "qasm/value.h"

int kt_builtin_constant_find(kt_view name); /* index or -1 */
double kt_builtin_constant(int index);
int kt_builtin_function_find(kt_view name); /* index or -1 */
const char *kt_builtin_function_name(int index);
void kt_builtin_arity(int index, uint32_t *least, uint32_t *most);
int kt_builtin_call(int index, const kt_arith *how, const kt_value *arguments, uint32_t count, kt_value *out,
                    kt_error *err);
void kt_builtin_offer(kt_nearest *nearest); /* all function and constant names */

#endif
