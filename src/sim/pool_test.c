/* SPDX-License-Identifier: Apache-2.0 */
/* pool_test.c - every chunk exactly once, the same numbers for any number of threads, life after fork(). */
#include "sim/pool.h"

#include "tests/unit.h"

#include "sim/state_naive_test.h"

#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#endif

enum { MOST_ITEMS = 1000 };

typedef struct visits {
    atomic_int item[MOST_ITEMS];
    atomic_bool border_is_wrong;
    uint64_t count, grain;
} visits;

static void visit(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    visits *v = ctx;
    const uint64_t right_end = begin + v->grain < v->count ? begin + v->grain : v->count;
    if (begin != chunk * v->grain || end != right_end)
        atomic_store(&v->border_is_wrong, true);
    for (uint64_t i = begin; i < end; i++)
        atomic_fetch_add(&v->item[i], 1);
}

static bool visits_each_once(kt_pool *pool, uint64_t count, uint64_t grain)
{
    visits v = { .count = count, .grain = grain };
    kt_pool_each(pool, count, grain, visit, &v);
    for (uint64_t i = 0; i < MOST_ITEMS; i++)
        if (atomic_load(&v.item[i]) != (i < count))
            return false;
    return !atomic_load(&v.border_is_wrong);
}

TEST(pool, gives_every_item_to_one_chunk_whose_borders_depend_on_the_size_only)
{
    static const int threads[] = { 1, 2, 3, 8 };
    for (size_t t = 0; t < KT_COUNT(threads); t++) {
        kt_pool *pool = kt_pool_new(threads[t]);
        assert_non_null(pool);
        for (uint64_t count = 0; count <= MOST_ITEMS; count += 37)
            for (uint64_t grain = 1; grain < 100; grain = grain * 3 + 1)
                assert_true(visits_each_once(pool, count, grain));
        kt_pool_free(pool);
    }
    assert_true(visits_each_once(NULL, 100, 7));
    kt_pool_free(NULL);
}

TEST(pool, works_with_as_many_threads_as_there_are_processors_and_when_asked_for_absurdly_many)
{
    kt_pool *all = kt_pool_new(0), *most = kt_pool_new(100000);
    assert_non_null(all);
    assert_non_null(most);
    assert_true(visits_each_once(all, 1000, 3));
    assert_true(visits_each_once(most, 1000, 3));
    kt_pool_free(all);
    kt_pool_free(most);
}

TEST(pool, wakes_threads_that_went_to_sleep)
{
    kt_pool *pool = kt_pool_new(4);
    assert_true(visits_each_once(pool, 500, 3));
    usleep(20000);
    assert_true(visits_each_once(pool, 500, 3));
    kt_pool_free(pool);
}

TEST(pool, works_in_a_child_after_fork_and_still_in_the_parent)
{
#ifndef UNDER_TSAN /* which forbids threads in the child of a program with threads */
    kt_pool *pool = kt_pool_new(3);
    assert_true(visits_each_once(pool, 500, 3));
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(20);
        const bool works = visits_each_once(pool, 500, 3) && visits_each_once(pool, 300, 3);
        kt_pool_free(pool);
        _exit(works ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(visits_each_once(pool, 500, 3));
    /* A child that never uses the pool frees it without waiting for threads that it does not have. */
    const pid_t idle = fork();
    if (idle == 0) {
        alarm(20);
        kt_pool_free(pool);
        _exit(0);
    }
    assert_int_equal(waitpid(idle, &status, 0), idle);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    kt_pool_free(pool);
#endif
}

/* Everything that a state can be asked, on a state large enough for several chunks. */
typedef struct answers {
    kt_complex amplitudes[8];
    double norm, one, pauli, pauli_y;
    double probabilities[8], many_sum;
    kt_complex inner, reduced[16];
    uint64_t outcomes[16];
} answers;

static void ask(kt_pool *pool, bool density, answers *out)
{
    kt_rng rng;
    kt_rng_seed(&rng, 99);
    const int n = density ? 9 : 18;
    kt_state *state = random_state(&rng, n, density, pool, NULL), *before;
    assert_int_equal(kt_state_copy(state, &before, NULL), 0);
    kt_complex m[16];
    for (int i = 0; i < 24; i++) {
        uint32_t p[3];
        random_matrix(&rng, (form)(i % FORM_COUNT), 2, m);
        random_positions(&rng, n, 3, p);
        assert_int_equal(kt_state_apply_matrix(state, m, 2, p, i % 2, p + 2, 1, NULL), 0);
    }
    const double norm = kt_state_norm(state);
    const kt_complex scale = { 1 / (density ? 1 : sqrt(norm)), 0 };
    kt_state_apply_matrix(state, &scale, 0, NULL, 0, NULL, 0, NULL);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < KT_COUNT(out->amplitudes); i++)
        out->amplitudes[i] = kt_state_data(state)[i * 12345 + 7];
    out->norm = norm;
    out->one = kt_state_probability_one(state, 5);
    out->pauli = kt_state_pauli_expectation(state, 0x93, 0x1a0);
    out->pauli_y = kt_state_pauli_expectation(state, 0x93, 0x1a2);
    const uint32_t p[3] = { (uint32_t)n - 1, 0, 7 };
    kt_state_probabilities(state, 3, p, out->probabilities, NULL);
    if (!density) {
        uint32_t many[16];
        double *all = malloc(sizeof *all << 16);
        random_positions(&rng, n, 16, many);
        kt_state_probabilities(state, 16, many, all, NULL);
        for (size_t i = 0; i < (size_t)1 << 16; i++)
            out->many_sum += all[i] * (double)(i % 7);
        free(all);
        out->inner = kt_state_inner(state, before);
    }
    kt_state_reduced(state, 2, p, out->reduced, NULL);
    double uniforms[16];
    for (size_t i = 0; i < 16; i++)
        uniforms[i] = (double)i / 16 + 0.01;
    kt_state_sample(state, 3, p, 16, uniforms, out->outcomes, NULL);
    kt_state_free(state);
    kt_state_free(before);
}

TEST(pool, every_answer_of_a_state_has_the_same_bits_for_any_number_of_threads)
{
    static const int threads[] = { 1, 2, 3, 8 };
    for (int density = 0; density < 2; density++) {
        answers alone, together;
        ask(NULL, density, &alone);
        for (size_t t = 0; t < KT_COUNT(threads); t++) {
            kt_pool *pool = kt_pool_new(threads[t]);
            ask(pool, density, &together);
            kt_pool_free(pool);
            assert_memory_equal(&alone, &together, sizeof alone);
        }
    }
}
