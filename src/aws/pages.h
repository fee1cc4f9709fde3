/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - a search in several regions at once, each to its last page. A region that fails is told of and left out. */
#ifndef KT_AWS_PAGES_H
#define KT_AWS_PAGES_H

#include "aws/call.h"

enum { KT_PAGES_REGIONS_MOST = 64 };

typedef struct kt_pages_options {
    kt_aws *aws;
    const kt_aws_service *service;
    const char *operation;
    const char *const *regions; /* borrowed until `done` */
    size_t region_count;
    const kt_json *members; /* of every page; copied */
    /* 0: go on; 1: enough of this region; negative with err: the region fails. */
    int (*page)(void *ctx, const char *region, const kt_json *answer, kt_error *err);
    void (*failed)(void *ctx, const char *region, int rc, const kt_error *err);
    void (*done)(void *ctx); /* once, from the loop, when every region is at its end */
    void *ctx;
} kt_pages_options;

/* Negative: nothing was begun and no callback follows. */
int kt_pages_walk(const kt_pages_options *options, kt_error *err);

#endif
