/* SPDX-License-Identifier: Apache-2.0 */
/* test_fault.c - every allocation fails in turn, and nothing leaks, crashes or lies.
 *     test_fault [--most N] [--list] [--filter PART] [FILE.qasm...]
 * For each scenario (and each program file) and each allocation k that it makes: do it again with allocation k failing,
 * once alone and once with all later ones. Then it either reports KT_E_NOMEM with a message, or what it did without any
 * failure, to the digest. --most N tries at most N of the k, spread evenly (the test run's sample of `make soak`). */
#include "tests/fault/alloc.h"
#include "tests/fault/scenarios.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXT_BYTES_MOST = 1 << 20,
    FAILURES_SHOWN = 5,
    BEGINNING_COSTS = 8 /* each try of a call begins a sandbox: so many times fewer are tried */
};

typedef struct tally {
    size_t most; /* 0: all */
    bool list;
    const char *filter;
    size_t passed, failed;
} tally;

/* FNV-1a, enough to tell two results apart. */
uint64_t scenario_digest(uint64_t digest, const void *data, size_t length)
{
    const unsigned char *bytes = data;
    digest ^= UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++)
        digest = (digest ^ bytes[i]) * UINT64_C(0x100000001B3);
    return digest;
}

typedef struct outcome {
    int rc;
    uint64_t digest;
    size_t allocations;
} outcome;

static outcome attempt(const scenario *s, kt_error *err)
{
    outcome o = { 0 };
    *err = (kt_error){ 0 };
    o.rc = s->run(s->argument, &o.digest, err);
    o.allocations = alloc_count();
    return o;
}

/* What is wrong with a run in which an allocation failed, or NULL. */
static const char *judge(const outcome *o, const outcome *sound, const kt_error *err)
{
    if (alloc_leaks() > 0)
        return "leaks";
    if (o->rc == KT_E_NOMEM)
        return err->code == KT_E_NOMEM && err->message[0] != '\0' ? NULL : "says nothing of the lack of memory";
    if (o->rc != sound->rc)
        return "reports another error than the lack of memory";
    if (o->rc == 0 && o->digest != sound->digest)
        return "says that it worked, with another result";
    return NULL;
}

static size_t try_each(const scenario *s, alloc_mode mode, const outcome *sound, size_t most)
{
    size_t step = most == 0 || sound->allocations <= most ? 1 : sound->allocations / most + 1;
    size_t wrong = 0;
    for (size_t k = 1; k <= sound->allocations; k += step) {
        kt_error err;
        alloc_begin(k, mode);
        outcome o = attempt(s, &err);
        const char *problem = judge(&o, sound, &err);
        alloc_begin(0, mode);
        if (problem != NULL && wrong++ < FAILURES_SHOWN)
            fprintf(stderr, "%s: %s when allocation %zu of %zu fails%s (code %d: %s)\n", s->name, problem, k,
                    sound->allocations, mode == ALLOC_REST_FAILS ? " with all later ones" : "", o.rc, err.message);
    }
    return wrong;
}

static void test_scenario(const scenario *s, tally *t)
{
    kt_error err;
    if (t->filter != NULL && strstr(s->name, t->filter) == NULL)
        return;
    if (t->list) {
        puts(s->name);
        return;
    }
    alloc_begin(0, ALLOC_ONE_FAILS);
    outcome sound = attempt(s, &err);
    size_t wrong = alloc_leaks();
    if (wrong > 0)
        fprintf(stderr, "%s: leaks without any failure\n", s->name);
    if (sound.rc == KT_E_INTERNAL || sound.rc == KT_E_NOMEM) {
        fprintf(stderr, "%s: fails without any failure: %s\n", s->name, err.message);
        wrong++;
    }
    for (int mode = 0; mode < ALLOC_MODE_COUNT; mode++)
        wrong += try_each(s, (alloc_mode)mode, &sound, t->most);
    printf("%-6s %s (%zu allocations)\n", wrong == 0 ? "ok" : "FAILED", s->name, sound.allocations);
    if (wrong == 0)
        t->passed++;
    else
        t->failed++;
}

