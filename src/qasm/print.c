/* SPDX-License-Identifier: Apache-2.0 */
/* print.c - the canonical form of a program: one statement a line, four spaces a level, braces around every body,
 * comments and single blank lines kept. Parsing what it prints gives the same tree, and printing that the same text.
 * An OpenQASM 2 program stays one. A line's end is written when the next line begins, so that a comment can still
 * follow a statement on its line. */
#include "qasm/print_priv.h"

#include <string.h>

/* ---- lines and comments ---- */

void kt_print_new_line(kt_printer *pr)
{
    if (pr->out->length > 0)
        kt_buf_addc(pr->out, '\n');
    kt_buf_fill(pr->out, "    ", (size_t)pr->level);
    pr->opened = false;
    pr->line_is_own = false;
}

static void print_blank_line(kt_printer *pr)
{
    if (!pr->opened)
        kt_buf_addc(pr->out, '\n');
}

/* The first comment's length: to the line's end, or to its closing. */
static size_t comment_length(kt_view text)
{
    if (kt_view_starts(text, "//")) {
        const char *end = memchr(text.data, '\n', text.length);
        return end == NULL ? text.length : (size_t)(end - text.data);
    }
    for (size_t i = 2; i + 1 < text.length; i++)
        if (text.data[i] == '*' && text.data[i + 1] == '/')
            return i + 2;
    return text.length;
}

void kt_print_comment(kt_printer *pr, kt_view text)
{
    while (text.length > 0) {
        size_t newlines = 0;
        while (newlines < text.length && text.data[newlines] == '\n')
            newlines++;
        text = (kt_view){ text.data + newlines, text.length - newlines };
        if (newlines > 1 || (newlines > 0 && text.length == 0))
            print_blank_line(pr);
        if (text.length == 0)
            return;
        if (newlines > 0 || pr->line_is_own || pr->out->length == 0)
            kt_print_new_line(pr);
        else
            kt_buf_addc(pr->out, ' ');
        size_t length = comment_length(text);
        kt_buf_add(pr->out, text.data, length);
        pr->opened = false;
        pr->line_is_own = kt_view_starts(text, "//");
        text = (kt_view){ text.data + length, text.length - length };
    }
}

/* ---- blocks ---- */

/* What carries the comments at the end of a block. */
static bool is_nothing(const kt_stmt *stmt)
{
    return stmt->kind == KT_STMT_NOP && stmt->name.length == 0;
}

static void print_statements(kt_printer *pr, const kt_stmt *list);

void kt_print_block(kt_printer *pr, const kt_stmt *body)
{
    kt_buf_addc(pr->out, '{');
    if (body != NULL) {
        pr->level++;
        pr->opened = true;
        print_statements(pr, body);
        pr->level--;
        kt_print_new_line(pr);
    }
    kt_buf_addc(pr->out, '}');
}

static void print_stmt(kt_printer *pr, const kt_stmt *stmt);

/* OpenQASM 2 has no braces behind `if`. */
static void print_bare_body(kt_printer *pr, const kt_stmt *body)
{
    pr->level++;
    if (body->comment.length > 1) {
        kt_print_comment(pr, body->comment);
        kt_print_new_line(pr);
    } else {
        kt_buf_addc(pr->out, ' ');
    }
    print_stmt(pr, body);
    pr->level--;
}

static void print_body(kt_printer *pr, const kt_stmt *stmt)
{
    if (pr->version == 2 && !stmt->braced && stmt->body != NULL && stmt->body->next == NULL) {
        print_bare_body(pr, stmt->body);
        return;
    }
    kt_buf_addc(pr->out, ' ');
    kt_print_block(pr, stmt->body);
}

/* ---- parts of statements ---- */

/* word, and in brackets the expression if there is one */
static void print_designator(kt_printer *pr, const kt_expr *expr)
{
    if (expr == NULL)
        return;
    kt_buf_addc(pr->out, '[');
    kt_print_expr(pr, expr);
    kt_buf_addc(pr->out, ']');
}

