/* SPDX-License-Identifier: Apache-2.0 */
/* draw_svg.c - a circuit as an SVG picture that needs nothing else: no script, no font, no link.
 * It brings its own background and a second set of colours for readers who prefer a dark page, and a title and a
 * description for those who listen. */
#include "base/buf.h"
#include "circuit/draw.h"
#include "circuit/draw_layout.h"
#include "circuit/result.h"

#include <stdio.h>
#include <string.h>

/* Sizes in pixels. */
enum {
    MARGIN = 24,
    ROW = 56,
    COLUMN_LEAST = 40,
    COLUMN_GAP = 14,
    LETTER = 8, /* a generous width of one letter */
    BOX_HEIGHT = 36,
    NOTE = 24, /* height of a line of notes */
    EDGE = 30, /* how far a verbatim box reaches beyond its wires */
    SVG_MOST_BYTES = 256 << 20
};

static const char style_sheet[] =
    "<style>\n"
    "text{font:14px ui-sans-serif,system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu "
    "Sans\",sans-serif;fill:#1f2937}\n"
    ".bg{fill:#ffffff}.wire{stroke:#9aa5b5;stroke-width:1.5}.tie,.line{stroke:#2f5fb3;stroke-width:2;fill:none}\n"
    ".box{fill:#e7effc;stroke:#2f5fb3;stroke-width:1.5}.noise{fill:#fdf1dc;stroke:#b7791f;stroke-width:1.5;"
    "stroke-dasharray:5 3}\n"
    ".meter{fill:#eef0f3;stroke:#5b6675;stroke-width:1.5}.needle{fill:none;stroke:#5b6675;stroke-width:1.5}\n"
    ".dot{fill:#2f5fb3}.ring{fill:#ffffff;stroke:#2f5fb3;stroke-width:2}\n"
    ".barrier{stroke:#9aa5b5;stroke-width:4;stroke-dasharray:4 4}\n"
    ".verbatim{fill:none;stroke:#7c5cc4;stroke-width:1.5;stroke-dasharray:2 4;stroke-linecap:round}\n"
    ".small{font-size:11px;fill:#5b6675}.name{fill:#5b6675}.mid{text-anchor:middle}.end{text-anchor:end}\n"
    "@media (prefers-color-scheme:dark){text{fill:#e5e9f0}.bg,.ring{fill:#171b22}.wire,.barrier{stroke:#5d6878}\n"
    ".tie,.line,.ring,.box{stroke:#7fa8f0}.dot{fill:#7fa8f0}.box{fill:#22304a}.noise{fill:#3a2f1b;stroke:#e0aa55}\n"
    ".meter{fill:#2a303a;stroke:#a3adbb}.needle{stroke:#a3adbb}.verbatim{stroke:#b39ae8}.small,.name{fill:#a3adbb}}\n"
    "</style>\n";

typedef struct picture {
    const kt_circuit *circuit;
    const kt_layout *layout;
    kt_buf *out;
    uint32_t *centers; /* x of every column's middle */
    uint32_t left;     /* where the wires begin */
    uint32_t right;    /* where they end */
    uint32_t top;      /* y of the first wire */
    uint32_t height, width;
    size_t want_count;
} picture;

static void put_escaped(kt_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': kt_buf_adds(out, "&amp;"); break;
        case '<': kt_buf_adds(out, "&lt;"); break;
        case '>': kt_buf_adds(out, "&gt;"); break;
        default: kt_buf_addc(out, *text);
        }
    }
}

static void put_text(const picture *p, uint32_t x, uint32_t y, const char *class, const char *text)
{
    kt_buf_addf(p->out, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class);
    put_escaped(p->out, text);
    kt_buf_adds(p->out, "</text>\n");
}

static void put_line(const picture *p, const char *class, uint32_t x1, uint32_t y1, uint32_t x2, uint32_t y2)
{
    kt_buf_addf(p->out, "<line class=\"%s\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>\n", class, x1, y1, x2, y2);
}

static uint32_t wire_y(const picture *p, uint32_t row)
{
    return p->top + row * ROW;
}

static uint32_t box_width(uint32_t letters)
{
    uint32_t width = letters * LETTER + 16;
    return width < COLUMN_LEAST ? COLUMN_LEAST : width;
}

static void put_box(const picture *p, const char *class, uint32_t x, uint32_t y, uint32_t letters, const char *text)
{
    uint32_t width = box_width(letters);
    kt_buf_addf(p->out, "<rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%d\" rx=\"5\"/>\n", class,
                x - width / 2, y - BOX_HEIGHT / 2, width, BOX_HEIGHT);
    put_text(p, x, y + 5, "mid", text);
}

