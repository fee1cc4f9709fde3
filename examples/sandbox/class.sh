#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# class.sh - one sandbox for a class. Each student gets a file NAME.env with the lines that lead to it, the endpoint and
# an own key; Ctrl-C ends it. The keys are new each time, the work of the last lesson is still there. The seed makes the
# noise of each lesson the same.
#   class.sh HOST:PORT NAME...
set -euo pipefail
listen=$1
keys=()
for name in "${@:2}"; do
    id=$(tr '[:lower:]' '[:upper:]' <<<"$name" | tr -cd 'A-Z0-9')0000000000000000
    secret=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    keys+=(--key "${id:0:20}:$secret")
    printf 'export %s\n' "AWS_ENDPOINT_URL=http://$listen" "AWS_ACCESS_KEY_ID=${id:0:20}" \
        "AWS_SECRET_ACCESS_KEY=$secret" AWS_DEFAULT_REGION=us-east-1 >"$name.env"
done
exec ketch sandbox --listen "$listen" --state class --scenario seeded.json "${keys[@]}" \
    >teacher.env
