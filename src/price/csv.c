/* SPDX-License-Identifier: Apache-2.0 */
/* csv.c - index.csv as AWS publishes it: five lines about the file, a line of column names, one line a price. Fields
 * may be quoted, quotes in them doubled, line ends LF or CRLF. Only US dollars are read. */
#include "price/price_priv.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS_MOST = 256, HEADER_LINE = 6, FIELD_BYTES_MOST = 65536 };

typedef enum column {
    COL_SKU,
    COL_UNIT,
    COL_PRICE,
    COL_CURRENCY,
    COL_FAMILY,
    COL_REGION,
    COL_DEVICENAME,
    COL_DEVICE_NAME,
    COL_VERSION,
    COL_PROVIDER,
    COL_OPERATION,
    COL_USAGE_TYPE,
    COL_DESCRIPTION,
    COL_EFFECTIVE,
    COL_TERM_CODE, /* from here on the same for all rows, or made of the SKU: written, never read */
    COL_RATE_CODE,
    COL_TERM_TYPE,
    COL_SERVICE_CODE,
    COL_LOCATION_TYPE,
    COL_COUNT
} column;

static const char *const column_names[COL_COUNT] = {
    [COL_SKU] = "SKU",
    [COL_UNIT] = "Unit",
    [COL_PRICE] = "PricePerUnit",
    [COL_CURRENCY] = "Currency",
    [COL_FAMILY] = "Product Family",
    [COL_REGION] = "Region Code",
    [COL_DEVICENAME] = "DeviceName",
    [COL_DEVICE_NAME] = "Device Name",
    [COL_VERSION] = "Version",
    [COL_PROVIDER] = "Provider",
    [COL_OPERATION] = "operation",
    [COL_USAGE_TYPE] = "usageType",
    [COL_DESCRIPTION] = "PriceDescription",
    [COL_EFFECTIVE] = "EffectiveDate",
    [COL_TERM_CODE] = "OfferTermCode",
    [COL_RATE_CODE] = "RateCode",
    [COL_TERM_TYPE] = "TermType",
    [COL_SERVICE_CODE] = "serviceCode",
    [COL_LOCATION_TYPE] = "Location Type",
};

kt_device_column kt_price_device_column(const char *family)
{
    static const struct {
        const char *family;
        kt_device_column column;
    } families[] = {
        { "Simulator Task", KT_COLUMN_VERSION },
        { "Braket Managed Jobs Simulator Task", KT_COLUMN_VERSION },
        { "Braket Managed Jobs QPU Task", KT_COLUMN_DEVICE_NAME },
        { "Braket Managed Jobs QPU Task Shot", KT_COLUMN_DEVICE_NAME },
    };
    for (size_t i = 0; i < KT_COUNT(families); i++)
        if (strcmp(families[i].family, family) == 0)
            return families[i].column;
    return KT_COLUMN_DEVICENAME;
}

/* ---- reading ---- */

/* Where reading stands. A record is one line, or more when a quoted field holds line ends. */
typedef struct csv_reader {
    kt_view text;
    size_t offset;
    uint32_t line;
    kt_buf field_text; /* of the record's fields, each NUL-terminated */
    size_t starts[COLUMNS_MOST];
    size_t count;
} csv_reader;

static const char *field_at(const csv_reader *r, size_t index)
{
    return index < r->count ? r->field_text.data + r->starts[index] : "";
}

static int read_quoted(csv_reader *r, kt_error *err)
{
    uint32_t began = r->line;
    for (r->offset++; r->offset < r->text.length; r->offset++) {
        char c = r->text.data[r->offset];
        if (c == '"') {
            if (r->offset + 1 == r->text.length || r->text.data[r->offset + 1] != '"') {
                r->offset++;
                return 0;
            }
            r->offset++;
        }
        r->line += c == '\n';
        kt_buf_addc(&r->field_text, c);
    }
    return kt_fail(err, KT_E_SYNTAX, "line %u: a quoted field has no end", began);
}

static bool ends_field(char c)
{
    return c == ',' || c == '\n' || c == '\r';
}

