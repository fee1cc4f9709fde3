#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# demo.sh - shows a circuit, runs it, and says what to try next.
#   tools/demo.sh KETCH
set -euo pipefail
cd "$(dirname "$0")/.."
ketch=$1

show() {
    echo
    echo "\$ ketch $*"
    "$ketch" "$@"
}

show draw examples/bell.qasm
show run examples/bell.qasm --shots 1000
show run examples/ghz.qasm --shots 1000
echo
echo "That was $ketch. Next: $ketch run --help, doc/tour.md, make test."
