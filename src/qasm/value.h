/* SPDX-License-Identifier: Apache-2.0 */
/* value.h - what a classical variable or expression of a running program holds, and what can be done with it.
 *
 * Integers are computed with 127 bits and a sign and fitted to a declared width when they are stored. Bit registers
 * are strings: index 0 is the first character and, read as a number, the most significant bit (Braket's order;
 * OpenQASM 2 reads its registers the other way round). A bit can be without a value (`set` clear) or measured while
 * nobody knows the outcome yet (`unknown`); such bits can be moved about, but deciding by one is KT_E_DYNAMIC.
 * A real number may carry its derivatives by the program's inputs (`tangent`).
 *
 * Functions take values by pointer, write *out only when they succeed, and say what is wrong without a position. */
#ifndef KT_QASM_VALUE_H
#define KT_QASM_VALUE_H

#include "base/buf.h"
#include "circuit/op.h"
#include "qasm/ast.h"
#include "qasm/memory.h"

__extension__ typedef __int128 kt_int;

enum { KT_RANK_MOST = 7, KT_WIDTH_MOST = 127 };

typedef enum kt_value_kind {
    KT_VALUE_NONE, /* nothing: the result of a subroutine without one, a variable that was not declared yet */
    KT_VALUE_BOOL, /* bool, or a single bit */
    KT_VALUE_INT,
    KT_VALUE_UINT,
    KT_VALUE_FLOAT,
    KT_VALUE_ANGLE,
    KT_VALUE_COMPLEX,
    KT_VALUE_DURATION, /* nanoseconds: sums of them are exact where sums of seconds are not */
    KT_VALUE_BITS,
    KT_VALUE_ARRAY,
    KT_VALUE_QUBITS,
    KT_VALUE_ALIAS /* of a variable only: bits of other variables, see alias.c */
} kt_value_kind;

/* d(value)/d(input), in ascending order of inputs; never changed once made. */
typedef struct kt_tangent {
    uint32_t count;
    kt_angle_term terms[];
} kt_tangent;

/* Three planes of `words` words: the bits, which of them have a value, which of those are not known. */
typedef struct kt_bits {
    uint32_t count, words;
    uint64_t planes[];
} kt_bits;

typedef union kt_cell16 {
    kt_int integer; /* bool, int, uint */
    double number;  /* float, angle, duration */
    kt_complex complex;
} kt_cell16;

/* Row-major. A sub-array shares the cells of the whole. */
typedef struct kt_array {
    uint8_t kind; /* of the elements */
    uint8_t rank;
    uint8_t access; /* a parameter's: 1 readonly */
    uint32_t width;
    size_t count;
    uint64_t dims[KT_RANK_MOST];
    kt_cell16 *cells;
    uint8_t *set;                /* which have a value */
    const kt_tangent **tangents; /* NULL unless derivatives are wanted */
} kt_array;

struct kt_place; /* play.h */

typedef struct kt_value {
    uint8_t kind;
    bool is_bit;    /* BOOL: declared `bit`, or one bit of a register. ALIAS: of a single bit */
    bool unset;     /* was never given a value */
    bool unknown;   /* BOOL: measured, outcome not known */
    bool is_const;  /* of a variable */
    bool is_shared; /* ARRAY: the cells belong to a variable of the caller */
    uint32_t width; /* INT, UINT, FLOAT, ANGLE: declared bits, 0: none. QUBITS, ALIAS: how many */
    const kt_tangent *tangent;
    union {
        kt_int integer;
        double number;
        kt_complex complex;
        kt_bits *bits;
        kt_array *array;
        const uint32_t *qubits;
        const struct kt_place *places;
    };
} kt_value;

static inline kt_value kt_value_bool(bool b)
{
    return (kt_value){ .kind = KT_VALUE_BOOL, .integer = b };
}
static inline kt_value kt_value_int(kt_int i)
{
    return (kt_value){ .kind = KT_VALUE_INT, .integer = i };
}
static inline kt_value kt_value_float(double number)
{
    return (kt_value){ .kind = KT_VALUE_FLOAT, .number = number };
}
static inline bool kt_value_is_integer(const kt_value *v)
{
    return v->kind == KT_VALUE_BOOL || v->kind == KT_VALUE_INT || v->kind == KT_VALUE_UINT;
}
static inline bool kt_value_is_real(const kt_value *v)
{
    return kt_value_is_integer(v) || v->kind == KT_VALUE_FLOAT || v->kind == KT_VALUE_ANGLE;
}

/* "a bit register of 3", "an int", "an array of float": for messages; text must hold 64. */
const char *kt_value_kind_text(const kt_value *v, char *text, size_t bytes);
/* Decimal text of an integer; text must hold 48. */
const char *kt_int_text(kt_int i, char *text, size_t bytes);

/* ---- reading (value.c) ---- */
/* KT_E_INVALID when it has no value yet, KT_E_DYNAMIC when it depends on an unknown outcome. */
int kt_value_check(const kt_value *v, kt_error *err);
/* Whether some bit of it is measured and not known yet. */
bool kt_value_is_unknown(const kt_value *v);
/* The number as a double; v: real. */
double kt_value_number(const kt_value *v);
/* Any scalar or bit register as true or false. */
int kt_value_truth(const kt_value *v, bool *out, kt_error *err);
/* A whole number that fits 64 bits; what: names it in the message. */
int kt_value_whole(const kt_value *v, const char *what, int64_t *out, kt_error *err);
/* JSON text of the value, for `output` variables: numbers, true/false, "0110", arrays, [re, im]. */
int kt_value_json(const kt_value *v, kt_buf *out, kt_error *err);

