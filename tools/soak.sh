#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# soak.sh - what `make test` samples, in full; all of it takes hours.
#   tools/soak.sh [--help] [PART...]      `make soak` runs them all, `make soak SOAK_PARTS="programs fuzzers"` some
# Parts:
#   allocations   every allocation failing in turn, under ASan
#   programs      random programs through Ketch and Amazon's simulator
#   fuzzers       every fuzz target, from a seed drawn now
#   kills         kill -9 under load: what the sandbox acknowledged is there after the restart
#   braket        a bad day on Braket with 1,000 tasks, and the same with the client killed 100 times
# Environment:
#   SOAK_SECONDS   for each fuzzer; 3600 unless set
#   SOAK_PROGRAMS  how many random programs; 20000 unless set
#   SOAK_KILLS     how many kills; 1000 unless set
#   FUZZ_SEED      repeats an earlier run of the fuzzers, which says at its beginning what to set
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --help ]; then
    sed -n '3,/^set /{ /^set /d; s/^# \{0,1\}//; p }' tools/soak.sh
    exit
fi
. tools/count.sh
seconds=${SOAK_SECONDS:-3600}
export KETCH_RANDOM_PROGRAMS=${SOAK_PROGRAMS:-20000}
export FUZZ_SEED=${FUZZ_SEED:-random}

soak() { # PART
    case $1 in
    allocations)
        tools/build.sh asan
        check "every allocation failing in turn" build/asan/tests/fault/test_fault
        ;;
    programs)
        tools/build.sh dev
        check "random programs and strangers" ctest --preset dev -L strangers --timeout 86400
        ;;
    fuzzers)
        tools/build.sh fuzz
        check "fuzzers" tools/run_fuzzers.sh "$seconds"
        ;;
    kills)
        tools/build.sh dev
        check "kills under load" env KETCH="$PWD/build/dev/ketch" KETCH_SANDBOX_KILLS="${SOAK_KILLS:-1000}" \
            tests/run_pytest.sh tests/sandbox/test_kill.py -s
        ;;
    braket)
        tools/build.sh dev
        check "tasks on Braket, each exactly once" env KETCH="$PWD/build/dev/ketch" \
            BATCH_PROBE="$PWD/build/dev/tests/braket/batch_probe" KETCH_BRAKET_TASKS=1000 KETCH_BRAKET_KILLS=100 \
            tests/run_pytest.sh tests/braket/test_batch.py -s -k "bad_day or killed"
        ;;
    *)
        echo "soak: there is no part '$1'; tools/soak.sh --help lists them" >&2
        exit 2
        ;;
    esac
}

[ $# -gt 0 ] || set -- allocations programs fuzzers kills braket
for part in "$@"; do
    soak "$part"
done
finish soak
