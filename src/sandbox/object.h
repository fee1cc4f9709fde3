/* SPDX-License-Identifier: Apache-2.0 */
/* object.h - buckets and objects, for the S3 service and for task results. Small bodies lie in the database, large ones
 * in files of the state folder, which are complete before their row is committed. */
#ifndef KT_SANDBOX_OBJECT_H
#define KT_SANDBOX_OBJECT_H

#include "sandbox/sandbox.h"

typedef struct kt_objects kt_objects;
int kt_objects_new(kt_sandbox *sandbox, kt_objects **out, kt_error *err); /* removes files that no row names */
void kt_objects_free(kt_objects *objects);

enum { KT_OBJECT_FILE_BYTES = 33 /* a file's name and its NUL */ };
/* To be called inside a writer's job (on the writer's thread): results of a task in one commit with its end. Replaces
 * an object of that key. KT_E_NOT_FOUND: no such bucket. Above 64 KiB the body is put into a file, whose name is given
 * back ("": none): when the job fails after all, the file is the caller's to remove. */
int kt_object_write(kt_db *db, const char *state_dir, const char *bucket, const char *key, kt_view body,
                    const char *content_type, int64_t now_ns, char file[KT_OBJECT_FILE_BYTES], kt_error *err);
void kt_object_remove(const char *state_dir, const char *name); /* "" and what is gone: nothing to do */
/* On the loop thread, whether the bucket is there: 1, 0, or a code. */
int kt_bucket_exists(kt_sandbox *sandbox, const char *bucket, kt_error *err);

#endif
