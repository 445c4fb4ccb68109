// Invariants that hold for any input. They are checked in every build: state that breaks one must
// not be committed, answered from, or passed on.
//
//   ensure(place->live > 0, "an attempt is settled once");
//
// On the hot path a check is a comparison or two. Anything more expensive belongs in audit().
#pragma once
#include <string_view>

namespace rota::engine {

/// Prints "rotad: broken rule: <rule> (<file>:<line>)" to stderr and aborts the process. It does
/// not throw, because an exception would end only one actor while the journal's thread continued to
/// commit.
[[noreturn]] void broken(std::string_view rule, const char* file = __builtin_FILE(),
                         int line = __builtin_LINE());

/// Aborts unless `holds`. `rule` is a sentence that states what must be true.
constexpr void ensure(bool holds, std::string_view rule, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  if (!holds) [[unlikely]]
    broken(rule, file, line);
}

} // namespace rota::engine
