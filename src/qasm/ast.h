/* SPDX-License-Identifier: Apache-2.0 */
/* ast.h - an OpenQASM program as a tree, straight from the grammar: nothing resolved, nothing computed.
 * Nodes live in the program's arena. Lists are singly linked through `next`. OpenQASM 2 programs come out as the same
 * tree (creg -> bit register, if(c==n) -> if, measure a -> b -> assignment), with kt_ast.version 2. */
#ifndef KT_QASM_AST_H
#define KT_QASM_AST_H

#include "base/arena.h"
#include "base/view.h"
#include "circuit/op.h"
#include "qasm/diag.h"
#include <assert.h>

/* ---- types ---- */
typedef enum kt_type_kind {
    KT_TYPE_BIT, /* size: register length or NULL for one bit */
    KT_TYPE_BOOL,
    KT_TYPE_INT, /* size: bits or NULL */
    KT_TYPE_UINT,
    KT_TYPE_FLOAT,
    KT_TYPE_ANGLE,
    KT_TYPE_COMPLEX, /* base: its float type, or NULL */
    KT_TYPE_DURATION,
    KT_TYPE_STRETCH,
    KT_TYPE_QUBIT, /* size: register length or NULL */
    KT_TYPE_ARRAY, /* base: element type; dims; or, in a subroutine's parameter, dim_count_expr for #dim=n */
    KT_TYPE_VOID   /* a subroutine without a result */
} kt_type_kind;

typedef struct kt_expr kt_expr;
typedef struct kt_stmt kt_stmt;

typedef struct kt_type {
    uint8_t kind;
    bool is_old;    /* written creg / qreg */
    uint8_t access; /* array parameter: 0 none, 1 readonly, 2 mutable */
    kt_expr *size;
    struct kt_type *base;
    kt_expr *dims; /* linked list */
    kt_expr *rank; /* #dim = rank */
    kt_source source;
} kt_type;

/* ---- expressions ---- */
typedef enum kt_expr_kind {
    KT_EXPR_INT,       /* integer (value in `integer`, text kept in `text`); any base, underscores gone */
    KT_EXPR_FLOAT,     /* number */
    KT_EXPR_IMAGINARY, /* number */
    KT_EXPR_BOOL,      /* integer 0 / 1 */
    KT_EXPR_BITSTRING, /* text: only 0 and 1, first character = bit 0 as Braket reads it (see exec) */
    KT_EXPR_DURATION,  /* number in the unit given by `op` (kt_duration_unit) */
    KT_EXPR_NAME,      /* text */
    KT_EXPR_PHYSICAL,  /* integer: $n */
    KT_EXPR_UNARY,     /* op, a */
    KT_EXPR_BINARY,    /* op, a, b */
    KT_EXPR_INDEX,     /* a[ b ]: b is a list of KT_EXPR_* items, one a dimension; each may be a RANGE, or one SET */
    KT_EXPR_RANGE,     /* a : step : b; each may be NULL. a = start, b = stop (included), step */
    KT_EXPR_SET,       /* { list } : items in a; also an array literal in a declaration */
    KT_EXPR_CALL, /* text = name, a = arguments (list); b: qubits (list) of a calibrated call with a value, or NULL */
    KT_EXPR_CAST, /* type, a */
    KT_EXPR_MEASURE,         /* measure a */
    KT_EXPR_SIZEOF_DURATION, /* durationof({ body }) */
    KT_EXPR_CONCAT           /* a ++ b, in alias declarations */
} kt_expr_kind;

typedef enum kt_operator {
    KT_OPR_NONE,
    KT_OPR_NEG,
    KT_OPR_NOT,
    KT_OPR_BITNOT, /* unary */
    KT_OPR_POW,
    KT_OPR_MUL,
    KT_OPR_DIV,
    KT_OPR_MOD,
    KT_OPR_ADD,
    KT_OPR_SUB,
    KT_OPR_SHL,
    KT_OPR_SHR,
    KT_OPR_LT,
    KT_OPR_LE,
    KT_OPR_GT,
    KT_OPR_GE,
    KT_OPR_EQ,
    KT_OPR_NE,
    KT_OPR_BITAND,
    KT_OPR_BITXOR,
    KT_OPR_BITOR,
    KT_OPR_AND,
    KT_OPR_OR
} kt_operator;

