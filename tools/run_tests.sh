#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run_tests.sh - runs the tests of a built preset and says how many passed.
#   tools/run_tests.sh PRESET [ctest argument...]
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/count.sh
preset=$1
shift
log=build/$preset/Testing/Temporary/LastTest.log
status=0
started=$(date +%s)
ctest --preset "$preset" -j "$(nproc)" "$@" || status=$?
read -r passed failed < <(awk -f tools/count_tests.awk "$log")
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then # ctest knows of a failure that no program told
    failed=1
fi
echo "preset $preset: $(($(date +%s) - started)) s; everything the tests said is in $log"
finish "tests-$preset"
