/* SPDX-License-Identifier: Apache-2.0 */
/* braket.h - the operations of Braket's API: one table of method, path, name and handler (braket.c), one of the members
 * that each takes and what is documented of them (braket_members*.c), and the handlers, a file a subject:
 *   braket_task.c    CreateQuantumTask          braket_get.c     GetQuantumTask, CancelQuantumTask
 *   braket_search.c  SearchQuantumTasks         braket_tags.c    tags
 *   braket_device.c  GetDevice, SearchDevices
 * A handler finds its members checked: braket.c has refused what the tables forbid. */
#ifndef KT_SANDBOX_BRAKET_H
#define KT_SANDBOX_BRAKET_H

#include "sandbox/call.h"

/* The name of the operation that this request is for, by method and path; NULL: none. For call->operation, before
 * quotas and faults are judged. */
const char *kt_braket_operation(const kt_call *call);

/* Handlers. segments[1], decoded, is the ARN of those that have one in their path. */
void kt_braket_get_device(kt_call *call);
void kt_braket_search_devices(kt_call *call);
void kt_braket_create_task(kt_call *call);
void kt_braket_get_task(kt_call *call);
void kt_braket_cancel_task(kt_call *call);
void kt_braket_search_tasks(kt_call *call);
void kt_braket_list_tags(kt_call *call);
void kt_braket_tag(kt_call *call);
void kt_braket_untag(kt_call *call);

/* Members of the body; NULL (or the value given) when absent or null. The views die with the body. */
const kt_json *kt_braket_member(const kt_call *call, const char *name);
kt_view kt_braket_text(const kt_call *call, const char *name); /* data NULL: absent */
int64_t kt_braket_int(const kt_call *call, const char *name, int64_t absent);

#endif
