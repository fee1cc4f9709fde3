/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_expr.c - any bytes as a text with expressions: it is read or refused at a place in it, and what was read has a
 * value or an error in bounded time. */
#include "expr/expr.h"
#include "tests/fuzz/fuzz.h"

static const kt_json *find(void *ctx, kt_view name)
{
    return json_object_getn(ctx, name.data, name.length);
}

static void count(void *ctx, kt_view name, size_t where)
{
    const kt_view *text = ctx;
    fuzz_promise(where + name.length <= text->length, "names stand in the text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static kt_json *names;
    kt_view text = { (const char *)data, size };
    size_t where = 0;
    kt_error err = { 0 };
    const kt_template *t = NULL;
    KT_OWN(kt_arena) *arena = kt_arena_new(64 << 20);
    if (names == NULL)
        names =
            json_pack("{s[iii], s{s[{si}], sf}, ss, sb}", "l", 1, 2, 3, "o", "x", "y", 1, "z", 0.5, "s", "abc", "b", 1);
    if (arena == NULL || names == NULL)
        abort();
    int rc = kt_template_parse(text, arena, &t, &where, &err);
    if (rc == 0) {
        KT_OWN(kt_json) *value = NULL;
        const kt_expr_scope scope = { .find = find, .ctx = names };
        kt_template_names(t, count, &text);
        rc = kt_template_eval(t, &scope, &value, &where, &err);
        fuzz_promise((rc == 0) == (value != NULL), "a value or an error");
    }
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        fuzz_promise(where <= size, "an error is about a place in the text");
    }
    return 0;
}
