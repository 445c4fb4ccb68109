// Counters of the HTTP port.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>

namespace rota::daemon {

/// For the io thread only.
struct http_counters {
  std::map<unsigned, std::uint64_t> answers; ///< By status code.
  std::size_t open = 0;
};

} // namespace rota::daemon
