/* SPDX-License-Identifier: Apache-2.0 */
/* offer.c - index.json as AWS publishes it: products by SKU with their attributes, and apart from them the terms with
 * the price of each SKU. The names of attributes are spelled in several ways, which are all read. */
#include "base/json.h"
#include "base/map.h"
#include "price/price_priv.h"

#include <stdio.h>
#include <string.h>

static const char *text_of(const kt_json *object, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_object_get(object, names[i]));
        if (text != NULL && text[0] != '\0')
            return text;
    }
    return "";
}

#define TEXT_OF(object, ...)                                                                                           \
    text_of(object, (const char *const[]){ __VA_ARGS__ }, KT_COUNT(((const char *const[]){ __VA_ARGS__ })))

static int add_dimension(kt_prices *prices, kt_price_row *row, const kt_json *dimension, kt_error *err)
{
    const char *usd = json_string_value(json_object_get(json_object_get(dimension, "pricePerUnit"), "USD"));
    if (usd == NULL)
        return 0; /* another currency */
    row->price_usd = usd;
    row->unit = TEXT_OF(dimension, "unit");
    row->description = TEXT_OF(dimension, "description");
    return kt_prices_add(prices, row, err);
}

/* All prices of one product. */
static int add_product(kt_prices *prices, const char *sku, const kt_json *product, const kt_json *terms, kt_error *err)
{
    const kt_json *attributes = json_object_get(product, "attributes");
    kt_price_row row = { .sku = sku,
                         .family = TEXT_OF(product, "productFamily"),
                         .region = TEXT_OF(attributes, "regionCode"),
                         .device = TEXT_OF(attributes, "devicename", "deviceName", "version"),
                         .provider = TEXT_OF(attributes, "provider", "deviceProvider"),
                         .operation = TEXT_OF(attributes, "operation"),
                         .usage_type = TEXT_OF(attributes, "usagetype", "usageType") };
    const char *term_name, *dimension_name;
    kt_json *term, *dimension;
    json_object_foreach(json_object_get(terms, sku), term_name, term)
    {
        row.effective_date = TEXT_OF(term, "effectiveDate");
        json_object_foreach(json_object_get(term, "priceDimensions"), dimension_name, dimension)
        {
            int rc = add_dimension(prices, &row, dimension, err);
            if (rc < 0)
                return kt_wrap(err, rc, "product %s, %s", sku, dimension_name);
        }
    }
    return 0;
}

int kt_prices_read_json(kt_view text, kt_prices **out, kt_error *err)
{
    KT_OWN(kt_json) *offer = NULL;
    int rc = kt_json_parse(text, &offer, err);
    if (rc < 0)
        return rc;
    kt_json *products = json_object_get(offer, "products"), *product;
    const kt_json *terms = json_object_get(json_object_get(offer, "terms"), "OnDemand");
    if (!json_is_object(products) || !json_is_object(terms))
        return kt_fail(err, KT_E_INVALID, "a price list has the members 'products' and 'terms.OnDemand'");
    KT_OWN(kt_prices) *prices = kt_prices_new();
    if (prices == NULL)
        return kt_fail_nomem(err, sizeof *prices, "a price list");
    const char *sku;
    json_object_foreach(products, sku, product)
    {
        rc = add_product(prices, sku, product, terms, err);
        if (rc < 0)
            return rc;
    }
    prices->published = kt_prices_keep(prices, kt_view_of(TEXT_OF(offer, "publicationDate")));
    prices->version = kt_prices_keep(prices, kt_view_of(TEXT_OF(offer, "version")));
    if (prices->published == NULL || prices->version == NULL)
        return kt_fail_nomem(err, 0, "a price list");
    *out = KT_GIVE(prices);
    return 0;
}

/* ---- writing ---- */

static void write_member(kt_jw *w, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    kt_jw_key(w, name);
    kt_jw_strz(w, value);
}

static void write_product(kt_jw *w, const kt_price_row *row)
{
    static const char *const device_names[] = {
        [KT_COLUMN_DEVICENAME] = "devicename", [KT_COLUMN_DEVICE_NAME] = "deviceName", [KT_COLUMN_VERSION] = "version"
    };
    kt_jw_key(w, row->sku);
    kt_jw_object(w);
    write_member(w, "sku", row->sku);
    write_member(w, "productFamily", row->family);
    kt_jw_key(w, "attributes");
    kt_jw_object(w);
    write_member(w, "servicecode", "AmazonBraket");
    write_member(w, "regionCode", row->region);
    write_member(w, device_names[kt_price_device_column(row->family)], row->device);
    write_member(w, "provider", row->provider);
    write_member(w, "operation", row->operation);
    write_member(w, "usagetype", row->usage_type);
    kt_jw_close(w);
    kt_jw_close(w);
}

static void write_term(kt_jw *w, const kt_price_row *row)
{
    char term[256], rate[288];
    snprintf(term, sizeof term, "%.200s." KT_PRICE_TERM, row->sku);
    snprintf(rate, sizeof rate, "%s." KT_PRICE_RATE, term);
    kt_jw_key(w, row->sku);
    kt_jw_object(w);
    kt_jw_key(w, term);
    kt_jw_object(w);
    write_member(w, "offerTermCode", KT_PRICE_TERM);
    write_member(w, "sku", row->sku);
    write_member(w, "effectiveDate", row->effective_date);
    kt_jw_key(w, "priceDimensions");
    kt_jw_object(w);
    kt_jw_key(w, rate);
    kt_jw_object(w);
    write_member(w, "rateCode", rate);
    write_member(w, "description", row->description);
    write_member(w, "unit", row->unit);
    kt_jw_key(w, "pricePerUnit");
    kt_jw_object(w);
    write_member(w, "USD", row->price_usd);
    for (int open = 0; open < 5; open++)
        kt_jw_close(w);
}

/* In this form an SKU is the name of a member, so no two rows may have the same. */
static int check_skus(const kt_prices *prices, kt_error *err)
{
    kt_map *seen = kt_map_new(NULL);
    int rc = seen == NULL ? kt_fail_nomem(err, 0, "SKUs") : 0;
    for (size_t i = 0; i < prices->count && rc == 0; i++) {
        kt_price_row *row = &prices->rows[i];
        if (kt_map_get(seen, kt_view_of(row->sku)) != NULL)
            rc = kt_fail(err, KT_E_INVALID, "two rows have the SKU '%.100s': each needs one of its own", row->sku);
        else if (kt_map_set(seen, kt_view_of(row->sku), row) < 0)
            rc = kt_fail_nomem(err, 0, "SKUs");
    }
    kt_map_free(seen);
    return rc;
}

int kt_prices_write_json(const kt_prices *prices, kt_buf *out, kt_error *err)
{
    int rc = check_skus(prices, err);
    if (rc < 0)
        return rc;
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(out), 1);
    kt_jw_object(&w);
    write_member(&w, "formatVersion", "v1.0");
    write_member(&w, "disclaimer", KT_PRICE_DISCLAIMER);
    write_member(&w, "offerCode", "AmazonBraket");
    write_member(&w, "version", prices->version);
    write_member(&w, "publicationDate", prices->published);
    kt_jw_key(&w, "products");
    kt_jw_object(&w);
    for (size_t i = 0; i < prices->count; i++)
        write_product(&w, &prices->rows[i]);
    kt_jw_close(&w);
    kt_jw_key(&w, "terms");
    kt_jw_object(&w);
    kt_jw_key(&w, "OnDemand");
    kt_jw_object(&w);
    for (size_t i = 0; i < prices->count; i++)
        write_term(&w, &prices->rows[i]);
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}
