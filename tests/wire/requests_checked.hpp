// What the tests of requests share.
#pragma once
#include "json/check.hpp"
#include "wire/requests_decode.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

/// Params as they come from the wire: checked first.
inline rota::json_value params(std::string_view text) {
  const auto error = rota::check_json(text);
  if (error)
    FAIL("not JSON: " << text);
  return rota::json_value{text};
}

/// The path that was refused and why, as one text; empty when the request was taken.
template <class Request>
std::string flaw(const rota::protocol::decoded<Request>& request) {
  return request ? std::string{} : request.error().path + ' ' + request.error().reason;
}
