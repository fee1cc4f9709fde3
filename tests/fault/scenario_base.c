/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_base.c - the containers and services of base while allocations fail. */
#include "tests/fault/scenarios.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/map.h"

#include <stdio.h>
#include <string.h>

static int use_buffer(const char *argument, uint64_t *digest, kt_error *err)
{
    (void)argument;
    KT_BUF_OWN buf;
    kt_buf_init(&buf, 0);
    for (int i = 0; i < 200; i++) {
        kt_buf_addf(&buf, "%d,", i);
        kt_buf_fill(&buf, "ab", (size_t)i);
    }
    int rc = kt_buf_check(&buf, err, "test");
    if (rc == 0)
        *digest = scenario_digest(0, buf.data, buf.length);
    return rc;
}

static int fill_map(kt_map *map)
{
    static int values[300];
    char key[32];
    int rc = map == NULL ? KT_E_NOMEM : 0;
    for (int i = 0; rc == 0 && i < 300; i++) {
        snprintf(key, sizeof key, "key-%d", i);
        rc = kt_map_set(map, kt_view_of(key), &values[i]);
    }
    return rc;
}

static int use_map(const char *argument, uint64_t *digest, kt_error *err)
{
    (void)argument;
    KT_OWN(kt_map) *map = kt_map_new(NULL);
    int rc = fill_map(map);
    if (rc < 0)
        return kt_fail_nomem(err, 0, "map");
    kt_map_remove(map, kt_view_of("key-7"));
    *digest = kt_map_count(map);
    return 0;
}

static int use_arena(const char *argument, uint64_t *digest, kt_error *err)
{
    (void)argument;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    if (arena == NULL || fill_map(kt_map_new(arena)) < 0)
        return kt_fail_nomem(err, 0, "arena");
    for (size_t bytes = 1; bytes < 100000; bytes *= 3)
        if (kt_arena_alloc(arena, bytes) == NULL)
            return kt_fail_nomem(err, bytes, "arena");
    const char *text = kt_arena_printf(arena, "%d %s", 12, "words");
    if (text == NULL || kt_arena_failed(arena))
        return kt_fail_nomem(err, 0, "text");
    *digest = scenario_digest(0, text, strlen(text));
    return 0;
}

static int use_json(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_json) *json = NULL;
    KT_BUF_OWN buf;
    kt_buf_init(&buf, 0);
    int rc = kt_json_parse(kt_view_of(argument), &json, err);
    if (rc < 0)
        return rc;
    kt_jw writer;
    kt_jw_init(&writer, kt_out_buf(&buf), 2);
    kt_jw_value(&writer, json);
    rc = kt_jw_end(&writer, err);
    if (rc == 0)
        *digest = scenario_digest(0, buf.data, buf.length);
    return rc;
}

static int use_files(const char *argument, uint64_t *digest, kt_error *err)
{
    (void)argument;
    static const char path[] = "fault_scenario.tmp";
    KT_BUF_OWN buf;
    kt_buf_init(&buf, 0);
    int rc = kt_file_write(path, kt_view_of("some text\n"), err);
    if (rc == 0)
        rc = kt_file_read(path, 1 << 20, &buf, err);
    if (rc == 0)
        *digest = scenario_digest(0, buf.data, buf.length);
    remove(path);
    return rc;
}

const scenario base_scenarios[] = {
    { "base: a buffer grows", use_buffer, NULL },
    { "base: a map on the heap grows", use_map, NULL },
    { "base: an arena grows", use_arena, NULL },
    { "base: JSON is read and written", use_json,
      "{\"theta\": 0.3, \"list\": [1, 2, {\"a\": null}], \"text\": \"\\u00e9\\n\", \"t\": true}" },
    { "base: wrong JSON is refused", use_json, "{\"theta\": [1, 2,, 3]}" },
    { "base: a file is written and read", use_files, NULL },
    { NULL, NULL, NULL },
};
