#!/usr/bin/env bash
# Checks that layout_test.sh reports each offence, and nothing else.
set -euo pipefail

layout_test=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/layout_test.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

fail() {
  echo "layout self-test: $1"
  failures=$((failures + 1))
}

# file PATH TEXT: adds a source for the next check (\n in TEXT is a line break).
files=()
file() {
  mkdir -p "$folder/tree/$(dirname "$1")"
  printf '%b\n' "$2" >"$folder/tree/$1"
  files+=("$1")
}

# verdict: runs the layout test on the sources, with its output in $folder/out, and removes them.
verdict() {
  local status=0
  "$layout_test" "$folder/tree" >"$folder/out" 2>&1 || status=$?
  rm -rf "$folder/tree"
  return $status
}

file engine/caf.cpp '#include <caf/actor.hpp>'
file engine/up.cpp '#  include "actors/x.hpp"'
file engine/asio.cpp '#include <boost/asio.hpp>'
file engine/rocks.cpp '#include <rocksdb/db.h>'
file engine/mutex.cpp '#include <mutex>'
file engine/clock.cpp 'auto t = std::chrono::steady_clock::now();'
file engine/print.cpp 'std::printf("x");'
file engine/unfinished.cpp '// TO''DO: later'
file engine/twice.hpp 'int x;'
file persistence/up.cpp '#include "actors/x.hpp"'
file persistence/asio.cpp '#include <boost/asio/post.hpp>'
file actors/up.cpp '#include "cmd/rotad/x.hpp"'
file wire/up.cpp '#include "actors/x.hpp"'
file wire/beside.cpp '#include "persistence/x.hpp"'
file executors/beside.cpp '#include "wire/x.hpp"'
file system/asio.cpp '#include <boost/asio/post.hpp>'
file actors/anon.cpp 'self->anon_send(x);'
file actors/detached.cpp 'sys.spawn<caf::detached>(f);'
file actors/timeout.cpp 'self->request(x, std::chrono::seconds(1), y);'
file actors/broken.cpp 'self->request<caf::message_priority::high>(\n  x, 10s, y);'
file wire/caf.cpp '#include <caf/actor.hpp>'
file cmd/other/a.cpp 'int x;'
file tests/engine/names_test.cpp 'TEST_CASE("one; two") {}'
file tests/engine/bench.cpp '#include "bench/x.hpp"'
file bench/tests.cpp '#include "tests/support/x.hpp"'
file tests/model/up.cpp '#include "actors/x.hpp"'
file wire/one.hpp '#pragma once\nnamespace rota::wire {\nstruct part {\n};\n}'
file wire/other.hpp '#pragma once\nnamespace rota::wire {\nstruct part {\n};\n}'
file actors/long.cpp "$(printf 'int x%s;\\n' {1..501})"
! verdict || fail 'offences are not reported'
for name in "${files[@]}"; do
  [[ $name != wire/one.hpp ]] || continue # The test reports its duplicate.
  grep -q "^  $name" "$folder/out" || fail "$name is not reported"
done

files=()
for name in {a..z}; do file "json/$name.cpp" 'int x;'; done
! verdict || fail 'a folder with too many files is accepted'
grep -q '^  json: 26 siblings' "$folder/out" || fail 'a folder with too many files is not reported'

files=()
for name in {a..y}; do file "json/$name.cpp" 'int x;'; done
file json/a.hpp '#pragma once'
file engine/a.cpp '#include "engine/ids.hpp"\n#include <boost/system/result.hpp>\n#include <chrono>\n#include <map>'
file engine/b.cpp '// unlike steady_clock::now(), the time is an argument\nauto t = wake_time(0); auto u = x.time(0); std::snprintf(text, 9, "x");'
file engine/c.hpp '#pragma once\nnamespace rota::engine {\nnamespace {\nstruct part {\n};\n} // namespace\nstruct part;\n}'
file engine/ensure.cpp 'std::fprintf(stderr, "x");'
file engine/d.cpp 'namespace rota::engine {\nstruct part {\n};\n}'
file bench/model.cpp '#include "tests/model/x.hpp"'
file persistence/a.cpp '#include <rocksdb/db.h>\n#include <thread>'
file actors/a.cpp 'self->request(x, caf::infinite, 10s); // never self->anon_send'
file cmd/rotad/a.cpp '#include <caf/actor.hpp>\n#include "actors/x.hpp"'
file tests/engine/names_test.cpp 'TEST_CASE("one, two") { f("a;"); }'
verdict || fail "reported without an offence: $(cat "$folder/out")"

if ((failures > 0)); then
  exit 1
fi
echo 'layout self-test: passed'
