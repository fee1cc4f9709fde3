# SPDX-License-Identifier: Apache-2.0
# count.sh - sourced by the tools that check things: counts what passed and failed, and says so in one last line.
# What is counted is left in build/counts/NAME for .ci/run, which adds it all up.
passed=0 failed=0

check() { # WHAT COMMAND...
    if "${@:2}"; then
        passed=$((passed + 1))
    else
        echo "FAILED: $1" >&2
        failed=$((failed + 1))
    fi
}

finish() { # NAME
    mkdir -p build/counts
    echo "$passed $failed" >"build/counts/$1"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
