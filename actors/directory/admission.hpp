// Admission control: limits the waiting work of each tenant and of the daemon.
#pragma once
#include "system/thread_safety.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace rota::actors {

/// Counts waiting work: ready and delayed jobs. A session reserves for a whole request before it
/// sends anything to a queue, so that no bound is ever exceeded. Queues report what became of the
/// reservation, and later changes. Retries, expiries and releases only report: they are never
/// refused. Thread-safe.
class admission {
public:
  explicit admission(std::size_t waiting_bytes_max) : waiting_bytes_max_(waiting_bytes_max) {}

  /// Reserves `jobs` with `bytes` of payload for the tenant, all or nothing. The result names the
  /// bound that was reached.
  enum class verdict : std::uint8_t { admitted, tenant_full, daemon_full };
  verdict reserve(const std::string& tenant, std::optional<std::uint32_t> queued_max,
                  std::size_t jobs, std::size_t bytes);

  /// Adds to the waiting work, or subtracts; reservations are given back in this way, too.
  void adjust(const std::string& tenant, std::int64_t jobs, std::int64_t bytes);

  /// Refused requests, by the bound that was reached.
  struct refusals {
    std::uint64_t tenant_full = 0;
    std::uint64_t daemon_full = 0;
  };
  refusals refused() const;

  /// Returns the number of waiting jobs of a tenant, reservations included.
  std::int64_t queued_of(const std::string& tenant) const;
  /// Returns the payload bytes of all waiting jobs, reservations included.
  std::int64_t waiting_bytes() const;
  std::size_t waiting_bytes_max() const { return waiting_bytes_max_; }

private:
  mutable system::mutex mutex_;
  std::unordered_map<std::string, std::int64_t> queued_ ROTA_GUARDED_BY(mutex_);
  std::int64_t bytes_ ROTA_GUARDED_BY(mutex_) = 0;
  std::size_t waiting_bytes_max_;
  refusals refused_ ROTA_GUARDED_BY(mutex_);
};

} // namespace rota::actors
