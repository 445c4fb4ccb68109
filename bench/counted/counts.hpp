// The counters of rota-bench-counted, in a file that all its processes map.
#pragma once
#include <cstdint>

namespace rota::bench {

struct process_counts {
  std::uint32_t now = 0;
  std::uint32_t peak = 0; ///< Largest number at a time.
};

} // namespace rota::bench
