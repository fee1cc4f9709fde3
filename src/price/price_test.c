/* SPDX-License-Identifier: Apache-2.0 */
/* price_test.c - rates and amounts to the last digit, and AWS's two forms of a price list. */
#include "price/price.h"

#include "tests/unit.h"
#include <string.h>

static const struct {
    const char *text;
    int64_t pico;
    int rc;
} rate_rows[] = {
    { "0.3000000000", 300000000000, 0 },
    { "0.0004250000", 425000000, 0 },
    { "4100", 4100000000000000, 0 },
    { "0", 0, 0 },
    { ".5", 500000000000, 0 },
    { "0.0000000000001", 1, 0 }, /* beyond the twelfth digit: up */
    { "0.0000000000010", 1, 0 },
    { "0.0122666667", 12266666700, 0 },
    { "", 0, KT_E_INVALID },
    { ".", 0, KT_E_INVALID },
    { "-1", 0, KT_E_INVALID },
    { "1e3", 0, KT_E_INVALID },
    { "NaN", 0, KT_E_INVALID },
    { "1.2.3", 0, KT_E_INVALID },
    { "10000000", 0, KT_E_LIMIT },
    { "99999999999999999999", 0, KT_E_LIMIT },
};

TEST(price, reads_decimal_text_as_pico_dollars_and_refuses_all_else)
{
    for (size_t i = 0; i < KT_COUNT(rate_rows); i++) {
        int64_t pico = -1;
        kt_error err = { 0 };
        assert_int_equal(kt_price_parse(kt_view_of(rate_rows[i].text), &pico, &err), rate_rows[i].rc);
        assert_int_equal(pico, rate_rows[i].rc == 0 ? rate_rows[i].pico : -1);
    }
}

TEST(price, rounds_each_amount_up_and_never_wraps)
{
    int64_t musd = -1;
    assert_int_equal(kt_price_amount(425000000, 100, 1, &musd, NULL), 0);
    assert_int_equal(musd, 42500);
    assert_int_equal(kt_price_amount(75000000000, 3000, 60000, &musd, NULL), 0);
    assert_int_equal(musd, 3750);
    assert_int_equal(kt_price_amount(1, 1, 1, &musd, NULL), 0);
    assert_int_equal(musd, 1);
    assert_int_equal(kt_price_amount(INT64_MAX, INT64_MAX, 1, &musd, NULL), KT_E_LIMIT);
    assert_int_equal(kt_price_amount(-1, 1, 1, &musd, NULL), KT_E_INVALID);
    assert_int_equal(kt_price_amount(1, 1, 0, &musd, NULL), KT_E_INVALID);
    assert_int_equal(musd, 1);
}

#define HEAD                                                                                                           \
    "\"FormatVersion\",\"v1.0\"\n\"Disclaimer\",\"a \"\"b\"\"\"\n\"Publication "                                       \
    "Date\",\"2026-09-01\"\n\"Version\",\"1\"\n"                                                                       \
    "\"OfferCode\",\"AmazonBraket\"\r\n"
#define COLUMNS "SKU,Unit,PricePerUnit,Currency,Product Family,Region Code,DeviceName,Device Name,Version\n"

TEST(price, finds_exactly_one_row_or_none)
{
    KT_OWN(kt_prices) *prices = NULL;
    const char *text = HEAD COLUMNS "A,quantum-task,0.30,USD,Quantum Task,us-east-1,Forte-1,,\r\n"
                                    "B,quantum-task,0.31,EUR,Quantum Task,us-east-1,Forte-1,,\n"
                                    "C,minutes,0.075,USD,Simulator Task,us-east-1,,,SV1\n"
                                    "D,t,0.3,USD,Braket Managed Jobs QPU Task,us-east-1,,Forte-1,\n"
                                    "E,t,0.3,USD,Quantum Task,us-west-1,X,,\nF,t,0.4,USD,Quantum Task,us-west-1,x,,";
    assert_int_equal(kt_prices_read_csv(kt_view_of(text), &prices, NULL), 0);
    assert_int_equal(kt_prices_count(prices), 5);
    assert_string_equal(kt_prices_published(prices), "2026-09-01");
    assert_string_equal(kt_prices_find(prices, "Quantum Task", "us-east-1", "forte-1")->sku, "A");
    assert_string_equal(kt_prices_find(prices, "Simulator Task", "us-east-1", "SV1")->sku, "C");
    assert_null(kt_prices_find(prices, "Quantum Task", "us-west-1", "X"));
    assert_null(kt_prices_find(prices, "Quantum Task", "eu-west-2", "Forte-1"));
    assert_null(kt_prices_at(prices, 5));
}

