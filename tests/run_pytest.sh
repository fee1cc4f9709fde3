#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run_pytest.sh - runs pytest on a folder in the tests' own Python environment; its last line is what all our tests end
# with, 'N passed, N failed' (errors count as failures).
#   tests/run_pytest.sh FOLDER [pytest argument...]      KETCH_VENV: the environment, build/venv unless set
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python=${KETCH_VENV:-$root/build/venv}/bin/python3
if [ ! -x "$python" ]; then
    echo "run_pytest: no Python environment at ${python%/bin/python3}; 'make test' makes it" >&2
    exit 1
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
"$python" -m pytest -p no:cacheprovider -q "$@" 2>&1 | tee "$log" || status=$?
counted() { # WORD
    tail -1 "$log" | grep -oE "[0-9]+ $1" | cut -d' ' -f1 || echo 0
}
echo "$(counted passed) passed, $(($(counted failed) + $(counted 'errors?'))) failed"
exit "$status"
