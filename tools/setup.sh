#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# setup.sh - sees to it that what a piece of work needs is there.
#   tools/setup.sh build test ...   Debian packages of these sets (tools/packages.txt): lists what is missing, then
#                                   installs it as root, or with sudo after asking. Silent when nothing is missing.
#   tools/setup.sh --venv FOLDER REQUIREMENTS   a Python environment with these packages; silent when it is there.
# Exit status: 0 all there, 2 something is missing and may not be installed, 1 installing failed.
set -euo pipefail
cd "$(dirname "$0")/.."

installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The packages of the given sets that are not installed, one a line: "package what for".
missing_packages() {
    local set package what wanted
    while read -r set package what; do
        for wanted in "$@"; do
            if [ "$set" = "$wanted" ] && ! installed "$package"; then
                echo "$package $what"
            fi
        done
    done < <(grep -v '^#' tools/packages.txt)
}

# A command that becomes root, or fails with what to type.
root_command() {
    if [ "$(id -u)" = 0 ]; then
        return
    fi
    if ! command -v sudo >/dev/null; then
        echo "setup: not root and no sudo here; as root run: apt-get install $*" >&2
        exit 2
    fi
    if [ ! -t 0 ] || [ ! -t 2 ]; then
        echo "setup: nobody to ask; run: sudo apt-get install $*" >&2
        exit 2
    fi
    # Ctrl-D is no answer, so it is no yes.
    read -r -p "setup: install them with sudo apt-get? [Y/n] " answer || answer=no
    case "$answer" in
    '' | y | Y | yes) echo sudo ;;
    *)
        echo "setup: not installed; run: sudo apt-get install $*" >&2
        exit 2
        ;;
    esac
}

apt_install() {
    local become=$1
    shift
    # A fresh machine has no package lists; an old one may have lists that name files that are gone.
    if ! apt-cache show "$@" >/dev/null 2>&1; then
        $become apt-get -q update
    fi
    # sudo hands on nothing of our environment.
    local -a install=(env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends)
    $become "${install[@]}" "$@" && return
    echo "setup: once more, with fresh package lists" >&2
    $become apt-get -q update
    $become "${install[@]}" "$@"
}

setup_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "setup: this is not Debian; install by hand what tools/packages.txt names" >&2
        return
    fi
    local missing become
    missing=$(missing_packages "$@")
    if [ -z "$missing" ]; then
        return
    fi
    echo "setup: these Debian packages are missing:" >&2
    sed 's/^\([^ ]*\) /    \1: /' <<<"$missing" >&2
    local -a names
    mapfile -t names < <(cut -d' ' -f1 <<<"$missing")
    become=$(root_command "${names[@]}")
    apt_install "$become" "${names[@]}" >&2
}

# The environment is whole when it holds a copy of the requirements it was made from.
setup_venv() {
    local folder=$1 requirements=$2
    if cmp -s "$requirements" "$folder/requirements.txt" && [ -x "$folder/bin/python3" ]; then
        return
    fi
    echo "setup: Python packages of $requirements into $folder" >&2
    [ -x "$folder/bin/python3" ] || python3 -m venv "$folder"
    "$folder/bin/python3" -m pip install --quiet --disable-pip-version-check -r "$requirements" >&2
    cp "$requirements" "$folder/requirements.txt"
}

if [ "${1:-}" = --venv ] && [ $# = 3 ]; then
    setup_venv "$2" "$3"
elif [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then
    setup_packages "$@"
else
    echo "usage: tools/setup.sh SET... | --venv FOLDER REQUIREMENTS" >&2
    exit 2
fi
