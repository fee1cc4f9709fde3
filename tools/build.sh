#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# build.sh - configures and builds one preset; quiet unless something is wrong.
#   tools/build.sh PRESET [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
log=build/$preset.log
mkdir -p build
targets=()
[ $# = 0 ] || targets=(--target "$@")
if ! { cmake --preset "$preset" && cmake --build --preset "$preset" "${targets[@]}"; } >"$log" 2>&1; then
    grep -E -A12 '^FAILED|CMake Error|error:' "$log" | head -80 >&2 || true
    echo "build: preset $preset failed; all of it in $log" >&2
    exit 1
fi
