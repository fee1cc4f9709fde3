/* SPDX-License-Identifier: Apache-2.0 */
/* value_test.c - what expressions are worth. Each row is the angle of a rotation: "rx(EXPR) q[0];" shows its number.
 * Numbers marked R in the comments were compared with Braket's local simulator. */
#include "qasm/listing_test.h"

#include "qasm/value.h"
#include <math.h>
#include <stdlib.h>

typedef struct worth_row {
    const char *expression;
    double worth;
} worth_row;

static const worth_row numbers[] = {
    /* integers: division rounds down, % has the sign of the divisor (R) */
    { "1/2", 0 },
    { "7/2", 3 },
    { "-7/2", -4 },
    { "7 % 3", 1 },
    { "-7 % 3", 2 },
    { "7 % -3", -2 },
    { "2**3", 8 },
    { "2**-1", 0.5 },
    { "2**3**2", 512 },
    { "-2**2", -4 },
    { "3 - 5", -2 },
    { "7 - 3 - 2", 2 },
    { "8/4/2", 1 },
    { "2**100/2**99", 2 },
    { "0x1F", 31 },
    { "0b101", 5 },
    { "0o17", 15 },
    { "1_000", 1000 },
    { "170141183460469231731687303715884105727 % 10", 7 },
    { "0x7fffffffffffffffffffffffffffffff % 16", 15 },
    /* floats (R) */
    { "1.5*2", 3 },
    { "2.0**0.5", M_SQRT2 },
    { "1e3/7", 1000.0 / 7 },
    { "0.0**0", 1 },
    { ".5", 0.5 },
    { "5.", 5 },
    { "5.5 % 2", 1.5 },
    { "-5.5 % 2", 0.5 },
    { "(-2.0)**3", -8 },
    { "1 + 2.5", 3.5 },
    /* constants and functions (R) */
    { "pi", M_PI },
    { "π/5", M_PI / 5 },
    { "tau/7", 2 * M_PI / 7 },
    { "τ", 2 * M_PI },
    { "euler", M_E },
    { "ℇ", M_E },
    { "sin(0.3)", 0.29552020666133955 },
    { "cos(1)", 0.5403023058681398 },
    { "tan(0.2)", 0.2027100355086725 },
    { "sqrt(2)", M_SQRT2 },
    { "exp(0.1)", 1.1051709180756477 },
    { "log(2)", M_LN2 },
    { "arccos(0.2)", 1.369438406004566 },
    { "arcsin(0.3)", 0.3046926540153975 },
    { "arctan(4)", 1.3258176636680326 },
    { "floor(2.7)", 2 },
    { "ceiling(2.1)", 3 },
    { "floor(-2.5)/2", -2 },
    { "mod(7,3)", 1 },
    { "mod(-7.5,2)", 0.5 },
    { "mod(7,-3.5)", 0 },
    { "popcount(\"1011\")", 3 },
    { "popcount(13)", 3 },
    { "popcount(int[8](-1))", 8 },
    { "pow(2,3)", 8 },
    { "pow(2.0,0.5)", M_SQRT2 },
    { "abs(-3)", 3 },
    { "abs(2.5)", 2.5 },
    { "abs(3+4im)", 5 },
    { "sizeof(\"0110\")", 4 },
    { "sizeof(q)", 3 },
    { "uint(rotl(\"0011\", 1))", 6 },
    { "uint(rotr(\"0011\", 1))", 9 },
    { "rotl(uint[8](129), 1)", 3 },
    { "rotr(uint[8](129), 9)", 192 },
    { "uint(rotl(\"0011\", -1))", 9 },
    /* bools and comparisons (R) */
    { "true", 1 },
    { "!true", 0 },
    { "true + 1", 2 },
    { "3 > 2", 1 },
    { "3 >= 4", 0 },
    { "3 <= 3", 1 },
    { "1 == 1.0", 1 },
    { "1 != 2", 1 },
    { "2.5 < 2.5", 0 },
    { "2.5 <= 2.5", 1 },
    { "2.5 > 1", 1 },
    { "2.5 >= 3", 0 },
    { "2.5 != 2.5", 0 },
    { "true && false", 0 },
    { "true || false", 1 },
    { "1 < 2 == true", 1 },
    { "true & false", 0 },
    { "true ^ true", 0 },
    { "true | false", 1 },
    { "1 && 2", 1 },
    { "~true", 0 },
    { "-true", -1 },
    /* bits of integers */
    { "~5", -6 },
    { "6 & 3", 2 },
    { "6 | 1", 7 },
    { "6 ^ 3", 5 },
    { "1 << 3", 8 },
    { "16 >> 2", 4 },
    { "-1 >> 3", -1 },
    { "~uint[4](5)", 10 },
    { "uint[4](12) << 1", 8 },
    { "uint[4](12) << 9", 0 },
    { "uint[4](12) >> 2", 3 },
    { "uint[4](12) & uint[4](6)", 4 },
    { "1 >> 200", 0 },
    { "0 << 500", 0 },
    /* registers: index 0 is the first character and the highest bit (R) */
    { "\"0110\" == \"0110\"", 1 },
    { "\"0110\" < \"1000\"", 1 },
    { "\"0110\" >= \"1000\"", 0 },
    { "\"01\" != \"10\"", 1 },
    { "(\"0110\" & \"0011\") == \"0010\"", 1 },
    { "(\"0110\" | \"0011\") == \"0111\"", 1 },
    { "(\"0110\" ^ \"0011\") == \"0101\"", 1 },
    { "(\"0110\" << 1) == \"1100\"", 1 },
    { "(\"0110\" >> 1) == \"0011\"", 1 },
    { "(~\"0110\") == \"1001\"", 1 },
    { "!\"0000\"", 1 },
    { "!\"0010\"", 0 },
    { "uint(\"1110\")", 14 },
    { "int(\"1110\")", -2 },
    { "int(\"0110\")", 6 },
    { "\"0110\" == 6", 1 },
    { "\"0110\" + 1", 7 },
    { "1 + \"11\"", 4 },
    { "uint(\"0110\" << 9)", 0 },
    { "\"01\" < \"011\"", 1 },
    /* casts (R) */
    { "int[8](300)", 44 },
    { "uint[8](300)", 44 },
    { "int[8](-1)", -1 },
    { "uint[8](-1)", 255 },
    { "int[8](200)", -56 },
    { "int(2.7)", 2 },
    { "int(-2.7)", -2 },
    { "int[4](-2.7)", -2 },
    { "uint[4](-2.7)", 14 },
    { "float(3)", 3 },
    { "float[32](0.1)", 0.10000000149011612 },
    { "float[16](0.1)", 0.0999755859375 },
    { "float[64](0.1)", 0.1 },
    { "float[16](0.0)", 0 },
    { "float[16](6e-8)", 5.960464477539063e-08 },
    { "bool(2)", 1 },
    { "bool(0.0)", 0 },
    { "bool(\"01\")", 1 },
    { "bit(2)", 1 },
    { "angle(7.0)", 0.7168146928204138 },
    { "angle(-1.0)", 5.283185307179586 },
    { "angle[4](1.0)", 3 * M_PI / 8 },
    { "angle[2](6.2)", 0 },
    { "angle[4](\"0100\")", M_PI / 2 },
    { "uint[4](bit[4](angle[4](pi)))", 8 },
    { "uint(bit[4](5))", 5 },
    { "uint(bit[3](-1))", 7 },
    { "uint[4](angle[4](pi/2))", 4 },
    { "int[127](-1)", -1 },
    { "uint(bit[1](true))", 1 },
    { "bit(\"1\")", 1 },
    /* complex */
    { "real((1+2im)*(3-1im))", 5 },
    { "imag((1+2im)*(3-1im))", 5 },
    { "real((4+2im)/(1+1im))", 3 },
    { "imag((4+2im)-1im)", 1 },
    { "real(2im**2)", -4 },
    { "real((1+1im)**-2)", 0 },
    { "imag((1+1im)**-2)", -0.5 },
    { "(1+0im) == 1", 1 },
    { "(1+1im) != 1", 1 },
    { "real(-(2+1im))", -2 },
    { "bool(0im)", 0 },
    { "real(sqrt(-4+0im))", 0 },
    { "imag(sqrt(-4+0im))", 2 },
    { "real(exp(0im))", 1 },
    { "real(2im**(0.5+0im))", 1 },
    { "imag(3)", 0 },
    { "imag(complex[float](2))", 0 },
    /* durations */
    { "100ns / 50ns", 2 },
    { "2ms + 1ms > 2500us", 1 },
    { "(3 * 2s) / 1s", 6 },
    { "bool(0ns)", 0 },
    { "(4s - 1s)/1s", 3 },
    { "(10dt / 2) / 1ns", 5 },
    { "-2s < 1s", 1 },
    { "durationof({ x q[0]; }) == 0ns", 1 },
};

