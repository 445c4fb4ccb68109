#!/usr/bin/env bash
# Checks docs/operations: the alerts are valid and fire, the runbook has a section for each, the dashboard's queries
# are valid, all metrics that are mentioned exist and are in metrics.md, and the guide names every limit of the config
# file.
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

# names FILE...: prints the metrics that the files mention, a histogram under its base name.
names() {
  grep -ohE '\brota_[a-z0-9_]+' "$@" | sed -E '/_(seconds|bytes)_(bucket|sum|count)$/s/_(bucket|sum|count)$//' | sort -u
}

# The daemon's metrics, from the names in its source.
grep -ohE '"rota_[a-z0-9_]+"' cmd/rotad/metrics/*.cpp | tr -d '"' | sort -u >"$scratch/shown"
names $docs/metrics.md >"$scratch/explained"
names $docs/alerts.yml $docs/grafana-dashboard.json $docs/runbook.md $docs/README.md >"$scratch/used"

for name in $(comm -23 "$scratch/shown" "$scratch/explained"); do fail "metrics.md does not describe $name"; done
for name in $(comm -13 "$scratch/shown" "$scratch/explained"); do fail "metrics.md describes $name, which is not a metric"; done
for name in $(comm -13 "$scratch/shown" "$scratch/used"); do fail "alerts, dashboard or guide use $name, which is not a metric"; done

sed -nE 's/^ *- alert: //p' $docs/alerts.yml >"$scratch/alerts"
sed -nE 's/^## //p' $docs/runbook.md | diff "$scratch/alerts" - >"$scratch/out" ||
  fail "runbook.md does not have a section for each alert in the same order: $(cat "$scratch/out")"

sed -nE 's/^  io\("([a-z_]+)", o\..*/\1/p' cmd/rotad/options.hpp >"$scratch/limits"
[[ -s $scratch/limits ]] || fail "no limits found in cmd/rotad/options.hpp"
while read -r limit; do
  grep -q "^| .*\`$limit\`" $docs/README.md || fail "README.md does not describe the limit $limit"
done <"$scratch/limits"

if ! command -v promtool >/dev/null; then
  [[ $failed = 1 ]] || echo "SKIPPED: promtool is not installed (assertions: - none -)"
  exit $failed
fi

promtool check rules $docs/alerts.yml >"$scratch/out" 2>&1 || fail "$(cat "$scratch/out")"
promtool test rules tests/operations/alerts_test.yml >"$scratch/out" 2>&1 || fail "$(cat "$scratch/out")"

# Each query of the dashboard as a rule, with its variables replaced.
{
  printf 'groups:\n- name: dashboard\n  rules:\n'
  sed -nE 's/^ *"expr": "(.*)",$/\1/p' $docs/grafana-dashboard.json |
    sed -e 's/\\"/"/g' -e 's/\$__rate_interval/5m/g' -e "s/'/''/g" |
    awk "{ printf \"  - record: query%d\\n    expr: '%s'\\n\", NR, \$0 }"
} >"$scratch/dashboard.yml"
grep -q 'record: query30$' "$scratch/dashboard.yml" || fail "the dashboard has fewer than 30 queries"
promtool check rules "$scratch/dashboard.yml" >"$scratch/out" 2>&1 || fail "$(cat "$scratch/out")"

exit $failed