static void print_operands(kt_printer *pr, const kt_expr *operands)
{
    if (operands == NULL)
        return;
    kt_buf_addc(pr->out, ' ');
    kt_print_list(pr, operands);
}

static void print_formal(kt_printer *pr, const kt_formal *formal)
{
    if (formal->type != NULL)
        kt_print_type(pr, formal->type);
    if (formal->type != NULL && formal->name.length > 0)
        kt_buf_addc(pr->out, ' ');
    kt_print_view(pr, formal->name);
    if (formal->type != NULL && formal->type->is_old)
        print_designator(pr, formal->type->size);
}

static void print_formals(kt_printer *pr, const kt_formal *list)
{
    for (const kt_formal *formal = list; formal != NULL; formal = formal->next) {
        if (formal != list)
            kt_buf_adds(pr->out, ", ");
        print_formal(pr, formal);
    }
}

static void print_signature(kt_printer *pr, const char *word, const kt_stmt *stmt)
{
    kt_buf_addf(pr->out, "%s %.*s(", word, KT_VIEW_ARG(stmt->name));
    print_formals(pr, stmt->formals);
    kt_buf_addc(pr->out, ')');
    if (stmt->type->kind == KT_TYPE_VOID)
        return;
    kt_buf_adds(pr->out, " -> ");
    kt_print_type(pr, stmt->type);
}

static void print_modifiers(kt_printer *pr, const kt_modifier *modifier)
{
    static const char *const words[] = {
        [KT_MOD_INV] = "inv", [KT_MOD_POW] = "pow", [KT_MOD_CTRL] = "ctrl", [KT_MOD_NEGCTRL] = "negctrl"
    };
    for (; modifier != NULL; modifier = modifier->next) {
        kt_buf_adds(pr->out, words[modifier->kind]);
        if (modifier->argument != NULL) {
            kt_buf_addc(pr->out, '(');
            kt_print_expr(pr, modifier->argument);
            kt_buf_addc(pr->out, ')');
        }
        kt_buf_adds(pr->out, " @ ");
    }
}

static void print_quoted(kt_printer *pr, const char *word, kt_view text)
{
    char quote = text.length > 0 && memchr(text.data, '"', text.length) != NULL ? '\'' : '"';
    kt_buf_addf(pr->out, "%s %c%.*s%c;", word, quote, KT_VIEW_ARG(text), quote);
}

/* ---- statements ---- */

static void print_declaration(kt_printer *pr, const kt_stmt *stmt)
{
    static const char *const io[] = { "", "input ", "output " };
    kt_buf_adds(pr->out, stmt->is_const ? "const " : io[stmt->io]);
    kt_print_type(pr, stmt->type);
    kt_buf_addf(pr->out, " %.*s", KT_VIEW_ARG(stmt->name));
    if (stmt->type->is_old)
        print_designator(pr, stmt->type->size);
    if (stmt->expr != NULL) {
        kt_buf_adds(pr->out, " = ");
        kt_print_expr(pr, stmt->expr);
    }
    kt_buf_addc(pr->out, ';');
}

static void print_gate_def(kt_printer *pr, const kt_stmt *stmt)
{
    kt_buf_addf(pr->out, "%s %.*s", stmt->braced ? "gate" : "opaque", KT_VIEW_ARG(stmt->name));
    if (stmt->formals != NULL) {
        kt_buf_addc(pr->out, '(');
        print_formals(pr, stmt->formals);
        kt_buf_addc(pr->out, ')');
    }
    kt_buf_addc(pr->out, ' ');
    print_formals(pr, stmt->qubits);
    if (!stmt->braced) {
        kt_buf_addc(pr->out, ';');
        return;
    }
    kt_buf_addc(pr->out, ' ');
    kt_print_block(pr, stmt->body);
}

static void print_gate_call(kt_printer *pr, const kt_stmt *stmt)
{
    print_modifiers(pr, stmt->modifiers);
    kt_print_view(pr, stmt->name);
    if (stmt->arguments != NULL) {
        kt_buf_addc(pr->out, '(');
        kt_print_list(pr, stmt->arguments);
        kt_buf_addc(pr->out, ')');
    }
    print_designator(pr, stmt->expr);
    print_operands(pr, stmt->operands);
    kt_buf_addc(pr->out, ';');
}