typedef enum kt_duration_unit { KT_UNIT_DT, KT_UNIT_NS, KT_UNIT_US, KT_UNIT_MS, KT_UNIT_S } kt_duration_unit;

/* A large program is mostly these and statements: what no kind has at once shares its place. Only what the kind is said
 * to have may be read. */
struct kt_expr {
    uint8_t kind, op;
    bool parenthesized;    /* so that the printer keeps what it must */
    bool integer_overflow; /* the literal does not fit 64 bits: text has its digits */
    uint32_t length;       /* characters it spans on its first line, for the caret */
    kt_source source;
    uint32_t depth; /* levels of the tree from here down: at most kt_limits.nesting */
    int32_t slot;   /* for the checker: what the name was resolved to; -1 from the parser */
    kt_expr *next;  /* in a list */
    kt_expr *a, *b;
    union {
        uint64_t integer; /* INT, BOOL, PHYSICAL */
        double number;    /* FLOAT, IMAGINARY, DURATION */
        kt_expr *step;    /* RANGE */
        kt_type *type;    /* CAST */
        kt_stmt *body;    /* SIZEOF_DURATION */
    };
    kt_view text;
};
static_assert(sizeof(kt_expr) <= 80, "every name and number of a program takes this much");

/* ---- pragmas ---- */
typedef enum kt_pragma_kind {
    KT_PRAGMA_UNKNOWN, /* text kept; an error unless syntax_only */
    KT_PRAGMA_VERBATIM,
    KT_PRAGMA_UNITARY, /* matrix, qubits */
    KT_PRAGMA_NOISE,   /* name, arguments (list of number expressions), qubits */
    KT_PRAGMA_KRAUS,   /* matrices, qubits */
    KT_PRAGMA_RESULT   /* result_type, terms | targets | states | parameters */
} kt_pragma_kind;

typedef struct kt_ast_matrix { /* entries row-major, evaluated by the parser: pragmas hold literals only */
    uint32_t rows, columns;
    kt_complex *entries;
    struct kt_ast_matrix *next;
    kt_source source;
} kt_ast_matrix;

typedef struct kt_ast_factor {
    uint8_t kind; /* kt_pauli */
    kt_ast_matrix *matrix;
    kt_expr *targets; /* list of NAME / INDEX / PHYSICAL; NULL: all */
    struct kt_ast_factor *next;
    kt_source source;
} kt_ast_factor;

typedef struct kt_ast_term {
    double coefficient;
    kt_ast_factor *factors;
    struct kt_ast_term *next;
    kt_source source;
} kt_ast_term;

typedef struct kt_pragma {
    uint8_t kind;
    uint8_t result_type; /* kt_result_type */
    bool all;            /* targets were "all" or absent (absent: targets == NULL and !all) */
    kt_view text;        /* the whole line behind `pragma` */
    kt_view name;        /* noise name */
    kt_expr *arguments;
    kt_ast_matrix *matrices;
    kt_expr *targets; /* list */
    kt_ast_term *terms;
    kt_expr *states;     /* amplitude: list of BITSTRING */
    kt_expr *parameters; /* gradient: list of NAME; NULL with all */
} kt_pragma;

/* ---- statements ---- */
typedef enum kt_stmt_kind {
    KT_STMT_INCLUDE,   /* text: path */
    KT_STMT_DECL,      /* type, name, expr = initial value or NULL; is_const, io */
    KT_STMT_ALIAS,     /* let name = expr */
    KT_STMT_GATE_DEF,  /* name, formals (parameters), qubits (operands), body; not braced: `opaque`, without a body */
    KT_STMT_GATE_CALL, /* name (or gphase), modifiers, arguments, operands; expr: duration designator or NULL */
    KT_STMT_MEASURE,   /* measure operand without destination: expr */
    KT_STMT_ASSIGN,    /* target op= expr; op KT_OPR_NONE for plain; expr may be KT_EXPR_MEASURE */
    KT_STMT_EXPR,      /* an expression on its own (a call) */
    KT_STMT_RESET,     /* operands */
    KT_STMT_BARRIER,   /* operands (empty: all) */
    KT_STMT_DELAY,     /* expr = duration, operands */
    KT_STMT_BOX,       /* body; expr = duration or NULL */
    KT_STMT_IF,        /* expr, body, orelse */
    KT_STMT_FOR,       /* type, name, expr = range / set / expression, body */
    KT_STMT_WHILE,     /* expr, body */
    KT_STMT_SWITCH,    /* expr, cases */
    KT_STMT_CASE,      /* expr = list of labels (NULL: default), body */
    KT_STMT_BREAK,
    KT_STMT_CONTINUE,
    KT_STMT_END,
    KT_STMT_DEF,           /* name, formals, type = result, body */
    KT_STMT_RETURN,        /* expr or NULL; may be KT_EXPR_MEASURE */
    KT_STMT_EXTERN,        /* name, formals, type */
    KT_STMT_CAL,           /* text: the body, kept */
    KT_STMT_DEFCAL,        /* name, text: everything between `defcal` and the end of its body */
    KT_STMT_DEFCALGRAMMAR, /* text */
    KT_STMT_PRAGMA,        /* pragma */
    KT_STMT_ANNOTATION,    /* text: a line that starts with @; precedes its statement */
    KT_STMT_BLOCK,         /* body: a scope { ... } of its own */
    KT_STMT_NOP            /* `nop`, with operands; or, with an empty name, nothing: only its comment matters */
} kt_stmt_kind;

