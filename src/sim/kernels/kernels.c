/* SPDX-License-Identifier: Apache-2.0 */
/* kernels.c - which row of kernels this machine can run. */
#include "sim/kernels/kernels.h"

#include <string.h>

void kt_kernels_list(const kt_kernels *rows[4])
{
    size_t count = 0;
    rows[count++] = &kt_kernels_scalar;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        rows[count++] = &kt_kernels_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        rows[count++] = &kt_kernels_avx512;
#endif
    rows[count] = NULL;
}

const kt_kernels *kt_kernels_find(const char *name)
{
    const kt_kernels *rows[4];
    kt_kernels_list(rows);
    for (size_t i = 0; rows[i]; i++)
        if (strcmp(rows[i]->name, name) == 0)
            return rows[i];
    return NULL;
}

const kt_kernels *kt_kernels_best(void)
{
    const kt_kernels *rows[4];
    kt_kernels_list(rows);
    size_t best = 0;
    while (rows[best + 1])
        best++;
    return rows[best];
}
