/* SPDX-License-Identifier: Apache-2.0 */
/* scalar.c - kernels for any processor: vectors of two doubles, one amplitude each. */
#define KT_VECTOR_DOUBLES 2
#define KT_KERNELS_ROW kt_kernels_scalar
#define KT_KERNELS_NAME "scalar"
#include "sim/kernels/body.h"