TEST(price, writes_both_forms_so_that_they_read_back_the_same)
{
    KT_OWN(kt_prices) *prices = NULL, *from_csv = NULL, *from_json = NULL;
    const char *text = HEAD COLUMNS "A,quantum-task,0.3000000000,USD,Quantum Task,us-east-1,\"For\"\"te, 1\",,\n"
                                    "C,minutes,0.075,USD,Simulator Task,us-east-1,,,SV1\n";
    assert_int_equal(kt_prices_read_csv(kt_view_of(text), &prices, NULL), 0);
    KT_BUF_OWN csv, json;
    kt_buf_init(&csv, 0);
    kt_buf_init(&json, 0);
    assert_int_equal(kt_prices_write_csv(prices, &csv, NULL), 0);
    assert_int_equal(kt_prices_write_json(prices, &json, NULL), 0);
    assert_int_equal(kt_prices_read_csv(kt_buf_view(&csv), &from_csv, NULL), 0);
    assert_int_equal(kt_prices_read_json(kt_buf_view(&json), &from_json, NULL), 0);
    const kt_prices *both[] = { from_csv, from_json };
    for (size_t b = 0; b < 2; b++) {
        assert_int_equal(kt_prices_count(both[b]), 2);
        const kt_price_row *row = kt_prices_find(both[b], "Quantum Task", "us-east-1", "For\"te, 1");
        assert_non_null(row);
        assert_string_equal(row->price_usd, "0.3000000000");
        assert_int_equal(row->rate_pico, 300000000000);
        assert_non_null(kt_prices_find(both[b], "Simulator Task", "us-east-1", "sv1"));
    }
}

static const struct {
    const char *text, *expect;
} bad_rows[] = {
    { "", "line 1: a price list has five lines" },
    { HEAD, "line 6: a price list has five lines" },
    { HEAD "SKU,Unit\n", "line 6: no column is named 'PricePerUnit'" },
    { HEAD COLUMNS "A,x,-1,USD,F,r,d,,\n", "line 7: price '-1'" },
    { HEAD COLUMNS "A,x,1,USD,\"F", "line 7: a quoted field has no end" },
};

TEST(price, says_where_a_bad_list_is_bad)
{
    for (size_t i = 0; i < KT_COUNT(bad_rows); i++) {
        kt_prices *prices = NULL;
        kt_error err = { 0 };
        assert_true(kt_prices_read_csv(kt_view_of(bad_rows[i].text), &prices, &err) < 0);
        assert_memory_equal(err.message, bad_rows[i].expect, strlen(bad_rows[i].expect));
        assert_null(prices);
    }
    kt_prices *prices = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_prices_read_json(kt_view_of("{\"products\": []}"), &prices, &err), KT_E_INVALID);
    assert_int_equal(kt_prices_read_json(kt_view_of("{"), &prices, &err), KT_E_SYNTAX);
    assert_null(prices);
}

/* ---- the JSON form ---- */

#define OFFER(products, terms) "{\"products\": {" products "}, \"terms\": {\"OnDemand\": {" terms "}}}"
#define TERM(sku, usd)                                                                                                 \
    "\"" sku "\": {\"" sku ".t\": {\"priceDimensions\": {\"" sku ".t.r\": {\"unit\": \"u\", \"pricePerUnit\": {" usd   \
    "}}}}}"

/* One product each, however its attributes are spelled. */
static const struct {
    const char *attributes, *device, *provider;
} spelled[] = {
    { "\"devicename\": \"Garnet\", \"provider\": \"IQM\"", "Garnet", "IQM" },
    { "\"deviceName\": \"Garnet\", \"deviceProvider\": \"IQM\"", "Garnet", "IQM" },
    { "\"version\": \"SV1\"", "SV1", "" },
    { "\"devicename\": \"\", \"deviceName\": \"Garnet\"", "Garnet", "" },
    { "\"devicename\": 7", "", "" },
};

TEST(offer, reads_every_spelling_of_device_and_provider)
{
    for (size_t i = 0; i < KT_COUNT(spelled); i++) {
        KT_OWN(kt_prices) *prices = NULL;
        KT_BUF_OWN text;
        kt_buf_init(&text, 0);
        kt_buf_addf(&text,
                    OFFER("\"A\": {\"productFamily\": \"Quantum Task\", \"attributes\": {\"regionCode\": \"r\", %s}}",
                          TERM("A", "\"USD\": \"0.3\"")),
                    spelled[i].attributes);
        assert_int_equal(kt_prices_read_json(kt_buf_view(&text), &prices, NULL), 0);
        assert_int_equal(kt_prices_count(prices), 1);
        const kt_price_row *row = kt_prices_find(prices, "Quantum Task", "r", spelled[i].device);
        assert_non_null(row);
        assert_string_equal(row->sku, "A");
        assert_string_equal(row->provider, spelled[i].provider);
        assert_string_equal(row->unit, "u");
    }
}

TEST(offer, leaves_out_other_currencies_and_products_without_terms)
{
    KT_OWN(kt_prices) *prices = NULL;
    const char *text =
        OFFER("\"A\": {}, \"B\": {}, \"C\": {}", TERM("A", "\"CNY\": \"0.3\"") ", " TERM("B", "\"USD\": \"1\""));
    assert_int_equal(kt_prices_read_json(kt_view_of(text), &prices, NULL), 0);
    assert_int_equal(kt_prices_count(prices), 1);
    assert_string_equal(kt_prices_at(prices, 0)->sku, "B");
    assert_string_equal(kt_prices_published(prices), "");
}