static void print_assignment(kt_printer *pr, const kt_stmt *stmt)
{
    bool call_on_qubits = stmt->expr->kind == KT_EXPR_CALL && stmt->expr->b != NULL;
    bool plain = stmt->op == KT_OPR_NONE;
    if (pr->version == 2 && plain && (stmt->expr->kind == KT_EXPR_MEASURE || call_on_qubits)) {
        kt_print_expr(pr, stmt->expr);
        kt_buf_adds(pr->out, " -> ");
        kt_print_expr(pr, stmt->target);
    } else {
        kt_print_expr(pr, stmt->target);
        kt_buf_addf(pr->out, " %s= ", kt_operator_text((kt_operator)stmt->op));
        kt_print_expr(pr, stmt->expr);
    }
    kt_buf_addc(pr->out, ';');
}

static void print_if(kt_printer *pr, const kt_stmt *stmt)
{
    for (;;) {
        kt_buf_adds(pr->out, "if (");
        kt_print_expr(pr, stmt->expr);
        kt_buf_addc(pr->out, ')');
        print_body(pr, stmt);
        const kt_stmt *other = stmt->orelse;
        if (other == NULL)
            return;
        kt_buf_adds(pr->out, " else ");
        if (other->kind != KT_STMT_IF || other->next != NULL || other->comment.length > 0) {
            kt_print_block(pr, other);
            return;
        }
        stmt = other;
    }
}

static void print_for(kt_printer *pr, const kt_stmt *stmt)
{
    bool range = stmt->expr->kind == KT_EXPR_RANGE;
    kt_buf_adds(pr->out, "for ");
    kt_print_type(pr, stmt->type);
    kt_buf_addf(pr->out, " %.*s in %s", KT_VIEW_ARG(stmt->name), range ? "[" : "");
    kt_print_expr(pr, stmt->expr);
    kt_buf_adds(pr->out, range ? "]" : "");
    print_body(pr, stmt);
}

static void print_while(kt_printer *pr, const kt_stmt *stmt)
{
    kt_buf_adds(pr->out, "while (");
    kt_print_expr(pr, stmt->expr);
    kt_buf_addc(pr->out, ')');
    print_body(pr, stmt);
}

static void print_switch(kt_printer *pr, const kt_stmt *stmt)
{
    kt_buf_adds(pr->out, "switch (");
    kt_print_expr(pr, stmt->expr);
    kt_buf_adds(pr->out, ") ");
    kt_print_block(pr, stmt->cases);
}

static void print_case(kt_printer *pr, const kt_stmt *stmt)
{
    kt_buf_adds(pr->out, stmt->expr == NULL ? "default" : "case");
    print_operands(pr, stmt->expr);
    kt_buf_addc(pr->out, ' ');
    kt_print_block(pr, stmt->body);
}

/* word[designator] operands; */
static void print_instruction(kt_printer *pr, const char *word, const kt_stmt *stmt)
{
    kt_buf_adds(pr->out, word);
    print_designator(pr, stmt->expr);
    print_operands(pr, stmt->operands);
    kt_buf_addc(pr->out, ';');
}

/* word expression; */
static void print_with_expr(kt_printer *pr, const char *word, const kt_stmt *stmt)
{
    kt_buf_adds(pr->out, word);
    if (stmt->expr != NULL && word[0] != '\0')
        kt_buf_addc(pr->out, ' ');
    if (stmt->expr != NULL)
        kt_print_expr(pr, stmt->expr);
    kt_buf_addc(pr->out, ';');
}

