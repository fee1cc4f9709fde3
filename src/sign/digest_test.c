/* SPDX-License-Identifier: Apache-2.0 */
/* digest_test.c - SHA-256 (FIPS 180-4's examples), HMAC (RFC 4231's), in one piece and in many, from a file. */
#include "sign/digest.h"

#include "tests/unit.h"
#include <stdio.h>
#include <string.h>

TEST(digest, sha256_gives_the_standards_examples)
{
    static const struct {
        const char *text, *expect;
    } rows[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };
    char hex[KT_SHA256_HEX + 1];
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_sha256_hex(rows[i].text, strlen(rows[i].text), hex);
        assert_string_equal(hex, rows[i].expect);
    }
}

TEST(digest, many_pieces_give_what_one_gives)
{
    char whole[KT_SHA256_HEX + 1], pieces[KT_SHA256_HEX + 1], text[1000];
    kt_sha256_state hash;
    memset(text, 'a', sizeof(text));
    kt_sha256_hex(text, sizeof(text), whole);
    kt_sha256_begin(&hash);
    for (size_t at = 0, step = 1; at < sizeof(text); at += step, step = step * 2 % 97)
        kt_sha256_add(&hash, text + at, step < sizeof(text) - at ? step : sizeof(text) - at);
    kt_sha256_add(&hash, NULL, 0);
    kt_sha256_end_hex(&hash, pieces);
    assert_string_equal(pieces, whole);
}

TEST(digest, hmac_gives_the_examples_of_rfc_4231)
{
    uint8_t out[KT_SHA256_BYTES], key[131];
    char hex[KT_SHA256_HEX + 1];
    memset(key, 0x0b, sizeof(key));
    kt_hmac_sha256(key, 20, "Hi There", 8, out);
    kt_hex(out, sizeof(out), hex);
    assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    kt_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out);
    kt_hex(out, sizeof(out), hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof(key));
    kt_hmac_sha256(key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
    kt_hex(out, sizeof(out), hex);
    assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(digest, a_file_is_read_from_where_it_is_told_and_its_position_stays)
{
    char expect[KT_SHA256_HEX + 1], hex[KT_SHA256_HEX + 1];
    FILE *file = tmpfile();
    assert_non_null(file);
    fputs("xxabcyy", file);
    fflush(file);
    kt_sha256_hex("abc", 3, expect);
    assert_int_equal(kt_sha256_file_hex(fileno(file), 2, 3, hex, NULL), 0);
    assert_string_equal(hex, expect);
    kt_sha256_hex("abcyy", 5, expect);
    assert_int_equal(kt_sha256_file_hex(fileno(file), 2, 1 << 20, hex, NULL), 0);
    assert_string_equal(hex, expect);
    assert_int_equal(ftell(file), 7);
    fclose(file);
    assert_int_equal(kt_sha256_file_hex(-1, 0, 1, hex, NULL), KT_E_IO);
}

TEST(digest, hexadecimal_digits_are_read_back_and_nothing_else)
{
    static const char *const bad[] = { "0", "0g", "AB", "+1", " 1", "0x" };
    uint8_t bytes[4] = { 0 };
    char hex[9];
    assert_true(kt_unhex(kt_view_of("00ff7a10"), bytes));
    kt_hex(bytes, sizeof(bytes), hex);
    assert_string_equal(hex, "00ff7a10");
    assert_true(kt_unhex((kt_view){ "", 0 }, bytes));
    for (size_t i = 0; i < KT_COUNT(bad); i++)
        assert_false(kt_unhex(kt_view_of(bad[i]), bytes));
}
