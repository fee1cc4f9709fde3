#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# compile_alone.sh - compiles each header of INCLUDE/ketch by itself, twice in one file (its guard), as C11 and C++17.
#   tests/headers/compile_alone.sh INCLUDE
set -euo pipefail
include=$1
passed=0 failed=0
warnings=(-Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only)

compiles() { # LABEL COMPILER...
    if "${@:2}" "${warnings[@]}" -I"$include" -; then
        passed=$((passed + 1))
    else
        echo "$1 does not compile alone" >&2
        failed=$((failed + 1))
    fi
}

for header in "$include"/ketch/*.h; do
    name=ketch/$(basename "$header")
    text=$(printf '#include <%s>\n#include <%s>\n' "$name" "$name")
    compiles "$name as C11" gcc -std=c11 -x c <<<"$text"
    compiles "$name as C++17" g++ -std=c++17 -x c++ <<<"$text"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
