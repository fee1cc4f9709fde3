/* SPDX-License-Identifier: Apache-2.0 */
/* target_priv.h - what a kt_target holds: the parsed capabilities, and views into them that the checks ask for. */
#ifndef KT_BRAKET_TARGET_PRIV_H
#define KT_BRAKET_TARGET_PRIV_H

#include "base/arena.h"
#include "braket/target.h"

#define KT_ACTION_OPENQASM "braket.ir.openqasm.program"
#define KT_ACTION_PROGRAM_SET "braket.ir.openqasm.program_set"
#define KT_ACTION_ANALOG "braket.ir.ahs.program"
#define KT_ACTION_JAQCD "braket.ir.jaqcd.program"

struct kt_target {
    kt_arena *arena;
    kt_target_facts facts;
    kt_json *capabilities;   /* an object */
    const kt_json *openqasm; /* action's member; NULL: the device takes none. Borrowed from capabilities, as are: */
    const kt_json *paradigm; /* NULL: not said */
    const kt_json *windows;  /* service.executionWindows; NULL: not said */
};

/* A member at "a.b.c"; names that hold dots are no path. NULL: not there. */
const kt_json *kt_json_at(const kt_json *json, const char *first, const char *second);
/* Whether a list of texts holds one, letter case apart. */
bool kt_json_has_text(const kt_json *list, const char *text);

#endif
