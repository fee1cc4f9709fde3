#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make_pages.sh - has ketch write its manual pages and shell completions, which it reads from its table of commands.
#   cmake/make_pages.sh KETCH FOLDER
set -euo pipefail
ketch=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder"/{man/man1,bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
"$ketch" help --man >"$folder/man/man1/ketch.1"
mapfile -t commands < <(tr -d "\\\\" <"$folder/man/man1/ketch.1" | sed -n "s/.*ketch-\([a-z-]*\)(1).*/\1/p")
for command in "${commands[@]}"; do
    read -ra words <<<"${command//-/ }"
    "$ketch" help --man "${words[@]}" >"$folder/man/man1/ketch-$command.1"
done
"$ketch" completion bash >"$folder/bash-completion/completions/ketch"
"$ketch" completion zsh >"$folder/zsh/site-functions/_ketch"
"$ketch" completion fish >"$folder/fish/vendor_completions.d/ketch.fish"
