// Converts a reply to the result or the error of an answer.
#pragma once
#include "json/write.hpp"
#include "wire/replies.hpp"
#include "wire/rpc.hpp"
#include "wire/writing.hpp"

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace rota::wire {

/// The JSON text of a result, or the failure.
using answer = std::variant<std::string, rpc_failure>;

rpc_failure failure_of(const refusal& r);

/// Writes a setting in the form that get, put and list show.
void write(json_writer& out, const setting_view& view);
void write(json_writer& out, const list_settings_reply& page);

/// An estimate of a reply's JSON, usually too high, so that a long text is allocated once.
std::size_t expected_bytes(const pop_reply& r);
std::size_t expected_bytes(const auto&) { return 0; }

/// `what` is any alternative of `reply`. `durability` is filled in if it has such a member.
template <class Reply>
answer to_answer(Reply& what, std::string_view durability) {
  if constexpr (std::same_as<Reply, refusal>) {
    return failure_of(what);
  } else {
    if constexpr (requires { what.durability; })
      what.durability = durability;
    return json_text([&](json_writer& out) {
      out.reserve(expected_bytes(what));
      write(out, what);
    });
  }
}

} // namespace rota::wire
