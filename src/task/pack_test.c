/* SPDX-License-Identifier: Apache-2.0 */
/* pack_test.c - which executions go together, and that each is found again in its set. */
#include "task/pack.h"

#include "tests/unit.h"
#include <string.h>

typedef struct bench {
    kt_arena *arena;
    kt_target_facts facts;
    kt_pack_item items[512];
    const kt_pack_task *tasks;
    size_t count, task_count;
} bench;

static void begin(bench *b, int64_t executables_most, int64_t least, int64_t most)
{
    memset(b, 0, sizeof(*b));
    b->arena = kt_arena_new(0);
    b->facts.takes_program_sets = executables_most > 0;
    b->facts.executables_most = executables_most;
    b->facts.set_shots_least = least;
    b->facts.set_shots_most = most;
}

static void add(bench *b, const char *source, const char *inputs, int64_t shots)
{
    kt_json *json = NULL;
    if (inputs != NULL)
        assert_int_equal(kt_json_parse(kt_view_of(inputs), &json, NULL), 0);
    b->items[b->count++] = (kt_pack_item){ .source = kt_view_of(source), .inputs = json, .shots = shots };
}

static void pack(bench *b)
{
    assert_int_equal(kt_pack(b->items, b->count, &b->facts, b->arena, &b->tasks, &b->task_count, NULL), 0);
    bool seen[512] = { false };
    size_t members = 0;
    for (size_t t = 0; t < b->task_count; t++)
        for (size_t m = 0; m < b->tasks[t].count; m++, members++) {
            assert_false(seen[b->tasks[t].members[m]]);
            seen[b->tasks[t].members[m]] = true;
        }
    assert_int_equal(members, b->count);
}

static void end(bench *b)
{
    for (size_t i = 0; i < b->count; i++)
        json_decref((kt_json *)b->items[i].inputs);
    kt_arena_free(b->arena);
}

TEST(pack, a_sweep_is_one_program_with_lists_of_values)
{
    bench b;
    KT_BUF_OWN action;
    kt_buf_init(&action, 0);
    begin(&b, 100, 0, 200000);
    add(&b, "a", "{\"x\":0.1}", 10);
    add(&b, "a", "{\"x\":0.2}", 10);
    pack(&b);
    assert_int_equal(b.task_count, 1);
    assert_int_equal(b.tasks[0].shots, 20);
    assert_int_equal(kt_pack_action(b.items, &b.tasks[0], &action, NULL), 0);
    assert_string_equal(action.data,
                        "{\"braketSchemaHeader\":{\"name\":\"braket.ir.openqasm.program_set\",\"version\":\"1\"},"
                        "\"programs\":[{\"braketSchemaHeader\":{\"name\":\"braket.ir.openqasm.program\",\"version\":"
                        "\"1\"},\"source\":\"a\",\"inputs\":{\"x\":[0.1,0.2]}}]}");
    end(&b);
}

TEST(pack, other_circuits_and_other_inputs_are_other_programs)
{
    bench b;
    begin(&b, 100, 0, 200000);
    add(&b, "a", "{\"x\":1}", 10);
    add(&b, "a", "{\"x\":2}", 10);
    add(&b, "a", "{\"y\":2}", 10);
    add(&b, "b", "{\"y\":2}", 10);
    add(&b, "b", NULL, 10);
    add(&b, "b", NULL, 10); /* no list of values tells these two apart */
    pack(&b);
    assert_int_equal(b.task_count, 1);
    assert_int_equal(b.tasks[0].program_count, 5);
    assert_int_equal(kt_pack_member(&b.tasks[0], 0, 1), 1);
    assert_int_equal(kt_pack_member(&b.tasks[0], 1, 0), 2);
    assert_int_equal(kt_pack_member(&b.tasks[0], 4, 0), 5);
    assert_int_equal(kt_pack_member(&b.tasks[0], 1, 1), -1);
    assert_int_equal(kt_pack_member(&b.tasks[0], 5, 0), -1);
    end(&b);
}

TEST(pack, limits_of_the_device_end_a_set)
{
    bench b;
    begin(&b, 100, 0, 200000);
    for (int i = 0; i < 250; i++)
        add(&b, "a", NULL, 100);
    pack(&b);
    assert_int_equal(b.task_count, 3);
    assert_int_equal(b.tasks[0].count, 100);
    assert_int_equal(b.tasks[2].count, 50);
    assert_int_equal(b.tasks[2].shots, 5000);
    end(&b);

    begin(&b, 100, 0, 1000);
    for (int i = 0; i < 5; i++)
        add(&b, "a", NULL, 500);
    pack(&b);
    assert_int_equal(b.task_count, 3);
    assert_int_equal(b.tasks[0].shots, 1000);
    assert_null(b.tasks[2].programs); /* what would be a set of one */
    end(&b);
}

TEST(pack, members_of_a_set_have_equal_shots)
{
    bench b;
    begin(&b, 100, 0, 200000);
    for (int i = 0; i < 6; i++)
        add(&b, "a", NULL, i % 2 == 0 ? 10 : 20);
    pack(&b);
    assert_int_equal(b.task_count, 2);
    assert_int_equal(b.tasks[0].shots, 30);
    assert_int_equal(b.tasks[1].shots, 60);
    assert_int_equal(kt_pack_member(&b.tasks[1], 2, 0), 5);
    end(&b);
}

TEST(pack, too_few_shots_and_loners_are_tasks_of_their_own)
{
    bench b;
    begin(&b, 100, 1000, 200000);
    for (int i = 0; i < 3; i++)
        add(&b, "a", NULL, 100);
    pack(&b);
    assert_int_equal(b.task_count, 3);
    assert_int_equal(b.tasks[1].shots, 100);
    assert_int_equal(kt_pack_member(&b.tasks[1], 0, 0), 1);
    assert_int_equal(kt_pack_member(&b.tasks[1], 0, 1), -1);
    end(&b);

    begin(&b, 100, 0, 200000);
    for (int i = 0; i < 3; i++)
        add(&b, "a", NULL, 100);
    b.items[1].is_alone = true;
    pack(&b);
    assert_int_equal(b.task_count, 2);
    end(&b);
}

TEST(pack, a_device_without_sets_gets_single_tasks)
{
    bench b;
    begin(&b, 0, 0, 0);
    for (int i = 0; i < 4; i++)
        add(&b, "a", NULL, 100);
    pack(&b);
    assert_int_equal(b.task_count, 4);
    end(&b);
}
