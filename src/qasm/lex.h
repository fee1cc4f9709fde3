/* SPDX-License-Identifier: Apache-2.0 */
/* lex.h - cuts OpenQASM text into tokens, one at a time and only when asked, so that whoever reads tokens may take
 * the rest of a line or a braced body as plain text instead (pragmas, annotations, calibrations).
 * Nothing is copied: a token's text is a view of the source. Comments are no tokens; each is handed to a callback.
 * Grammar: the OpenQASM 3 live specification's lexer, and what Braket's and OpenQASM 2's files need beyond it. */
#ifndef KT_QASM_LEX_H
#define KT_QASM_LEX_H

#include "base/view.h"

/* Words with a meaning. The flag says where the word can be a name all the same: 0 never, 1 in OpenQASM 2 files,
 * 2 everywhere that the grammar leaves no doubt. */
// clang-format off
#define KT_KEYWORDS(X) \
    X(ANGLE, "angle", 1) X(ARRAY, "array", 1) X(BARRIER, "barrier", 0) X(BIT, "bit", 1) \
    X(BOOL, "bool", 1) X(BOX, "box", 1) X(BREAK, "break", 1) X(CAL, "cal", 2) \
    X(CASE, "case", 2) X(COMPLEX, "complex", 1) X(CONST, "const", 1) X(CONTINUE, "continue", 1) \
    X(CREG, "creg", 0) X(CTRL, "ctrl", 1) X(DEF, "def", 1) X(DEFAULT, "default", 2) \
    X(DEFCAL, "defcal", 1) X(DEFCALGRAMMAR, "defcalgrammar", 1) X(DELAY, "delay", 1) X(DURATION, "duration", 1) \
    X(DURATIONOF, "durationof", 1) X(ELSE, "else", 1) X(ENDS, "end", 1) X(EXTERN, "extern", 1) \
    X(FALSE, "false", 1) X(FLOAT, "float", 1) X(FOR, "for", 1) X(GATE, "gate", 0) \
    X(GPHASE, "gphase", 1) X(IF, "if", 0) X(IN, "in", 1) X(INCLUDE, "include", 0) \
    X(INPUT, "input", 1) X(INT, "int", 1) X(INV, "inv", 1) X(LET, "let", 1) \
    X(MEASURE, "measure", 0) X(MUTABLE, "mutable", 1) X(NEGCTRL, "negctrl", 1) X(NOP, "nop", 2) \
    X(OPAQUE, "opaque", 2) X(OUTPUT, "output", 1) X(POW, "pow", 1) X(PRAGMA, "pragma", 0) \
    X(QREG, "qreg", 0) X(QUBIT, "qubit", 1) X(READONLY, "readonly", 2) X(RESET, "reset", 0) \
    X(RETURN, "return", 1) X(STRETCH, "stretch", 1) X(SWITCH, "switch", 2) X(TRUE, "true", 1) \
    X(UINT, "uint", 1) X(VOID, "void", 2) X(WHILE, "while", 1)
// clang-format on

