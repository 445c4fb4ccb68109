// The engine's only output: the message of a broken rule.
#include "engine/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace rota::engine {

namespace {

/// The path relative to the root of the sources, independent of the build folder.
std::string_view from_root(std::string_view file) {
  constexpr std::string_view own = "engine/ensure.cpp";
  constexpr std::string_view here = __FILE__;
  constexpr std::string_view root = here.substr(0, here.size() - own.size());
  static_assert(here.ends_with(own));
  return file.starts_with(root) ? file.substr(root.size()) : file;
}

} // namespace

void broken(std::string_view rule, const char* file, int line) {
  const std::string_view path = from_root(file);
  std::fprintf(stderr, "rotad: broken rule: %.*s (%.*s:%d)\n", static_cast<int>(rule.size()),
               rule.data(), static_cast<int>(path.size()), path.data(), line);
  std::abort();
}

} // namespace rota::engine
