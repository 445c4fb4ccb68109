#include "cmd/rotad/http/web_files.hpp"

namespace rota::daemon {
namespace {

std::string_view type_of(std::string_view name) {
  if (name.ends_with(".html"))
    return "text/html; charset=utf-8";
  if (name.ends_with(".css"))
    return "text/css; charset=utf-8";
  if (name.ends_with(".svg"))
    return "image/svg+xml";
  return "text/javascript; charset=utf-8";
}

} // namespace

std::optional<http_answer> web_file(std::string_view path) {
  path.remove_prefix(1);
  const auto name = path.empty() ? std::string_view{"index.html"} : path;
  for (const auto& file : embedded_files())
    if (file.name == name)
      return http_answer{200, type_of(name), std::string{file.begin, file.end}};
  return std::nullopt;
}

} // namespace rota::daemon
