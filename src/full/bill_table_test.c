/* SPDX-License-Identifier: Apache-2.0 */
/* bill_table_test.c - how a bill looks. */
#include "tests/unit.h"

#include "full/bill_table.h"
#include <string.h>

static const char bill[] =
    "{\"tasks\": ["
    "{\"deviceArn\": \"arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet\", \"status\": \"COMPLETED\","
    " \"createdAt\": \"2026-03-11T10:00:00.000Z\", \"pending\": false, \"reservation\": false, \"lines\": ["
    "{\"what\": \"task\", \"quantity\": 1, \"unit\": \"quantum-task\", \"rate_pico_usd\": 300000000000,"
    " \"rate_per\": \"quantum-task\", \"amount_musd\": 300000, \"note\": null},"
    "{\"what\": \"shots\", \"quantity\": 950, \"unit\": \"quantum-shot\", \"rate_pico_usd\": 1450000000,"
    " \"rate_per\": \"quantum-shot\", \"amount_musd\": 1377500, \"note\": \"only the shots that were made\"}]},"
    "{\"deviceArn\": \"device/sv1\", \"status\": \"QUEUED\", \"createdAt\": \"2026-03-11T10:00:01.000Z\","
    " \"pending\": true, \"lines\": [{\"what\": \"simulator\", \"quantity\": 3000, \"unit\": \"ms\","
    " \"rate_pico_usd\": 75000000000, \"rate_per\": \"minutes\", \"amount_musd\": 3750, \"note\": \"minimum of 3 "
    "s\"}]},"
    "{\"deviceArn\": \"device/Garnet\", \"status\": \"CANCELLED\", \"createdAt\": \"c\", \"lines\": []},"
    "{\"deviceArn\": \"device/Aquila\", \"status\": \"COMPLETED\", \"createdAt\": \"d\", \"reservation\": true,"
    " \"lines\": []},"
    "{\"deviceArn\": \"device/New\", \"status\": \"COMPLETED\", \"createdAt\": \"e\", \"lines\": [],"
    " \"unpriced\": \"no row\"}],"
    "\"devices\": [{\"deviceArn\": \"device/Garnet\", \"tasks\": 2, \"charged_musd\": 1677500},"
    "{\"deviceArn\": \"device/Aquila\", \"tasks\": 1, \"charged_musd\": 0}],"
    "\"task_count\": 5, \"pending_count\": 1, \"unpriced_count\": 1, \"charged_musd\": 1677500, \"pending_musd\": 3750,"
    "\"prices_published\": \"2026-09-01T00:00:00Z\", \"next\": null}";

static const char table[] =
    "what Amazon Braket would charge, at list prices of 2026-09-01\n"
    "\n"
    "CREATED                   DEVICE                STATUS      ITEM         QUANTITY    RATE, USD             USD  "
    "NOTE\n"
    "2026-03-11T10:00:00.000Z  Garnet                COMPLETED   task                1         0.30        0.300000\n"
    "                                                            shots             950      0.00145        1.377500"
    "  only the shots that were made\n"
    "2026-03-11T10:00:01.000Z  sv1                   QUEUED      simulator     3.000 s    0.075/min        0.003750"
    "  minimum of 3 s; not charged yet\n"
    "c                         Garnet                CANCELLED                                             0.000000"
    "  nothing to charge\n"
    "d                         Aquila                COMPLETED                                             0.000000"
    "  paid with its reservation\n"
    "e                         New                   COMPLETED                                                    ?"
    "  no price: no row\n"
    "\n"
    "DEVICE                   TASKS             USD\n"
    "Garnet                       2        1.677500\n"
    "Aquila                       1        0.000000\n"
    "charged                      3        1.677500\n"
    "not charged yet              1        0.003750\n"
    "without a price              1               ?\n";

static char *shown(const char *text, kt_buf *out)
{
    KT_OWN(kt_json) *document = NULL;
    kt_buf_init(out, 0);
    assert_int_equal(kt_json_parse(kt_view_of(text), &document, NULL), 0);
    kt_bill_table(document, out);
    assert_int_equal(kt_buf_check(out, NULL, "a table"), 0);
    return out->data;
}

TEST(bill_table, lines_up_items_notes_and_totals)
{
    KT_BUF_OWN out;
    assert_string_equal(shown(bill, &out), table);
}

TEST(bill_table, says_that_nothing_was_charged)
{
    KT_BUF_OWN out;
    assert_string_equal(
        shown("{\"tasks\": [], \"task_count\": 0, \"prices_published\": \"2026-09-01\", \"next\": null}", &out),
        "what Amazon Braket would charge, at list prices of 2026-09-01\n"
        "\n"
        "DEVICE                   TASKS             USD\n"
        "charged                      0        0.000000\n");
}

TEST(bill_table, says_when_it_shows_only_a_part)
{
    KT_BUF_OWN out;
    const char *text = shown("{\"tasks\": [{}], \"task_count\": 7, \"next\": 1}", &out);
    assert_non_null(strstr(text, "only the first 1 of 7 tasks are listed; the totals are of all\n"));
}

TEST(bill_table, bears_members_of_other_kinds)
{
    KT_BUF_OWN out;
    assert_non_null(shown("[]", &out));
    kt_buf_fini(&out);
    assert_non_null(shown("{\"tasks\": [3, {\"lines\": [{\"rate_pico_usd\": \"x\"}]}], \"devices\": [null]}", &out));
}
