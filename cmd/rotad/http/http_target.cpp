#include "cmd/rotad/http/http_target.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <string>

namespace rota::daemon {
namespace {

/// Decodes %XX; in parameters, '+' is a space.
std::optional<std::string> unescaped(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
      continue;
    }
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned char byte = 0;
    const auto digits = text.substr(i + 1, 2);
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (error != std::errc{} || stop != digits.data() + 2 || byte == 0)
      return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

bool read_param(std::string_view text, http_query& into) {
  const auto equals = text.find('=');
  auto name = unescaped(text.substr(0, equals), true);
  auto value = unescaped(
      equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1), true);
  if (!name || !value)
    return false;
  return name->empty() || into.params.emplace(std::move(*name), std::move(*value)).second;
}

} // namespace

std::optional<http_query> read_target(std::string_view target) {
  if (!target.starts_with('/'))
    return std::nullopt;
  const auto question = target.find('?');
  auto path = unescaped(target.substr(0, question), false);
  if (!path)
    return std::nullopt;
  http_query query{std::move(*path), {}};
  auto rest = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    if (!read_param(rest.substr(0, end), query))
      return std::nullopt;
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return query;
}

bool is_own_host(std::string_view host) {
  const bool bracketed = host.starts_with('[');
  const auto end = bracketed ? host.find(']') : host.find(':');
  auto name = host.substr(0, end);
  if (bracketed)
    name.remove_prefix(1);
  if (boost::algorithm::iequals(name, "localhost"))
    return true;
  boost::system::error_code not_an_address;
  boost::asio::ip::make_address(std::string{name}, not_an_address);
  return !not_an_address;
}

} // namespace rota::daemon
