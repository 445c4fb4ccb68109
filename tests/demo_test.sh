#!/usr/bin/env bash
# Checks that the demo (scripts/run-demo) runs a user's job file, reports the results of each tenant, and recovers its
# state at a second start.
#
#   demo_test.sh FOLDER-OF-PROGRAMS
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "demo test: $1"
  cat "$folder/out"
  exit 1
}

expect() { grep -qE "$1" "$folder/out" || fail "no output line matches $1"; }

# demo PROGRAMS FILE
demo() {
  ROTA_BIN=$1 ROTA_DATA=$folder/var ROTA_PORT=0 timeout 100 "$root/scripts/run-demo" --once "$2" \
    >"$folder/out" 2>&1 || fail "the demo ended with status $?"
}

# Each job that runs appends a line.
for ((number = 0; number < 20; ++number)); do
  printf '{"type":"%s","tenant":"%s","key":"k%d","payload":{"command":["sh","-c","echo %d >>%s/ran"]}}\n' \
    'of \"my\" own' large "$number" "$number" "$folder"
done >"$folder/jobs"
echo '{"type":"hash-file","tenant":"small","key":"k","payload":{"command":["sha256sum","/etc/passwd"]}}' >>"$folder/jobs"
echo '{"type":"check-certificate","tenant":"small","key":"k","payload":{"command":["false"]}}' >>"$folder/jobs"

demo "$1" "$folder/jobs"
expect '^-- rotad listens on 127\.0\.0\.1:[1-9][0-9]*, data in '
expect '^large +20 +0 +0 '
expect '^small +2 +1 +0 '
expect '^fairness gap'
[[ $(sort -n "$folder/ran") == "$(seq 0 19)" ]] || fail 'some jobs did not run exactly once'

demo "$1" "$folder/jobs"
expect '^-- found the state of an earlier run: 22 jobs: 21 succeeded, 1 failed, 0 cancelled, 0 open$'
expect '22 duplicates'
[[ $(wc -l <"$folder/ran") == 20 ]] || fail "a second start ran jobs again"

# There are more queues than a page of a list has, and the last queue has a new type.
for ((number = 0; number < 1001; ++number)); do
  printf '{"type":"hash-file","tenant":"t%d","payload":{"command":["true"]}}\n' "$number"
done >"$folder/many"
echo '{"type":"the last","tenant":"z","payload":{"command":["true"]}}' >>"$folder/many"
demo "$1" "$folder/many"
expect '^z +1 +0 +0 '
