#pragma once

#include "bench/common/client_loop.hpp"
#include "bench/common/statistics.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace rota::bench {

/// What a load on the bare group-commit server came to.
struct line_load_result {
  double requests_per_second = 0;
  sample_set latency_ms; ///< Of each request.
};

/// One line of `bytes` on every connection, the next when the last was answered, for `time`.
[[nodiscard]] line_load_result run_line_load(client_loop& clients, std::size_t bytes,
                                             std::chrono::nanoseconds time);

} // namespace rota::bench
