/* SPDX-License-Identifier: Apache-2.0 */
/* xml.h - the XML of S3 and of the query protocol, as JSON: an element with elements in it is an object, one with text
 * a string, `<member>` elements are a list, and so are the elements that the caller names. */
#ifndef KT_AWS_XML_H
#define KT_AWS_XML_H

#include "base/json.h"

enum { KT_AWS_XML_DEPTH_MOST = 32, KT_AWS_XML_ELEMENTS_MOST = 200000 };

/* The root element's content into *out, its name into *root (cut at 63 bytes).
 * items: names of elements that are always lists, NULL-terminated, or NULL.
 * Errors: KT_E_SYNTAX with the line (a document type declaration is one), KT_E_LIMIT, KT_E_NOMEM. */
int kt_aws_xml_read(kt_view text, const char *const *items, char root[64], kt_json **out, kt_error *err);

/* Text as it stands between tags. */
void kt_aws_xml_escape(kt_view text, kt_buf *out);

#endif
