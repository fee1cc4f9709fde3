#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# lint.sh - everything that is checked without running the program: file heads, layers, layout, static analysis.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/count.sh

mapfile -t sources < <(find src include tests examples -name '*.[ch]' | sort)
format_is_right() {
    clang-format --dry-run -Werror "${sources[@]}"
}

# As many processes as there are processors; xargs fails when one of them does. The files that define what
# tidy_hints.h speaks of are read without it.
tidy_finds_nothing() {
    cmake --preset dev >/dev/null # files and definitions may have come since the last time
    local -a tidy=(xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/dev)
    local -a hints=(--extra-arg=-include --extra-arg="$PWD/tools/tidy_hints.h")
    find src -name '*.c' ! -name '*_test.c' ! -path src/base/error.c | sort | "${tidy[@]}" "${hints[@]}" 2>build/tidy.log &&
        echo src/base/error.c | "${tidy[@]}" 2>build/tidy.log
}

check "file heads and line ends" tools/check_style
check "layers" tools/check_layers
check "layout (clang-format -i mends it)" format_is_right
check "clang-tidy" tidy_finds_nothing
check "shell scripts parse" bash -n tools/*.sh tests/*/*.sh .ci/run
finish lint
