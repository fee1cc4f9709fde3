/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_header.c - any bytes as the value of a header that S3 takes apart. The first letter says which: 'r' a Range,
 * 'd' a date, 'e' a list of ETags, 't' x-amz-tagging; 'q' is a query. */
#include "sandbox/s3_condition.h"
#include "sandbox/s3_tags.h"
#include "tests/fuzz/fuzz.h"

static void check_range(kt_view text)
{
    static const uint64_t wholes[] = { 0, 1, 100, UINT64_MAX };
    for (size_t i = 0; i < KT_COUNT(wholes); i++) {
        uint64_t offset = 0, bytes = 0;
        if (kt_s3_range_read(text, wholes[i], &offset, &bytes) == KT_S3_PART)
            fuzz_promise(bytes > 0 && offset < wholes[i] && bytes <= wholes[i] - offset, "a part lies in the whole");
    }
}

static void check_date(kt_view text)
{
    int64_t seconds = 0, again = 0;
    char written[KT_HTTP_DATE_BYTES];
    if (!kt_http_date_parse(text, &seconds))
        return;
    if (seconds > INT64_MAX / 1000000000 || seconds < INT64_MIN / 1000000000)
        return;
    kt_http_date_text(seconds * 1000000000, written);
    fuzz_promise(kt_http_date_parse(kt_view_of(written), &again) && again == seconds,
                 "a date that was written is read");
}

static void check_etags(kt_view text)
{
    const kt_view etag = kt_view_of("0123456789abcdef0123456789abcdef");
    const kt_s3_conditions conditions[] = {
        { .match = text }, { .none_match = text }, { .modified_since = text }, { .unmodified_since = text }
    };
    const bool listed = kt_s3_etag_listed(text, etag);
    for (size_t i = 0; i < KT_COUNT(conditions); i++) {
        const kt_s3_verdict verdict = kt_s3_judge(&conditions[i], etag, 1700000000000000000);
        fuzz_promise(i != 0 || text.length == 0 || verdict == (listed ? KT_S3_GO : KT_S3_FAILED),
                     "If-Match is whether it is listed");
    }
}

/* What needs a call has one that is nothing but its texts. */
static void check_call(kt_view text, bool is_tags)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(16 << 20);
    if (arena == NULL)
        abort();
    const kt_http_request request = { .query = text, .body = text, .body_fd = -1 };
    kt_call call = { .request = &request, .arena = arena, .service = KT_SERVICE_S3 };
    const kt_s3 s3 = { .call = &call };
    kt_view tags = { NULL, 0 };
    const char *message = NULL;
    if (is_tags && kt_s3_tags_header(&s3, text, &tags, &message) == KT_S3_FINE && tags.data != NULL)
        fuzz_promise(kt_s3_tags_count(tags) <= 10, "an object has ten tags at most");
    for (size_t nth = 0; !is_tags && nth < 3; nth++) {
        const kt_view in_query = kt_call_query(&call, "prefix", nth);
        fuzz_promise(nth != 0 || kt_view_equal(kt_call_form(&call, "prefix"), in_query),
                     "a form is read as a query is");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *copy = malloc(size); /* headers end in a NUL */
    if (copy == NULL)
        abort();
    for (size_t i = 1; i < size; i++)
        copy[i - 1] = (char)data[i];
    copy[size - 1] = '\0';
    const kt_view text = { copy, size - 1 };
    switch (data[0]) {
    case 'r': check_range(text); break;
    case 'd': check_date(text); break;
    case 'e': check_etags(text); break;
    default: check_call(text, data[0] == 't');
    }
    free(copy);
    return 0;
}