static const struct {
    const char *text;
    kt_code code;
    const char *expect;
} bad_offers[] = {
    { "{", KT_E_SYNTAX, "line 1" },
    { "[]", KT_E_INVALID, "a price list has the members 'products' and 'terms.OnDemand'" },
    { "{\"products\": {}, \"terms\": {}}", KT_E_INVALID, "a price list has the members" },
    { "{\"products\": [], \"terms\": {\"OnDemand\": {}}}", KT_E_INVALID, "a price list has the members" },
    { OFFER("\"A\": {}", TERM("A", "\"USD\": \"1e3\"")), KT_E_INVALID, "product A, A.t.r: price '1e3'" },
    { OFFER("\"A\": {}", TERM("A", "\"USD\": \"\"")), KT_E_INVALID, "product A, A.t.r: a price is empty" },
};

TEST(offer, names_the_product_that_is_wrong)
{
    for (size_t i = 0; i < KT_COUNT(bad_offers); i++) {
        kt_prices *prices = NULL;
        kt_error err = { 0 };
        assert_int_equal(kt_prices_read_json(kt_view_of(bad_offers[i].text), &prices, &err), bad_offers[i].code);
        assert_non_null(strstr(err.message, bad_offers[i].expect));
        assert_null(prices);
    }
}

/* ---- writing ---- */

TEST(price, writes_the_rate_codes_and_the_version_in_both_forms)
{
    KT_OWN(kt_prices) *prices = NULL;
    KT_BUF_OWN csv, json;
    kt_buf_init(&csv, 0);
    kt_buf_init(&json, 0);
    const char *text = HEAD COLUMNS "A,quantum-task,0.30,USD,Quantum Task,us-east-1,Forte-1,,\n";
    assert_int_equal(kt_prices_read_csv(kt_view_of(text), &prices, NULL), 0);
    assert_int_equal(kt_prices_write_csv(prices, &csv, NULL), 0);
    assert_int_equal(kt_prices_write_json(prices, &json, NULL), 0);
    const kt_buf *both[] = { &csv, &json };
    for (size_t b = 0; b < 2; b++) {
        assert_non_null(strstr(both[b]->data, "\"A.JRTCKXETXF.6YS6EN2CT7\""));
        assert_non_null(strstr(both[b]->data, "\"2026-09-01\""));
    }
    assert_non_null(strstr(csv.data, "\n\"Version\",\"1\"\n"));
    assert_non_null(strstr(json.data, "\"version\": \"1\""));
}

TEST(price, refuses_two_rows_of_one_sku_where_skus_are_names)
{
    KT_OWN(kt_prices) *prices = NULL;
    KT_BUF_OWN csv, json;
    kt_error err = { 0 };
    kt_buf_init(&csv, 0);
    kt_buf_init(&json, 0);
    const char *text = HEAD COLUMNS "A,t,1,USD,F,r,d,,\nA,t,2,USD,F,r,e,,\n";
    assert_int_equal(kt_prices_read_csv(kt_view_of(text), &prices, NULL), 0);
    assert_int_equal(kt_prices_write_csv(prices, &csv, NULL), 0);
    assert_int_equal(kt_prices_write_json(prices, &json, &err), KT_E_INVALID);
    assert_string_equal(err.message, "two rows have the SKU 'A': each needs one of its own");
}

TEST(price, bears_lines_of_every_end_and_odd_length)
{
    KT_OWN(kt_prices) *prices = NULL;
    const char *text = HEAD COLUMNS "\r\n\nA,t,1,USD,F,r,\"d\r\n\"\"x\"\"\",,,more,and,more\r\nB,t,2,USD,F\n";
    assert_int_equal(kt_prices_read_csv(kt_view_of(text), &prices, NULL), 0);
    assert_int_equal(kt_prices_count(prices), 2);
    assert_string_equal(kt_prices_at(prices, 0)->device, "d\r\n\"x\"");
    assert_string_equal(kt_prices_at(prices, 1)->region, "");
}

TEST(price, bounds_columns_and_the_length_of_a_line)
{
    KT_BUF_OWN wide, fat;
    kt_prices *prices = NULL;
    kt_error err = { 0 };
    kt_buf_init(&wide, 0);
    kt_buf_init(&fat, 0);
    kt_buf_adds(&wide, HEAD COLUMNS);
    for (int i = 0; i < 256; i++)
        kt_buf_addc(&wide, ',');
    assert_int_equal(kt_prices_read_csv(kt_buf_view(&wide), &prices, &err), KT_E_LIMIT);
    assert_string_equal(err.message, "line 7: more than 256 columns");
    kt_buf_adds(&fat, HEAD COLUMNS);
    for (int i = 0; i < 70000; i++)
        kt_buf_addc(&fat, 'x');
    assert_int_equal(kt_prices_read_csv(kt_buf_view(&fat), &prices, &err), KT_E_LIMIT);
    assert_null(prices);
}
