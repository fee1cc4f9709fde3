/* SPDX-License-Identifier: Apache-2.0 */
/* schema.h - what lies on disk: the tables of a sandbox's state, as steps for kt_db_migrate. */
#ifndef KT_SANDBOX_SCHEMA_H
#define KT_SANDBOX_SCHEMA_H

#include <stddef.h>

extern const char *const kt_sandbox_schema[];
extern const size_t kt_sandbox_schema_count;

#endif
