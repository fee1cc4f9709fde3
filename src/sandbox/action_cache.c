/* SPDX-License-Identifier: Apache-2.0 */
/* action_cache.c - a table of the last verdicts, one place a hash, keyed by SHA-256 over all that a verdict depends on.
 */
#include "sandbox/action_cache.h"

#include "sign/sigv4.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 256 };

typedef struct place {
    bool is_used;
    uint8_t key[KT_SHA256_BYTES];
    char type[64];
    kt_action_info info;
} place;

struct kt_action_cache {
    place places[PLACES];
};

kt_action_cache *kt_action_cache_new(void)
{
    return calloc(1, sizeof(kt_action_cache));
}

void kt_action_cache_free(kt_action_cache *cache)
{
    free(cache);
}

static void key_of(const kt_action_question *question, uint8_t key[KT_SHA256_BYTES])
{
    struct {
        const kt_sandbox_device *device;
        int64_t shots, has_experimental, has_result_file;
        uint8_t action[KT_SHA256_BYTES], parameters[KT_SHA256_BYTES];
    } parts = { .device = question->device,
                .shots = question->shots,
                .has_experimental = question->has_experimental,
                .has_result_file = question->has_result_file };
    kt_sha256(question->action.data, question->action.length, parts.action);
    if (question->device_parameters.length > 0)
        kt_sha256(question->device_parameters.data, question->device_parameters.length, parts.parameters);
    kt_sha256(&parts, sizeof parts, key);
}

int kt_action_check_cached(kt_action_cache *cache, const kt_action_question *question, kt_arena *arena,
                           kt_action_info *info, kt_action_refusal *refusal, kt_error *err)
{
    if (cache == NULL)
        return kt_action_check(question, arena, info, refusal, err);
    uint8_t key[KT_SHA256_BYTES];
    key_of(question, key);
    place *at = &cache->places[key[0]];
    if (at->is_used && memcmp(at->key, key, sizeof key) == 0) {
        *info = at->info;
        info->type = at->type;
        return 0;
    }
    const int rc = kt_action_check(question, arena, info, refusal, err);
    if (rc < 0 || info->type == NULL || strlen(info->type) >= sizeof at->type)
        return rc;
    *at = (place){ .is_used = true, .info = *info };
    memcpy(at->key, key, sizeof key);
    strcpy(at->type, info->type);
    info->type = at->type;
    return 0;
}
