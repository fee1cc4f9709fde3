/* SPDX-License-Identifier: Apache-2.0 */
/* include.c - finds, reads and parses what an include statement names: a built-in library, or a file relative to the
 * one that includes it. A path that leaves that folder is refused unless it was allowed; a symbolic link in the folder
 * is followed. */
#include "base/file.h"
#include "qasm/parse.h"
#include "qasm/program_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool kt_program_grow(kt_arena *arena, void **items, uint32_t *room, uint32_t count, size_t item_bytes)
{
    if (count < *room)
        return true;
    const uint32_t wider = *room == 0 ? 8 : *room * 2;
    void *grown = kt_arena_array(arena, wider, item_bytes);
    if (grown == NULL)
        return false;
    if (count > 0)
        memcpy(grown, *items, count * item_bytes);
    *items = grown;
    *room = wider;
    return true;
}

/* Whether a path goes up somewhere or starts at the root. */
static bool leaves_folder(kt_view path)
{
    if (path.length > 0 && path.data[0] == '/')
        return true;
    for (size_t at = 0; at <= path.length;) {
        size_t end = at;
        while (end < path.length && path.data[end] != '/')
            end++;
        if (end - at == 2 && path.data[at] == '.' && path.data[at + 1] == '.')
            return true;
        at = end + 1;
    }
    return false;
}

static int say(kt_program *p, const kt_stmt *include, kt_diagnostics *diags, kt_code code, const char *hint,
               const char *message)
{
    enum { MOST_SHOWN = 120 }; /* a longer path would push the reason out of the message */
    const kt_view path = include->text;
    int shown = (int)(path.length > MOST_SHOWN ? MOST_SHOWN : path.length);
    while (shown > 0 && (size_t)shown < path.length && ((unsigned char)path.data[shown] & 0xC0u) == 0x80u)
        shown--; /* back to a whole character */
    return kt_diag(diags, kt_program_file(p, include->source.file), include->source, include->length, code, hint,
                   "include \"%.*s%s\": %s", shown, path.data, (size_t)shown < path.length ? "..." : "", message);
}

/* The folder part of a path, "" for none, in the arena. */
static const char *folder_of(kt_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return kt_arena_strndup(arena, path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
}

static int add_file(kt_program *p, const char *name, const char *folder, kt_view text, kt_error *err)
{
    uint32_t folder_room = p->file_room;
    void *folders = (void *)p->folders;
    if (!KT_PROGRAM_GROW(p->arena, p->files, p->file_room, p->file_count) ||
        !kt_program_grow(p->arena, &folders, &folder_room, p->file_count, sizeof(void *)))
        return kt_fail_nomem(err, sizeof(p->files[0]), "the list of files");
    p->folders = folders;
    p->files[p->file_count] = (kt_file_text){ name, text };
    p->folders[p->file_count] = folder;
    p->file_count++;
    return 0;
}

int kt_program_add_file(kt_program *p, const char *name, kt_view text, kt_error *err)
{
    const char *copy =
        kt_arena_strndup(p->arena, name == NULL ? "<source>" : name, strlen(name == NULL ? "<source>" : name));
    const char *folder = name == NULL ? NULL : folder_of(p->arena, name);
    if (copy == NULL || (name != NULL && folder == NULL))
        return kt_fail_nomem(err, 0, "a file name");
    return add_file(p, copy, folder, text, err);
}

/* Reads the file into the arena; what is wrong becomes a diagnostic, and *text stays empty. */
static int read_file(kt_program *p, const kt_stmt *include, const kt_include_options *options, kt_diagnostics *diags,
                     const char **path, kt_view *text, kt_error *err)
{
    const char *folder = p->folders[include->source.file];
    if (include->text.length == 0 || memchr(include->text.data, '\0', include->text.length) != NULL) {
        say(p, include, diags, KT_E_INVALID, NULL, "this is no file name");
        return 0;
    }
    if (folder == NULL) {
        say(p, include, diags, KT_E_INVALID, "\"stdgates.inc\" and \"qelib1.inc\" are built in",
            "a program that does not come from a file includes no files");
        return 0;
    }
    if (!options->allow_outside && leaves_folder(include->text)) {
        say(p, include, diags, KT_E_INVALID, NULL, "the path leaves the folder of the including file");
        return 0;
    }
    *path = kt_arena_printf(p->arena, "%s%.*s", include->text.data[0] == '/' ? "" : folder, KT_VIEW_ARG(include->text));
    if (*path == NULL)
        return kt_fail_nomem(err, 0, "a file name");
    KT_BUF_OWN bytes;
    kt_error why = { 0 };
    kt_buf_init(&bytes, 0);
    int rc = kt_file_read_regular(*path, p->limits.source_bytes, &bytes, &why);
    if (rc == KT_E_NOMEM) {
        *err = why;
        return rc;
    }
    if (rc < 0) {
        say(p, include, diags, rc == KT_E_NOT_FOUND ? KT_E_INVALID : (kt_code)rc, NULL, why.message);
        return 0;
    }
    const char *copy = kt_arena_strndup(p->arena, bytes.data == NULL ? "" : bytes.data, bytes.length);
    if (copy == NULL)
        return kt_fail_nomem(err, bytes.length, "an included file");
    *text = (kt_view){ copy, bytes.length };
    return 0;
}

int kt_program_include(kt_program *p, kt_stmt *include, const kt_include_options *options, int version,
                       kt_diagnostics *diags, kt_error *err)
{
    kt_view text = kt_stdlib_text(include->text);
    const char *path = NULL;
    const bool built_in = text.length > 0;
    if (p->file_count > p->limits.include_files) {
        char message[80];
        snprintf(message, sizeof(message), "more than %" PRIu32 " files are included; raise the limit",
                 p->limits.include_files);
        say(p, include, diags, KT_E_LIMIT, "does a file include itself?", message);
        return KT_E_LIMIT;
    }
    int rc = 0;
    if (built_in)
        path = kt_arena_strndup(p->arena, include->text.data, include->text.length);
    else
        rc = read_file(p, include, options, diags, &path, &text, err);
    if (rc < 0 || (text.data == NULL && !built_in))
        return rc;
    const char *folder = built_in || path == NULL ? NULL : folder_of(p->arena, path);
    if (path == NULL || (!built_in && folder == NULL))
        return kt_fail_nomem(err, 0, "a file name");
    void *includes = (void *)p->includes;
    if (!kt_program_grow(p->arena, &includes, &p->include_room, p->include_count, sizeof(void *)))
        return kt_fail_nomem(err, 0, "the list of files");
    p->includes = includes;
    const kt_parse_input input = { .file = { path, text },
                                   .file_index = p->file_count,
                                   .version = version,
                                   .limits = &p->limits,
                                   .cancelled = p->cancelled,
                                   .cancelled_ctx = p->cancelled_ctx };
    rc = add_file(p, path, folder, text, err);
    kt_ast *ast = NULL;
    if (rc == 0)
        rc = kt_ast_parse(p->arena, &input, diags, &ast, err);
    if (ast == NULL)
        return rc;
    include->slot = (int32_t)p->include_count;
    p->includes[p->include_count++] = ast;
    return 0;
}
