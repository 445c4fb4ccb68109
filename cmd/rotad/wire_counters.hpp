// What came over the wire, counted on the io thread.
#pragma once
#include "cmd/rotad/format.hpp"
#include "wire/requests_method.hpp"
#include "wire/rpc.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace rota::daemon {

/// The io thread's alone.
struct wire_counters {
  /// By error_kind; the last is success.
  static constexpr std::size_t outcomes = protocol::error_kind_count + 1;

  std::uint64_t accepted = 0;
  std::uint64_t turned_away = 0; ///< max_connections were open.
  std::size_t open = 0;
  /// By method; the last are requests without one that is known.
  std::array<std::array<std::uint64_t, outcomes>, protocol::method_count + 1> answers{};

  void answered(std::optional<protocol::method> method, const formatted& what) {
    const auto* failure = std::get_if<protocol::rpc_failure>(&what);
    ++answers[method ? static_cast<std::size_t>(*method) : protocol::method_count]
             [failure != nullptr ? static_cast<std::size_t>(failure->kind) : outcomes - 1];
  }
};

} // namespace rota::daemon
