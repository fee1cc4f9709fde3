/* SPDX-License-Identifier: Apache-2.0 */
/* s3_sums.c - computing sums (CRCs by tables of our own, the rest by libcrypto) and their text forms. The three CRCs
 * are reflected, so one loop serves all: a shorter one lies in the low half of 64 bits. */
#include "sandbox/s3_sums.h"

#include <string.h>

const kt_sum_row kt_sum_rows[KT_SUM_COUNT] = {
    [KT_SUM_CRC32] = { "crc32", "CRC32", "x-amz-checksum-crc32", "ChecksumCRC32", 4 },
    [KT_SUM_CRC32C] = { "crc32c", "CRC32C", "x-amz-checksum-crc32c", "ChecksumCRC32C", 4 },
    [KT_SUM_CRC64NVME] = { "crc64nvme", "CRC64NVME", "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME", 8 },
    [KT_SUM_SHA1] = { "sha1", "SHA1", "x-amz-checksum-sha1", "ChecksumSHA1", 20 },
    [KT_SUM_SHA256] = { "sha256", "SHA256", "x-amz-checksum-sha256", "ChecksumSHA256", 32 },
    [KT_SUM_MD5] = { "md5", "MD5", "content-md5", "ContentMD5", 16 },
};

static bool same_ignoring_case(kt_view a, const char *b)
{
    return a.length == strlen(b) && strncasecmp(a.data, b, a.length) == 0;
}

kt_sum kt_sum_find(kt_view name, bool is_header)
{
    for (kt_sum sum = 0; sum < KT_SUM_MD5; sum++)
        if (same_ignoring_case(name, is_header ? kt_sum_rows[sum].header : kt_sum_rows[sum].name))
            return sum;
    return KT_SUM_COUNT;
}

/* Reversed polynomials; the registers start and end inverted in their width. */
static const struct {
    uint64_t polynomial, mask;
} crcs[KT_CRC_COUNT] = {
    [KT_SUM_CRC32] = { 0xEDB88320u, 0xFFFFFFFFu },
    [KT_SUM_CRC32C] = { 0x82F63B78u, 0xFFFFFFFFu },
    [KT_SUM_CRC64NVME] = { 0x9A6C9329AC4BC9B5u, UINT64_MAX },
};

void kt_crc_tables_init(kt_crc_tables *tables)
{
    for (size_t kind = 0; kind < KT_CRC_COUNT; kind++) {
        uint64_t(*of)[256] = tables->of[kind];
        for (size_t byte = 0; byte < 256; byte++) {
            uint64_t crc = byte;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ crcs[kind].polynomial : crc >> 1;
            of[0][byte] = crc;
        }
        for (size_t step = 1; step < 8; step++)
            for (size_t byte = 0; byte < 256; byte++)
                of[step][byte] = of[step - 1][byte] >> 8 ^ of[0][of[step - 1][byte] & 255];
    }
}

static uint64_t crc_add(const uint64_t of[8][256], uint64_t crc, const uint8_t *data, size_t bytes)
{
    for (; bytes >= 8; data += 8, bytes -= 8) {
        uint64_t eight;
        memcpy(&eight, data, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        eight = __builtin_bswap64(eight);
#endif
        eight ^= crc;
        crc = of[7][eight & 255] ^ of[6][eight >> 8 & 255] ^ of[5][eight >> 16 & 255] ^ of[4][eight >> 24 & 255] ^
              of[3][eight >> 32 & 255] ^ of[2][eight >> 40 & 255] ^ of[1][eight >> 48 & 255] ^ of[0][eight >> 56];
    }
    for (; bytes > 0; data++, bytes--)
        crc = of[0][(crc ^ *data) & 255] ^ crc >> 8;
    return crc;
}

static const EVP_MD *md_of(kt_sum sum)
{
    switch (sum) {
    case KT_SUM_SHA1: return EVP_sha1();
    case KT_SUM_SHA256: return EVP_sha256();
    case KT_SUM_MD5: return EVP_md5();
    default: return NULL;
    }
}

int kt_summer_init(kt_summer *summer, const kt_crc_tables *tables, unsigned wanted, kt_error *err)
{
    *summer = (kt_summer){ .tables = tables, .wanted = wanted };
    for (kt_sum sum = 0; sum < KT_SUM_COUNT; sum++) {
        if ((wanted & KT_SUM_BIT(sum)) == 0)
            continue;
        if (sum < KT_CRC_COUNT) {
            summer->crc[sum] = crcs[sum].mask;
            continue;
        }
        summer->md[sum] = EVP_MD_CTX_new();
        if (summer->md[sum] == NULL || EVP_DigestInit_ex(summer->md[sum], md_of(sum), NULL) != 1) {
            kt_summer_fini(summer);
            return kt_fail(err, KT_E_NOMEM, "libcrypto can't compute %s", kt_sum_rows[sum].upper);
        }
    }
    return 0;
}

void kt_summer_fini(kt_summer *summer)
{
    for (kt_sum sum = 0; sum < KT_SUM_COUNT; sum++) {
        EVP_MD_CTX_free(summer->md[sum]);
        summer->md[sum] = NULL;
    }
}

void kt_summer_add(kt_summer *summer, kt_view bytes)
{
    for (kt_sum sum = 0; sum < KT_SUM_COUNT; sum++) {
        if ((summer->wanted & KT_SUM_BIT(sum)) == 0)
            continue;
        if (sum < KT_CRC_COUNT)
            summer->crc[sum] =
                crc_add(summer->tables->of[sum], summer->crc[sum], (const uint8_t *)bytes.data, bytes.length);
        else
            EVP_DigestUpdate(summer->md[sum], bytes.data, bytes.length);
    }
}

void kt_summer_end(kt_summer *summer, kt_digest digests[KT_SUM_COUNT])
{
    for (kt_sum sum = 0; sum < KT_SUM_COUNT; sum++) {
        if ((summer->wanted & KT_SUM_BIT(sum)) == 0)
            continue;
        if (sum >= KT_CRC_COUNT) {
            EVP_DigestFinal_ex(summer->md[sum], digests[sum].bytes, NULL);
            continue;
        }
        const uint64_t crc = summer->crc[sum] ^ crcs[sum].mask;
        for (size_t i = 0, bytes = kt_sum_rows[sum].bytes; i < bytes; i++)
            digests[sum].bytes[i] = (uint8_t)(crc >> 8 * (bytes - 1 - i));
    }
}

void kt_digest_base64(kt_sum sum, const kt_digest *digest, char out[KT_SUM_TEXT_BYTES])
{
    EVP_EncodeBlock((unsigned char *)out, digest->bytes, (int)kt_sum_rows[sum].bytes);
}

bool kt_digest_parse(kt_sum sum, kt_view base64, kt_digest *out)
{
    const size_t bytes = kt_sum_rows[sum].bytes, length = (bytes + 2) / 3 * 4;
    unsigned char decoded[KT_SUM_TEXT_BYTES];
    char again[KT_SUM_TEXT_BYTES];
    if (base64.length != length || EVP_DecodeBlock(decoded, (const unsigned char *)base64.data, (int)length) < 0)
        return false;
    kt_digest digest = { 0 };
    memcpy(digest.bytes, decoded, bytes);
    kt_digest_base64(sum, &digest, again);
    if (memcmp(again, base64.data, length) != 0) /* blanks and odd padding, which libcrypto takes */
        return false;
    *out = digest;
    return true;
}

void kt_digest_hex(kt_sum sum, const kt_digest *digest, char out[2 * KT_SUM_BYTES_MOST + 1])
{
    kt_hex(digest->bytes, kt_sum_rows[sum].bytes, out);
}