TEST(value, expressions_are_worth_what_braket_says)
{
    for (size_t i = 0; i < KT_COUNT(numbers); i++) {
        char body[300], wanted[64];
        snprintf(body, sizeof(body), "rx(%s) q[0];", numbers[i].expression);
        snprintf(wanted, sizeof(wanted), "rx(%.6g) 0", numbers[i].worth);
        const played p = play_text(body, NULL, NULL, NULL);
        if (p.rc != 0 || (strcmp(p.text, wanted) != 0 && fabs(strtod(p.text + 3, NULL) - numbers[i].worth) > 1e-12))
            fail_msg("%s: found '%s' (%s), wanted '%s'", numbers[i].expression, p.text, p.err.message, wanted);
    }
}

static const struct {
    const char *expression, *message;
} refused[] = {
    { "1/0", "division by zero" },
    { "1.0/0", "division by zero" },
    { "5 % 0", "% by zero" },
    { "5.0 % 0", "% by zero" },
    { "0.0 ** -1", "division by zero" },
    { "(1+1im)/0", "division by zero" },
    { "(-2.0) ** 0.5", "-2 to the power 0.5 is not a real number" },
    { "sqrt(-1)", "sqrt(-1) is not a real number" },
    { "log(0)", "log(0) is not a real number" },
    { "1 & 2.0", "operator & does not take an int and a float" },
    { "~2.5", "operator ~ does not take a float" },
    { "-\"01\"", "operator - does not take a bit register of 2" },
    { "\"01\" + \"10\"", "operator + does not take" },
    { "\"01\" + 1.5", "operator + does not take" },
    { "(\"01\" & \"100\") == \"1\"", "registers of different length: 2 and 3 bits" },
    { "uint(\"01\" << -1)", "a shift must not be negative, found -1" },
    { "1 << -1", "a shift must not be negative" },
    { "1 << 127", "does not fit an integer of 127 bits" },
    { "2**127", "the result of ** does not fit an integer of 127 bits" },
    { "3**200", "the result of ** does not fit" },
    { "2**126 * 2", "the result of * does not fit" },
    { "2**126 + 2**126", "the result of + does not fit" },
    { "-2**126 - 2**126 - 1", "the result of - does not fit" },
    { "999999999999999999999999999999999999999999", "the number does not fit 127 bits" },
    { "1s + 1", "operator + does not take a duration and an int" },
    { "1s * 2s / 1s", "operator * does not take" },
    { "1 / 2s", "operator / does not take" },
    { "1s + \"0\"", "operator + does not take" },
    { "(1+1im) < 2", "operator < does not take complex numbers" },
    { "1s", "a gate's parameter is a real number, not a duration" },
    { "1im", "a gate's parameter is a real number, not a complex" },
    { "float(1im)", "a complex cannot become float" },
    { "int(1im)", "a complex cannot become int" },
    { "angle(1s)", "a duration cannot become angle" },
    { "bit[2](1.5)", "a float cannot become bit[2]" },
    { "uint(bit[2](\"011\"))", "3 bits do not fit a bit register of 2" },
    { "int(1e40)", "1e+40 does not fit an integer" },
    { "uint(-3)", "a uint cannot hold the negative number -3" },
    { "popcount(1.5)", "popcount does not take a float" },
    { "popcount(-1)", "popcount does not take an int" },
    { "rotl(5, 1)", "rotl does not take an int" },
    { "rotl(\"01\", 1.5)", "a rotation must be a whole number, not 1.5" },
    { "sin(\"01\")", "sin does not take a bit register of 2" },
    { "abs(1s)", "abs does not take a duration" },
    { "real(1s)", "real does not take a duration" },
    { "imag(\"1\")", "imag does not take" },
    { "sizeof(3)", "sizeof does not take an int" },
    { "sizeof(\"01\", 1)", "dimension 1 of an array with 1 dimension" },
    { "float[8](0.1)", "a float has 16, 32 or 64 bits, not 8" },
    { "int[200](1)", "at most 127" },
    { "int[0](1)", "must be at least 1" },
    { "angle[60](1)", "at most 52" },
    { "complex[float](\"1\")", "cannot become complex" },
    { "1s == 1im", "operator == does not take" },
    { "bool(q)", "qubits cannot be cast" },
    { "q + 1", "an operator does not take qubits" },
    { "-q", "an operator does not take qubits" },
};

