#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# soak.sh - what `make test` samples, in full: every allocation failing in turn, ten times the random programs, and
# the fuzzers for as long as is asked.
#   SOAK_SECONDS   for each fuzzer; 3600 unless set
#   SOAK_PROGRAMS  random programs through Ketch and Amazon's simulator; 20000 unless set
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/count.sh
seconds=${SOAK_SECONDS:-3600}
export KETCH_RANDOM_PROGRAMS=${SOAK_PROGRAMS:-20000}

tools/build.sh asan
check "every allocation failing in turn" build/asan/tests/fault/test_fault
tools/build.sh dev
check "random programs and strangers" ctest --preset dev -L strangers --timeout 86400
tools/build.sh fuzz
check "fuzzers" tools/run_fuzzers.sh "$seconds"
finish soak
