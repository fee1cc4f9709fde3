/* SPDX-License-Identifier: Apache-2.0 */
/* base.h - the few words that every file of Ketch uses: counting, ownership, compiler notes. */
#ifndef KT_BASE_BASE_H
#define KT_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KT_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KT_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define KT_MUST_CHECK __attribute__((warn_unused_result))

/* KT_OWN(T) *name = NULL;  calls T##_freep(&name) when the block ends (T is the type's name without the star,
 * and KT_DEFINE_FREEP(T) has made the function).  KT_GIVE(name) moves the pointer out. */
#define KT_OWN(type) __attribute__((cleanup(type##_freep))) type
#define KT_GIVE(name)                                                                                                  \
    __extension__({                                                                                                    \
        __typeof__(name) kt_given_ = (name);                                                                           \
        (name) = NULL;                                                                                                 \
        kt_given_;                                                                                                     \
    })
#define KT_DEFINE_FREEP(type)                                                                                          \
    static inline void type##_freep(type **p)                                                                          \
    {                                                                                                                  \
        type##_free(*p);                                                                                               \
    }

#endif
