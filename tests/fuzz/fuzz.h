/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz.h - what the fuzz targets share: small limits, so that an input costs milliseconds, and the entry that libFuzzer
 * (or replay.c, in builds without it) calls. A broken promise is an abort. */
#ifndef KT_TESTS_FUZZ_H
#define KT_TESTS_FUZZ_H

#include <ketch/program.h>

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const kt_limits fuzz_limits = {
    .source_bytes = 64 << 10,
    .memory_bytes = 32 << 20,
    .nesting = 64,
    .call_depth = 32,
    .statements = 5000,
    .register_bits = 512,
    .array_elements = 4096,
};

static inline void fuzz_promise(int kept, const char *what)
{
    if (!kept) {
        fprintf(stderr, "fuzz: broken promise: %s\n", what);
        abort();
    }
}

/* An error has a code of its own table, a message, and is never our own bug. */
static inline void fuzz_check_error(int rc, const kt_error *err)
{
    if (rc == KT_E_INTERNAL)
        fprintf(stderr, "%s\n", err->message);
    fuzz_promise(rc < 0 && rc == (int)err->code, "the code returned is the code of the error");
    fuzz_promise(err->message[0] != '\0', "an error has a message");
    fuzz_promise(rc != KT_E_INTERNAL, "input never finds a bug");
}

#endif
