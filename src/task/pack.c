/* SPDX-License-Identifier: Apache-2.0 */
/* pack.c - items are dealt out in their order: each joins the open set of its number of shots while there is room, else
 * begins the next one.
 * Source: braket-schemas ir/openqasm/program_set_v1.py; maximumExecutables, maximumTotalShots and minimumTotalShots of
 * the device's capabilities. */
#include "task/pack.h"

#include "base/error.h"
#include <stdlib.h>
#include <string.h>

enum {
    ACTION_BYTES_MOST = 5 * 1000 * 1000, /* Braket's, less what is not counted here */
    PROGRAM_BYTES = 256,
    EXECUTABLES_DEFAULT = 100
};

typedef struct set {
    struct set *next, *next_open;
    uint32_t *members; /* of executables_most */
    size_t count;
    int64_t shots; /* of one execution */
    size_t bytes;
} set;

typedef struct packer {
    const kt_pack_item *items;
    const kt_target_facts *facts;
    kt_arena *arena;
    set *first, **end, *open; /* open: at most one of each number of shots */
    size_t sets, executables_most;
    kt_error *err;
} packer;

/* ---- dealing out ---- */

/* As JSON text; an escape takes two bytes, and every third character is no more than that in what people write. */
static size_t bytes_of(const kt_pack_item *item)
{
    return item->source.length * 2 + json_object_size(item->inputs) * 64 + PROGRAM_BYTES;
}

static bool has_room(const packer *p, const set *s, const kt_pack_item *item)
{
    const int64_t most = p->facts->set_shots_most > 0 ? p->facts->set_shots_most : INT64_MAX;
    return s->count < p->executables_most && item->shots <= most / (int64_t)(s->count + 1) &&
           s->bytes + bytes_of(item) <= ACTION_BYTES_MOST;
}

static set *new_set(packer *p, const kt_pack_item *item)
{
    set *s = kt_arena_alloc(p->arena, sizeof(*s));
    uint32_t *members = kt_arena_array(p->arena, item->is_alone ? 1 : p->executables_most, sizeof(*members));
    if (s == NULL || members == NULL) {
        kt_fail_nomem(p->err, p->executables_most * sizeof(*members), "a program set");
        return NULL;
    }
    *s = (set){ .members = members, .shots = item->shots };
    *p->end = s;
    p->end = &s->next;
    p->sets++;
    return s;
}

/* The open set of its shots, or a new one in its place. */
static set *find_set(packer *p, const kt_pack_item *item)
{
    set **at = &p->open;
    while (*at != NULL && (*at)->shots != item->shots)
        at = &(*at)->next_open;
    if (*at != NULL && has_room(p, *at, item))
        return *at;
    set *made = new_set(p, item);
    if (made == NULL)
        return NULL;
    made->next_open = *at == NULL ? NULL : (*at)->next_open;
    *at = made;
    return made;
}

static int deal_out(packer *p, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const kt_pack_item *item = &p->items[i];
        set *s = item->is_alone || p->executables_most == 1 ? new_set(p, item) : find_set(p, item);
        if (s == NULL)
            return KT_E_NOMEM;
        s->members[s->count++] = (uint32_t)i;
        s->bytes += bytes_of(item);
    }
    return 0;
}

/* ---- programs ---- */

static bool has_same_names(const kt_json *a, const kt_json *b)
{
    const char *name;
    kt_json *value;
    if (json_object_size(a) != json_object_size(b) || json_object_size(a) == 0)
        return false;
    json_object_foreach((kt_json *)a, name, value)
    {
        if (json_object_get(b, name) == NULL)
            return false;
    }
    return true;
}

static bool is_same_program(const kt_pack_item *a, const kt_pack_item *b)
{
    return kt_view_equal(a->source, b->source) && has_same_names(a->inputs, b->inputs);
}

/* How many members each program has. */
static int divide(packer *p, const set *s, kt_pack_task *task)
{
    uint32_t *programs = kt_arena_array(p->arena, s->count, sizeof(*programs));
    if (programs == NULL)
        return kt_fail_nomem(p->err, s->count * sizeof(*programs), "a program set");
    for (size_t i = 0; i < s->count; i++) {
        if (i == 0 || !is_same_program(&p->items[s->members[i - 1]], &p->items[s->members[i]]))
            task->program_count++;
        programs[task->program_count - 1]++;
    }
    task->programs = programs;
    return 0;
}