/* ---- bits (bits.c) ---- */
kt_bits *kt_bits_take(kt_memory *m, uint32_t count); /* temporary, all unset; NULL: no memory */
kt_bits *kt_bits_own(kt_memory *m, uint32_t count);
static inline bool kt_bits_plane(const kt_bits *b, uint32_t plane, uint32_t i)
{
    return b->planes[plane * b->words + i / 64] >> (i % 64) & 1;
}
static inline void kt_bits_mark(kt_bits *b, uint32_t plane, uint32_t i, bool on)
{
    uint64_t *word = &b->planes[plane * b->words + i / 64];
    *word = (*word & ~((uint64_t)1 << (i % 64))) | (uint64_t)on << (i % 64);
}
kt_value kt_bits_get(const kt_bits *b, uint32_t i);            /* one bit as a BOOL value */
void kt_bits_set(kt_bits *b, uint32_t i, const kt_value *bit); /* bit: BOOL */
void kt_bits_copy(kt_bits *to, const kt_bits *from);           /* same count */
int kt_bits_parse(kt_memory *m, kt_view text, kt_value *out, kt_error *err);
/* As a number; low_first: index 0 is the lowest bit. */
int kt_bits_to_int(const kt_value *v, bool low_first, bool is_signed, kt_int *out, kt_error *err);
int kt_bits_of_int(kt_memory *m, kt_int i, uint32_t count, bool low_first, kt_value *out, kt_error *err);

/* ---- types and casts (cast.c) ---- */
/* A scalar type with its size worked out. */
typedef struct kt_shape_type {
    uint8_t kind;
    bool is_bit;
    bool low_first; /* how registers are read as numbers */
    uint32_t width; /* BITS: how many */
} kt_shape_type;
int kt_value_cast(kt_memory *m, const kt_shape_type *type, const kt_value *v, kt_value *out, kt_error *err);
/* "int[8]", "bit[3]"; text must hold 32. */
const char *kt_shape_type_text(const kt_shape_type *type, char *text, size_t bytes);

/* ---- operators (arith.c, real.c) ---- */
typedef struct kt_arith {
    kt_memory *memory;
    bool low_first;     /* registers compared with integers: index 0 is the lowest bit */
    bool real_division; /* OpenQASM 2: 1/2 is 0.5, ^ is a power */
} kt_arith;
int kt_value_binary(const kt_arith *how, kt_operator op, const kt_value *a, const kt_value *b, kt_value *out,
                    kt_error *err);
int kt_value_unary(const kt_arith *how, kt_operator op, const kt_value *a, kt_value *out, kt_error *err);
int kt_real_binary(kt_memory *m, kt_operator op, const kt_value *a, const kt_value *b, kt_value *out, kt_error *err);
int kt_complex_binary(kt_operator op, const kt_value *a, const kt_value *b, kt_value *out, kt_error *err);
int kt_bits_binary(const kt_arith *how, kt_operator op, const kt_value *a, const kt_value *b, kt_value *out,
                   kt_error *err);
kt_complex kt_value_complex(const kt_value *v); /* v: real or complex */

/* fa * a + fb * b; a and b may be NULL; *out NULL when nothing is left. */
int kt_tangent_mix(kt_memory *m, const kt_tangent *a, double fa, const kt_tangent *b, double fb, const kt_tangent **out,
                   kt_error *err);
int kt_tangent_of_input(kt_memory *m, uint32_t parameter, const kt_tangent **out, kt_error *err);

/* ---- arrays (array.c) ---- */
/* One dimension of an index: `count` places start, start + step, ...; keep: a range or set keeps the dimension. */
typedef struct kt_span {
    bool keep;
    uint64_t count;
    int64_t start, step;
    const int64_t *places; /* a set: the places themselves */
} kt_span;
static inline uint64_t kt_span_at(const kt_span *s, uint64_t i)
{
    return (uint64_t)(s->places != NULL ? s->places[i] : s->start + s->step * (int64_t)i);
}
/* An owned array without values, or a temporary one. dims: rank numbers. */
kt_array *kt_array_make(kt_memory *m, const kt_shape_type *element, uint32_t rank, const uint64_t *dims, bool owned,
                        bool with_tangents);
size_t kt_array_count(uint32_t rank, const uint64_t *dims, uint64_t most); /* SIZE_MAX above most */
kt_value kt_array_get(const kt_array *a, size_t cell);
int kt_array_put(kt_memory *m, kt_array *a, size_t cell, const kt_value *v, bool low_first, kt_error *err);
/* What the index selects: an element, a shared sub-array or a copied slice. */
int kt_array_select(kt_memory *m, const kt_array *a, const kt_span *spans, uint32_t span_count, kt_value *out,
                    kt_error *err);
/* Stores v (an element, or an array of the selected shape) there. */
int kt_array_store(kt_memory *m, kt_array *a, const kt_span *spans, uint32_t span_count, const kt_value *v,
                   bool low_first, kt_error *err);

#endif
