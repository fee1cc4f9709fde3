/* SPDX-License-Identifier: Apache-2.0 */
/* file.h - whole files in and out, bounded, with errors that name the path. */
#ifndef KT_BASE_FILE_H
#define KT_BASE_FILE_H

#include "base/buf.h"

/* Reads a regular file, pipe or "-" (standard input) whole into buf. KT_E_NOT_FOUND, KT_E_LIMIT above limit_bytes
 * (says size and limit), KT_E_INVALID for a folder, KT_E_IO otherwise. EINTR is repeated. */
int kt_file_read(const char *path, size_t limit_bytes, kt_buf *buf, kt_error *err);
/* The same, but only of a regular file (else KT_E_INVALID): to open a pipe could mean to wait forever. */
int kt_file_read_regular(const char *path, size_t limit_bytes, kt_buf *buf, kt_error *err);
/* Writes atomically: a temporary file beside it, fsync, rename; an interrupted write leaves the old file. A path that
 * is no regular file (/dev/stdout, a pipe) is written in place. */
int kt_file_write(const char *path, kt_view data, kt_error *err);

/* A file that is written bit by bit and appears whole or not at all. */
typedef struct kt_file_out kt_file_out;
int kt_file_out_open(const char *path, kt_file_out **out, kt_error *err);
int kt_file_out_write(void *file_out, const void *data, size_t length, kt_error *err); /* fits kt_out.write */
int kt_file_out_commit(kt_file_out *take_file, kt_error *err);
void kt_file_out_abandon(kt_file_out *take_file); /* NULL is fine */

#endif
