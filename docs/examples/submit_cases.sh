#!/bin/sh
# Send a file of cases to Engraft and print what became of them: sh submit_cases.sh cases.json
# ENGRAFT_URL (such as https://registry.example.org) and ENGRAFT_TOKEN stand in the environment.
set -eu

# The token goes in through standard input, so that it shows in no list of processes.
call() {
    printf 'header = "Authorization: Bearer %s"\n' "$ENGRAFT_TOKEN" |
        curl --silent --show-error --fail-with-body --max-time 60 --config - "$@"
}

# The member of this name in a JSON answer, for want of a reader of JSON.
member() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }

key=$(sha256sum "$1" | cut -d ' ' -f 1)  # the same file again is the same request
accepted=$(call "$ENGRAFT_URL/api/v1/submissions" \
    --header 'Content-Type: application/json' --header "Idempotency-Key: $key" --data-binary "@$1") ||
    { printf '%s\n' "$accepted" >&2; exit 1; }  # why it was refused
status_url=$(printf '%s' "$accepted" | member status_url)

state=queued
while [ "$state" != done ] && [ "$state" != dead ]; do
    sleep 0.5
    state=$(call "$status_url" | member state)
done
call "$status_url/receipts?page_size=500"
echo
