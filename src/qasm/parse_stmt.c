/* SPDX-License-Identifier: Apache-2.0 */
/* parse_stmt.c - statements: which rule begins with which word, and the short ones. What begins with a plain name
 * (gate call, assignment, expression) is told apart by what stands behind it, without going back. */
#include "qasm/parse_priv.h"

static bool end_statement(kt_parser *p, kt_stmt *stmt, const kt_token *at, const char *where)
{
    if (!kt_parser_expect(p, KT_TOK_SEMICOLON, where))
        return false;
    stmt->length = kt_parser_span(p, at);
    return true;
}

kt_stmt *kt_parse_reset(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_RESET, &at);
    kt_parser_advance(p);
    if (stmt == NULL || (stmt->operands = kt_parse_operand(p, "a qubit after 'reset'")) == NULL)
        return NULL;
    return end_statement(p, stmt, &at, "after the reset") ? stmt : NULL;
}

kt_stmt *kt_parse_barrier(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_BARRIER, &at);
    kt_parser_advance(p);
    if (stmt == NULL || (p->token.kind != KT_TOK_SEMICOLON && kt_parser_starts_operand(p) &&
                         !kt_parse_operands(p, "a qubit", &stmt->operands)))
        return NULL;
    return end_statement(p, stmt, &at, "after the barrier") ? stmt : NULL;
}

kt_stmt *kt_parse_nop(kt_parser *p, const kt_token *word)
{
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_NOP, word);
    if (stmt == NULL || (kt_parser_starts_operand(p) && !kt_parse_operands(p, "a qubit", &stmt->operands)))
        return NULL;
    stmt->name = word->text;
    return end_statement(p, stmt, word, "after 'nop'") ? stmt : NULL;
}

kt_stmt *kt_parse_delay(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_DELAY, &at);
    kt_parser_advance(p);
    if (stmt == NULL || !kt_parse_designator(p, &stmt->expr))
        return NULL;
    if (kt_parser_starts_operand(p) && !kt_parse_operands(p, "a qubit", &stmt->operands))
        return NULL;
    return end_statement(p, stmt, &at, "after the delay") ? stmt : NULL;
}

kt_stmt *kt_parse_return(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_RETURN, &at);
    kt_parser_advance(p);
    if (stmt == NULL || (p->token.kind != KT_TOK_SEMICOLON && (stmt->expr = kt_parse_right_side(p, false)) == NULL))
        return NULL;
    return end_statement(p, stmt, &at, "after the return") ? stmt : NULL;
}

kt_stmt *kt_parse_plain(kt_parser *p, kt_stmt_kind kind)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, kind, &at);
    kt_parser_advance(p);
    return stmt != NULL && end_statement(p, stmt, &at, "after the statement") ? stmt : NULL;
}

/* expression -> target; turns into an assignment, as measure q -> c; does. */
static kt_stmt *parse_arrow(kt_parser *p, kt_stmt *stmt)
{
    if (!kt_parser_take(p, KT_TOK_ARROW))
        return stmt;
    stmt->kind = KT_STMT_ASSIGN;
    if (!kt_parser_is_name(p, &p->token)) {
        kt_parse_unexpected(p, "the bit or register that takes the value after '->'", NULL);
        return NULL;
    }
    stmt->target = kt_parse_operand(p, "a bit");
    return stmt->target == NULL ? NULL : stmt;
}

kt_stmt *kt_parse_measurement(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_MEASURE, &at);
    if (stmt == NULL || (stmt->expr = kt_parse_measure(p)) == NULL || parse_arrow(p, stmt) == NULL)
        return NULL;
    return end_statement(p, stmt, &at, "after the measurement") ? stmt : NULL;
}

kt_stmt *kt_parse_expression_statement(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_EXPR, &at);
    if (stmt == NULL || (stmt->expr = kt_parse_expression(p)) == NULL)
        return NULL;
    return end_statement(p, stmt, &at, "after the expression") ? stmt : NULL;
}

/* ---- annotations, blocks, what begins no statement ---- */

/* @word the rest of its line; the statement it belongs to follows. */
static kt_stmt *parse_annotation(kt_parser *p)
{
    kt_token at = p->token, rest;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_ANNOTATION, &at);
    if (stmt == NULL)
        return NULL;
    kt_lexer_rest_of_line(&p->lexer, &rest);
    bool named = rest.text.length > 0 && rest.start == at.end &&
                 (rest.text.data[0] == '_' || (rest.text.data[0] & 0x80) != 0 ||
                  ((rest.text.data[0] | 0x20) >= 'a' && (rest.text.data[0] | 0x20) <= 'z'));
    stmt->text = (kt_view){ at.start, (size_t)(rest.end - at.start) };
    stmt->length = at.length + rest.length;
    p->token = rest;
    if (!named) {
        kt_parse_fail_at(p, &at, KT_E_SYNTAX, NULL, "expected the annotation's name right behind '@'");
        kt_parser_advance(p);
        return NULL;
    }
    kt_parser_advance(p);
    if (p->token.kind == KT_TOK_END || p->token.kind == KT_TOK_RBRACE) {
        kt_parse_unexpected(p, "the statement that the annotation belongs to", NULL);
        return NULL;
    }
    return stmt;
}

static kt_stmt *parse_bare_block(kt_parser *p)
{
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_BLOCK, &p->token);
    if (stmt == NULL)
        return NULL;
    stmt->braced = true;
    return kt_parse_block(p, "", &stmt->body) ? stmt : NULL;
}