static int read_field(csv_reader *r, kt_error *err)
{
    if (r->count == COLUMNS_MOST)
        return kt_fail(err, KT_E_LIMIT, "line %u: more than %d columns", r->line, COLUMNS_MOST);
    r->starts[r->count++] = r->field_text.length;
    int rc = 0;
    if (r->offset < r->text.length && r->text.data[r->offset] == '"')
        rc = read_quoted(r, err);
    while (rc == 0 && r->offset < r->text.length && !ends_field(r->text.data[r->offset]))
        kt_buf_addc(&r->field_text, r->text.data[r->offset++]);
    kt_buf_addc(&r->field_text, '\0');
    return rc;
}

/* 1: a record was read; 0: the text is at its end. */
static int read_record(csv_reader *r, kt_error *err)
{
    if (r->offset >= r->text.length)
        return 0;
    kt_buf_clear(&r->field_text);
    r->count = 0;
    int rc = read_field(r, err);
    while (rc == 0 && r->offset < r->text.length && r->text.data[r->offset] == ',') {
        r->offset++;
        rc = read_field(r, err);
    }
    if (rc == 0)
        rc = kt_buf_check(&r->field_text, err, "a line of the price list");
    if (rc < 0)
        return rc;
    if (r->offset < r->text.length && r->text.data[r->offset] == '\r')
        r->offset++;
    if (r->offset < r->text.length && r->text.data[r->offset] == '\n')
        r->offset++;
    r->line++;
    return 1;
}

static int find_columns(const csv_reader *r, size_t columns[COL_COUNT], kt_error *err)
{
    static const column needed[] = { COL_UNIT, COL_PRICE, COL_CURRENCY, COL_FAMILY, COL_REGION };
    for (size_t c = 0; c < COL_COUNT; c++) {
        columns[c] = COLUMNS_MOST;
        for (size_t i = 0; i < r->count; i++)
            if (strcmp(field_at(r, i), column_names[c]) == 0)
                columns[c] = i;
    }
    for (size_t i = 0; i < KT_COUNT(needed); i++)
        if (columns[needed[i]] == COLUMNS_MOST)
            return kt_fail(err, KT_E_SYNTAX, "line %d: no column is named '%s'", HEADER_LINE, column_names[needed[i]]);
    return 0;
}

static const char *device_of(const csv_reader *r, const size_t columns[COL_COUNT])
{
    static const column order[] = { COL_DEVICENAME, COL_DEVICE_NAME, COL_VERSION };
    for (size_t i = 0; i < KT_COUNT(order); i++)
        if (field_at(r, columns[order[i]])[0] != '\0')
            return field_at(r, columns[order[i]]);
    return "";
}

static int add_record(kt_prices *prices, const csv_reader *r, const size_t columns[COL_COUNT], kt_error *err)
{
    if (strcmp(field_at(r, columns[COL_CURRENCY]), "USD") != 0)
        return 0;
    kt_price_row row = { .sku = field_at(r, columns[COL_SKU]),
                         .family = field_at(r, columns[COL_FAMILY]),
                         .region = field_at(r, columns[COL_REGION]),
                         .device = device_of(r, columns),
                         .provider = field_at(r, columns[COL_PROVIDER]),
                         .operation = field_at(r, columns[COL_OPERATION]),
                         .unit = field_at(r, columns[COL_UNIT]),
                         .usage_type = field_at(r, columns[COL_USAGE_TYPE]),
                         .description = field_at(r, columns[COL_DESCRIPTION]),
                         .price_usd = field_at(r, columns[COL_PRICE]),
                         .effective_date = field_at(r, columns[COL_EFFECTIVE]) };
    int rc = kt_prices_add(prices, &row, err);
    return rc < 0 ? kt_wrap(err, rc, "line %u", r->line - 1) : 0;
}

/* The five lines in front. 1: they were there. */
static int read_head(csv_reader *r, kt_prices *prices, kt_error *err)
{
    int rc = 1;
    for (int line = 1; line < HEADER_LINE && rc == 1; line++) {
        rc = read_record(r, err);
        if (rc == 1 && strcmp(field_at(r, 0), "Publication Date") == 0)
            prices->published = kt_prices_keep(prices, kt_view_of(field_at(r, 1)));
        if (rc == 1 && strcmp(field_at(r, 0), "Version") == 0)
            prices->version = kt_prices_keep(prices, kt_view_of(field_at(r, 1)));
    }
    if (prices->published == NULL || prices->version == NULL)
        return kt_fail_nomem(err, 0, "a price list");
    return rc;
}

