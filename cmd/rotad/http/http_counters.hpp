// What came to the HTTP port.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>

namespace rota::daemon {

/// The io thread's alone.
struct http_counters {
  std::map<unsigned, std::uint64_t> answers; ///< By status.
  std::size_t open = 0;
};

} // namespace rota::daemon
