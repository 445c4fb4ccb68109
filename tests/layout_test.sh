#!/usr/bin/env bash
# Checks what the compiler cannot: includes point to lower layers only, the engine uses no clock, thread, input or
# output, known traps of CAF 0.17 are absent, and nothing unfinished is left. Prints each offence as file:line; exits
# with 1 if there is any.
#
#   tests/layout_test.sh [ROOT]
set -euo pipefail

cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"
all=(engine json system wire persistence executors actors cmd bench tests)

# sources FOLDER...: prints the C++ files below those of the folders that exist.
sources() {
  local folder
  for folder in "$@"; do
    [[ ! -d $folder ]] || find "$folder" -type f \( -name '*.cpp' -o -name '*.hpp' \)
  done | sort
}

# report RULE: reads offences, one per line, and prints them indented under the rule that they break.
report() {
  local lines
  lines=$(cat)
  [[ -z $lines ]] || printf '%s:\n%s\n' "$1" "$(sed 's/^/  /' <<<"$lines")"
}

# includes FOLDER...: prints "file:line:<header>" for every include, whatever its spacing.
includes() {
  sources "$@" | xargs -r awk 'sub(/^[ \t]*#[ \t]*include[ \t]*/, "") { print FILENAME ":" FNR ":" $0 }'
}

# code FOLDER...: prints "file:line:text" for every line, without // comments.
code() {
  sources "$@" | xargs -r awk '{ sub(/\/\/.*/, ""); print FILENAME ":" FNR ":" $0 }'
}

# text FOLDER...: prints the same with comments.
text() {
  sources "$@" | xargs -r awk '{ print FILENAME ":" FNR ":" $0 }'
}

# matching / not_matching PATTERN: filters lines; no match is not an error.
matching() { grep -E "$1" || true; }
not_matching() { grep -vE "$1" || true; }

# Each layer and the other layers that it may include: those to its left in
#   engine, json, system <- wire, persistence, executors <- actors <- cmd
declare -A below=(
  [engine]='' [json]='' [system]=''
  [wire]='engine json system' [persistence]='engine system' [executors]='engine json system'
  [actors]='engine json system wire persistence executors'
  [cmd]='engine json system wire persistence executors actors'
)

check_layers() {
  local layer names
  for layer in "${!below[@]}"; do
    names=$(tr ' ' '|' <<<"$layer${below[$layer]:+ ${below[$layer]}}")
    includes "$layer" | matching ':"' | not_matching ":\"($names)/" |
      report "$layer/ may include only these layers: ${names//|/, }"
  done
}

check_includes() {
  includes engine | matching ':<' | not_matching ':<(boost/system/|[a-z_0-9]+>)' |
    report 'engine/ needs only the standard library and boost::system'
  includes engine |
    matching ':<(thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token|random|iostream|fstream|filesystem|ctime)>' |
    report 'engine/ has no threads, randomness, input or output'
  includes json | matching ':<' | not_matching ':<(boost/(json|charconv)|[a-z_0-9.]+>)' |
    report 'json/ needs only the standard library and Boost.JSON'
  includes persistence | matching ':<boost/asio' | report 'persistence/ has no network'
  includes system | matching ':<boost/' | not_matching ':<boost/system/' | report 'system/ makes system calls only'
  includes engine json system wire persistence executors | matching ':<caf/' |
    report 'only actors/ and the programs in cmd/ include CAF'
  includes cmd/console_port/link | not_matching ':("cmd/console_port/link/|<caf/|<[a-z_]+>)' |
    report 'cmd/console_port/link/ includes CAF only'
  includes "${!below[@]}" | matching ':["<](tests/|bench/|catch2/)' |
    report 'the product does not include tests or benchmarks'
  includes tests | matching ':"bench/' | not_matching '^tests/bench/' |
    report 'tests outside tests/bench/ do not include benchmarks'
  includes bench | matching ':"tests/' | not_matching ':"tests/model/' |
    report 'bench/ includes only the model of the tests'
  includes tests/model | not_matching ':("engine/|"tests/model/|<[a-z_]+>)' |
    report 'tests/model/ needs only the engine and the standard library'
}

