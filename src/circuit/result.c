/* SPDX-License-Identifier: Apache-2.0 */
/* result.c - gathers what a run gives: outcomes with how often each was seen, and the values of the wanted results.
 * Filled once, sealed, and then only read. No list of shots is kept: shot number s shows the outcome at place
 * kt_shot_rank(s) of the sorted sequence of outcomes, and that permutation is computed, so a million shots cost what
 * their distinct outcomes cost. The writers are in result_json.c and result_braket.c. */
#include "circuit/result_priv.h"

#include <stdlib.h>
#include <string.h>

int kt_result_new(kt_result **out, kt_error *err)
{
    KT_OWN(kt_result) *r = calloc(1, sizeof *r);
    if (r == NULL || (r->arena = kt_arena_new(0)) == NULL)
        return kt_fail_nomem(err, sizeof *r, "a result");
    r->info.device = "";
    *out = KT_GIVE(r);
    return 0;
}

void kt_result_free(kt_result *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < r->value_count; i++) {
        free(r->values[i].numbers);
        free(r->values[i].complexes);
    }
    free(r->values);
    free(r->words);
    free(r->entries);
    free(r->group_first);
    free(r->entry_after);
    kt_arena_free(r->arena);
    free(r);
}

int kt_result_set_info(kt_result *r, const kt_result_info *info, kt_error *err)
{
    kt_result_info copy = *info;
    if (info->device != NULL)
        copy.device = kt_arena_strndup(r->arena, info->device, strlen(info->device));
    else
        copy.device = "";
    if (info->action_json != NULL)
        copy.action_json = kt_arena_strndup(r->arena, info->action_json, strlen(info->action_json));
    if (copy.device == NULL || (info->action_json != NULL && copy.action_json == NULL))
        return kt_fail_nomem(err, 0, "a result's description");
    r->info = copy;
    return 0;
}

int kt_result_set_columns(kt_result *r, uint32_t count, const uint32_t *labels, kt_error *err)
{
    uint32_t *copy = kt_arena_copy(r->arena, labels, count * sizeof *labels);
    if (copy == NULL && count > 0)
        return kt_fail_nomem(err, count * sizeof *labels, "measured columns");
    r->column_count = count;
    r->columns = copy;
    r->stride = count == 0 ? 1 : (count + 63U) / 64U;
    return 0;
}

int kt_result_set_labels(kt_result *r, uint32_t count, const uint32_t *labels, kt_error *err)
{
    uint32_t *copy = kt_arena_copy(r->arena, labels, count * sizeof *labels);
    if (copy == NULL && count > 0)
        return kt_fail_nomem(err, count * sizeof *labels, "labels of qubits");
    r->label_count = count;
    r->labels = copy;
    return 0;
}

/* Room for one more entry. */
static int grow_entries(kt_result *r, kt_error *err)
{
    if (r->entry_count < r->entry_capacity)
        return 0;
    size_t capacity = r->entry_capacity == 0 ? 64 : 2 * r->entry_capacity;
    uint64_t *words = realloc(r->words, capacity * r->stride * sizeof *words);
    if (words == NULL)
        return kt_fail_nomem(err, capacity * r->stride * sizeof *words, "measured outcomes");
    r->words = words;
    kt_result_entry *entries = realloc(r->entries, capacity * sizeof *entries);
    if (entries == NULL)
        return kt_fail_nomem(err, capacity * sizeof *entries, "measured outcomes");
    r->entries = entries;
    r->entry_capacity = capacity;
    return 0;
}

int kt_result_add_outcome(kt_result *r, const uint64_t *words, uint64_t times, const char *outputs, kt_error *err)
{
    if (r->stride == 0)
        r->stride = 1;
    int rc = grow_entries(r, err);
    if (rc < 0)
        return rc;
    const char *copy = NULL;
    if (outputs != NULL) {
        copy = kt_arena_strndup(r->arena, outputs, strlen(outputs));
        if (copy == NULL)
            return kt_fail_nomem(err, strlen(outputs), "output variables");
        r->has_outputs = true;
    }
    size_t at = r->entry_count * r->stride;
    memcpy(r->words + at, words, r->stride * sizeof *words);
    r->entries[r->entry_count++] = (kt_result_entry){ times, copy, at };
    return 0;
}

