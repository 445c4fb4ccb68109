// Helpers shared by the tests of requests.
#pragma once
#include "json/check.hpp"
#include "wire/methods.hpp"
#include "wire/reading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <utility>

/// Returns checked params, as received from the wire.
inline rota::json_value params(std::string_view text) {
  if (rota::check_json(text))
    FAIL("not JSON: " << text);
  return rota::json_value{text};
}

/// Returns the value of a result; the test fails if it was refused.
template <class Value>
Value value_of(rota::wire::checked<Value> result) {
  if (!result)
    FAIL(to_text(result.error()));
  return *std::move(result);
}

/// Returns why a value was refused, as text for people; empty if it was accepted.
template <class Value>
std::string refusal_of(const rota::wire::checked<Value>& result) {
  return result ? std::string{} : to_text(result.error());
}

/// Reads a command that must be accepted.
template <class Command>
Command read(std::string_view text) {
  return value_of(rota::wire::read_params<Command>(params(text)));
}

/// Returns why a command is refused.
template <class Command>
std::string refused(std::string_view text) {
  return refusal_of(rota::wire::read_params<Command>(params(text)));
}

/// Reads the command of a method.
template <class Command>
rota::wire::checked<Command> read_method(std::string_view method, std::string_view text) {
  auto command = rota::wire::find_method(method)->read(params(text));
  if (!command)
    return command.error();
  return std::get<Command>(std::get<rota::wire::command>(*std::move(command)));
}