/* A dial with its needle, and below it the column of the result. */
static void put_meter(const picture *p, uint32_t x, uint32_t y, const char *label)
{
    put_box(p, "meter", x, y, 0, "");
    kt_buf_addf(p->out, "<path class=\"needle\" d=\"M%u %ua12 12 0 0 1 24 0M%u %ul8 -14\"/>\n", x - 12, y + 8, x,
                y + 8);
    kt_buf_addf(p->out, "<text x=\"%u\" y=\"%u\" class=\"small mid\">→ %s</text>\n", x, y + BOX_HEIGHT / 2 + 12, label);
}

static void put_plus(const picture *p, uint32_t x, uint32_t y)
{
    kt_buf_addf(p->out, "<circle class=\"ring\" cx=\"%u\" cy=\"%u\" r=\"12\"/>\n", x, y);
    put_line(p, "line", x - 12, y, x + 12, y);
    put_line(p, "line", x, y - 12, x, y + 12);
}

static void put_cross(const picture *p, uint32_t x, uint32_t y)
{
    put_line(p, "line", x - 7, y - 7, x + 7, y + 7);
    put_line(p, "line", x - 7, y + 7, x + 7, y - 7);
}

/* A verbatim box's edge; the frame is closed by whichever edge comes last. */
static void put_frame(const picture *p, uint32_t from, uint32_t to)
{
    uint32_t y = wire_y(p, 0) - EDGE;
    kt_buf_addf(p->out, "<rect class=\"verbatim\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"8\"/>\n", from, y,
                to - from, (p->layout->row_count - 1) * ROW + 2 * EDGE);
    put_text(p, from + 4, y - 6, "small", "verbatim");
}

static void put_mark(const picture *p, const kt_mark *mark)
{
    uint32_t x = p->centers[mark->column], y = wire_y(p, mark->row);
    switch (mark->kind) {
    case KT_MARK_BOX: put_box(p, "box", x, y, mark->label_width, mark->label); break;
    case KT_MARK_NOISE: put_box(p, "noise", x, y, mark->label_width, mark->label); break;
    case KT_MARK_MEASURE: put_meter(p, x, y, mark->label); break;
    case KT_MARK_RESET: put_box(p, "meter", x, y, 3, "|0⟩"); break;
    case KT_MARK_DOT: kt_buf_addf(p->out, "<circle class=\"dot\" cx=\"%u\" cy=\"%u\" r=\"5\"/>\n", x, y); break;
    case KT_MARK_RING: kt_buf_addf(p->out, "<circle class=\"ring\" cx=\"%u\" cy=\"%u\" r=\"5\"/>\n", x, y); break;
    case KT_MARK_PLUS: put_plus(p, x, y); break;
    case KT_MARK_CROSS: put_cross(p, x, y); break;
    case KT_MARK_BARRIER: put_line(p, "barrier", x, y - ROW / 2, x, y + ROW / 2); break;
    case KT_MARK_OPEN:
    case KT_MARK_CLOSE: break; /* frames are drawn by put_frames */
    }
}

/* Boxes don't nest: every opening edge goes with the next closing one. */
static void put_frames(const picture *p)
{
    uint32_t from = p->left;
    for (size_t k = 0; k < p->layout->mark_count; k++) {
        const kt_mark *mark = &p->layout->marks[k];
        if (mark->kind == KT_MARK_OPEN)
            from = p->centers[mark->column];
        else if (mark->kind == KT_MARK_CLOSE)
            put_frame(p, from, p->centers[mark->column]);
    }
}

static void put_wires(const picture *p)
{
    for (uint32_t row = 0; row < p->layout->row_count; row++) {
        char name[32];
        snprintf(name, sizeof name, "q%u", kt_circuit_label(p->circuit, row));
        put_text(p, p->left - 10, wire_y(p, row) + 5, "name end", name);
        put_line(p, "wire", p->left, wire_y(p, row), p->right, wire_y(p, row));
    }
}

static void put_notes(const picture *p)
{
    size_t count;
    const kt_want *wants = kt_circuit_wants(p->circuit, &count);
    uint32_t y = p->top + p->layout->row_count * ROW + 8;
    if (p->layout->phase != NULL) {
        put_text(p, MARGIN, y, "name", "global phase");
        put_text(p, MARGIN + 110, y, "", p->layout->phase);
        y += NOTE;
    }
    for (size_t k = 0; k < count; k++, y += NOTE) {
        KT_BUF_OWN words;
        kt_buf_init(&words, 0);
        if (kt_want_text(&wants[k], &words) < 0)
            p->out->failed = words.failed;
        else
            put_text(p, MARGIN + 110, y, "", words.data);
        put_text(p, MARGIN, y, "name", k == 0 ? "results" : "");
    }
}

