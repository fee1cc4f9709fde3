/* SPDX-License-Identifier: Apache-2.0 */
/* protocol_answer.c - what a service answers: its members, or what it says went wrong. */
#include "aws/protocol.h"

#include "aws/xml.h"
#include <stdio.h>
#include <string.h>

/* Lists of S3 without an element of their own. */
static const char *const s3_items[] = { "Contents", "CommonPrefixes", "Part", "Upload", "Version", "Deleted", NULL };

static bool is_xml(const kt_aws_service *service)
{
    return service->protocol == KT_AWS_REST_XML || service->protocol == KT_AWS_QUERY;
}

static const char *text_of(const kt_json *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void copy(char *out, size_t bytes, const char *text)
{
    snprintf(out, bytes, "%s", text == NULL ? "" : text);
}

/* Behind the namespace, before a URL: "aws.protocoltests#FooError:http://..." */
static void copy_code(char out[KT_AWS_CODE_BYTES], const char *text)
{
    const char *hash = strrchr(text, '#');
    const char *begin = hash == NULL ? text : hash + 1;
    snprintf(out, KT_AWS_CODE_BYTES, "%.*s", (int)strcspn(begin, ":, "), begin);
}

/* ---- what went wrong ---- */

static void read_json_fault(kt_view body, kt_aws_fault *out)
{
    static const char *const code_names[] = { "__type", "code", "Code" };
    static const char *const message_names[] = { "message", "Message", "errorMessage" };
    KT_OWN(kt_json) *doc = NULL;
    if (kt_json_parse(body, &doc, NULL) < 0 || !json_is_object(doc))
        return;
    for (size_t i = 0; i < KT_COUNT(code_names) && out->code[0] == '\0'; i++)
        if (text_of(doc, code_names[i]) != NULL)
            copy_code(out->code, text_of(doc, code_names[i]));
    for (size_t i = 0; i < KT_COUNT(message_names) && out->message[0] == '\0'; i++)
        copy(out->message, sizeof(out->message), text_of(doc, message_names[i]));
}

/* <Error> of S3, or <ErrorResponse><Error> of the query protocol. */
static void read_error_element(const kt_json *element, kt_aws_fault *out)
{
    const kt_json *inner = json_object_get(element, "Error");
    const kt_json *error = json_is_object(inner) ? inner : element;
    if (text_of(error, "Code") != NULL)
        copy_code(out->code, text_of(error, "Code"));
    copy(out->message, sizeof(out->message), text_of(error, "Message"));
    copy(out->region, sizeof(out->region), text_of(error, "Region"));
}

static void read_xml_fault(kt_view body, kt_aws_fault *out)
{
    KT_OWN(kt_json) *doc = NULL;
    char root[64];
    if (kt_aws_xml_read(body, NULL, root, &doc, NULL) == 0)
        read_error_element(doc, out);
}

void kt_aws_fault_read(const kt_aws_service *service, int status, kt_view type, kt_view body, kt_aws_fault *out)
{
    *out = (kt_aws_fault){ 0 };
    char header[KT_AWS_CODE_BYTES * 2];
    snprintf(header, sizeof(header), "%.*s", KT_VIEW_ARG(type));
    if (header[0] != '\0')
        copy_code(out->code, header);
    const kt_view text = kt_view_trim(body);
    if (text.length > 0 && text.data[0] == '<' && is_xml(service))
        read_xml_fault(text, out);
    else if (text.length > 0)
        read_json_fault(text, out);
    if (out->code[0] == '\0')
        snprintf(out->code, sizeof(out->code), "%d", status);
}

/* ---- members ---- */

/* <GetCallerIdentityResponse><GetCallerIdentityResult>...: the result is what counts; without one there are none. */
static kt_json *unwrap(const kt_aws_operation *operation, const kt_json *response)
{
    char name[96];
    snprintf(name, sizeof(name), "%sResult", operation->name);
    kt_json *result = json_object_get(response, name);
    return json_is_object(result) ? json_incref(result) : json_object();
}

static int read_xml(const kt_aws_service *service, const kt_aws_operation *operation, kt_view body, kt_json **out,
                    bool *is_fault, kt_aws_fault *fault, kt_error *err)
{
    KT_OWN(kt_json) *doc = NULL;
    char root[64] = "";
    const int rc = kt_aws_xml_read(body, service->protocol == KT_AWS_REST_XML ? s3_items : NULL, root, &doc, err);
    if (rc < 0)
        return rc;
    *is_fault = strcmp(root, "Error") == 0 || strcmp(root, "ErrorResponse") == 0;
    if (*is_fault) {
        *fault = (kt_aws_fault){ 0 };
        read_error_element(doc, fault);
    }
    if (service->protocol == KT_AWS_QUERY)
        *out = unwrap(operation, doc);
    else
        *out = json_is_object(doc) ? KT_GIVE(doc) : json_pack("{s:O}", root, doc);
    return *out == NULL ? kt_fail_nomem(err, 0, "an answer") : 0;
}

static int read_json(kt_view body, kt_json **out, kt_error *err)
{
    KT_OWN(kt_json) *doc = NULL;
    const int rc = kt_json_parse(body, &doc, err);
    if (rc < 0)
        return rc;
    if (!json_is_object(doc))
        return kt_fail(err, KT_E_SYNTAX, "expected a JSON object");
    *out = KT_GIVE(doc);
    return 0;
}

int kt_aws_answer_read(const kt_aws_service *service, const kt_aws_operation *operation, kt_view body, kt_json **out,
                       bool *is_fault, kt_aws_fault *fault, kt_error *err)
{
    kt_json *made = NULL;
    int rc = 0;
    *is_fault = false;
    if (kt_view_trim(body).length == 0)
        made = json_object();
    else if (is_xml(service))
        rc = read_xml(service, operation, body, &made, is_fault, fault, err);
    else
        rc = read_json(body, &made, err);
    if (rc < 0)
        return kt_wrap(err, rc, "%s: the answer", operation->name);
    if (made == NULL)
        return kt_fail_nomem(err, 0, "an answer");
    *out = made;
    return 0;
}