typedef struct sort_key {
    const kt_result *result;
    kt_result_entry entry;
} sort_key;

static int compare_bits(const kt_result *r, const kt_result_entry *a, const kt_result_entry *b)
{
    for (size_t w = 0; w < r->stride; w++) {
        uint64_t left = r->words[a->words_at + w], right = r->words[b->words_at + w];
        if (left != right)
            return left < right ? -1 : 1;
    }
    return 0;
}

static int compare_entries(const void *a, const void *b)
{
    const sort_key *left = a, *right = b;
    int by_bits = compare_bits(left->result, &left->entry, &right->entry);
    if (by_bits != 0)
        return by_bits;
    const char *x = left->entry.outputs == NULL ? "" : left->entry.outputs;
    const char *y = right->entry.outputs == NULL ? "" : right->entry.outputs;
    return strcmp(x, y);
}

/* Sorts entries and adds up equal ones. */
static int sort_entries(kt_result *r, kt_error *err)
{
    sort_key *keys = malloc((r->entry_count + 1) * sizeof *keys);
    if (keys == NULL)
        return kt_fail_nomem(err, r->entry_count * sizeof *keys, "sorting outcomes");
    for (size_t i = 0; i < r->entry_count; i++)
        keys[i] = (sort_key){ r, r->entries[i] };
    qsort(keys, r->entry_count, sizeof *keys, compare_entries);
    size_t kept = 0;
    for (size_t i = 0; i < r->entry_count; i++) {
        if (kept > 0 && compare_entries(&keys[kept - 1], &keys[i]) == 0)
            keys[kept - 1].entry.times += keys[i].entry.times;
        else
            keys[kept++] = keys[i];
    }
    for (size_t i = 0; i < kept; i++)
        r->entries[i] = keys[i].entry;
    r->entry_count = kept;
    free(keys);
    return 0;
}

