/* SPDX-License-Identifier: Apache-2.0 */
/* s3.h - the S3 service as the rest of the sandbox sees it (kt_s3_handle and kt_s3_body_most are in call.h). */
#ifndef KT_SANDBOX_S3_H
#define KT_SANDBOX_S3_H

#include "sandbox/call.h"

/* The name of the operation that this request is for, for call->operation, before quotas and faults are judged.
 * Never NULL: what S3 does not know is "Unknown". */
const char *kt_s3_operation(const kt_call *call);
/* The bucket that a Host header names ("data.s3.us-east-1.amazonaws.com", "data.localhost"); empty: path style. */
kt_view kt_s3_host_bucket(kt_view host);

#endif
