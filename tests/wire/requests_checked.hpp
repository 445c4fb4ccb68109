// Helpers shared by the tests of requests.
#pragma once
#include "json/check.hpp"
#include "wire/methods.hpp"
#include "wire/reading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

/// Returns checked params, as received from the wire.
inline rota::json_value params(std::string_view text) {
  const auto error = rota::check_json(text);
  if (error)
    FAIL("not JSON: " << text);
  return rota::json_value{text};
}

/// Returns the refusal of a request as text for people; empty if it was accepted.
template <class Request>
std::string flaw_in(const rota::wire::checked<Request>& request) {
  return request ? std::string{} : to_text(request.error());
}

/// Returns the command that a method reads from its params.
template <class Command>
rota::wire::checked<Command> read_method(std::string_view method, std::string_view text) {
  auto read = rota::wire::find_method(method)->read(params(text));
  if (!read)
    return read.error();
  return std::get<Command>(std::get<rota::wire::command>(*std::move(read)));
}
