/* SPDX-License-Identifier: Apache-2.0 */
/* s3_xml.c - expat does the parsing; what a client may make it do is bounded here: depth, elements, text, and no
 * document type, so there is nothing to expand. The tree lies in the caller's arena. */
#include "sandbox/s3_xml.h"

#include "base/clock.h"

#include <expat.h>
#include <string.h>

#define NAMESPACE_END '\n'

typedef struct open_element {
    kt_xml *node, *last; /* last: its newest child */
} open_element;

typedef struct reader {
    XML_Parser parser;
    kt_arena *arena;
    open_element open[KT_XML_DEPTH_MOST + 1]; /* [0] stands above the root */
    size_t depth, node_count;
    kt_buf text; /* of the innermost element */
    int rc;
    kt_error *err;
} reader;

static void stop(reader *r, int rc)
{
    if (r->rc == 0)
        r->rc = rc;
    XML_StopParser(r->parser, XML_FALSE);
}

/* Of a name as expat gives it: its namespace, a line end and the local name, which holds none. */
static kt_view local_name(const char *name)
{
    const char *end = strrchr(name, NAMESPACE_END);
    return kt_view_of(end == NULL ? name : end + 1);
}

static void XMLCALL start_element(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    reader *r = ctx;
    (void)attributes;
    if (r->rc < 0)
        return;
    if (r->depth == KT_XML_DEPTH_MOST || r->node_count == KT_XML_NODES_MOST) {
        stop(r, kt_fail(r->err, KT_E_LIMIT, "XML of more than %d levels or %d elements", KT_XML_DEPTH_MOST,
                        KT_XML_NODES_MOST));
        return;
    }
    kt_xml *node = KT_ARENA_NEW(r->arena, kt_xml);
    const kt_view local = local_name(name);
    char *copy = kt_arena_strndup(r->arena, local.data, local.length);
    if (node == NULL || copy == NULL) {
        stop(r, kt_fail_nomem(r->err, sizeof *node, "XML"));
        return;
    }
    *node = (kt_xml){ .name = { copy, local.length }, .text = { "", 0 } };
    open_element *above = &r->open[r->depth];
    if (above->last == NULL)
        above->node->first = node;
    else
        above->last->next = node;
    above->last = node;
    r->open[++r->depth] = (open_element){ .node = node };
    r->node_count++;
    kt_buf_clear(&r->text); /* S3's elements hold text or elements, never both */
}

static void XMLCALL end_element(void *ctx, const XML_Char *name)
{
    reader *r = ctx;
    (void)name;
    if (r->rc < 0)
        return;
    kt_xml *node = r->open[r->depth--].node;
    if (node->first == NULL && r->text.length > 0) {
        node->text = (kt_view){ kt_arena_strndup(r->arena, r->text.data, r->text.length), r->text.length };
        if (node->text.data == NULL)
            stop(r, kt_fail_nomem(r->err, r->text.length, "XML"));
    }
    kt_buf_clear(&r->text);
}

static void XMLCALL character_data(void *ctx, const XML_Char *text, int length)
{
    reader *r = ctx;
    if (r->rc == 0 && kt_buf_add(&r->text, text, (size_t)length) < 0)
        stop(r, kt_buf_check(&r->text, r->err, "the text of an XML element"));
}

static void XMLCALL start_doctype(void *ctx, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id,
                                  int has_internal_subset)
{
    reader *r = ctx;
    (void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
    stop(r, kt_fail(r->err, KT_E_SYNTAX, "XML with a document type is refused"));
}

static int parse(reader *r, kt_view text)
{
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, start_element, end_element);
    XML_SetCharacterDataHandler(r->parser, character_data);
    XML_SetStartDoctypeDeclHandler(r->parser, start_doctype);
    if (text.length > INT32_MAX)
        return kt_fail(r->err, KT_E_LIMIT, "XML of more than %d bytes", INT32_MAX);
    const enum XML_Status status = XML_Parse(r->parser, text.data, (int)text.length, XML_TRUE);
    if (r->rc < 0)
        return r->rc;
    if (status == XML_STATUS_OK)
        return 0;
    const enum XML_Error code = XML_GetErrorCode(r->parser);
    if (code == XML_ERROR_NO_MEMORY)
        return kt_fail_nomem(r->err, text.length, "XML");
    return kt_fail(r->err, KT_E_SYNTAX, "XML, line %lu: %s", (unsigned long)XML_GetCurrentLineNumber(r->parser),
                   XML_ErrorString(code));
}