int kt_result_seal(kt_result *r, uint64_t seed, kt_error *err)
{
    int rc = sort_entries(r, err);
    if (rc < 0)
        return rc;
    r->group_first = malloc((r->entry_count + 1) * sizeof *r->group_first);
    r->entry_after = malloc((r->entry_count + 1) * sizeof *r->entry_after);
    if (r->group_first == NULL || r->entry_after == NULL)
        return kt_fail_nomem(err, r->entry_count * sizeof(uint64_t), "outcomes");
    uint64_t total = 0;
    for (size_t i = 0; i < r->entry_count; i++) {
        if (i == 0 || compare_bits(r, &r->entries[i - 1], &r->entries[i]) != 0)
            r->group_first[r->group_count++] = i;
        total += r->entries[i].times;
        r->entry_after[i] = total;
    }
    r->group_first[r->group_count] = r->entry_count;
    r->shuffle_seed = seed;
    r->sealed = true;
    return 0;
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* A Feistel network over the smallest even number of bits that holds `shots`, walked until it lands inside. */
uint64_t kt_shot_rank(uint64_t seed, uint64_t shots, uint64_t shot)
{
    enum { ROUNDS = 6 };
    unsigned half = 1;
    while (half < 32 && (UINT64_C(1) << (2 * half)) < shots)
        half++;
    uint64_t mask = (UINT64_C(1) << half) - 1;
    uint64_t x = shot;
    do {
        uint64_t left = x >> half, right = x & mask;
        for (uint64_t round = 0; round < ROUNDS; round++) {
            uint64_t next = left ^ (mix(right + mix(seed + round * UINT64_C(0x9e3779b97f4a7c15))) & mask);
            left = right;
            right = next;
        }
        x = left << half | right;
    } while (x >= shots);
    return x;
}

size_t kt_result_shot_entry(const kt_result *r, uint64_t shot)
{
    uint64_t total = r->entry_count == 0 ? 0 : r->entry_after[r->entry_count - 1];
    if (shot >= total)
        return 0;
    uint64_t rank = kt_shot_rank(r->shuffle_seed, total, shot);
    size_t low = 0, high = r->entry_count - 1; /* the first entry whose `after` is above rank */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->entry_after[middle] > rank)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

size_t kt_result_shot_outcome(const kt_result *r, uint64_t shot)
{
    size_t entry = kt_result_shot_entry(r, shot);
    size_t low = 0, high = r->group_count == 0 ? 0 : r->group_count - 1;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (r->group_first[middle] <= entry)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

uint64_t kt_result_shots(const kt_result *r)
{
    return r->info.shots;
}

uint64_t kt_result_seed(const kt_result *r)
{
    return r->info.seed;
}

int kt_result_qubit_count(const kt_result *r)
{
    return (int)r->info.qubit_count;
}

const char *kt_result_device(const kt_result *r)
{
    return r->info.device;
}

int64_t kt_result_elapsed_ns(const kt_result *r)
{
    return r->info.elapsed_ns;
}

int kt_result_column_count(const kt_result *r)
{
    return (int)r->column_count;
}

uint32_t kt_result_measured_qubit(const kt_result *r, int column)
{
    return column >= 0 && (uint32_t)column < r->column_count ? r->columns[column] : 0;
}

size_t kt_result_outcome_count(const kt_result *r)
{
    return r->group_count;
}

uint64_t kt_result_outcome(const kt_result *r, size_t index, char *bits)
{
    bits[0] = '\0';
    if (index >= r->group_count)
        return 0;
    const uint64_t *words = r->words + r->entries[r->group_first[index]].words_at;
    for (uint32_t c = 0; c < r->column_count; c++)
        bits[c] = (char)('0' + (words[c / 64] >> (63 - c % 64) & 1));
    bits[r->column_count] = '\0';
    uint64_t times = 0;
    for (size_t e = r->group_first[index]; e < r->group_first[index + 1]; e++)
        times += r->entries[e].times;
    return times;
}

size_t kt_result_value_count(const kt_result *r)
{
    return r->value_count;
}

kt_result_type kt_result_value_type(const kt_result *r, size_t index)
{
    return index < r->value_count ? (kt_result_type)r->values[index].want.type : KT_RESULT_TYPE_COUNT;
}

const char *kt_result_value_text(const kt_result *r, size_t index)
{
    return index < r->value_count ? r->values[index].text : NULL;
}

const double *kt_result_numbers(const kt_result *r, size_t index, size_t *count)
{
    *count = 0;
    if (index >= r->value_count || r->values[index].numbers == NULL ||
        r->values[index].want.type == KT_RESULT_ADJOINT_GRADIENT)
        return NULL;
    *count = r->values[index].count;
    return r->values[index].numbers;
}

const kt_complex *kt_result_complexes(const kt_result *r, size_t index, size_t *count)
{
    *count = 0;
    if (index >= r->value_count || r->values[index].complexes == NULL)
        return NULL;
    *count = r->values[index].count;
    return r->values[index].complexes;
}

/* The value at index when it is a gradient that has a parameter number p (p -1: any), else NULL. */
static const kt_result_value *gradient_at(const kt_result *r, size_t index, int p)
{
    if (index >= r->value_count || r->values[index].want.type != KT_RESULT_ADJOINT_GRADIENT)
        return NULL;
    const kt_result_value *v = &r->values[index];
    return p < 0 || (size_t)p < v->count ? v : NULL;
}

double kt_result_gradient_expectation(const kt_result *r, size_t index)
{
    const kt_result_value *v = gradient_at(r, index, -1);
    return v == NULL ? 0 : v->expectation;
}

int kt_result_gradient_count(const kt_result *r, size_t index)
{
    const kt_result_value *v = gradient_at(r, index, -1);
    return v == NULL ? 0 : (int)v->count;
}

const char *kt_result_gradient_name(const kt_result *r, size_t index, int p)
{
    const kt_result_value *v = p < 0 ? NULL : gradient_at(r, index, p);
    return v == NULL ? NULL : v->names[p];
}

double kt_result_gradient_value(const kt_result *r, size_t index, int p)
{
    const kt_result_value *v = p < 0 ? NULL : gradient_at(r, index, p);
    return v == NULL ? 0 : v->numbers[p];
}

const char *kt_result_outputs(const kt_result *r, size_t index, uint64_t *times)
{
    if (!r->has_outputs || index >= r->entry_count)
        return NULL;
    *times = r->entries[index].times;
    return r->entries[index].outputs == NULL ? "{}" : r->entries[index].outputs;
}