static kt_stmt *misplaced(kt_parser *p)
{
    static const struct {
        uint8_t kind;
        const char *hint;
    } hints[] = {
        { KT_TOK_OPENQASM, "the version stands once, as the first statement of the file" },
        { KT_TOK_ELSE, "an 'else' belongs right behind the body of its 'if'" },
        { KT_TOK_HASH_DIM, "'#dim' is for array parameters of subroutines" },
    };
    const char *hint = NULL;
    for (size_t i = 0; i < KT_COUNT(hints); i++)
        if (hints[i].kind == p->token.kind)
            hint = hints[i].hint;
    kt_parse_unexpected(p, "a statement", hint);
    return NULL;
}

/* ---- which rule ---- */

/* A word that means something only when `follower` stands behind it; elsewhere it is a name. */
static kt_stmt *parse_soft_word(kt_parser *p)
{
    kt_token word = p->token;
    kt_parser_advance(p);
    if (word.kind == KT_TOK_SWITCH && p->token.kind == KT_TOK_LPAREN)
        return kt_parse_switch(p, &word);
    if (word.kind == KT_TOK_CAL && p->token.kind == KT_TOK_LBRACE)
        return kt_parse_cal(p, &word);
    if (word.kind == KT_TOK_NOP && (p->token.kind == KT_TOK_SEMICOLON || kt_parser_starts_operand(p)))
        return kt_parse_nop(p, &word);
    if (word.kind == KT_TOK_OPAQUE && kt_parser_is_name(p, &p->token)) {
        kt_parse_fail_at(p, &word, KT_E_SYNTAX, "begin the file with OPENQASM 2.0; or give the gate a body",
                         "`opaque` is a word of OpenQASM 2");
        return NULL;
    }
    return kt_parse_word_statement(p, &word);
}

/* In OpenQASM 2 a word of OpenQASM 3 is a gate's name when the file defined it, or when only that fits. */
static bool is_old_gate_name(kt_parser *p)
{
    kt_token_kind kind = p->token.kind;
    if (p->version != 2 || kt_keyword_softness(kind) == 0)
        return false;
    return (p->gate_keywords >> (kind - KT_TOK_KEYWORD_FIRST) & 1) != 0;
}

static kt_stmt *parse_keyword(kt_parser *p)
{
    switch ((kt_token_kind)p->token.kind) {
    case KT_TOK_INCLUDE: return kt_parse_include(p);
    case KT_TOK_QUBIT: return kt_parse_qubit(p);
    case KT_TOK_QREG:
    case KT_TOK_CREG: return kt_parse_register(p);
    case KT_TOK_CONST: return kt_parse_const(p);
    case KT_TOK_INPUT:
    case KT_TOK_OUTPUT: return kt_parse_io(p);
    case KT_TOK_LET: return kt_parse_let(p);
    case KT_TOK_GATE: return kt_parse_gate_def(p);
    case KT_TOK_DEF: return kt_parse_def(p);
    case KT_TOK_EXTERN: return kt_parse_extern(p);
    case KT_TOK_DEFCAL: return kt_parse_defcal(p);
    case KT_TOK_DEFCALGRAMMAR: return kt_parse_defcalgrammar(p);
    case KT_TOK_MEASURE: return kt_parse_measurement(p);
    case KT_TOK_RESET: return kt_parse_reset(p);
    case KT_TOK_BARRIER: return kt_parse_barrier(p);
    case KT_TOK_DELAY: return kt_parse_delay(p);
    case KT_TOK_BOX: return kt_parse_box(p);
    case KT_TOK_IF: return kt_parse_if(p);
    case KT_TOK_FOR: return kt_parse_for(p);
    case KT_TOK_WHILE: return kt_parse_while(p);
    case KT_TOK_BREAK: return kt_parse_plain(p, KT_STMT_BREAK);
    case KT_TOK_CONTINUE: return kt_parse_plain(p, KT_STMT_CONTINUE);
    case KT_TOK_ENDS: return kt_parse_plain(p, KT_STMT_END);
    case KT_TOK_RETURN: return kt_parse_return(p);
    case KT_TOK_GPHASE:
    case KT_TOK_INV:
    case KT_TOK_POW:
    case KT_TOK_CTRL:
    case KT_TOK_NEGCTRL: return kt_parse_gate_call(p);
    default: return kt_starts_type(p->token.kind) ? kt_parse_declaration(p) : misplaced(p);
    }
}

static kt_stmt *parse_by_first_token(kt_parser *p)
{
    kt_token token = p->token;
    if (token.kind == KT_TOK_NAME || is_old_gate_name(p)) {
        p->statement_word = token.text;
        kt_parser_advance(p);
        return kt_parse_word_statement(p, &token);
    }
    if (token.kind == KT_TOK_OPAQUE && p->version == 2)
        return kt_parse_opaque(p);
    if (kt_keyword_softness(token.kind) == 2)
        return parse_soft_word(p);
    if (token.kind == KT_TOK_AT)
        return parse_annotation(p);
    if (token.kind == KT_TOK_PRAGMA)
        return kt_parse_pragmas(p, &token);
    if (token.kind == KT_TOK_LBRACE)
        return parse_bare_block(p);
    bool begins_expression = kt_token_is_literal(token.kind) || token.kind == KT_TOK_LPAREN ||
                             token.kind == KT_TOK_MINUS || token.kind == KT_TOK_NOT || token.kind == KT_TOK_TILDE ||
                             token.kind == KT_TOK_DURATIONOF || token.kind == KT_TOK_PHYSICAL;
    return begins_expression ? kt_parse_expression_statement(p) : parse_keyword(p);
}

kt_stmt *kt_parse_statement(kt_parser *p)
{
    p->statement_word = (kt_view){ 0 };
    if (!kt_parser_enter(p))
        return NULL;
    kt_stmt *stmt = parse_by_first_token(p);
    kt_parser_leave(p);
    return stmt;
}
