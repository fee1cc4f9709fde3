/* SPDX-License-Identifier: Apache-2.0 */
/* tally_test.c - adding up outcomes whose columns turn up one after another. */
#include "tests/unit.h"

#include "sim/tally.h"

TEST(tally, late_columns_are_0_in_early_rows_and_columns_are_put_in_order)
{
    kt_tally t;
    uint64_t one = UINT64_C(1) << 63, two[2] = { UINT64_C(1) << 62, UINT64_C(1) << 63 };
    uint32_t from[65];
    assert_int_equal(kt_tally_init(&t, NULL), 0);
    assert_int_equal(kt_tally_add(&t, &one, 1, 7, NULL, 2, NULL), 0); /* bit 0 */
    assert_int_equal(kt_tally_add(&t, two, 65, 7, NULL, 3, NULL), 0); /* bits 1 and 64 */
    assert_int_equal(kt_tally_add(&t, &one, 1, 7, NULL, 5, NULL), 0);
    for (uint32_t c = 0; c < 65; c++)
        from[c] = 64 - c; /* the last becomes the first */
    assert_int_equal(kt_tally_finish(&t, 65, from, NULL), 0);
    assert_int_equal(t.count, 2);
    assert_true(t.rows[0].words[0] == 0 && t.rows[0].words[1] == UINT64_C(1) << 63 && t.rows[0].times == 7);
    assert_true(t.rows[1].words[0] == (UINT64_C(1) << 63 | 1) && t.rows[1].words[1] == 0);
    assert_ptr_equal(kt_tally_at(&t, 6), &t.rows[0]);
    assert_ptr_equal(kt_tally_at(&t, 7), &t.rows[1]);
    kt_tally_fini(&t);
}

TEST(tally, rows_differ_by_outputs_and_by_frame)
{
    kt_tally t;
    uint64_t zero = 0;
    uint32_t from[] = { 0 };
    assert_int_equal(kt_tally_init(&t, NULL), 0);
    assert_int_equal(kt_tally_add(&t, &zero, 1, 1, "{\"b\":1}", 1, NULL), 0);
    assert_int_equal(kt_tally_add(&t, &zero, 1, 1, "{\"a\":1}", 1, NULL), 0);
    assert_int_equal(kt_tally_add(&t, &zero, 1, 0, "{\"b\":1}", 1, NULL), 0);
    assert_int_equal(kt_tally_add(&t, &zero, 1, 1, "{\"b\":1}", 1, NULL), 0);
    assert_int_equal(kt_tally_finish(&t, 1, from, NULL), 0);
    assert_int_equal(t.count, 3);
    assert_string_equal(t.rows[0].outputs, "{\"a\":1}");
    assert_int_equal(t.rows[1].frame, 0);
    assert_int_equal(t.rows[2].times, 2);
    kt_tally_fini(&t);
}
