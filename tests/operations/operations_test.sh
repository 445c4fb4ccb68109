#!/usr/bin/env bash
# Checks docs/operations: that the alerts are sound and fire, that the dashboard's queries can be read, and that
# both speak of metrics that metrics.md explains and the daemon has.
#
#   tests/operations/operations_test.sh [ROOT]
set -euo pipefail

cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"
docs=docs/operations
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

fail() {
  printf '%s\n' "$*"
  failed=1
}

# names FILE...: the metrics that the files speak of, a histogram under its own name.
names() {
  grep -ohE '\brota_[a-z0-9_]+' "$@" | sed -E '/_(seconds|bytes)_(bucket|sum|count)$/s/_(bucket|sum|count)$//' | sort -u
}

# What the daemon can show, by the names in its source.
grep -ohE '"rota_[a-z0-9_]+"' cmd/rotad/metrics/*.cpp | tr -d '"' | sort -u >"$scratch/shown"
names $docs/metrics.md >"$scratch/explained"
names $docs/alerts.yml $docs/grafana-dashboard.json >"$scratch/used"

for name in $(comm -23 "$scratch/shown" "$scratch/explained"); do fail "metrics.md doesn't explain $name"; done
for name in $(comm -13 "$scratch/shown" "$scratch/explained"); do fail "metrics.md explains $name, which isn't there"; done
for name in $(comm -13 "$scratch/shown" "$scratch/used"); do fail "alerts or dashboard ask for $name, which isn't there"; done

if ! command -v promtool >/dev/null; then
  [[ $failed = 1 ]] || echo "SKIPPED: promtool isn't installed (assertions: - none -)"
  exit $failed
fi

promtool check rules $docs/alerts.yml >"$scratch/out" 2>&1 || fail "$(cat "$scratch/out")"
promtool test rules tests/operations/alerts_test.yml >"$scratch/out" 2>&1 || fail "$(cat "$scratch/out")"

# Each query of the dashboard as a rule, its variables filled in.
{
  printf 'groups:\n- name: dashboard\n  rules:\n'
  sed -nE 's/^ *"expr": "(.*)",$/\1/p' $docs/grafana-dashboard.json |
    sed -e 's/\\"/"/g' -e 's/\$__rate_interval/5m/g' -e "s/'/''/g" |
    awk "{ printf \"  - record: query%d\\n    expr: '%s'\\n\", NR, \$0 }"
} >"$scratch/dashboard.yml"
grep -q 'record: query30$' "$scratch/dashboard.yml" || fail "fewer queries in the dashboard than there should be"
promtool check rules "$scratch/dashboard.yml" >"$scratch/out" 2>&1 || fail "$(cat "$scratch/out")"

exit $failed
