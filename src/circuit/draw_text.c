/* SPDX-License-Identifier: Apache-2.0 */
/* draw_text.c - a circuit as text: one line a qubit, with a line between two of them for what ties them together.
 *     q0 ─┤H├──●──┤M→0├─
 *              │
 *     q1 ──────⊕──┤M→1├─
 * A picture wider than the terminal is cut between columns and goes on below. */
#include "base/buf.h"
#include "circuit/draw.h"
#include "circuit/draw_layout.h"
#include "circuit/result.h"

#include <stdio.h>
#include <string.h>

/* The characters of a style. */
typedef struct style {
    uint32_t wire, tie, cross_wire, dot, ring, plus, swap, barrier, box_left, box_right, open, close;
    const char *measure, *reset;
} style;

static const style unicode_style = {
    .wire = 0x2500,
    .tie = 0x2502,
    .cross_wire = 0x253c,
    .dot = 0x25cf,
    .ring = 0x25cb,
    .plus = 0x2295,
    .swap = 0xd7,
    .barrier = 0x2591,
    .box_left = 0x2524,
    .box_right = 0x251c,
    .open = 0x255f,
    .close = 0x2562,
    .measure = "M→",
    .reset = "|0⟩",
};
static const style ascii_style = {
    .wire = '-',
    .tie = '|',
    .cross_wire = '+',
    .dot = '*',
    .ring = 'o',
    .plus = '(',
    .swap = 'x',
    .barrier = '#',
    .box_left = '[',
    .box_right = ']',
    .open = '{',
    .close = '}',
    .measure = "M>",
    .reset = "|0>",
};

typedef struct canvas {
    const kt_circuit *circuit;
    const kt_layout *layout;
    const style *style;
    bool ascii;
    uint32_t *widths;              /* of every column */
    size_t *centers;               /* of the columns of the page at work */
    uint32_t name_width;           /* of the longest qubit name */
    uint32_t *cells;               /* lines x line_width code points of the page at work */
    size_t line_count, line_width; /* of that page */
    size_t top;                    /* lines above the first wire */
} canvas;

/* Characters that a mark covers on its wire. */
static uint32_t mark_width(const canvas *c, const kt_mark *mark)
{
    switch (mark->kind) {
    case KT_MARK_BOX:
    case KT_MARK_NOISE: return mark->label_width + 2;
    case KT_MARK_MEASURE: return mark->label_width + 4;
    case KT_MARK_RESET: return 5;
    case KT_MARK_PLUS: return c->ascii ? 3 : 1;
    default: return 1;
    }
}

static uint32_t *cell(const canvas *c, size_t line, size_t x)
{
    return &c->cells[line * c->line_width + x];
}

static size_t wire_line(const canvas *c, uint32_t row)
{
    return c->top + 2 * (size_t)row;
}

/* Writes UTF-8 text from x on; returns where it ends. */
static size_t write_text(const canvas *c, size_t line, size_t x, const char *text)
{
    kt_view view = kt_view_of(text);
    for (size_t offset = 0; offset < view.length && x < c->line_width;) {
        int32_t code = kt_utf8_next(view, &offset);
        *cell(c, line, x++) = code < 0 ? '?' : (uint32_t)code;
    }
    return x;
}

static void write_box(const canvas *c, size_t line, size_t x, uint32_t left, uint32_t right, const char *first,
                      const char *second)
{
    *cell(c, line, x) = left;
    x = write_text(c, line, x + 1, first);
    x = write_text(c, line, x, second);
    *cell(c, line, x) = right;
}

/* A verbatim box's edge crosses all wires; its beginning is named above the first. */
static void write_edge(const canvas *c, const kt_mark *mark, size_t x)
{
    for (uint32_t row = 0; row < c->layout->row_count; row++) {
        *cell(c, wire_line(c, row), x) = mark->kind == KT_MARK_OPEN ? c->style->open : c->style->close;
        if (row > 0)
            *cell(c, wire_line(c, row) - 1, x) = c->ascii ? ':' : 0x2551;
    }
    if (mark->kind == KT_MARK_OPEN)
        write_text(c, 0, x, "verbatim");
}