int kt_xml_parse(kt_arena *arena, kt_view text, const kt_xml **out, kt_error *err)
{
    kt_xml above = { 0 };
    reader r = { .arena = arena, .err = err };
    r.open[0].node = &above;
    r.parser = XML_ParserCreateNS(NULL, NAMESPACE_END);
    if (r.parser == NULL)
        return kt_fail_nomem(err, text.length, "an XML parser");
    kt_buf_init(&r.text, KT_XML_TEXT_MOST);
    const int rc = parse(&r, (kt_view){ text.data == NULL ? "" : text.data, text.length });
    kt_buf_fini(&r.text);
    XML_ParserFree(r.parser);
    if (rc == 0)
        *out = above.first;
    return rc;
}

static const kt_xml *find(const kt_xml *node, const char *name)
{
    while (node != NULL && !kt_view_is(node->name, name))
        node = node->next;
    return node;
}

const kt_xml *kt_xml_child(const kt_xml *parent, const char *name)
{
    return parent == NULL ? NULL : find(parent->first, name);
}

const kt_xml *kt_xml_next(const kt_xml *from, const char *name)
{
    return find(from, name);
}

kt_view kt_xml_child_text(const kt_xml *parent, const char *name)
{
    const kt_xml *child = kt_xml_child(parent, name);
    return child == NULL ? (kt_view){ NULL, 0 } : child->text;
}

void kt_xml_open(kt_buf *out, const char *name)
{
    kt_buf_addc(out, '<');
    kt_buf_adds(out, name);
    kt_buf_addc(out, '>');
}

void kt_xml_close(kt_buf *out, const char *name)
{
    kt_buf_adds(out, "</");
    kt_buf_adds(out, name);
    kt_buf_addc(out, '>');
}

/* What a character must be written as, or NULL when it stands for itself. A control character becomes a reference, as
 * S3 does it: XML 1.0 has no right way, encoding-type=url is for those. */
static const char *escape_of(char c, char reference[8])
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: break;
    }
    if ((unsigned char)c >= 0x20)
        return NULL;
    static const char digits[] = "0123456789abcdef";
    const char text[8] = { '&', '#', 'x', digits[(c >> 4) & 15], digits[c & 15], ';', '\0' };
    memcpy(reference, text, sizeof text);
    return reference;
}

void kt_xml_escape(kt_buf *out, kt_view text)
{
    char reference[8];
    size_t start = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *escaped = escape_of(text.data[i], reference);
        if (escaped == NULL)
            continue;
        kt_buf_add(out, text.data + start, i - start);
        kt_buf_adds(out, escaped);
        start = i + 1;
    }
    if (text.length > start)
        kt_buf_add(out, text.data + start, text.length - start);
}

void kt_xml_text(kt_buf *out, const char *name, kt_view text)
{
    kt_xml_open(out, name);
    kt_xml_escape(out, text);
    kt_xml_close(out, name);
}

void kt_xml_strz(kt_buf *out, const char *name, const char *text)
{
    kt_xml_text(out, name, kt_view_of(text));
}

void kt_xml_int(kt_buf *out, const char *name, int64_t value)
{
    kt_buf_addf(out, "<%s>%lld</%s>", name, (long long)value, name);
}

void kt_xml_bool(kt_buf *out, const char *name, bool value)
{
    kt_xml_strz(out, name, value ? "true" : "false");
}

void kt_xml_time(kt_buf *out, const char *name, int64_t wall_ns)
{
    char text[32];
    if (kt_time_text(wall_ns, text, sizeof text, NULL) < 0)
        text[0] = '\0';
    kt_xml_strz(out, name, text);
}

void kt_xml_root(kt_buf *out, const char *name)
{
    kt_buf_addf(out, "<%s xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">", name);
}
