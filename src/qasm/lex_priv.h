/* SPDX-License-Identifier: Apache-2.0 */
/* lex_priv.h - what lex.c and lex_number.c share. */
#ifndef KT_QASM_LEX_PRIV_H
#define KT_QASM_LEX_PRIV_H

#include "qasm/lex.h"

static inline bool kt_lex_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of the letter or underscore that stands there; 0 when none does. at < end. */
size_t kt_lex_letter(const char *at, const char *end);
/* A number, which begins at the cursor with a digit, or a dot and a digit. */
void kt_lex_number(kt_lexer *lexer, kt_token *out);

#endif