/* center: where the column's middle is. */
static void write_mark(const canvas *c, const kt_mark *mark, size_t center)
{
    const style *s = c->style;
    size_t line = wire_line(c, mark->row), x = center - (mark_width(c, mark) - 1) / 2;
    switch (mark->kind) {
    case KT_MARK_BOX: write_box(c, line, x, s->box_left, s->box_right, mark->label, ""); break;
    case KT_MARK_NOISE: write_box(c, line, x, '{', '}', mark->label, ""); break;
    case KT_MARK_MEASURE: write_box(c, line, x, s->box_left, s->box_right, s->measure, mark->label); break;
    case KT_MARK_RESET: write_box(c, line, x, s->box_left, s->box_right, s->reset, ""); break;
    case KT_MARK_PLUS:
        if (c->ascii)
            write_text(c, line, x, "(+)");
        else
            *cell(c, line, x) = s->plus;
        break;
    case KT_MARK_OPEN:
    case KT_MARK_CLOSE: write_edge(c, mark, center); break;
    case KT_MARK_BARRIER:
        *cell(c, line, x) = s->barrier;
        if (mark->row + 1 < c->layout->row_count)
            *cell(c, line + 1, x) = s->barrier;
        break;
    default: *cell(c, line, x) = mark->kind == KT_MARK_DOT ? s->dot : mark->kind == KT_MARK_RING ? s->ring : s->swap;
    }
}

static void write_tie(const canvas *c, const kt_tie *tie, size_t center)
{
    for (size_t line = wire_line(c, tie->first_row) + 1; line < wire_line(c, tie->last_row); line++)
        *cell(c, line, center) = (line - c->top) % 2 == 0 ? c->style->cross_wire : c->style->tie;
}

static void clear_page(canvas *c, bool continued)
{
    for (size_t k = 0; k < c->line_count * c->line_width; k++)
        c->cells[k] = ' ';
    for (uint32_t row = 0; row < c->layout->row_count; row++) {
        char name[32];
        snprintf(name, sizeof name, "q%u", kt_circuit_label(c->circuit, row));
        size_t line = wire_line(c, row);
        write_text(c, line, 0, name);
        for (size_t x = c->name_width + 1; x < c->line_width; x++)
            *cell(c, line, x) = c->style->wire;
        if (continued)
            write_text(c, line, c->name_width + 1, c->ascii ? ">" : "»");
    }
}

static void put_code(kt_buf *out, uint32_t code)
{
    if (code < 0x80) {
        kt_buf_addc(out, (char)code);
    } else if (code < 0x800) {
        const char bytes[2] = { (char)(0xc0 | code >> 6), (char)(0x80 | (code & 0x3f)) };
        kt_buf_add(out, bytes, 2);
    } else {
        const char bytes[3] = { (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)),
                                (char)(0x80 | (code & 0x3f)) };
        kt_buf_add(out, bytes, 3);
    }
}

static void put_page(const canvas *c, kt_buf *out)
{
    for (size_t line = 0; line < c->line_count; line++) {
        size_t end = c->line_width;
        while (end > 0 && *cell(c, line, end - 1) == ' ')
            end--;
        for (size_t x = 0; x < end; x++)
            put_code(out, *cell(c, line, x));
        kt_buf_addc(out, '\n');
    }
}

/* Where a page begins and ends: columns first .. end - 1, marks and the width of their line. */
typedef struct page {
    uint32_t first, end;
    size_t first_mark, end_mark, first_tie, end_tie, width;
} page;

enum { GAP = 1 }; /* wire between two columns, on either side of each */

static page next_page(const canvas *c, const page *last, int width)
{
    page p = { .first = last->end, .first_mark = last->end_mark, .first_tie = last->end_tie };
    p.width = c->name_width + 2;
    for (p.end = p.first; p.end < c->layout->column_count; p.end++) {
        size_t more = c->widths[p.end] + 2 * GAP;
        if (width > 0 && p.end > p.first && p.width + more > (size_t)width)
            break;
        p.width += more;
    }
    p.end_mark = p.first_mark;
    while (p.end_mark < c->layout->mark_count && c->layout->marks[p.end_mark].column < p.end)
        p.end_mark++;
    p.end_tie = p.first_tie;
    while (p.end_tie < c->layout->tie_count && c->layout->ties[p.end_tie].column < p.end)
        p.end_tie++;
    return p;
}

static void draw_page(canvas *c, const page *p, kt_buf *out)
{
    bool named = false;
    for (size_t k = p->first_mark; k < p->end_mark && !named; k++)
        named = c->layout->marks[k].kind == KT_MARK_OPEN;
    c->top = named ? 1 : 0;
    c->line_count = c->layout->row_count == 0 ? 0 : c->top + 2 * (size_t)c->layout->row_count - 1;
    c->line_width = p->width;
    clear_page(c, p->first > 0);
    size_t x = c->name_width + 2;
    for (uint32_t column = p->first; column < p->end; column++) {
        c->centers[column] = x + GAP + (c->widths[column] - 1) / 2;
        x += c->widths[column] + 2 * GAP;
    }
    for (size_t k = p->first_tie; k < p->end_tie; k++)
        write_tie(c, &c->layout->ties[k], c->centers[c->layout->ties[k].column]);
    for (size_t k = p->first_mark; k < p->end_mark; k++)
        write_mark(c, &c->layout->marks[k], c->centers[c->layout->marks[k].column]);
    put_page(c, out);
}

