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

# One process a file, as many as there are processors; xargs fails when one does.
tidy_finds_nothing() {
    local jobs=build/dev/compile_commands.json
    [ -f "$jobs" ] || cmake --preset dev >/dev/null
    find src -name '*.c' ! -name '*_test.c' | sort |
        xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/dev 2> >(grep -v 'warnings generated' >&2)
}

check "file heads and line ends" tools/check_style
check "layers" tools/check_layers
check "layout (clang-format -i mends it)" format_is_right
check "clang-tidy" tidy_finds_nothing
check "shell scripts parse" bash -n tools/*.sh tests/*/*.sh .ci/run
finish lint
