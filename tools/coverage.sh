#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# coverage.sh - runs the tests of the coverage build and holds each of qasm, circuit and sim to 90 % of its lines.
# The pages with every line are in build/coverage/html.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/count.sh
least=90

find build/coverage -name '*.gcda' -delete
ctest --preset coverage -j "$(nproc)" >build/coverage/tests.log || {
    cat build/coverage/tests.log
    echo "coverage: the tests themselves fail" >&2
    exit 1
}
gcovr_of() { # FOLDER ARGUMENT...
    gcovr --root . --filter "src/$1/" --exclude '.*_test\.[ch]' "${@:2}" build/coverage
}

covered() { # FOLDER
    local percent
    percent=$(gcovr_of "$1" --json-summary - | python3 -c 'import json, sys; print(json.load(sys.stdin)["line_percent"])')
    printf '%-8s %5.1f %% of its lines\n' "$1" "$percent"
    python3 -c "import sys; sys.exit($percent < $least)"
}

for folder in qasm circuit sim; do
    check "src/$folder is below $least %" covered "$folder"
done
for folder in base device cli; do
    covered "$folder" || true
done
mkdir -p build/coverage/html
gcovr_of "" --html-details build/coverage/html/index.html
finish coverage
