#!/usr/bin/env bash
# Checks docs/operations: that the alerts are sound and fire, that the runbook has a section for each, that the
# dashboard's queries can be read, that all of it speaks of metrics that metrics.md explains and the daemon has, and
# that the guide names every limit of the config file.
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
names $docs/alerts.yml $docs/grafana-dashboard.json $docs/runbook.md $docs/README.md >"$scratch/used"

for name in $(comm -23 "$scratch/shown" "$scratch/explained"); do fail "metrics.md doesn't explain $name"; done
for name in $(comm -13 "$scratch/shown" "$scratch/explained"); do fail "metrics.md explains $name, which isn't there"; done
for name in $(comm -13 "$scratch/shown" "$scratch/used"); do fail "alerts, dashboard or guide ask for $name, which isn't there"; done

sed -nE 's/^ *- alert: //p' $docs/alerts.yml >"$scratch/alerts"
sed -nE 's/^## //p' $docs/runbook.md | diff "$scratch/alerts" - >"$scratch/out" ||
  fail "runbook.md hasn't a section for each alert, in their order: $(cat "$scratch/out")"

sed -nE 's/^  io\("([a-z_]+)", o\..*/\1/p' cmd/rotad/options.hpp >"$scratch/limits"
[[ -s $scratch/limits ]] || fail "no limits found in cmd/rotad/options.hpp"
while read -r limit; do
  grep -q "^| .*\`$limit\`" $docs/README.md || fail "README.md doesn't tell what to choose for $limit"
done <"$scratch/limits"

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
