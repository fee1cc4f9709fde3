/* SPDX-License-Identifier: Apache-2.0 */
/* pack.h - many executions of circuits as few tasks: program sets, where the device takes them, because a set costs one
 * task fee. Pure: executions in, tasks out. */
#ifndef KT_TASK_PACK_H
#define KT_TASK_PACK_H

#include "base/arena.h"
#include "braket/target.h"

/* One circuit, to be run once with these inputs. Everything is borrowed. */
typedef struct kt_pack_item {
    kt_view source;
    const kt_json *inputs; /* an object; NULL: none */
    int64_t shots;
    bool is_alone; /* may join no set */
} kt_pack_item;

typedef struct kt_pack_task {
    const uint32_t *members; /* indexes of items, in the order of the set's executables */
    size_t count;
    const uint32_t *programs; /* how many of the members each program of the set has; NULL: one task, no set */
    size_t program_count;
    int64_t shots; /* of the task: a set's are its executables' together */
} kt_pack_task;

/* Every item is in exactly one task. Sets have equal shots for all members, at most executables_most of them, total
 * shots within the device's range and an action within Braket's size; what would be a set of one is a task of its own.
 * Members that follow each other with the same source and the same input names become one program with lists of values.
 * The tasks live in the arena. */
int kt_pack(const kt_pack_item *items, size_t count, const kt_target_facts *facts, kt_arena *arena,
            const kt_pack_task **out, size_t *out_count, kt_error *err);
/* The action of a set, or of the one program, as JSON text. */
int kt_pack_action(const kt_pack_item *items, const kt_pack_task *task, kt_buf *out, kt_error *err);
/* The member that an execution of the set's result is of; -1: there is none such. */
int64_t kt_pack_member(const kt_pack_task *task, size_t program_index, size_t inputs_index);

#endif
