/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_xml.c - any bytes as the XML of an S3 request. A tree keeps to its limits, and written out it reads back the
 * same. */
#include "sandbox/s3_xml.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void write_node(const kt_xml *node, kt_buf *out, int depth, int *count)
{
    char *name = strndup(node->name.data, node->name.length);
    if (name == NULL)
        abort();
    fuzz_promise(depth <= KT_XML_DEPTH_MOST && ++*count <= KT_XML_NODES_MOST, "a tree keeps to its limits");
    fuzz_promise(node->text.length <= KT_XML_TEXT_MOST && name[0] != '\0', "and so do its elements");
    kt_xml_open(out, name);
    kt_xml_escape(out, node->text);
    for (const kt_xml *child = node->first; child != NULL; child = child->next)
        write_node(child, out, depth + 1, count);
    kt_xml_close(out, name);
    free(name);
}

static void compare(const kt_xml *a, const kt_xml *b)
{
    fuzz_promise(kt_view_equal(a->name, b->name) && kt_view_equal(a->text, b->text), "an element reads back the same");
    for (a = a->first, b = b->first; a != NULL && b != NULL; a = a->next, b = b->next)
        compare(a, b);
    fuzz_promise(a == NULL && b == NULL, "and has as many children");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const kt_xml *tree = NULL, *again = NULL;
    kt_error err = { 0 };
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    KT_OWN(kt_arena) *arena = kt_arena_new(64 << 20);
    if (arena == NULL)
        abort();
    int rc = kt_xml_parse(arena, (kt_view){ (const char *)data, size }, &tree, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        return 0;
    }
    int count = 0;
    write_node(tree, &text, 1, &count);
    rc = kt_xml_parse(arena, kt_buf_view(&text), &again, &err);
    fuzz_promise(rc == 0, "what was written can be read");
    compare(tree, again);
    const kt_view name = kt_xml_child_text(tree, "Key");
    fuzz_promise((name.data == NULL) == (kt_xml_child(tree, "Key") == NULL), "a child has a text");
    return 0;
}
