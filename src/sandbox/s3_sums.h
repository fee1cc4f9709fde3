/* SPDX-License-Identifier: Apache-2.0 */
/* s3_sums.h - the sums over a body that S3 knows: MD5 (the ETag) and the checksums that clients may send along, in
 * headers or in the trailer of an aws-chunked body. */
#ifndef KT_SANDBOX_S3_SUMS_H
#define KT_SANDBOX_S3_SUMS_H

#include "sandbox/s3_priv.h"

#include <openssl/evp.h>

typedef enum kt_sum {
    KT_SUM_CRC32,
    KT_SUM_CRC32C,
    KT_SUM_CRC64NVME,
    KT_SUM_SHA1,
    KT_SUM_SHA256,
    KT_SUM_MD5, /* no checksum by name, but the ETag */
    KT_SUM_COUNT
} kt_sum;
#define KT_SUM_BIT(sum) (1u << (sum))

enum { KT_SUM_BYTES_MOST = 32, KT_SUM_TEXT_BYTES = 48 /* base64 with its NUL */ };
#define KT_CRC_COUNT (KT_SUM_CRC64NVME + 1)

typedef struct kt_sum_row {
    const char *name;    /* "crc32" */
    const char *upper;   /* "CRC32" */
    const char *header;  /* "x-amz-checksum-crc32" */
    const char *element; /* "ChecksumCRC32" */
    size_t bytes;
} kt_sum_row;
extern const kt_sum_row kt_sum_rows[KT_SUM_COUNT];
/* By "crc32", "CRC32" or, with is_header, "x-amz-checksum-crc32"; KT_SUM_COUNT: none. MD5 has no such name. */
kt_sum kt_sum_find(kt_view name, bool is_header);

/* Tables for eight bytes a step, of each CRC; made once for a sandbox. */
typedef struct kt_crc_tables {
    uint64_t of[KT_CRC_COUNT][8][256];
} kt_crc_tables;
void kt_crc_tables_init(kt_crc_tables *tables);

typedef struct kt_digest {
    uint8_t bytes[KT_SUM_BYTES_MOST];
} kt_digest;
void kt_digest_base64(kt_sum sum, const kt_digest *digest, char out[KT_SUM_TEXT_BYTES]);
bool kt_digest_parse(kt_sum sum, kt_view base64, kt_digest *out); /* strict; false: not the base64 of one */
void kt_digest_hex(kt_sum sum, const kt_digest *digest, char out[2 * KT_SUM_BYTES_MOST + 1]);

/* Several sums of the same bytes, computed side by side. */
typedef struct kt_summer {
    const kt_crc_tables *tables;
    unsigned wanted; /* KT_SUM_BITs */
    uint64_t crc[KT_CRC_COUNT];
    EVP_MD_CTX *md[KT_SUM_COUNT];
} kt_summer;
int kt_summer_init(kt_summer *summer, const kt_crc_tables *tables, unsigned wanted, kt_error *err);
void kt_summer_fini(kt_summer *summer);
void kt_summer_add(kt_summer *summer, kt_view bytes);
void kt_summer_end(kt_summer *summer, kt_digest digests[KT_SUM_COUNT]);

/* What a request says of its body's sums. */
typedef struct kt_sums {
    unsigned expected;     /* found must be equal to said */
    unsigned trailing;     /* announced in x-amz-trailer, not there yet */
    unsigned wanted;       /* to compute: expected, trailing, and what the operation needs */
    unsigned kept;         /* stored with the object although the client sent none */
    bool has_payload_hash; /* x-amz-content-sha256 is a sum, not a word */
    kt_digest payload_hash;
    kt_digest said[KT_SUM_COUNT], found[KT_SUM_COUNT];
} kt_sums;
kt_s3_code kt_sums_read(const kt_s3 *s3, kt_sums *out, const char **text);
kt_s3_code kt_sums_trailer(kt_sums *sums, kt_view name, kt_view value);
/* After `found` is filled: whether all that was said is true. *text: the message, NULL for the table's. */
kt_s3_code kt_sums_check(const kt_sums *sums, const char **text);
/* The checksums to keep with an object, as header lines: those that the client sent, else CRC64NVME, as S3 does. */
int kt_sums_lines(const kt_sums *sums, kt_buf *out);

#endif
