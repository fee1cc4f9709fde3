#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# use_installed.sh - installs BUILD into WORK/prefix and builds and runs the examples against nothing but that, by
# pkg-config and by CMake; runs the installed ketch, also after its tree was moved.
#   tests/install/use_installed.sh BUILD WORK
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../../examples
build=$1 work=$2
passed=0 failed=0
rm -rf "$work"
mkdir -p "$work"
cmake --install "$build" --prefix "$work/first" >"$work/install.log"
mv "$work/first" "$work/prefix" # an installed tree may be moved
prefix=$work/prefix
libdir=$(dirname "$(find "$prefix" -name ketch-core.pc -printf '%h')")
export PKG_CONFIG_PATH=$libdir/pkgconfig

promise() { # WHAT COMMAND...
    if "${@:2}" >"$work/out" 2>&1; then
        passed=$((passed + 1))
    else
        echo "broken: $1" >&2
        sed 's/^/    /' "$work/out" >&2
        failed=$((failed + 1))
    fi
}

by_pkg_config() { # FOLDER PROGRAM PACKAGE
    local -a flags
    read -r -a flags < <(pkg-config --cflags --libs "$3")
    gcc -std=c11 -Wall -Wextra -Wpedantic -Werror "$1/$2.c" "${flags[@]}" -o "$work/$2-$3" &&
        LD_LIBRARY_PATH=$libdir says_what_"$2"_should "$work/$2-$3"
}

by_cmake() {
    cmake -S "$here/consumer" -B "$work/consumer" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DEXAMPLES="$examples" &&
        cmake --build "$work/consumer"
}

# 1000 shots, of two outcomes that agree.
says_what_bell_should() { # PROGRAM
    "$1" | tee /dev/stderr | awk '/^(00|11) [0-9]+$/ { shots += $2; next } { odd = 1 }
        END { exit !(NR == 2 && shots == 1000 && !odd) }'
}

# Down to the lowest eigenvalue.
says_what_vqe_should() { # PROGRAM
    "$1" | tee /dev/stderr | awk '/^step/ { last = $4 } END { exit !(last == "-1.1456") }'
}

# One version three times: the headers', libketch-core's and libketch's.
says_what_versions_should() { # PROGRAM
    "$1" | tee /dev/stderr | awk '{ exit !(NF == 3 && $1 == $2 && $2 == $3) }'
}

runs_bell() { # ARGUMENT...
    "$prefix/bin/ketch" run "$examples/bell.qasm" --shots 100 --seed 1 --json |
        python3 -c 'import json, sys; c = json.load(sys.stdin)["counts"]; sys.exit(not (set(c) <= {"00", "11"} and sum(c.values()) == 100))'
}

serves_sandbox() {
    "$prefix/bin/ketch" sandbox --listen 127.0.0.1:0 --state "$work/state" -- "$prefix/bin/ketch" sandbox bill |
        tee /dev/stderr | grep -q '^charged  *0  *0.0'
}

says_what_braket_bell_should() { # PROGRAM
    KETCH_STATE=$work/runs "$prefix/bin/ketch" sandbox --listen 127.0.0.1:0 --state "$work/bell" -- "$1" sv1 |
        tee /dev/stderr | awk '/^(00|11) [0-9]+$/ { shots += $2 } END { exit shots != 1000 }'
}

man_pages_are_clean() {
    local page said
    for page in "$prefix"/share/man/man3/ketch_*.3 "$prefix"/share/man/man1/*.1; do
        said=$(LC_ALL=C.UTF-8 groff -man -Tutf8 -ww -z "$page" 2>&1)
        [ -z "$said" ] || {
            echo "$page: $said"
            return 1
        }
    done
}

exists() { # PATTERN...
    local pattern
    for pattern in "$@"; do
        compgen -G "$prefix/$pattern" >/dev/null || {
            echo "no $pattern in what was installed"
            return 1
        }
    done
}

# Headers in the installed tree are the ones of the source tree, no more and no fewer.
headers_are_all_there() {
    diff -r "$here/../../include/ketch" "$prefix/include/ketch"
}

no_build_paths() {
    ! grep -rIl -e "$build" -e "$(cd "$here/../.." && pwd)" "$prefix" --include='*.pc' --include='*.cmake'
}

promise "the public headers are installed" headers_are_all_there
promise "bell.c builds by pkg-config ketch-core" by_pkg_config "$examples" bell ketch-core
promise "vqe.c builds by pkg-config ketch-core" by_pkg_config "$examples" vqe ketch-core
promise "bell.c builds by pkg-config ketch" by_pkg_config "$examples" bell ketch
promise "versions.c builds by pkg-config ketch" by_pkg_config "$here/consumer" versions ketch
promise "the examples build by find_package(ketch)" by_cmake
promise "bell built by CMake runs" says_what_bell_should "$work/consumer/bell"
promise "vqe built by CMake runs" says_what_vqe_should "$work/consumer/vqe"
promise "bell linked with ketch::ketch runs" says_what_bell_should "$work/consumer/bell_full"
promise "versions built by CMake finds both libraries to be of one version" says_what_versions_should "$work/consumer/versions"
promise "the installed ketch runs a file" runs_bell
promise "the installed ketch finds libketch" "$prefix/bin/ketch" version
promise "the installed ketch serves a sandbox, its devices and prices at hand" serves_sandbox
promise "manual pages are installed" exists 'share/man/man1/ketch.1' 'share/man/man1/ketch-run.1' \
    'share/man/man3/ketch_braket.3' 'share/man/man3/kt_braket_submit.3' 'share/man/man3/kt_run_circuit.3'
promise "groff has nothing to say against the manual pages" man_pages_are_clean
promise "braket_bell.c builds by pkg-config ketch and runs in a sandbox" by_pkg_config "$examples" braket_bell ketch
promise "shell completions are installed" exists 'share/bash-completion/completions/ketch' \
    'share/zsh/site-functions/_ketch' 'share/fish/vendor_completions.d/ketch.fish'
promise "the schemas of results and scenarios are installed" exists 'share/ketch/ketch-result.schema.json' \
    'share/ketch/ketch-scenario.schema.json'
promise "the guide and its programs are installed" exists 'share/doc/ketch/doc/sandbox.md' \
    'share/doc/ketch/examples/sandbox/bell.py' 'share/doc/ketch/examples/sandbox/class.sh'
promise "no installed text names the build tree" no_build_paths
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
