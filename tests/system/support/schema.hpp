// As much of JSON Schema as the OpenRPC document uses.
#pragma once
#include "tests/system/support/json.hpp"

#include <string>

namespace rota::tests {

/// The schema of a method's result in an OpenRPC document; throws when it has no such method.
json result_schema(const json& openrpc, const std::string& method);
/// A schema for the params of a method as one object.
json params_schema(const json& openrpc, const std::string& method);

/// Where the value isn't what the schema says, and why; empty when it is.
std::string mismatch(const json& schema, const json& value);

} // namespace rota::tests