/* A set that the device takes as one task, or else its members one by one. */
static int make_tasks(packer *p, const set *s, kt_pack_task *tasks, size_t *count)
{
    const int64_t total = s->shots * (int64_t)s->count;
    if (s->count > 1 && total >= p->facts->set_shots_least) {
        tasks[*count] = (kt_pack_task){ .members = s->members, .count = s->count, .shots = total };
        return divide(p, s, &tasks[(*count)++]);
    }
    for (size_t i = 0; i < s->count; i++)
        tasks[(*count)++] = (kt_pack_task){ .members = &s->members[i], .count = 1, .shots = s->shots };
    return 0;
}

int kt_pack(const kt_pack_item *items, size_t count, const kt_target_facts *facts, kt_arena *arena,
            const kt_pack_task **out, size_t *out_count, kt_error *err)
{
    packer p = { .items = items, .facts = facts, .arena = arena, .err = err };
    p.end = &p.first;
    p.executables_most = !facts->takes_program_sets    ? 1
                         : facts->executables_most > 0 ? (size_t)facts->executables_most
                                                       : EXECUTABLES_DEFAULT;
    kt_pack_task *tasks = kt_arena_array(arena, count, sizeof(*tasks));
    size_t made = 0;
    if (tasks == NULL)
        return kt_fail_nomem(err, count * sizeof(*tasks), "tasks");
    int rc = deal_out(&p, count);
    for (const set *s = p.first; s != NULL && rc == 0; s = s->next)
        rc = make_tasks(&p, s, tasks, &made);
    if (rc < 0)
        return rc;
    *out = tasks;
    *out_count = made;
    return 0;
}

/* ---- the action ---- */

static void write_header(kt_jw *w, const char *name)
{
    kt_jw_key(w, "braketSchemaHeader");
    kt_jw_object(w);
    kt_jw_key(w, "name");
    kt_jw_strz(w, name);
    kt_jw_key(w, "version");
    kt_jw_strz(w, "1");
    kt_jw_close(w);
}

/* Its inputs column by column: every name with the values of all executions; or, outside of a set, with its one. */
static void write_program(kt_jw *w, const kt_pack_item *items, const uint32_t *members, size_t count, bool in_set)
{
    const kt_pack_item *first = &items[members[0]];
    const char *name;
    kt_json *value;
    kt_jw_object(w);
    write_header(w, "braket.ir.openqasm.program");
    kt_jw_key(w, "source");
    kt_jw_string(w, first->source);
    kt_jw_key(w, "inputs");
    kt_jw_object(w);
    json_object_foreach((kt_json *)first->inputs, name, value)
    {
        kt_jw_key(w, name);
        if (in_set)
            kt_jw_array(w);
        for (size_t i = 0; i < count; i++)
            kt_jw_value(w, json_object_get(items[members[i]].inputs, name));
        if (in_set)
            kt_jw_close(w);
    }
    kt_jw_close(w);
    kt_jw_close(w);
}

int kt_pack_action(const kt_pack_item *items, const kt_pack_task *task, kt_buf *out, kt_error *err)
{
    kt_jw w;
    const uint32_t *members = task->members;
    kt_jw_init(&w, kt_out_buf(out), 0);
    if (task->programs == NULL) {
        write_program(&w, items, members, 1, false);
        return kt_jw_end(&w, err);
    }
    kt_jw_object(&w);
    write_header(&w, "braket.ir.openqasm.program_set");
    kt_jw_key(&w, "programs");
    kt_jw_array(&w);
    for (size_t i = 0; i < task->program_count; members += task->programs[i++])
        write_program(&w, items, members, task->programs[i], true);
    kt_jw_close(&w);
    kt_jw_close(&w);
    return kt_jw_end(&w, err);
}

int64_t kt_pack_member(const kt_pack_task *task, size_t program_index, size_t inputs_index)
{
    size_t start = 0;
    if (task->programs == NULL)
        return program_index == 0 && inputs_index == 0 ? (int64_t)task->members[0] : -1;
    if (program_index >= task->program_count || inputs_index >= task->programs[program_index])
        return -1;
    for (size_t i = 0; i < program_index; i++)
        start += task->programs[i];
    return task->members[start + inputs_index];
}
