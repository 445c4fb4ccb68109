// Rules that hold whatever comes in. They are checked in every build: state that breaks one must not be
// committed, answered from, or handed on.
//
//   ensure(place->live > 0, "an attempt is settled once");
//
// A check on the hot path is a comparison or two. What takes longer belongs into audit().
#pragma once
#include <string_view>

namespace rota::engine {

/// Prints "rotad: broken rule: <rule> (<file>:<line>)" to stderr and aborts the process on the spot. It
/// does not throw: an exception would end one actor, and the journal's thread would go on committing.
[[noreturn]] void broken(std::string_view rule, const char* file = __builtin_FILE(),
                         int line = __builtin_LINE());

/// `rule` says what must be true, as a sentence.
constexpr void ensure(bool holds, std::string_view rule, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  if (!holds) [[unlikely]]
    broken(rule, file, line);
}

} // namespace rota::engine
