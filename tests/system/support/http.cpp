#include "tests/system/support/http.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace rota::tests {

std::optional<http_reply> read_reply(raw_connection& from, bool has_body) {
  const auto line = [&]() -> std::optional<std::string> {
    auto text = from.line();
    if (text && text->ends_with('\r'))
      text->pop_back();
    return text;
  };
  const auto first = line();
  if (!first || !first->starts_with("HTTP/1.") || first->size() < 12)
    return std::nullopt;
  http_reply reply;
  reply.status = std::stoi(first->substr(9, 3));
  for (auto field = line(); field && !field->empty(); field = line()) {
    const auto colon = field->find(": ");
    auto name = field->substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    reply.fields[name] = colon == std::string::npos ? "" : field->substr(colon + 2);
  }
  const auto length = reply.fields.find("content-length");
  if (!has_body || length == reply.fields.end())
    return reply;
  auto body = from.bytes(std::stoul(length->second));
  if (!body)
    return std::nullopt;
  reply.body = std::move(*body);
  return reply;
}

std::string get_request(std::string_view target, std::string_view fields) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: localhost\r\n" + std::string{fields} +
         "\r\n";
}

http_reply http_get(const wire::endpoint& where, std::string_view target) {
  raw_connection connection{where};
  connection.send(get_request(target, "Connection: close\r\n"));
  auto reply = read_reply(connection);
  if (!reply)
    throw std::runtime_error("no answer to GET " + std::string{target});
  return *reply;
}

} // namespace rota::tests
