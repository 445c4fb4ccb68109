// The trace that a job belongs to, as named by its producer: https://www.w3.org/TR/trace-context/.
// Rota reads only the trace id, and passes the rest on unchanged.
#pragma once
#include "engine/members.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace rota::engine {

struct trace_context {
  std::string parent; ///< traceparent; see is_traceparent().
  std::string state;  ///< tracestate; empty: none.
  bool operator==(const trace_context&) const = default;
};

void members(auto& io, form_of<trace_context> auto& t) {
  io("traceparent", t.parent, rule<traceparent_text>{});
  io("tracestate", t.state, null_if_empty(rule<tracestate_text>{}));
}

/// The length that the W3C requires implementations to propagate at least.
inline constexpr std::size_t tracestate_bytes_max = 512;

/// Version 00: 00-<trace id: 32 hex>-<parent id: 16 hex>-<flags: 2 hex>, in lower case; neither id
/// is all zeros.
bool is_traceparent(std::string_view text);
/// 1 to 512 bytes of printable ASCII. Vendors define the content.
bool is_tracestate(std::string_view text);

/// The 32 digits that all spans of a trace have in common.
std::string_view trace_id(const trace_context& trace);

} // namespace rota::engine
