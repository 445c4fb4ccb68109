// The source of new serials: one per run of the daemon, shared by everything that creates ids.
#pragma once
#include "engine/ids.hpp"

#include <atomic>
#include <cstdint>

namespace rota::engine {

/// Thread-safe and lock-free. The serials that one thread gets increase; none is issued twice in a
/// run, and `start` (the durable count of starts) separates runs.
class serial_source {
public:
  explicit serial_source(std::uint32_t start) : start_(start) {}
  serial next() { return make_serial(start_, counter_.fetch_add(1, std::memory_order_relaxed)); }
  std::uint32_t start() const { return start_; }

private:
  std::uint32_t start_;
  std::atomic<std::uint64_t> counter_{1};
};

} // namespace rota::engine
