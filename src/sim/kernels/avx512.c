/* SPDX-License-Identifier: Apache-2.0 */
/* avx512.c - kernels for x86-64 with AVX-512: vectors of 8 doubles. No fused multiply-add is used, so that the numbers
 * are those of every other row. */
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq")
#endif

#define KT_VECTOR_DOUBLES 8
#define KT_KERNELS_ROW kt_kernels_avx512
#define KT_KERNELS_NAME "avx512"
#include "sim/kernels/body.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
