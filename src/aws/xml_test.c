/* SPDX-License-Identifier: Apache-2.0 */
/* xml_test.c - XML as JSON, with its limits. */
#include "aws/xml.h"

#include "tests/unit.h"
#include <stdlib.h>
#include <string.h>

static const char *const items[] = { "Item", NULL };

static const struct {
    const char *xml, *expect; /* NULL: refused */
} cases[] = {
    { "<a/>", "\"\"" },
    { "<a>t</a>", "\"t\"" },
    { "<a><b>1</b><c>2</c></a>", "{\"b\":\"1\",\"c\":\"2\"}" },
    { "<a>\n  <b>1</b>\n</a>", "{\"b\":\"1\"}" },
    { "<a><b>1</b><b>2</b><b>3</b></a>", "{\"b\":[\"1\",\"2\",\"3\"]}" },
    { "<a><b><member>1</member></b></a>", "{\"b\":[\"1\"]}" },
    { "<a><b><member><c>1</c></member><member/></b></a>", "{\"b\":[{\"c\":\"1\"},\"\"]}" },
    { "<a><Item>1</Item></a>", "{\"Item\":[\"1\"]}" },
    { "<a b='c'>&lt;&#228;</a>", "\"<\xc3\xa4\"" },
    { "<a><b></a></b>", NULL },
    { "<a>", NULL },
    { "", NULL },
    { "<a>\xff</a>", NULL },
    { "<!DOCTYPE a><a/>", NULL },
};

TEST(xml, becomes_json)
{
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        kt_json *value = NULL;
        char root[64] = "";
        const int rc = kt_aws_xml_read(kt_view_of(cases[i].xml), items, root, &value, NULL);
        if ((rc == 0) != (cases[i].expect != NULL))
            fail_msg("%s: %d", cases[i].xml, rc);
        if (rc < 0)
            continue;
        char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        if (strcmp(text, cases[i].expect) != 0 || strcmp(root, "a") != 0)
            fail_msg("%s: %s instead of %s", cases[i].xml, text, cases[i].expect);
        free(text);
        kt_json_free(value);
    }
}

TEST(xml, has_limits)
{
    char root[64];
    kt_json *value = NULL;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_buf_fill(&text, "<a>", KT_AWS_XML_DEPTH_MOST + 1);
    assert_int_equal(kt_aws_xml_read(kt_buf_view(&text), NULL, root, &value, NULL), KT_E_LIMIT);
    kt_buf_clear(&text);
    kt_buf_adds(&text, "<a>");
    kt_buf_fill(&text, "<b/>", KT_AWS_XML_ELEMENTS_MOST);
    kt_buf_adds(&text, "</a>");
    assert_int_equal(kt_aws_xml_read(kt_buf_view(&text), NULL, root, &value, NULL), KT_E_LIMIT);
    assert_null(value);
}

TEST(xml, escapes_what_would_be_markup)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_aws_xml_escape(kt_view_of("<a b=\"c\">&\r"), &text);
    assert_string_equal(text.data, "&lt;a b=&quot;c&quot;&gt;&amp;&#xD;");
}
