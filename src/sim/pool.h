/* SPDX-License-Identifier: Apache-2.0 */
/* pool.h - a fixed team of threads for loops over amplitudes.
 * Work is cut into chunks whose borders depend on the size alone, never on the number of threads, and reductions add
 * chunk results in order of the chunks: so every number is the same for any thread count. Threads are made lazily at
 * first use and again after fork() (the child's pool notices that its pid changed). One caller at a time. */
#ifndef KT_SIM_POOL_H
#define KT_SIM_POOL_H

#include "base/error.h"

typedef struct kt_pool kt_pool;

kt_pool *kt_pool_new(int threads); /* 0: one a processor this process may use (at most 256); NULL: out of memory */
void kt_pool_free(kt_pool *pool);  /* NULL is fine */
KT_DEFINE_FREEP(kt_pool)

/* The row of kernels that states of this pool compute with: the best this machine has, until another is named.
 * KT_E_UNSUPPORTED for a name that the machine lacks. */
struct kt_kernels;
int kt_pool_set_instructions(kt_pool *pool, const char *name, kt_error *err);
const struct kt_kernels *kt_pool_kernels(const kt_pool *pool);

/* Calls body(ctx, begin, end, chunk_index) for all chunks of [0, count), each `grain` long (the last may be shorter).
 * Returns when all are done. One chunk, or one thread: runs on the caller. A pool that can't start threads works on
 * the caller alone. */
typedef void kt_pool_body(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk);
void kt_pool_each(kt_pool *pool, uint64_t count, uint64_t grain, kt_pool_body *body, void *ctx);

#endif
