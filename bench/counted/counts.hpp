// What rota-bench-counted counts itself in: a file that all of them map.
#pragma once
#include <cstdint>

namespace rota::bench {

struct process_counts {
  std::uint32_t now = 0;
  std::uint32_t most = 0; ///< At a time.
};

} // namespace rota::bench
