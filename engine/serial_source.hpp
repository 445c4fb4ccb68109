// Where new serials come from: one source a run of the daemon, shared by all that name things.
#pragma once
#include "engine/ids.hpp"

#include <atomic>
#include <cstdint>

namespace rota::engine {

/// Thread-safe, lock-free. Serials of one thread grow; none is given twice in a run, and `start`
/// (the durable count of starts) keeps runs apart.
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