TEST(value, what_makes_no_sense_is_refused_in_words)
{
    for (size_t i = 0; i < KT_COUNT(refused); i++) {
        char body[300];
        snprintf(body, sizeof(body), "rx(%s) q[0];", refused[i].expression);
        const played p = play_text(body, NULL, NULL, NULL);
        if (p.rc >= 0 || strstr(p.err.message, refused[i].message) == NULL || p.line != 3)
            fail_msg("%s: found '%s' '%s' line %u, wanted '%s'", refused[i].expression, p.text, p.err.message, p.line,
                     refused[i].message);
    }
}

/* Statements, then the number in x. */
static const struct {
    const char *statements;
    double worth;
} variables[] = {
    /* start values (R) */
    { "int x;", 0 },
    { "float x;", 0 },
    { "bool x;", 0 },
    { "uint[4] x;", 0 },
    /* fitting to the declared type (R) */
    { "int[8] x = 127; x += 1;", -128 },
    { "uint[8] x = 0; x -= 1;", 255 },
    { "int x = 7; x *= 3; x /= 2; x %= 7; x **= 2;", 9 },
    { "float x = 7; x *= 3; x /= 2; x -= 1; x **= 2;", 90.25 },
    { "int[8] x = 3.7;", 3 },
    { "int[8] x = -3.7;", -3 },
    { "int[8] x = true;", 1 },
    { "bool x = 0.5;", 1 },
    { "bit x = 5;", 1 },
    { "angle a = pi; angle x = a*3;", M_PI },
    { "int[8] a = -7; int[8] b = 2; int x = a/b*10 + a%b;", -39 },
    { "const int[4] x = 9;", -7 },
    { "int x = 1; x <<= 4; x |= 1; x ^= 3; x &= 30; x >>= 1;", 9 },
    /* registers (R) */
    { "bit[4] b = \"0110\"; b[0] = true; b[-1] = 1; uint[4] x = b;", 15 },
    { "bit[4] b = \"0000\"; b[1:2] = \"11\"; uint[4] x = b;", 6 },
    { "bit[4] b = \"0011\"; bit[2] c = b[1:2]; uint[2] x = c;", 1 },
    { "bit[4] b = \"0011\"; bit[2] c = b[0:2:3]; uint[2] x = c;", 1 },
    { "bit[4] b = \"0011\"; uint[4] x = b[3:-1:0];", 12 },
    { "bit[4] b = \"0011\"; uint[4] x = b[-2:-1];", 3 },
    { "bit[4] b = \"0111\"; uint[4] x = b[2:];", 3 },
    { "bit[4] b = \"0111\"; uint[4] x = b[:1];", 1 },
    { "bit[4] b = \"0011\"; uint[2] x = b[{0,3}];", 1 },
    { "bit[4] b = \"0110\"; b &= \"0011\"; b |= \"1000\"; b ^= \"1111\"; b <<= 1; uint[4] x = b;", 10 },
    { "bit[4] b; b[{0,1,2,3}] = 9; uint[4] x = b;", 9 },
    { "bit b = 1; bit c = b[0]; int x = c;", 1 },
    { "bit b; b[0] = 1; int x = b;", 1 },
    { "bit[200] b = 1; int x = popcount(b) + b[199];", 2 },
    /* bits of numbers (R) */
    { "int[4] i = 5; int x = i[1]*2 + i[3];", 3 },
    { "int[4] i = -3; int x = i[0]*8 + i[1]*4 + i[2]*2 + i[3];", 13 },
    { "uint[4] x = 9; x[1] = true;", 13 },
    { "int[4] x = 3; x[0:1] = \"11\";", -1 },
    { "uint[4] i = 9; uint x = i[0:1];", 2 },
    { "angle[4] a = pi; int x = a[0];", 1 },
    { "angle[4] x = 0; x[1] = 1;", M_PI / 2 },
    /* arrays (R) */
    { "array[int[8], 3] a = {1, 2, 3}; a[1] = 9; int x = a[1] + a[-1];", 12 },
    { "array[float, 2, 3] a = {{1,2,3},{4,5,6}}; a[1][0] = 0.5; float x = a[1, 2] + a[0][1] + a[1, 0];", 8.5 },
    { "array[int[8], 4] a = {1,2,3,4}; array[int[8], 2] b = {7,8}; a[1:2] = b; int x = a[1]*10 + a[2];", 78 },
    { "array[int[8], 4] a = {1,2,3,4}; array[int[8], 2] b = a[{0,3}]; int x = b[1];", 4 },
    { "array[int[8], 2, 2] a = {{1,2},{3,4}}; array[int[8], 2] r = a[1]; int x = r[0];", 3 },
    { "array[int[8], 2, 2] a; array[int[8], 2] r = {5, 6}; a[1] = r; int x = a[1, 1];", 6 },
    { "array[int[8], 2, 2] a; a[0, 0] = 1; a[1, 1] = 2; int x = a[0, 0] + a[1, 1];", 3 },
    { "array[int[8], 2, 3] a; int x = sizeof(a)*10 + sizeof(a, 1);", 23 },
    { "array[int[8], 3] a = {1,2,3}; array[int[8], 3] b = a; b[0] = 9; int x = a[0];", 1 },
    { "array[uint[4], 2] a = {1, 2}; a[1][0] = 1; int x = a[1];", 10 },
    { "array[bool, 4] a = \"0110\"; int x = a[1] + a[0];", 1 },
    { "array[bit[2], 2] a = {\"01\", \"10\"}; int x = a[0][1];", 1 },
    { "array[complex[float], 2] a = {1im, 2}; float x = imag(a[0]);", 1 },
    { "array[duration, 1] a = {3s}; float x = a[0] / 1s;", 3 },
    { "array[int[8], 2, 2] a = {{1,2},{3,4}}; int x = a[0:1, 1][1];", 4 },
    /* scopes */
    { "int x = 1; if (true) { int x = 3; }", 1 },
    { "int x = 1; for int i in [0:3] { x += i; }", 7 },
    { "int x = 1; { int x = 5; x += 1; }", 1 },
    { "if (true) { int x = 3; }", 3 },
    { "bool c = false; if (c) { int x = 3; } else { int x = 5; }", 5 },
    { "if (true) { int y = 3; } gate g(y) a { rx(y) a; } int x = y;", 3 },
    { "if (true) { int y = 3; } def f() { int y = 8; y += 1; } f(); int x = y;", 3 },
    { "int y = 3; while (y > 1) { y -= 1; int x = y; }", 1 },
    { "const int n = 2; const int m = n*2 + 1; bit[m] b = 31; int x = popcount(b);", 5 },
    /* loops (R) */
    { "int x; for int i in [4:-2:0] { x = x*10 + i; }", 420 },
    { "int x = 7; for int i in [2:0] { x = i; }", 7 },
    { "int x; for int i in {1, 5, 9} { x = x*10 + i; }", 159 },
    { "float x; array[float, 2] a = {0.5, 1}; for float f in a { x += f; }", 1.5 },
    { "int x; bit[3] b = \"011\"; for bit c in b { x = x*2 + c; }", 3 },
    { "int x; for int i in [0:9] { if (i == 3) break; if (i == 1) continue; x = x*10 + i + 1; }", 13 },
    { "int x; int i; while (i < 5) { i += 1; if (i == 2) continue; if (i == 4) break; x = x*10 + i; }", 13 },
    { "int x; for int i in [0:1] { for int j in [0:5] { if (j == 2) break; x += 1; } }", 4 },
    { "int x; for uint[2] i in [3:5] { x = x*10 + i; }", 301 },
    { "int x; array[int[8], 2, 2] a = {{1,2},{3,4}}; for int i in [0:1] { x += a[i, i]; }", 5 },
    /* switch */
    { "int x; int i = 2; switch (i) { case 1 { x = 1; } case 2, 3 { x = 2; } default { x = 3; } }", 2 },
    { "int x; switch (7) { case 1 { x = 1; } default { x = 3; } }", 3 },
    { "int x = 4; switch (7) { case 1 { x = 1; } }", 4 },
    /* subroutines */
    { "def f(int[8] a, int[8] b) -> int[8] { return a*b; } int x = f(3, 4);", 12 },
    { "def f(int[8] a) -> int[8] { if (a > 2) { return 1; } return 2; } int x = f(3)*10 + f(1);", 12 },
    { "def f(int[32] n) -> int[32] { int[32] r = 1; if (n > 1) { r = n * f(n - 1); } return r; } int x = f(5);", 120 },
    { "def f(mutable array[int[8], 3] a) { a[1] = 9; } array[int[8], 3] b = {1,2,3}; f(b); int x = b[1];", 9 },
    { "def f(mutable array[int[8], #dim=1] a) { a[1] = 9; } array[int[8], 3] b = {1,2,3}; f(b[1:2]); int x = b[2];",
      9 },
    { "def f(mutable array[int[8], 2] a) { a[1] = 9; } array[int[8], 2, 2] b = {{1,2},{3,4}}; f(b[1]); int x = b[1, "
      "1];",
      9 },
    { "def f(readonly array[int[8], #dim=1] a) -> int[8] { return a[0] + sizeof(a); } array[int[8], 3] b = {5,2,3}; "
      "int x = f(b);",
      8 },
    { "int n = 3; def f() -> int[8] { return n*2; } n = 4; int x = f();", 8 },
    { "int n = 3; def f() { n += 1; } f(); f(); int x = n;", 5 },
    { "def f(bit[2] b) -> bit[2] { bit[2] c = b; c[0] = 1; return c; } uint[2] x = f(\"01\");", 3 },
    { "def even(int[8] n) -> bool { if (n == 0) return true; return odd(n - 1); } def odd(int[8] n) -> bool { if (n == "
      "0) return false; return even(n - 1); } int x = even(4)*2 + odd(4);",
      2 },
    { "def f() -> complex[float] { return 2im; } float x = imag(f());", 2 },
    { "def f(uint[2] n) -> uint[2] { return n + 1; } int x = f(3) + f(7);", 0 },
    { "def f(duration d) -> duration { return d*2; } float x = f(2s) / 1s;", 4 },
    { "stretch s; float x = s / 1s;", 0 },
};

