// A reply as the result or the error of an answer.
#pragma once
#include "json/write.hpp"
#include "wire/replies.hpp"
#include "wire/rpc.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace rota::wire {

/// JSON text of a result, or why there is none.
using answer = std::variant<std::string, rpc_failure>;

/// `durability` is shown by the replies that have such a member.
answer to_answer(reply what, std::string_view durability);

/// One setting as its get, its put and its list show it.
void write(json_writer& out, const setting_view& view);

} // namespace rota::wire