typedef enum kt_modifier_kind { KT_MOD_INV, KT_MOD_POW, KT_MOD_CTRL, KT_MOD_NEGCTRL } kt_modifier_kind;
typedef struct kt_modifier {
    uint8_t kind;
    kt_expr *argument;        /* pow: the power; ctrl, negctrl: count or NULL */
    struct kt_modifier *next; /* as written, left to right */
    kt_source source;
} kt_modifier;

typedef struct kt_formal { /* a subroutine's or extern's parameter; a gate's parameter or operand (type NULL) */
    kt_type *type;
    kt_view name;
    struct kt_formal *next;
    kt_source source;
    int32_t slot;
} kt_formal;

struct kt_stmt {
    uint8_t kind, op;
    bool is_const;
    bool braced; /* body was written with { } */
    uint8_t io;  /* declaration: 0 none, 1 input, 2 output */
    uint32_t length;
    int32_t slot;          /* for the checker; -1 from the parser */
    kt_source source;      /* of the statement */
    kt_source name_source; /* of the name, where it has one */
    kt_stmt *next;
    kt_view comment; /* comments that stand before it, for the printer, each after as many line ends (0: on
                                   the line of what precedes; 1; 2: after a blank line) as it had; a line end at the
                                   very end: a blank line before the statement. Empty: none */
    kt_view name;
    union {
        kt_expr *operands; /* GATE_CALL, RESET, BARRIER, DELAY, NOP */
        kt_stmt *body;     /* GATE_DEF, DEF, BOX, IF, FOR, WHILE, CASE, BLOCK */
    };
    union {
        kt_modifier *modifiers; /* GATE_CALL */
        kt_type *type;          /* DECL, FOR, DEF, EXTERN */
        kt_expr *target;        /* ASSIGN */
        kt_stmt *orelse;        /* IF */
        kt_stmt *cases;         /* SWITCH */
        kt_formal *qubits;      /* GATE_DEF: operands */
        kt_pragma *pragma;      /* PRAGMA */
    };
    union {
        struct {
            kt_expr *expr; /* of all that have no text */
            union {
                kt_expr *arguments; /* GATE_CALL: angles */
                kt_formal *formals; /* GATE_DEF, DEF, EXTERN: parameters */
            };
        };
        kt_view text; /* INCLUDE, CAL, DEFCAL, DEFCALGRAMMAR, ANNOTATION */
    };
};
static_assert(sizeof(kt_stmt) <= 112, "every statement of a program takes this much");

/* A stretch of the text that the parser could not read, from where the broken statement began to where it went on. */
typedef struct kt_ast_gap {
    kt_view text;
    struct kt_ast_gap *next;
} kt_ast_gap;

typedef struct kt_ast {
    int version; /* 3, or 2 */
    bool has_header;
    kt_view header;         /* "3.0" */
    kt_view header_comment; /* before the header, as in kt_stmt.comment */
    kt_stmt *statements;
    kt_view trailing_comment;
    uint64_t statement_count;
    kt_ast_gap *gaps; /* what may stand in them is anyone's guess: see kt_checker.names_only */
    bool braces_off;  /* a brace too many or too few: what is in which block is not certain */
} kt_ast;

#endif
