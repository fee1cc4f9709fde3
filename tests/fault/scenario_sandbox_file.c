/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_sandbox_file.c - what the sandbox reads (devices, prices, scenarios, XML) while allocations fail, and
 * signatures made and verified. */
#include "tests/fault/scenarios.h"

#include "base/file.h"
#include "price/price.h"
#include "sandbox/device.h"
#include "sandbox/s3_xml.h"
#include "sandbox/scenario.h"
#include "sign/signer.h"

#include <string.h>

enum { FILE_BYTES_MOST = 16 << 20 };

static int read_devices(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_devices) *devices = NULL;
    (void)argument;
    int rc = kt_devices_load(KT_FAULT_DATA "/devices", NULL, &devices, err);
    if (rc < 0)
        return rc;
    *digest = 0;
    for (size_t i = 0; i < kt_devices_count(devices); i++) {
        const char *arn = kt_devices_at(devices, i)->arn;
        *digest = scenario_digest(*digest, arn, strlen(arn));
    }
    return 0;
}

static int read_prices(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_prices) *prices = NULL;
    KT_OWN(kt_prices) *again = NULL;
    KT_BUF_OWN text, written;
    kt_buf_init(&text, 0);
    kt_buf_init(&written, 0);
    (void)argument;
    int rc = kt_file_read(KT_FAULT_DATA "/prices.csv", FILE_BYTES_MOST, &text, err);
    if (rc == 0)
        rc = kt_prices_read_csv(kt_buf_view(&text), &prices, err);
    if (rc == 0)
        rc = kt_prices_write_json(prices, &written, err);
    if (rc == 0)
        rc = kt_prices_read_json(kt_buf_view(&written), &again, err);
    if (rc == 0)
        *digest = scenario_digest(kt_prices_count(again), written.data, written.length);
    return rc;
}

static int read_scenario(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_scenario) *scenario = NULL;
    kt_json *document = NULL;
    int rc = kt_json_parse(kt_view_of(argument), &document, err);
    if (rc == 0)
        rc = kt_scenario_read(document, &scenario, err);
    if (rc == 0)
        *digest = scenario->fault_count * 1000 + scenario->device_count * 100 + scenario->event_count;
    return rc;
}

static int read_xml(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    const kt_xml *root = NULL;
    if (arena == NULL)
        return kt_fail_nomem(err, 0, "arena");
    const int rc = kt_xml_parse(arena, kt_view_of(argument), &root, err);
    if (rc < 0)
        return rc;
    *digest = 0;
    for (const kt_xml *node = kt_xml_child(root, "Object"); node != NULL; node = kt_xml_next(node->next, "Object")) {
        const kt_view key = kt_xml_child_text(node, "Key");
        *digest = scenario_digest(*digest, key.data, key.length);
    }
    return 0;
}

static int sign(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    if (arena == NULL)
        return kt_fail_nomem(err, 0, "arena");
    const kt_sign_header headers[] = { { kt_view_of("host"), kt_view_of("127.0.0.1:4567") } };
    const kt_sign_request request = { .method = kt_view_of("GET"),
                                      .path = kt_view_of("/quantum-task/arn%3Aaws"),
                                      .query = kt_view_of("b=2&a=1"),
                                      .headers = headers,
                                      .header_count = KT_COUNT(headers),
                                      .payload_hash = kt_view_of("UNSIGNED-PAYLOAD") };
    const kt_sign_order order = { .style = strcmp(argument, "query") == 0 ? KT_SIGN_QUERY : KT_SIGN_HEADER,
                                  .keys = { .access_key = kt_view_of("AKIA"), .secret = kt_view_of("secret") },
                                  .region = kt_view_of("us-east-1"),
                                  .service = kt_view_of("braket"),
                                  .signed_at_ns = INT64_C(1700000000000000000),
                                  .expires_s = 60 };
    kt_signed made = { 0 };
    const int rc = kt_sign_make(&request, &order, arena, &made, err);
    if (rc == 0)
        *digest = scenario_digest(0, made.signature.data, made.signature.length);
    return rc;
}

const scenario sandbox_file_scenarios[] = {
    { "sandbox: device files", read_devices, NULL },
    { "sandbox: price lists", read_prices, NULL },
    { "sandbox: a scenario", read_scenario,
      "{\"seed\":1,\"devices\":{\"Garnet\":{\"queue_s\":1,\"fail_reason\":\"x\"}},\"faults\":[{\"operation\":\"s3:*\","
      "\"error\":"
      "{\"code\":\"SlowDown\"}}],\"events\":[{\"after_s\":1,\"set\":{\"search_stale_s\":2}}],\"quotas\":{\"*\":{"
      "\"per_second\":1,\"burst\":2}}}" },
    { "sandbox: a scenario that is wrong", read_scenario,
      "{\"seed\":1,\"faults\":[{\"operation\":\"s3:*\",\"rate\":-1}]}" },
    { "sandbox: XML", read_xml, "<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key></Object></Delete>" },
    { "sandbox: broken XML", read_xml, "<Delete><Object></Delete>" },
    { "sandbox: a signature in headers", sign, "header" },
    { "sandbox: a signature in the query", sign, "query" },
    { NULL, NULL, NULL },
};
