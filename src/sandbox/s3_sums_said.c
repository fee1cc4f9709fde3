/* SPDX-License-Identifier: Apache-2.0 */
/* s3_sums_said.c - what a request says of the sums of its body, and whether it is true. */
#include "sandbox/s3_sums.h"

#include <string.h>

static void expect(kt_sums *sums, kt_sum sum)
{
    sums->expected |= KT_SUM_BIT(sum);
    sums->wanted |= KT_SUM_BIT(sum);
}

/* x-amz-content-sha256: 64 hex digits; the words (UNSIGNED-PAYLOAD, STREAMING-...) say nothing of the body. A body in
 * memory was compared when the signature was checked. */
static void read_payload_hash(kt_sums *sums, kt_view text)
{
    kt_digest digest = { 0 };
    if (text.length != KT_SHA256_HEX || !kt_unhex(text, digest.bytes))
        return;
    sums->has_payload_hash = true;
    sums->payload_hash = digest;
    sums->wanted |= KT_SUM_BIT(KT_SUM_SHA256);
}

/* x-amz-trailer: names divided by commas. */
static kt_s3_code read_announced(kt_sums *sums, kt_view names, const char **text)
{
    while (names.length > 0) {
        const char *comma = memchr(names.data, ',', names.length);
        const size_t length = comma == NULL ? names.length : (size_t)(comma - names.data);
        const kt_sum sum = kt_sum_find(kt_view_trim((kt_view){ names.data, length }), true);
        if (sum == KT_SUM_COUNT) {
            *text = "The value specified in the x-amz-trailer header is not supported";
            return KT_S3_INVALID_REQUEST;
        }
        sums->trailing |= KT_SUM_BIT(sum);
        sums->wanted |= KT_SUM_BIT(sum);
        const size_t used = comma == NULL ? length : length + 1;
        names = (kt_view){ names.data + used, names.length - used };
    }
    return KT_S3_FINE;
}

static kt_s3_code read_checksums(const kt_s3 *s3, kt_sums *sums, const char **text)
{
    for (kt_sum sum = 0; sum < KT_SUM_MD5; sum++) {
        const kt_view value = kt_s3_header(s3, kt_sum_rows[sum].header);
        if (value.data == NULL)
            continue;
        if (sums->expected != 0) {
            *text = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            return KT_S3_INVALID_REQUEST;
        }
        if (!kt_digest_parse(sum, value, &sums->said[sum])) {
            *text = kt_arena_printf(s3->call->arena, "Value for %s header is invalid.", kt_sum_rows[sum].header);
            return KT_S3_INVALID_CHECKSUM;
        }
        expect(sums, sum);
    }
    return KT_S3_FINE;
}

kt_s3_code kt_sums_read(const kt_s3 *s3, kt_sums *out, const char **text)
{
    kt_sums sums = { 0 };
    kt_s3_code code = read_checksums(s3, &sums, text);
    if (code == KT_S3_FINE)
        code = read_announced(&sums, kt_s3_header(s3, "x-amz-trailer"), text);
    if (code != KT_S3_FINE)
        return code;
    if (kt_s3_has_header(s3, "x-amz-sdk-checksum-algorithm") && (sums.expected | sums.trailing) == 0) {
        *text = "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
                "headers were found.";
        return KT_S3_INVALID_REQUEST;
    }
    const kt_view md5 = kt_s3_header(s3, "content-md5");
    if (md5.data != NULL) {
        if (!kt_digest_parse(KT_SUM_MD5, md5, &sums.said[KT_SUM_MD5]))
            return KT_S3_INVALID_DIGEST;
        expect(&sums, KT_SUM_MD5);
    }
    if (s3->call->request->body_fd >= 0)
        read_payload_hash(&sums, kt_s3_header(s3, "x-amz-content-sha256"));
    *out = sums;
    return KT_S3_FINE;
}

kt_s3_code kt_sums_trailer(kt_sums *sums, kt_view name, kt_view value)
{
    const kt_sum sum = kt_sum_find(name, true);
    if (sum == KT_SUM_COUNT || (sums->trailing & KT_SUM_BIT(sum)) == 0)
        return KT_S3_FINE; /* a trailer nobody announced says nothing */
    if (!kt_digest_parse(sum, kt_view_trim(value), &sums->said[sum]))
        return KT_S3_INVALID_CHECKSUM;
    sums->trailing &= ~KT_SUM_BIT(sum);
    expect(sums, sum);
    return KT_S3_FINE;
}

kt_s3_code kt_sums_check(const kt_sums *sums, const char **text)
{
    static const char *const texts[KT_SUM_COUNT] = {
        [KT_SUM_CRC32] = "The CRC32 you specified did not match the calculated checksum.",
        [KT_SUM_CRC32C] = "The CRC32C you specified did not match the calculated checksum.",
        [KT_SUM_CRC64NVME] = "The CRC64NVME you specified did not match the calculated checksum.",
        [KT_SUM_SHA1] = "The SHA1 you specified did not match the calculated checksum.",
        [KT_SUM_SHA256] = "The SHA256 you specified did not match the calculated checksum.",
    };
    if (sums->trailing != 0) {
        *text = "The trailing checksum that was announced is missing.";
        return KT_S3_INVALID_REQUEST;
    }
    if (sums->has_payload_hash && memcmp(&sums->payload_hash, &sums->found[KT_SUM_SHA256], KT_SHA256_BYTES) != 0)
        return KT_S3_PAYLOAD_MISMATCH;
    for (kt_sum sum = 0; sum < KT_SUM_COUNT; sum++)
        if ((sums->expected & KT_SUM_BIT(sum)) != 0 &&
            memcmp(&sums->said[sum], &sums->found[sum], kt_sum_rows[sum].bytes) != 0) {
            *text = texts[sum];
            return sum == KT_SUM_MD5 ? KT_S3_BAD_DIGEST : KT_S3_BAD_CHECKSUM;
        }
    return KT_S3_FINE;
}

int kt_sums_lines(const kt_sums *sums, kt_buf *out)
{
    const unsigned sent = (sums->expected | sums->kept) & ~KT_SUM_BIT(KT_SUM_MD5);
    const unsigned kept = sent != 0 ? sent : sums->wanted & KT_SUM_BIT(KT_SUM_CRC64NVME);
    char text[KT_SUM_TEXT_BYTES];
    for (kt_sum sum = 0; sum < KT_SUM_MD5; sum++)
        if ((kept & KT_SUM_BIT(sum)) != 0) {
            kt_digest_base64(sum, &sums->found[sum], text);
            kt_buf_addf(out, "%s:%s\n", kt_sum_rows[sum].header, text);
        }
    if (kept != 0)
        kt_buf_adds(out, "x-amz-checksum-type:FULL_OBJECT\n");
    return kt_buf_check(out, NULL, "checksums");
}