static void put_head(const picture *p)
{
    size_t ops = kt_circuit_operation_count(p->circuit);
    kt_buf_addf(
        p->out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" width=\"%u\" height=\"%u\" role=\"img\" "
        "aria-labelledby=\"title desc\">\n",
        p->width, p->height, p->width, p->height);
    kt_buf_addf(p->out, "<title id=\"title\">A quantum circuit of %u qubit%s</title>\n", p->layout->row_count,
                p->layout->row_count == 1 ? "" : "s");
    kt_buf_addf(
        p->out,
        "<desc id=\"desc\">%u wires from top to bottom, time from left to right; %zu operation%s in %u column%s; "
        "%zu result%s wanted.</desc>\n",
        p->layout->row_count, ops, ops == 1 ? "" : "s", p->layout->column_count,
        p->layout->column_count == 1 ? "" : "s", p->want_count, p->want_count == 1 ? "" : "s");
    kt_buf_adds(p->out, style_sheet);
    kt_buf_addf(p->out, "<rect class=\"bg\" width=\"%u\" height=\"%u\" rx=\"8\"/>\n", p->width, p->height);
}

static uint32_t mark_letters(const kt_mark *mark)
{
    return mark->kind == KT_MARK_BOX || mark->kind == KT_MARK_NOISE ? mark->label_width : 0;
}

/* The notes' widest line, in letters; it may be wider than the circuit. */
static size_t note_letters(const picture *p)
{
    size_t count, widest = p->layout->phase == NULL ? 0 : kt_utf8_count(kt_view_of(p->layout->phase));
    const kt_want *wants = kt_circuit_wants(p->circuit, &count);
    for (size_t k = 0; k < count; k++) {
        KT_BUF_OWN words;
        kt_buf_init(&words, 0);
        if (kt_want_text(&wants[k], &words) == 0 && words.length > widest)
            widest = words.length;
    }
    return widest > 4000 ? 4000 : widest;
}

static int measure(picture *p, kt_arena *arena, kt_error *err)
{
    const kt_layout *layout = p->layout;
    p->centers = KT_ARENA_ARRAY(arena, uint32_t, (size_t)layout->column_count + 1);
    if (p->centers == NULL)
        return kt_fail_nomem(err, layout->column_count * sizeof *p->centers, "a picture of a circuit");
    for (size_t k = 0; k < layout->mark_count; k++) {
        uint32_t letters = mark_letters(&layout->marks[k]), *widest = &p->centers[layout->marks[k].column];
        *widest = letters > *widest ? letters : *widest;
    }
    uint64_t x = MARGIN + 40;
    for (uint32_t row = 0; row < layout->row_count; row++)
        x = kt_circuit_label(p->circuit, row) > 999 ? MARGIN + 100 : x;
    p->left = (uint32_t)x;
    for (uint32_t column = 0; column < layout->column_count && x < UINT32_MAX / 2; column++) {
        uint32_t width = box_width(p->centers[column]) + COLUMN_GAP;
        p->centers[column] = (uint32_t)x + width / 2;
        x += width;
    }
    kt_circuit_wants(p->circuit, &p->want_count);
    uint64_t notes = p->want_count + (layout->phase != NULL), note_width = MARGIN * 2 + 110 + note_letters(p) * LETTER;
    p->right = (uint32_t)x + COLUMN_GAP;
    p->width = notes > 0 && note_width > p->right + MARGIN ? (uint32_t)note_width : p->right + MARGIN;
    p->top = MARGIN + BOX_HEIGHT / 2 + (layout->has_verbatim ? EDGE : 0);
    uint64_t height = p->top + (uint64_t)layout->row_count * ROW + notes * NOTE - (notes == 0 ? NOTE / 2 : 0);
    if (x >= UINT32_MAX / 2 || height >= UINT32_MAX / 2)
        return kt_fail(err, KT_E_LIMIT, "the circuit has %u columns on %u qubits, which is too large for a picture",
                       layout->column_count, layout->row_count);
    p->height = (uint32_t)height;
    return 0;
}

int kt_circuit_draw_svg(const kt_circuit *circuit, char **out, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    KT_BUF_OWN text;
    kt_buf_init(&text, SVG_MOST_BYTES);
    kt_layout layout;
    if (arena == NULL)
        return kt_fail_nomem(err, sizeof layout, "a picture of a circuit");
    picture p = { .circuit = circuit, .layout = &layout, .out = &text };
    int rc = kt_layout_make(circuit, false, arena, &layout, err);
    if (rc == 0)
        rc = measure(&p, arena, err);
    if (rc != 0)
        return rc;
    put_head(&p);
    put_wires(&p);
    put_frames(&p);
    for (size_t k = 0; k < layout.tie_count; k++)
        put_line(&p, "tie", p.centers[layout.ties[k].column], wire_y(&p, layout.ties[k].first_row),
                 p.centers[layout.ties[k].column], wire_y(&p, layout.ties[k].last_row));
    for (size_t k = 0; k < layout.mark_count; k++)
        put_mark(&p, &layout.marks[k]);
    put_notes(&p);
    kt_buf_adds(&text, "</svg>\n");
    rc = kt_buf_check(&text, err, "a picture of a circuit");
    if (rc < 0)
        return rc;
    char *taken = kt_buf_take(&text);
    if (taken == NULL)
        return kt_fail_nomem(err, text.length, "a picture of a circuit");
    *out = taken;
    return 0;
}