static void test_file(const char *path, tally *t)
{
    static char text[TEXT_BYTES_MOST + 1];
    const char *name = strrchr(path, '/');
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        t->failed++;
        return;
    }
    text[fread(text, 1, TEXT_BYTES_MOST, file)] = '\0';
    fclose(file);
    const scenario s = { name == NULL ? path : name + 1, scenario_program, text };
    test_scenario(&s, t);
}

/* When jansson's parser can't enlarge its buffer for a string it goes on with bytes missing, or into an assertion
 * (2.14, load.c, lex_save); whoever uses it can't help that, so these blocks, twice as large each time, are spared. */
static void *json_malloc(size_t bytes)
{
    const bool may_be_text = bytes >= 32 && (bytes & (bytes - 1)) == 0;
    return may_be_text ? alloc_spared(bytes) : alloc_malloc(bytes);
}

/* ---- SQLite, whose allocator tells how large a block is: the bytes before it say so ---- */

enum { SQLITE_HEAD_BYTES = 16 };

static void *sqlite_keep(size_t *head, int bytes)
{
    if (head == NULL)
        return NULL;
    *head = (size_t)bytes;
    return (char *)head + SQLITE_HEAD_BYTES;
}

static size_t *sqlite_head(void *block)
{
    return (size_t *)(void *)((char *)block - SQLITE_HEAD_BYTES);
}

static void *sqlite_malloc(int bytes)
{
    return sqlite_keep(alloc_malloc((size_t)bytes + SQLITE_HEAD_BYTES), bytes);
}

static void *sqlite_realloc(void *block, int bytes)
{
    return sqlite_keep(alloc_realloc(sqlite_head(block), (size_t)bytes + SQLITE_HEAD_BYTES), bytes);
}

static void sqlite_free(void *block)
{
    alloc_free(sqlite_head(block));
}

static int sqlite_size(void *block)
{
    return block == NULL ? 0 : (int)*sqlite_head(block);
}

static int sqlite_roundup(int bytes)
{
    return (bytes + 7) & ~7;
}

static int sqlite_begin(void *ctx)
{
    (void)ctx;
    return SQLITE_OK;
}

static void sqlite_end(void *ctx)
{
    (void)ctx;
}

static void sqlite_through_book(void)
{
    static const sqlite3_mem_methods methods = { sqlite_malloc,  sqlite_free,  sqlite_realloc, sqlite_size,
                                                 sqlite_roundup, sqlite_begin, sqlite_end,     NULL };
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize(); /* what it keeps for good is no scenario's */
}

static int usage(const char *program)
{
    fprintf(stderr, "usage: %s [--most N] [--list] [--filter PART] [FILE.qasm...]\n", program);
    return 2;
}

int main(int argc, char **argv)
{
    tally t = { 0 };
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--list") == 0)
            t.list = true;
        else if (strcmp(argv[i], "--most") == 0 && i + 1 < argc)
            t.most = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--filter") == 0 && i + 1 < argc)
            t.filter = argv[++i];
        else
            return usage(argv[0]);
    }
    setvbuf(stdout, NULL, _IOLBF, 0); /* what was said before a crash is seen */
    json_object_seed(1);              /* drawn once a process; here so that it is not drawn in the middle of a count */
    json_set_alloc_funcs(json_malloc, alloc_free);
    sqlite_through_book();
    for (const scenario *s = base_scenarios; s->name != NULL; s++)
        test_scenario(s, &t);
    for (const scenario *s = circuit_scenarios; s->name != NULL; s++)
        test_scenario(s, &t);
    for (const scenario *s = sandbox_file_scenarios; s->name != NULL; s++)
        test_scenario(s, &t);
    for (const scenario *s = braket_scenarios; s->name != NULL; s++)
        test_scenario(s, &t);
    t.most = (t.most + BEGINNING_COSTS - 1) / BEGINNING_COSTS;
    for (const scenario *s = sandbox_scenarios; s->name != NULL; s++)
        test_scenario(s, &t);
    t.most *= BEGINNING_COSTS;
    for (; i < argc; i++)
        test_file(argv[i], &t);
    if (!t.list)
        printf("%zu passed, %zu failed\n", t.passed, t.failed);
    return t.failed != 0;
}
