/* SPDX-License-Identifier: Apache-2.0 */
/* s3_xml.h - XML small enough for S3: requests read into a tree under limits (no document type, no entities beyond the
 * five), answers written with everything escaped. */
#ifndef KT_SANDBOX_S3_XML_H
#define KT_SANDBOX_S3_XML_H

#include "base/arena.h"
#include "base/buf.h"

enum { KT_XML_DEPTH_MOST = 8, KT_XML_NODES_MOST = 100000, KT_XML_TEXT_MOST = 64 * 1024 /* of one element */ };

typedef struct kt_xml kt_xml;
struct kt_xml {
    kt_view name; /* without a namespace prefix */
    kt_view text; /* its own, of all pieces; empty when there is none */
    const kt_xml *first, *next;
};

/* The root of the document, in the arena. KT_E_SYNTAX: not well-formed, or with a document type; KT_E_LIMIT. */
int kt_xml_parse(kt_arena *arena, kt_view text, const kt_xml **out, kt_error *err);
const kt_xml *kt_xml_child(const kt_xml *parent, const char *name); /* the first of that name; NULL parent: NULL */
const kt_xml *kt_xml_next(const kt_xml *from, const char *name);    /* the first of that name from there on */
kt_view kt_xml_child_text(const kt_xml *parent, const char *name);  /* data NULL: no such child */

/* Writing. Failure is remembered by the buffer. */
void kt_xml_open(kt_buf *out, const char *name); /* "<name>"; attributes may be in it: close with the bare name */
void kt_xml_close(kt_buf *out, const char *name);
void kt_xml_escape(kt_buf *out, kt_view text);
void kt_xml_text(kt_buf *out, const char *name, kt_view text); /* <name>text</name> */
void kt_xml_strz(kt_buf *out, const char *name, const char *text);
void kt_xml_int(kt_buf *out, const char *name, int64_t value);
void kt_xml_bool(kt_buf *out, const char *name, bool value);
void kt_xml_time(kt_buf *out, const char *name, int64_t wall_ns); /* 2026-11-23T19:57:01.250Z */
/* <name xmlns="http://s3.amazonaws.com/doc/2006-03-01/"> */
void kt_xml_root(kt_buf *out, const char *name);

#endif