check_purity() {
  code engine |
    matching '(system_clock|steady_clock|high_resolution_clock|utc_clock)::now|clock_gettime|gettimeofday|[^_a-z.>:]time\((nullptr|NULL|0)\)|[^_a-z.>:]s?rand\(' |
    report 'engine/ takes the time and randomness as arguments'
  # ensure.cpp is exempt: it prints the broken rule before it ends the process, when no caller can.
  code engine | not_matching '^engine/ensure\.cpp:' |
    matching '\b(f?printf|f?puts|fopen|fwrite|getenv)\(|std::(cout|cerr|clog)\b' |
    report 'engine/ has no input or output'
}

# A request's timeout follows the first comma; the call may span several lines.
check_request_timeouts() {
  local file call='request(<[^<>]*>)?\([^,;]+,[[:space:]]*(std::chrono::[a-z_]+|caf::duration|[0-9][0-9.'"'"']*(h|min|s|ms|us|ns)\b)'
  sources actors cmd bench tests | while read -r file; do
    sed 's,//.*,,' "$file" | tr '\n' ' ' | { grep -oE "\b$call" || true; } | sed "s,^,$file: ,"
  done | report 'CAF 0.17 never frees the timeout of a request: use caf::infinite and a separate deadline'
}

check_caf_traps() {
  code actors cmd bench tests | matching 'self->anon_send|this->anon_send' |
    report 'self->anon_send reveals its sender: use caf::anon_send'
  code actors cmd bench tests | matching 'caf::detached|spawn<[^>]*\bdetached\b' |
    report 'detached actors race with the end of the actor system: use a thread'
  includes actors cmd | matching '<caf/(io/)?all\.hpp>' | report 'include the narrow headers of CAF'
  check_request_timeouts
}

check_leftovers() {
  text "${all[@]}" | matching '\b(TODO|FIXME|XXX|HACK)\b' | report 'unfinished'
  sources "${all[@]}" | matching '\.hpp$' | while read -r header; do
    grep -q '^#pragma once' "$header" || echo "$header"
  done | report 'a header without #pragma once'
}

# Types with the same name and namespace in several files break the one-definition rule in a program that links both.
check_one_definition() {
  sources "${!below[@]}" tests/model | xargs -r awk '
    FNR == 1 { namespace = ""; unnamed = 0 }
    /^namespace [a-z_:]+ \{/ { namespace = $2 }
    /^namespace \{/ { unnamed = 1 }
    /^\} \/\/ namespace$/ { unnamed = 0 }
    !unnamed && namespace && /^(struct|class|enum class) [a-z_]+.*\{/ {
      name = namespace "::" ($1 == "enum" ? $3 : $2)
      if (name in first && first[name] != FILENAME) print FILENAME ":" FNR ":" name ", as in " first[name]
      first[name] = FILENAME
    }' | report 'a type with this name is also defined elsewhere'
}

# The name of a folder or file that holds too much no longer describes its content.
check_sizes() {
  local folder
  sources "${all[@]}" | xargs -r wc -l | awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines" }' |
    report 'a file with more than 500 lines'
  # A source and its header count as one, and so does a folder.
  for folder in "${all[@]}"; do
    [[ ! -d $folder ]] || find "$folder" -type d
  done | while read -r folder; do
    find "$folder" -mindepth 1 -maxdepth 1 | sed -E 's/\.(cpp|hpp)$//' | sort -u | wc -l |
      awk -v folder="$folder" '$1 > 25 { print folder ": " $1 " siblings" }'
  done | report 'a folder with more than 25 siblings'
}

# The build selects sources by folder and would never compile one elsewhere. ctest splits names at semicolons, so it
# would lose a test with one in its name.
check_build_sees_all() {
  sources cmd | not_matching '^cmd/(console_port|rotad|rota)/' | report 'a source that no target compiles'
  sources tests | not_matching '^tests/(engine|json|wire|executors|persistence|actors|cmd|bench|system|system_calls|support|fuzz|model)/' |
    report 'a source that no target compiles'
  sources tests/fuzz | matching '\.cpp$' | not_matching '_fuzz\.cpp$' |
    report 'a fuzz target is called *_fuzz.cpp'
  code tests | matching 'TEST_CASE(_METHOD)?\([^"]*"[^"]*;' | report 'a test name with a semicolon'
}

findings=$(
  check_layers
  check_includes
  check_purity
  check_caf_traps
  check_leftovers
  check_one_definition
  check_sizes
  check_build_sees_all
)
if [[ -n $findings ]]; then
  echo "$findings"
  echo "layout: $(grep -c '^  ' <<<"$findings") offences"
  exit 1
fi
echo "layout: $(sources "${all[@]}" | wc -l) files, no offences"
