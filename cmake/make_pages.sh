#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make_pages.sh - has ketch write its manual pages and shell completions, which it reads from its table of commands, and
# makes the pages of section 3 from the public headers: one each, and one that leads to it for each function.
#   cmake/make_pages.sh KETCH FOLDER INCLUDE VERSION
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
ketch=$1 folder=$2 include=$3 version=$4
rm -rf "$folder"
mkdir -p "$folder"/{man/man1,man/man3,bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
"$ketch" help --man >"$folder/man/man1/ketch.1"
mapfile -t commands < <(tr -d "\\\\" <"$folder/man/man1/ketch.1" | sed -n "s/.*ketch-\([a-z-]*\)(1).*/\1/p")
for command in "${commands[@]}"; do
    read -ra words <<<"${command//-/ }"
    "$ketch" help --man "${words[@]}" >"$folder/man/man1/ketch-$command.1"
done
"$ketch" completion bash >"$folder/bash-completion/completions/ketch"
"$ketch" completion zsh >"$folder/zsh/site-functions/_ketch"
"$ketch" completion fish >"$folder/fish/vendor_completions.d/ketch.fish"

for header in circuit error program result run version full braket; do
    package=ketch-core
    case $header in full | braket) package=ketch ;; esac
    page=ketch_$header.3
    awk -v version="$version" -v package=$package -f "$here/make_man3.awk" "$include/ketch/$header.h" \
        >"$folder/man/man3/$page"
    mapfile -t functions < <(sed -e 's|/\*.*||' "$include/ketch/$header.h" |
        sed -n 's/^[a-z_][a-z0-9_ ]*[ *]\(kt_[a-z0-9_]*\)(.*/\1/p')
    for function in "${functions[@]}"; do
        echo ".so man3/$page" >"$folder/man/man3/$function.3"
    done
done
