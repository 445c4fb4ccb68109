// The part of JSON Schema that the OpenRPC document uses.
#pragma once
#include "tests/system/support/json.hpp"

#include <string>

namespace rota::tests {

/// The schema of a method's result in an OpenRPC document; throws if the method is not in it.
json result_schema(const json& openrpc, const std::string& method);
/// A schema for the params of a method as one object.
json params_schema(const json& openrpc, const std::string& method);

/// Returns where and why the value does not match the schema; empty if it matches.
std::string mismatch(const json& schema, const json& value);

} // namespace rota::tests
