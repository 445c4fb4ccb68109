// Every kind of error that an answer can have.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rota::wire {

enum class error_kind : std::uint8_t {
  parse,
  invalid_request,
  unknown_method,
  invalid,
  not_found,
  queue_full,
  lease_lost,
  wrong_state,
  too_large,
  unauthorized,
  draining,
  unavailable,
};

struct error_kind_row {
  int code; ///< JSON-RPC's own codes first, then the engine's from -32000 down.
  std::string_view name;
};
/// In the order of error_kind.
inline constexpr std::array<error_kind_row, 12> error_kinds{{
    {-32700, "parse"},
    {-32600, "invalid_request"},
    {-32601, "unknown_method"},
    {-32602, "invalid"},
    {-32000, "not_found"},
    {-32001, "queue_full"},
    {-32002, "lease_lost"},
    {-32003, "wrong_state"},
    {-32004, "too_large"},
    {-32005, "unauthorized"},
    {-32006, "draining"},
    {-32007, "unavailable"},
}};
inline constexpr std::size_t error_kind_count = error_kinds.size();
static_assert(error_kind_count == static_cast<std::size_t>(error_kind::unavailable) + 1);

/// Returns the JSON-RPC error code of the kind.
constexpr int code_of(error_kind kind) { return error_kinds[static_cast<std::size_t>(kind)].code; }
/// Returns the text of the kind in `data.kind`.
constexpr std::string_view name_of(error_kind kind) {
  return error_kinds[static_cast<std::size_t>(kind)].name;
}

} // namespace rota::wire
