/* SPDX-License-Identifier: Apache-2.0 */
/* protocol_priv.h - what protocol.c asks of protocol_body.c. */
#ifndef KT_AWS_PROTOCOL_PRIV_H
#define KT_AWS_PROTOCOL_PRIV_H

#include "aws/protocol.h"

/* The row of a member; NULL: it has none, so it is in the body under its name. */
const kt_aws_member *kt_aws_member_find(const kt_aws_operation *operation, const char *name);
/* A string, number or boolean as text; KT_E_INVALID for anything else. */
int kt_aws_scalar_text(const char *name, const kt_json *value, kt_buf *out, kt_error *err);
/* Whether the member stands in the path, the query or a header. */
bool kt_aws_member_is_bound(const kt_aws_operation *operation, const char *name);

/* The body of each protocol from the members that are not bound. */
int kt_aws_body_json(const kt_aws_operation *operation, const kt_json *members, kt_buf *out, kt_error *err);
int kt_aws_body_query(const kt_aws_service *service, const kt_aws_operation *operation, const kt_json *members,
                      kt_buf *out, kt_error *err);
int kt_aws_body_xml(const kt_aws_operation *operation, const kt_json *members, kt_buf *out, kt_error *err);

#endif
