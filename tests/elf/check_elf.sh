#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# check_elf.sh - reads the ELF tables of what was built.
#   tests/elf/check_elf.sh KETCH LIBKETCH_CORE LIBKETCH INCLUDE
# Promises: ketch never needs libketch; libketch-core needs libc, libm and jansson at most; libketch needs the core;
# all are found beside each other; KETCH_0 holds exactly the functions of the public headers.
set -euo pipefail
export LC_ALL=C
ketch=$1 core=$2 full=$3 include=$4
passed=0 failed=0

promise() { # WHAT COMMAND...
    if "${@:2}"; then
        passed=$((passed + 1))
    else
        echo "broken: $1" >&2
        failed=$((failed + 1))
    fi
}

needed() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

needs() { # FILE LIBRARY
    needed "$1" | grep -q "^$2\.so"
}

lacks() {
    ! needs "$@"
}

needs_only() { # FILE PATTERN
    local other
    other=$(needed "$1" | grep -Ev "^($2)\.so" || true)
    [ -z "$other" ] || {
        echo "$1 needs: $other" >&2
        return 1
    }
}

runpath_has() { # FILE TEXT
    readelf -d "$1" | grep -qF "(RUNPATH)" && readelf -d "$1" | grep -F "(RUNPATH)" | grep -qF "$2"
}

exports_exactly() { # LIBRARY HEADER...
    diff <(readelf --dyn-syms -W "$1" | sed -n 's/.* \(kt_[a-z0-9_]*\)@@KETCH_0$/\1/p' | sort -u) \
        <(declared "${@:2}") >&2
}

# The functions that headers declare, by the compiler's own eyes: every prototype that is left after preprocessing, but
# for those of the headers that they include.
declared() {
    for header in "$@"; do
        gcc -E -I"$include/.." "$include/$header.h" |
            awk -v own="\"$include/$header.h\"" '/^# [0-9]/ { is_own = $3 == own; next } is_own' | tr '\n' ' ' | grep -oE '\bkt_[a-z0-9_]+ ?\(' | tr -d ' ('
    done | sort -u
}

exports_nothing_else() { # LIBRARY
    ! readelf --dyn-syms -W "$1" | awk '$7 != "UND" && $5 == "GLOBAL" && $8 !~ /^(kt_|KETCH_)/' | grep . >&2
}

promise "ketch needs libketch-core" needs "$ketch" libketch-core
promise "ketch does not need libketch" lacks "$ketch" libketch
promise "ketch needs nothing from outside but libc, libm, jansson and, for settings, libyaml" \
    needs_only "$ketch" 'libketch-core|libc|libm|libjansson|libyaml-0|ld-linux.*'
promise "libketch-core needs nothing but libc, libm, jansson" needs_only "$core" 'libc|libm|libjansson|ld-linux.*'
promise "libketch needs libketch-core" needs "$full" libketch-core
promise "libraries are found beside the program" runpath_has "$ketch" "\$ORIGIN:"
promise "libraries are found in an installed tree" runpath_has "$ketch" "\$ORIGIN/../lib"
promise "libketch-core is found beside libketch" runpath_has "$full" "\$ORIGIN"
promise "libketch-core exports what its headers declare" \
    exports_exactly "$core" error circuit program result run version
promise "libketch exports what its headers declare" exports_exactly "$full" full braket
promise "libketch-core exports nothing that is not kt_" exports_nothing_else "$core"
promise "libketch exports nothing that is not kt_" exports_nothing_else "$full"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
