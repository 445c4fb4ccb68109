// The files of the web page.
#pragma once
#include "cmd/rotad/http/http_answer.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace rota::daemon {

/// A file of web/, compiled in.
struct embedded_file {
  std::string_view name;
  const char* begin = nullptr;
  const char* end = nullptr;
};
std::span<const embedded_file> embedded_files();

/// Returns the file at a path of the site, where "/" is index.html; nothing if there is none.
std::optional<http_answer> web_file(std::string_view path);

} // namespace rota::daemon
