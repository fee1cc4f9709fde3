/* SPDX-License-Identifier: Apache-2.0 */
/* view.c - comparing, trimming and hashing borrowed text, and reading its UTF-8. Nothing here allocates. */
#include "base/view.h"

#include <string.h>

kt_view kt_view_of(const char *text)
{
    return (kt_view){ text, text == NULL ? 0 : strlen(text) };
}

bool kt_view_equal(kt_view a, kt_view b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool kt_view_is(kt_view v, const char *text)
{
    return kt_view_equal(v, kt_view_of(text));
}

bool kt_view_starts(kt_view v, const char *prefix)
{
    const size_t length = strlen(prefix);
    return v.length >= length && (length == 0 || memcmp(v.data, prefix, length) == 0);
}

int kt_view_compare(kt_view a, kt_view b)
{
    const size_t common = a.length < b.length ? a.length : b.length;
    const int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    if (order != 0)
        return order;
    return (a.length > b.length) - (a.length < b.length);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

kt_view kt_view_trim(kt_view v)
{
    while (v.length > 0 && is_blank(v.data[0])) {
        v.data++;
        v.length--;
    }
    while (v.length > 0 && is_blank(v.data[v.length - 1]))
        v.length--;
    return v;
}

/* Both halves of a 128-bit product, folded: every input bit reaches every output bit. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    const __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t kt_view_hash(kt_view v, uint64_t seed)
{
    static const uint64_t k0 = 0x9E3779B97F4A7C15u, k1 = 0xD6E8FEB86659FD93u;
    uint64_t hash = seed ^ fold(v.length ^ k0, k1);
    size_t at = 0;
    for (; v.length - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, v.data + at, 8);
        hash = fold(hash ^ word, k0);
    }
    uint64_t rest = 0;
    if (at < v.length)
        memcpy(&rest, v.data + at, v.length - at);
    return fold(hash ^ rest, k1);
}

/* How many bytes follow a leading byte, the bits it carries, and the least code point that needs that many. */
typedef struct lead {
    unsigned char mask, bits, followers;
    int32_t least;
} lead;

static const lead leads[] = {
    { 0x80, 0x00, 0, 0 },
    { 0xE0, 0xC0, 1, 0x80 },
    { 0xF0, 0xE0, 2, 0x800 },
    { 0xF8, 0xF0, 3, 0x10000 },
};

int32_t kt_utf8_next(kt_view v, size_t *offset)
{
    const size_t start = (*offset)++;
    const unsigned char first = (unsigned char)v.data[start];
    const lead *kind = NULL;
    for (size_t i = 0; i < KT_COUNT(leads) && kind == NULL; i++)
        if ((first & leads[i].mask) == leads[i].bits)
            kind = &leads[i];
    if (kind == NULL || v.length - *offset < kind->followers)
        return -1;
    int32_t point = (int32_t)(first & (unsigned char)~kind->mask);
    for (size_t i = 1; i <= kind->followers; i++) {
        const unsigned char next = (unsigned char)v.data[start + i];
        if ((next & 0xC0u) != 0x80u)
            return -1;
        point = (point << 6) | (int32_t)(next & 0x3Fu);
    }
    const bool is_surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (point < kind->least || point > 0x10FFFF || is_surrogate)
        return -1;
    *offset = start + 1 + kind->followers;
    return point;
}

size_t kt_utf8_count(kt_view v)
{
    size_t count = 0;
    for (size_t offset = 0; offset < v.length; count++)
        kt_utf8_next(v, &offset);
    return count;
}
