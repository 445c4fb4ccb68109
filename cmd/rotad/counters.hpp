// Counters of the wire and of the HTTP port, maintained on the io thread.
#pragma once
#include "wire/answers.hpp"
#include "wire/methods.hpp"
#include "wire/rpc.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace rota::daemon {

/// For the io thread only.
struct wire_counters {
  /// By error_kind; the last one is success.
  static constexpr std::size_t outcomes = wire::error_kind_count + 1;

  std::uint64_t accepted = 0;
  std::uint64_t refused = 0; ///< Refused because max_connections were open.
  std::size_t open = 0;
  /// By the method's index; the last row counts requests without a known method.
  std::vector<std::array<std::uint64_t, outcomes>> answers{wire::methods().size() + 1};

  /// `method` is null if it is unknown.
  void answered(const wire::method* method, const wire::answer& what) {
    const auto* failure = std::get_if<wire::rpc_failure>(&what);
    ++answers[method != nullptr ? index_of(*method) : answers.size() - 1]
             [failure != nullptr ? static_cast<std::size_t>(failure->kind) : outcomes - 1];
  }
};

/// For the io thread only.
struct http_counters {
  std::map<unsigned, std::uint64_t> answers; ///< By status code.
  std::size_t open = 0;
};

} // namespace rota::daemon
