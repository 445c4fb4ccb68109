// Converts a reply to the result or the error of an answer.
#pragma once
#include "json/write.hpp"
#include "wire/replies.hpp"
#include "wire/rpc.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace rota::wire {

/// The JSON text of a result, or the failure.
using answer = std::variant<std::string, rpc_failure>;

/// `durability` is filled into the replies that have such a member.
answer to_answer(reply what, std::string_view durability);

/// Writes a setting in the form that get, put and list show.
void write(json_writer& out, const setting_view& view);

} // namespace rota::wire