static void measure_columns(canvas *c)
{
    for (uint32_t k = 0; k < c->layout->column_count; k++)
        c->widths[k] = 1;
    for (size_t k = 0; k < c->layout->mark_count; k++) {
        uint32_t width = mark_width(c, &c->layout->marks[k]);
        uint32_t *widest = &c->widths[c->layout->marks[k].column];
        *widest = width > *widest ? width : *widest;
    }
    for (uint32_t row = 0; row < c->layout->row_count; row++) {
        uint32_t width = (uint32_t)snprintf(NULL, 0, "q%u", kt_circuit_label(c->circuit, row));
        c->name_width = width > c->name_width ? width : c->name_width;
    }
}

/* Measures all and makes room for the widest page. */
static int prepare(canvas *c, int width, kt_arena *arena, kt_error *err)
{
    const kt_layout *layout = c->layout;
    c->widths = KT_ARENA_ARRAY(arena, uint32_t, (size_t)layout->column_count + 1);
    c->centers = KT_ARENA_ARRAY(arena, size_t, (size_t)layout->column_count + 1);
    if (c->widths == NULL || c->centers == NULL)
        return kt_fail_nomem(err, layout->column_count * sizeof *c->centers, "a picture of a circuit");
    measure_columns(c);
    size_t lines = 2 * (size_t)layout->row_count + 1;
    size_t all = c->name_width + 2, widest = 0;
    for (uint32_t k = 0; k < layout->column_count; k++) {
        all += c->widths[k] + 2 * GAP;
        widest = c->widths[k] > widest ? c->widths[k] : widest;
    }
    if (all > KT_DRAW_CELLS_MOST / lines)
        return kt_fail(err, KT_E_LIMIT,
                       "the picture would have %zu lines of %zu characters; at most %d characters in all "
                       "are drawn",
                       lines, all, (int)KT_DRAW_CELLS_MOST);
    widest += c->name_width + 2 + 2 * GAP;
    widest = width > 0 && (size_t)width > widest ? (size_t)width : widest;
    widest = width == 0 || widest > all ? all : widest;
    c->cells = KT_ARENA_ARRAY(arena, uint32_t, lines * widest + 1);
    return c->cells == NULL ? kt_fail_nomem(err, lines * widest * 4, "a picture of a circuit") : 0;
}

/* What no wire can show: the global phase and the wanted results. */
static void put_notes(const canvas *c, kt_buf *out)
{
    size_t count;
    const kt_want *wants = kt_circuit_wants(c->circuit, &count);
    if (c->layout->phase != NULL || count > 0)
        kt_buf_addc(out, '\n');
    if (c->layout->phase != NULL)
        kt_buf_addf(out, "global phase: %s\n", c->layout->phase);
    for (size_t k = 0; k < count; k++) {
        kt_buf_adds(out, k == 0 ? "results: " : "         ");
        kt_want_text(&wants[k], out);
        kt_buf_addc(out, '\n');
    }
}

static void draw_pages(canvas *c, int width, kt_buf *out)
{
    page p = { 0 };
    do {
        p = next_page(c, &p, width);
        if (p.first > 0)
            kt_buf_addc(out, '\n');
        draw_page(c, &p, out);
    } while (p.end < c->layout->column_count);
}

int kt_draw_text(const kt_circuit *circuit, const kt_draw_options *options, char **out, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_layout layout;
    if (arena == NULL)
        return kt_fail_nomem(err, sizeof layout, "a picture of a circuit");
    canvas c = { .circuit = circuit,
                 .layout = &layout,
                 .ascii = options->ascii,
                 .style = options->ascii ? &ascii_style : &unicode_style };
    int rc = kt_layout_make(circuit, options->ascii, arena, &layout, err);
    if (rc == 0)
        rc = prepare(&c, options->width, arena, err);
    if (rc != 0)
        return rc;
    draw_pages(&c, options->width, &text);
    put_notes(&c, &text);
    rc = kt_buf_check(&text, err, "a picture of a circuit");
    if (rc < 0)
        return rc;
    char *taken = kt_buf_take(&text);
    if (taken == NULL)
        return kt_fail_nomem(err, text.length, "a picture of a circuit");
    *out = taken;
    return 0;
}

int kt_circuit_draw_text(const kt_circuit *circuit, int width, char **out, kt_error *err)
{
    return kt_draw_text(circuit, &(kt_draw_options){ .width = width }, out, err);
}
