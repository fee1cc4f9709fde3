/* SPDX-License-Identifier: Apache-2.0 */
/* s3_tags.h - tags of buckets and objects: kept as the XML that comes back, "<TagSet><Tag>...</Tag></TagSet>". */
#ifndef KT_SANDBOX_S3_TAGS_H
#define KT_SANDBOX_S3_TAGS_H

#include "sandbox/s3_priv.h"
#include "sandbox/s3_xml.h"

/* Of x-amz-tagging ("a=1&b=2"), in the call's arena; data NULL for an absent header. */
kt_s3_code kt_s3_tags_header(const kt_s3 *s3, kt_view header, kt_view *out, const char **text);
size_t kt_s3_tags_count(kt_view tags); /* in such XML */

#endif
