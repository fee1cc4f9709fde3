/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - one call a region is under way at any time; its answer's nextToken makes the next one. */
#include "aws/pages.h"

#include "base/error.h"
#include <stdlib.h>

typedef struct walk walk;

typedef struct region_walk {
    walk *of;
    const char *region;
    kt_json *members;
} region_walk;

struct walk {
    kt_pages_options options;
    size_t waiting;
    region_walk regions[];
};

static void on_page(void *ctx, const kt_aws_output *output);

static int ask(region_walk *r, kt_error *err)
{
    const kt_pages_options *o = &r->of->options;
    const kt_aws_input input = { .service = o->service,
                                 .operation = kt_aws_operation_find(o->service, o->operation),
                                 .region = r->region,
                                 .members = r->members };
    return kt_aws_send(o->aws, &input, on_page, r, NULL, err);
}

static void end_region(region_walk *r)
{
    walk *w = r->of;
    kt_json_free(KT_GIVE(r->members));
    if (--w->waiting > 0)
        return;
    const kt_pages_options o = w->options;
    free(w);
    o.done(o.ctx);
}

/* 0: the next page is asked for; 1: that was all. */
static int go_on(region_walk *r, const kt_aws_output *output, kt_error *err)
{
    const kt_pages_options *o = &r->of->options;
    if (output->rc < 0) {
        *err = *output->error;
        return output->rc;
    }
    int rc = o->page(o->ctx, r->region, output->members, err);
    kt_json *token = json_object_get(output->members, "nextToken");
    if (rc != 0 || json_string_length(token) == 0)
        return rc < 0 ? rc : 1;
    rc = json_object_set(r->members, "nextToken", token) < 0 ? kt_fail_nomem(err, 0, "a page") : 0;
    return rc < 0 ? rc : ask(r, err);
}

static void on_page(void *ctx, const kt_aws_output *output)
{
    region_walk *r = ctx;
    const kt_pages_options *o = &r->of->options;
    kt_error err = { 0 };
    const int rc = go_on(r, output, &err);
    if (rc == 0)
        return;
    if (rc < 0)
        o->failed(o->ctx, r->region, rc, &err);
    end_region(r);
}

int kt_pages_walk(const kt_pages_options *options, kt_error *err)
{
    const size_t count = options->region_count;
    int rc = count == 0 || count > KT_PAGES_REGIONS_MOST
                 ? kt_fail(err, KT_E_INVALID, "found %zu regions, expected 1 to %d", count, (int)KT_PAGES_REGIONS_MOST)
                 : 0;
    walk *w = rc < 0 ? NULL : calloc(1, sizeof(*w) + count * sizeof(w->regions[0]));
    if (w == NULL)
        return rc < 0 ? rc : kt_fail_nomem(err, sizeof(*w), "a search");
    w->options = *options;
    for (size_t i = 0; i < count; i++) {
        region_walk *r = &w->regions[w->waiting];
        kt_error why = { 0 };
        *r = (region_walk){ .of = w, .region = options->regions[i], .members = json_deep_copy(options->members) };
        const int begun = r->members == NULL ? kt_fail_nomem(&why, 0, "a search") : ask(r, &why);
        if (begun == 0) {
            w->waiting++;
            continue;
        }
        kt_json_free(r->members);
        options->failed(options->ctx, r->region, begun, &why);
        rc = begun;
        if (err != NULL)
            *err = why;
    }
    if (w->waiting > 0)
        return 0;
    free(w);
    return rc;
}