typedef enum kt_token_kind {
    KT_TOK_END, /* of the text */
    KT_TOK_BAD, /* no token at all: kt_lexer.problem says why */
    KT_TOK_NAME,
    KT_TOK_PHYSICAL, /* $3 */
    KT_TOK_INTEGER,  /* any base */
    KT_TOK_REAL,
    KT_TOK_IMAGINARY, /* number and im */
    KT_TOK_TIMING,    /* number and unit */
    KT_TOK_BITSTRING, /* "0101"; text without the quotes */
    KT_TOK_STRING,    /* any other "text" or 'text'; text without the quotes */
    KT_TOK_OPENQASM,
    KT_TOK_HASH_DIM, /* #dim */
    KT_TOK_LBRACKET,
    KT_TOK_RBRACKET,
    KT_TOK_LBRACE,
    KT_TOK_RBRACE,
    KT_TOK_LPAREN,
    KT_TOK_RPAREN,
    KT_TOK_COLON,
    KT_TOK_SEMICOLON,
    KT_TOK_DOT,
    KT_TOK_COMMA,
    KT_TOK_ARROW,
    KT_TOK_AT,
    KT_TOK_PLUS,
    KT_TOK_DOUBLE_PLUS,
    KT_TOK_MINUS,
    KT_TOK_STAR,
    KT_TOK_POWER,
    KT_TOK_SLASH,
    KT_TOK_PERCENT,
    KT_TOK_PIPE,
    KT_TOK_OR,
    KT_TOK_AMPERSAND,
    KT_TOK_AND,
    KT_TOK_CARET,
    KT_TOK_TILDE,
    KT_TOK_NOT,
    KT_TOK_EQ,
    KT_TOK_NE,
    KT_TOK_LT,
    KT_TOK_LE,
    KT_TOK_GT,
    KT_TOK_GE,
    KT_TOK_SHL,
    KT_TOK_SHR,
    KT_TOK_ASSIGN,
    KT_TOK_ASSIGN_ADD,
    KT_TOK_ASSIGN_SUB,
    KT_TOK_ASSIGN_MUL,
    KT_TOK_ASSIGN_DIV,
    KT_TOK_ASSIGN_MOD,
    KT_TOK_ASSIGN_POW,
    KT_TOK_ASSIGN_AND,
    KT_TOK_ASSIGN_OR,
    KT_TOK_ASSIGN_XOR,
    KT_TOK_ASSIGN_NOT,
    KT_TOK_ASSIGN_SHL,
    KT_TOK_ASSIGN_SHR,
    KT_TOK_KEYWORD_FIRST,
    KT_TOK_BEFORE_KEYWORDS = KT_TOK_KEYWORD_FIRST - 1,
#define KT_KEYWORD_ENUM(id, text, soft) KT_TOK_##id,
    KT_KEYWORDS(KT_KEYWORD_ENUM)
#undef KT_KEYWORD_ENUM
        KT_TOK_KIND_COUNT
} kt_token_kind;

typedef struct kt_token {
    uint8_t kind;
    uint8_t newlines;        /* line ends between it and what stood before it (token or comment): 0, 1, 2 = more */
    uint32_t length;         /* characters, with quotes */
    uint32_t line, column;   /* from 1; column in characters */
    kt_view text;            /* the digits of a number without its unit; a string without quotes */
    kt_view unit;            /* of TIMING */
    const char *start, *end; /* where it stands in the source */
} kt_token;

typedef struct kt_comment_text {
    kt_view text;     /* with its // or its stars */
    uint8_t newlines; /* as in a token */
} kt_comment_text;

typedef struct kt_lexer {
    const char *cursor, *end;
    const char *line_start;
    uint32_t line;
    uint32_t continuation_bytes; /* on this line so far: bytes that are no characters of their own */
    uint8_t newlines;
    char problem[80];                                              /* of the last BAD token: what is wrong with it */
    void (*on_comment)(void *ctx, const kt_comment_text *comment); /* may be NULL */
    void *ctx;
} kt_lexer;

/* Starts at the text's first byte, behind a byte order mark. */
void kt_lexer_init(kt_lexer *lexer, kt_view text);
void kt_lexer_next(kt_lexer *lexer, kt_token *out);
/* The rest of the line, without white space around it; the cursor stays before the line's end. The token gives its
 * place; it is empty when nothing is there. */
void kt_lexer_rest_of_line(kt_lexer *lexer, kt_token *out);
/* Everything up to the brace that closes the one already read; the cursor moves behind that brace. false when the text
 * ends first; then nothing moves. */
bool kt_lexer_braced(kt_lexer *lexer, kt_view *body);

/* The word or symbol of a kind that has only one text, else NULL. */
const char *kt_token_text(kt_token_kind kind);
/* 0, 1, 2 as in KT_KEYWORDS; 0 for what is no keyword. */
int kt_keyword_softness(kt_token_kind kind);
/* Whether a code point may stand in a name beside ASCII letters, digits and _. */
bool kt_is_letter(int32_t code_point);

#endif