static void print_stmt(kt_printer *pr, const kt_stmt *stmt)
{
    switch ((kt_stmt_kind)stmt->kind) {
    case KT_STMT_INCLUDE: print_quoted(pr, "include", stmt->text); break;
    case KT_STMT_DECL: print_declaration(pr, stmt); break;
    case KT_STMT_ALIAS:
        kt_buf_addf(pr->out, "let %.*s = ", KT_VIEW_ARG(stmt->name));
        print_with_expr(pr, "", stmt);
        break;
    case KT_STMT_GATE_DEF: print_gate_def(pr, stmt); break;
    case KT_STMT_GATE_CALL: print_gate_call(pr, stmt); break;
    case KT_STMT_MEASURE:
    case KT_STMT_EXPR: print_with_expr(pr, "", stmt); break;
    case KT_STMT_ASSIGN: print_assignment(pr, stmt); break;
    case KT_STMT_RESET: print_instruction(pr, "reset", stmt); break;
    case KT_STMT_BARRIER: print_instruction(pr, "barrier", stmt); break;
    case KT_STMT_DELAY: print_instruction(pr, "delay", stmt); break;
    case KT_STMT_BOX:
        kt_buf_adds(pr->out, "box");
        print_designator(pr, stmt->expr);
        kt_buf_addc(pr->out, ' ');
        kt_print_block(pr, stmt->body);
        break;
    case KT_STMT_IF: print_if(pr, stmt); break;
    case KT_STMT_FOR: print_for(pr, stmt); break;
    case KT_STMT_WHILE: print_while(pr, stmt); break;
    case KT_STMT_SWITCH: print_switch(pr, stmt); break;
    case KT_STMT_CASE: print_case(pr, stmt); break;
    case KT_STMT_BREAK: kt_buf_adds(pr->out, "break;"); break;
    case KT_STMT_CONTINUE: kt_buf_adds(pr->out, "continue;"); break;
    case KT_STMT_END: kt_buf_adds(pr->out, "end;"); break;
    case KT_STMT_DEF:
        print_signature(pr, "def", stmt);
        kt_buf_addc(pr->out, ' ');
        kt_print_block(pr, stmt->body);
        break;
    case KT_STMT_RETURN: print_with_expr(pr, "return", stmt); break;
    case KT_STMT_EXTERN:
        print_signature(pr, "extern", stmt);
        kt_buf_addc(pr->out, ';');
        break;
    case KT_STMT_CAL:
        kt_buf_adds(pr->out, "cal {");
        kt_print_view(pr, stmt->text);
        kt_buf_addc(pr->out, '}');
        break;
    case KT_STMT_DEFCAL:
        kt_buf_adds(pr->out, "defcal ");
        kt_print_view(pr, stmt->text);
        break;
    case KT_STMT_DEFCALGRAMMAR: print_quoted(pr, "defcalgrammar", stmt->text); break;
    case KT_STMT_PRAGMA:
        kt_buf_adds(pr->out, "#pragma ");
        kt_print_pragma(pr, stmt->pragma);
        pr->line_is_own = stmt->pragma->kind == KT_PRAGMA_UNKNOWN;
        break;
    case KT_STMT_ANNOTATION:
        kt_print_view(pr, stmt->text);
        pr->line_is_own = true;
        break;
    case KT_STMT_BLOCK: kt_print_block(pr, stmt->body); break;
    case KT_STMT_NOP: print_instruction(pr, "nop", stmt); break;
    }
}

static void print_statements(kt_printer *pr, const kt_stmt *list)
{
    for (const kt_stmt *stmt = list; stmt != NULL; stmt = stmt->next) {
        kt_print_comment(pr, stmt->comment);
        if (is_nothing(stmt))
            continue;
        kt_print_new_line(pr);
        print_stmt(pr, stmt);
    }
}

int kt_ast_print(const kt_ast *ast, kt_buf *out, kt_error *err)
{
    kt_printer printer = { .out = out, .version = ast->version, .opened = true };
    size_t start = out->length;
    kt_print_comment(&printer, ast->header_comment);
    if (ast->has_header) {
        kt_print_new_line(&printer);
        kt_buf_addf(out, "OPENQASM %.*s;", KT_VIEW_ARG(ast->header));
    }
    print_statements(&printer, ast->statements);
    kt_print_comment(&printer, ast->trailing_comment);
    if (out->length > start)
        kt_buf_addc(out, '\n');
    return kt_buf_check(out, err, "the printed program");
}
