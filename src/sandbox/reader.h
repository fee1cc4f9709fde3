/* SPDX-License-Identifier: Apache-2.0 */
/* reader.h - reads a JSON object into a struct by a table of its members. Unknown members, wrong kinds, missing members
 * and numbers out of bounds are errors that name the file and the member ("garnet.json: openqasm.results[2].name ...").
 * Texts and lists are copied into the reader's arena. */
#ifndef KT_SANDBOX_READER_H
#define KT_SANDBOX_READER_H

#include "base/arena.h"
#include "base/json.h"

typedef struct kt_reader {
    kt_arena *arena;
    const char *file;
    char path[256]; /* of the member being read; cut when it grows longer */
    kt_error *err;
} kt_reader;

typedef enum kt_field_kind {
    KT_FIELD_TEXT,   /* const char *: 1 to 2048 bytes */
    KT_FIELD_INT,    /* int64_t, within least and most */
    KT_FIELD_NUMBER, /* double, within least and most */
    KT_FIELD_BOOL,   /* bool */
    KT_FIELD_TEXTS,  /* kt_texts: a list of texts */
    KT_FIELD_RANGE,  /* kt_range: [least, most], both within least and most */
    KT_FIELD_OTHER,  /* read() is called with the address of the target */
    KT_FIELD_LATER   /* known, but read by the caller itself */
} kt_field_kind;

typedef struct kt_field {
    const char *name;
    kt_field_kind kind;
    bool is_required;
    size_t offset;
    double least, most;
    int (*read)(kt_reader *reader, const kt_json *json, void *target);
} kt_field;

/* Reads `json` into the struct at `base`; members that are absent leave it as it is, null counts as absent. */
int kt_read_fields(kt_reader *reader, const kt_json *json, const kt_field *fields, size_t count, void *base);

/* For read() functions. Going into a member or an item and out again keeps the path of messages right. */
size_t kt_reader_enter(kt_reader *reader, const char *member);
size_t kt_reader_enter_item(kt_reader *reader, size_t index);
void kt_reader_leave(kt_reader *reader, size_t mark);
int kt_reader_fail(kt_reader *reader, const char *format, ...) KT_PRINTF(2, 3); /* KT_E_INVALID with file and member */
int kt_reader_nomem(kt_reader *reader, size_t bytes);
int kt_read_text(kt_reader *reader, const kt_json *json, const char **out);
int kt_read_int(kt_reader *reader, const kt_json *json, int64_t least, int64_t most, int64_t *out);
int kt_read_number(kt_reader *reader, const kt_json *json, double least, double most, double *out);
int kt_read_array(kt_reader *reader, const kt_json *json, size_t least, size_t most, size_t *count);

#endif
