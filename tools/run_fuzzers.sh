#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run_fuzzers.sh - runs every fuzz target for a while, from the kept corpus.
#   tools/run_fuzzers.sh SECONDS
# What a target finds (crash-*, timeout-*, oom-*) is left in build/fuzz/found; new inputs in build/fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/count.sh
seconds=$1
found=build/fuzz/found
mkdir -p "$found"

fuzz() { # TARGET
    local name grown
    name=$(basename "$1")
    grown=build/fuzz/corpus/$name
    mkdir -p "$grown"
    local corpus=tests/fuzz/corpus/qasm
    [ "$name" != fuzz_json ] || corpus=tests/fuzz/corpus/json
    echo "$name, $seconds s"
    "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 \
        -dict=tests/fuzz/qasm.dict -artifact_prefix="$found/$name-" "$grown" "$corpus" \
        >"build/fuzz/$name.log" 2>&1 || {
        tail -40 "build/fuzz/$name.log" >&2
        return 1
    }
    grep -E 'number_of_executed_units|peak_rss' "build/fuzz/$name.log"
}

for target in build/fuzz/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] && check "$target" fuzz "$target"
done
finish fuzz
