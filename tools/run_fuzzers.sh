#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run_fuzzers.sh - runs every fuzz target for a while, from the kept corpus; as many at a time as there are processors.
#   tools/run_fuzzers.sh SECONDS [TARGET...]     TARGET as in fuzz_TARGET; all unless said
#   FUZZ_SEED   where libFuzzer's chance begins; 1 unless set, so that a change that breaks nothing passes as the run
#               before it did (how far it comes in the time is the machine's); "random" draws one, for looking wider
# What a target finds (crash-*, timeout-*, oom-*) is left in build/fuzz/found; new inputs in build/fuzz/corpus/SEED.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/count.sh
seconds=$1
shift
seed=${FUZZ_SEED:-1}
if [ "$seed" = random ]; then
    seed=$((SRANDOM % 2147483647 + 1))
fi
found=build/fuzz/found
mkdir -p "$found"
echo "fuzzers begin at FUZZ_SEED=$seed"

fuzz() { # NAME
    local name=$1 grown
    # What earlier runs found would change the path of this one; a run with the fixed seed begins from the kept corpus.
    grown=build/fuzz/corpus/$seed/$name
    [ "$seed" != 1 ] || rm -rf "$grown"
    mkdir -p "$grown"
    local corpus dictionary=()
    corpus=tests/fuzz/corpus/$(sed -n "s/^kt_fuzz(${name#fuzz_} [a-z]* \([a-z]*\))$/\1/p" tests/fuzz/CMakeLists.txt)
    [ ! -f "tests/fuzz/$(basename "$corpus").dict" ] || dictionary=(-dict="tests/fuzz/$(basename "$corpus").dict")
    "build/fuzz/$name" -seed="$seed" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
        -print_final_stats=1 "${dictionary[@]}" -artifact_prefix="$found/$name-" "$grown" "$corpus" \
        >"build/fuzz/$name.log" 2>&1
}

report() { # NAME
    echo "$1, $seconds s"
    if [ "$(cat "build/fuzz/$1.status")" != 0 ]; then
        tail -40 "build/fuzz/$1.log" >&2
        return 1
    fi
    grep -E 'number_of_executed_units|peak_rss' "build/fuzz/$1.log"
}

names=()
for target in build/fuzz/fuzz_*; do
    name=$(basename "$target")
    [ -x "$target" ] && [ -f "$target" ] || continue
    [ $# -eq 0 ] || [[ " $* " == *" ${name#fuzz_} "* ]] || continue
    names+=("$name")
done
for name in "${names[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
        wait -n || true
    done
    { fuzz "$name" && echo 0 || echo 1; } >"build/fuzz/$name.status" &
done
wait
for name in "${names[@]}"; do
    check "$name" report "$name"
done
finish fuzz
