/* SPDX-License-Identifier: Apache-2.0 */
/* action_cache.h - verdicts of kt_action_check, kept for actions that come again and again: a client that submits one
 * circuit a thousand times pays for its checking once. Only what was accepted is kept. */
#ifndef KT_SANDBOX_ACTION_CACHE_H
#define KT_SANDBOX_ACTION_CACHE_H

#include "sandbox/runner.h"

typedef struct kt_action_cache kt_action_cache;
kt_action_cache *kt_action_cache_new(void); /* NULL: out of memory; every call below takes NULL for "no cache" */
void kt_action_cache_free(kt_action_cache *cache);
/* As kt_action_check; info->type lives until the next call. */
int kt_action_check_cached(kt_action_cache *cache, const kt_action_question *question, kt_arena *arena,
                           kt_action_info *info, kt_action_refusal *refusal, kt_error *err);

#endif
