/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c - a fixed team of threads for loops over amplitudes (see pool.h).
 * A job is published under the lock and is open until its caller closes it; a worker joins an open job under the lock
 * and leaves it under the lock, so a worker that wakes late finds the job closed and touches nothing of it. Chunks are
 * dealt by one atomic counter. Between jobs a worker looks at the job number for a short while and then sleeps.
 * After fork() only the forking thread exists: the child sees that its pid changed and starts from fresh locks. */
#include "sim/pool.h"

#include "base/thread.h"
#include "sim/kernels/kernels.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* STACK_BYTES: what the largest chunk body needs (128 KiB of sums), several times over. */
enum { MOST_THREADS = 256, SPIN_LOOKS = 2000, STACK_BYTES = 1 << 20 };

typedef struct job {
    kt_pool_body *body;
    void *ctx;
    uint64_t count, grain, chunk_count;
} job;

struct kt_pool {
    const kt_kernels *kernels;
    int thread_count;   /* fixed after _new, the caller's thread included */
    pid_t pid;          /* the process whose threads these are; 0: none started */
    int worker_count;   /* threads that really run, for joining */
    pthread_t *workers; /* thread_count - 1 */
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    struct { /* hold lock */
        job job;
        bool open, quit;
        int sleeping;
    } shared;
    atomic_uint_fast64_t next_chunk; /* of the open job */
    atomic_uint job_number;          /* written under the lock, looked at without */
    atomic_int active;               /* workers inside the open job; written under the lock */
};

static int processors_allowed(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        int count = CPU_COUNT(&set);
        return count < MOST_THREADS ? count : MOST_THREADS;
    }
    return 1;
}

kt_pool *kt_pool_new(int threads)
{
    if (threads <= 0)
        threads = processors_allowed();
    if (threads > MOST_THREADS)
        threads = MOST_THREADS;
    kt_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return NULL;
    pool->kernels = kt_kernels_best();
    pool->thread_count = threads;
    if (threads > 1) {
        pool->workers = calloc((size_t)threads - 1, sizeof *pool->workers);
        if (!pool->workers) {
            free(pool);
            return NULL;
        }
    }
    return pool;
}

int kt_pool_set_instructions(kt_pool *pool, const char *name, kt_error *err)
{
    const kt_kernels *found = kt_kernels_find(name);
    if (!found)
        return kt_fail(err, KT_E_UNSUPPORTED,
                       "this machine can't compute with '%.40s'; there are scalar, avx2 and avx512, and it has %s",
                       name, kt_kernels_best()->name);
    pool->kernels = found;
    return 0;
}

const kt_kernels *kt_pool_kernels(const kt_pool *pool)
{
    return pool->kernels;
}

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/* Takes chunks until none is left. */
static void work(kt_pool *pool, const job *job)
{
    for (;;) {
        uint64_t chunk = atomic_fetch_add_explicit(&pool->next_chunk, 1, memory_order_relaxed);
        if (chunk >= job->chunk_count)
            return;
        uint64_t begin = chunk * job->grain;
        uint64_t end = job->count - begin > job->grain ? begin + job->grain : job->count;
        job->body(job->ctx, begin, end, chunk);
    }
}

static void *worker_main(void *arg)
{
    kt_pool *pool = arg;
    unsigned seen = 0;
    for (;;) {
        for (int look = 0; look < SPIN_LOOKS; look++) {
            if (atomic_load_explicit(&pool->job_number, memory_order_relaxed) != seen)
                break;
            relax();
        }
        pthread_mutex_lock(&pool->lock);
        pool->shared.sleeping++;
        while (!pool->shared.quit && atomic_load_explicit(&pool->job_number, memory_order_relaxed) == seen)
            pthread_cond_wait(&pool->wake, &pool->lock);
        pool->shared.sleeping--;
        if (pool->shared.quit) {
            pthread_mutex_unlock(&pool->lock);
            return NULL;
        }
        seen = atomic_load_explicit(&pool->job_number, memory_order_relaxed);
        if (!pool->shared.open) {
            pthread_mutex_unlock(&pool->lock);
            continue;
        }
        job mine = pool->shared.job;
        atomic_fetch_add_explicit(&pool->active, 1, memory_order_relaxed);
        pthread_mutex_unlock(&pool->lock);

        work(pool, &mine);

        pthread_mutex_lock(&pool->lock);
        if (atomic_fetch_sub_explicit(&pool->active, 1, memory_order_release) == 1)
            pthread_cond_signal(&pool->done);
        pthread_mutex_unlock(&pool->lock);
    }
}

/* Starts what threads it can; signals stay with the threads of the program. */
static void start_workers(kt_pool *pool)
{
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->shared.open = pool->shared.quit = false;
    pool->shared.sleeping = 0;
    atomic_store(&pool->active, 0);
    atomic_store(&pool->job_number, 0);
    pool->worker_count = 0;
    pool->pid = getpid();

    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return;
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    while (pool->worker_count < pool->thread_count - 1 &&
           kt_thread_start(&pool->workers[pool->worker_count], &attributes, worker_main, pool) == 0)
        pool->worker_count++;
    pthread_attr_destroy(&attributes);
}

static void open_job(kt_pool *pool, const job *job)
{
    pthread_mutex_lock(&pool->lock);
    pool->shared.job = *job;
    pool->shared.open = true;
    atomic_store_explicit(&pool->next_chunk, 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&pool->job_number, 1, memory_order_relaxed);
    if (pool->shared.sleeping)
        pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
}

static void close_job(kt_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->shared.open = false;
    pthread_mutex_unlock(&pool->lock);
    for (int look = 0; look < SPIN_LOOKS; look++) {
        if (atomic_load_explicit(&pool->active, memory_order_acquire) == 0)
            return;
        relax();
    }
    pthread_mutex_lock(&pool->lock);
    while (atomic_load_explicit(&pool->active, memory_order_acquire) != 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void kt_pool_each(kt_pool *pool, uint64_t count, uint64_t grain, kt_pool_body *body, void *ctx)
{
    job job = { .body = body, .ctx = ctx, .count = count, .grain = grain };
    job.chunk_count = count / grain + (count % grain != 0);
    if (pool && pool->thread_count > 1 && job.chunk_count > 1) {
        if (pool->pid != getpid())
            start_workers(pool);
        open_job(pool, &job);
        work(pool, &job);
        close_job(pool);
        return;
    }
    for (uint64_t chunk = 0; chunk < job.chunk_count; chunk++) {
        uint64_t begin = chunk * grain;
        body(ctx, begin, count - begin > grain ? begin + grain : count, chunk);
    }
}

void kt_pool_free(kt_pool *pool)
{
    if (!pool)
        return;
    if (pool->pid == getpid()) {
        pthread_mutex_lock(&pool->lock);
        pool->shared.quit = true;
        pthread_cond_broadcast(&pool->wake);
        pthread_mutex_unlock(&pool->lock);
        for (int i = 0; i < pool->worker_count; i++)
            pthread_join(pool->workers[i], NULL);
        pthread_cond_destroy(&pool->done);
        pthread_cond_destroy(&pool->wake);
        pthread_mutex_destroy(&pool->lock);
    }
    free(pool->workers);
    free(pool);
}