TEST(value, variables_hold_what_fits_their_type)
{
    for (size_t i = 0; i < KT_COUNT(variables); i++) {
        char body[700];
        snprintf(body, sizeof(body), "%s rx(x) q[0];", variables[i].statements);
        const played p = play_text(body, NULL, NULL, NULL);
        if (p.rc != 0 || strncmp(p.text, "rx(", 3) != 0 || fabs(strtod(p.text + 3, NULL) - variables[i].worth) > 1e-5)
            fail_msg("%s\n  found '%s' (%s), wanted %g", variables[i].statements, p.text, p.err.message,
                     variables[i].worth);
    }
}

TEST(value, openqasm_2_divides_as_reals_and_reads_registers_low_bit_first)
{
    const char *source = "OPENQASM 2.0;\nqreg q[1]; creg c[3];\n"
                         "rx(1/2) q[0]; rx(2^3) q[0]; if (c==0) x q[0]; measure q[0] -> c[0]; if (c==1) y q[0];";
    const played p = play_text(source, NULL, "1", NULL);
    assert_string_equal(p.err.message, "");
    assert_string_equal(p.text, "rx(0.5) 0; rx(8) 0; x 0; M0 b0.0; y 0");
}

TEST(value, integers_are_written_whole)
{
    char text[48];
    assert_string_equal(kt_int_text(0, text, sizeof(text)), "0");
    assert_string_equal(kt_int_text((kt_int)-1, text, sizeof(text)), "-1");
    assert_string_equal(kt_int_text((kt_int)((unsigned __int128)1 << 127), text, sizeof(text)),
                        "-170141183460469231731687303715884105728");
}

TEST(value, outputs_are_json)
{
    const played p =
        play_text("output int[8] i; output float f; output bit[3] b; output bit c; output bool t;"
                  "output array[int[8], 2, 2] a; output complex[float] z; output angle u; output duration d;"
                  "i = -3; f = 0.5; b = \"011\"; c = 1; t = true; a[0, 0] = 1; a[0, 1] = 2; a[1, 0] = 3; a[1, 1] = 4; "
                  "z = 1 - 2im; d = 2us;",
                  NULL, NULL, NULL);
    assert_string_equal(p.err.message, "");
    assert_string_equal(p.text, "i=-3; f=0.5; b=\"011\"; c=1; t=true; a=[[1, 2], [3, 4]]; z=[1, -2]; u=null; d=2e-06");
}
