/* SPDX-License-Identifier: Apache-2.0 */
/* spool.h - an object of S3 on its way: written to a file without a name as it comes, then read where the kernel has
 * it, so that sixteen results of half a gigabyte need no eight gigabytes of ours. */
#ifndef KT_TASK_SPOOL_H
#define KT_TASK_SPOOL_H

#include "base/error.h"
#include "base/view.h"

/* {0}: nothing. */
typedef struct kt_spool {
    bool is_open;
    int file;
    void *map;
    size_t mapped_bytes;
} kt_spool;

/* In $TMPDIR, else /tmp. KT_E_IO names the folder. */
int kt_spool_open(kt_spool *spool, kt_error *err);
/* Its first `bytes`; the file descriptor is given back. The view lasts until kt_spool_close. */
int kt_spool_read(kt_spool *spool, uint64_t bytes, kt_view *out, kt_error *err);
kt_view kt_spool_view(const kt_spool *spool); /* what was read; empty before */
void kt_spool_close(kt_spool *spool);         /* of nothing, too */

#endif