static int read_all(csv_reader *r, kt_prices *prices, kt_error *err)
{
    size_t columns[COL_COUNT];
    int rc = read_head(r, prices, err);
    if (rc == 1)
        rc = read_record(r, err);
    if (rc == 0)
        return kt_fail(err, KT_E_SYNTAX, "line %u: a price list has five lines about itself and one of column names",
                       r->line);
    if (rc == 1)
        rc = find_columns(r, columns, err);
    while (rc == 0) {
        rc = read_record(r, err);
        if (rc == 0)
            return 0;
        if (rc == 1)
            rc = r->count == 1 && field_at(r, 0)[0] == '\0' ? 0 : add_record(prices, r, columns, err);
    }
    return rc;
}

int kt_prices_read_csv(kt_view text, kt_prices **out, kt_error *err)
{
    KT_OWN(kt_prices) *prices = kt_prices_new();
    if (prices == NULL)
        return kt_fail_nomem(err, sizeof *prices, "a price list");
    csv_reader reader = { .text = text, .line = 1 };
    kt_buf_init(&reader.field_text, FIELD_BYTES_MOST);
    int rc = read_all(&reader, prices, err);
    kt_buf_fini(&reader.field_text);
    if (rc < 0)
        return rc;
    *out = KT_GIVE(prices);
    return 0;
}

/* ---- writing ---- */

static void add_field(kt_buf *out, const char *text)
{
    kt_buf_addc(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            kt_buf_addc(out, '"');
        kt_buf_addc(out, *text);
    }
    kt_buf_addc(out, '"');
}

static void add_row(kt_buf *out, const kt_price_row *row)
{
    char rate[288];
    snprintf(rate, sizeof rate, "%.200s." KT_PRICE_TERM "." KT_PRICE_RATE, row->sku);
    kt_device_column device = kt_price_device_column(row->family);
    const char *fields[COL_COUNT] = {
        [COL_SKU] = row->sku,
        [COL_UNIT] = row->unit,
        [COL_PRICE] = row->price_usd,
        [COL_CURRENCY] = "USD",
        [COL_FAMILY] = row->family,
        [COL_REGION] = row->region,
        [COL_DEVICENAME] = device == KT_COLUMN_DEVICENAME ? row->device : "",
        [COL_DEVICE_NAME] = device == KT_COLUMN_DEVICE_NAME ? row->device : "",
        [COL_VERSION] = device == KT_COLUMN_VERSION ? row->device : "",
        [COL_PROVIDER] = row->provider,
        [COL_OPERATION] = row->operation,
        [COL_USAGE_TYPE] = row->usage_type,
        [COL_DESCRIPTION] = row->description,
        [COL_EFFECTIVE] = row->effective_date,
        [COL_TERM_CODE] = KT_PRICE_TERM,
        [COL_RATE_CODE] = rate,
        [COL_TERM_TYPE] = "OnDemand",
        [COL_SERVICE_CODE] = "AmazonBraket",
        [COL_LOCATION_TYPE] = "AWS Region",
    };
    for (size_t c = 0; c < COL_COUNT; c++) {
        if (c > 0)
            kt_buf_addc(out, ',');
        add_field(out, fields[c]);
    }
    kt_buf_addc(out, '\n');
}

int kt_prices_write_csv(const kt_prices *prices, kt_buf *out, kt_error *err)
{
    const char *const head[][2] = { { "FormatVersion", "v1.0" },
                                    { "Disclaimer", KT_PRICE_DISCLAIMER },
                                    { "Publication Date", prices->published },
                                    { "Version", prices->version },
                                    { "OfferCode", "AmazonBraket" } };
    static_assert(KT_COUNT(head) == HEADER_LINE - 1, "column names stand in line six");
    for (size_t i = 0; i < KT_COUNT(head); i++) {
        add_field(out, head[i][0]);
        kt_buf_addc(out, ',');
        add_field(out, head[i][1]);
        kt_buf_addc(out, '\n');
    }
    for (size_t c = 0; c < COL_COUNT; c++) {
        if (c > 0)
            kt_buf_addc(out, ',');
        add_field(out, column_names[c]);
    }
    kt_buf_addc(out, '\n');
    for (size_t i = 0; i < prices->count; i++)
        add_row(out, &prices->rows[i]);
    return kt_buf_check(out, err, "a price list");
}
