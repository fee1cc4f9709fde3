/* SPDX-License-Identifier: Apache-2.0 */
/* memory.h - the parts of kt_device_memory_bytes that can be tried on made-up files. */
#ifndef KT_DEVICE_MEMORY_H
#define KT_DEVICE_MEMORY_H

#include "base/base.h"

/* Bytes that /proc/meminfo's text calls available; UINT64_MAX: it does not say. */
uint64_t kt_memory_available(const char *meminfo);
/* What is left below the limits of the group at root + path and of all groups above it; UINT64_MAX: no limit. */
uint64_t kt_memory_in_group(const char *root, const char *path, bool version2);

#endif
