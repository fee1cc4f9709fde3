/* SPDX-License-Identifier: Apache-2.0 */
/* avx2.c - kernels for x86-64 with AVX2: vectors of 4 doubles. No fused multiply-add is used, so that the numbers
 * are those of every other row. */
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#define KT_VECTOR_DOUBLES 4
#define KT_KERNELS_ROW kt_kernels_avx2
#define KT_KERNELS_NAME "avx2"
#include "sim/kernels/body.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
