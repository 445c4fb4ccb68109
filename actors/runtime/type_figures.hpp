// Counts by type: sums over all queues of the type, which keep them up to date.
#pragma once
#include "engine/queue/tally.hpp"
#include "system/thread_safety.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rota::actors {

/// Jobs by state.
struct job_counts_by_state {
  std::int64_t ready = 0;
  std::int64_t delayed = 0;
  std::int64_t running = 0;

  job_counts_by_state& operator+=(const job_counts_by_state& other) {
    ready += other.ready;
    delayed += other.delayed;
    running += other.running;
    return *this;
  }
};

/// A snapshot of a type's sums.
struct type_counts {
  std::string type;
  job_counts_by_state jobs;
  std::array<std::uint64_t, engine::job_counter_count> happened{};
  engine::duration_histogram waits;
  engine::duration_histogram runs;

  std::uint64_t count(engine::job_counter what) const {
    return happened[static_cast<std::size_t>(what)];
  }
};

/// The sums of one type. Any thread adds. A reader sees consistent numbers, but not all of the same
/// moment.
class alignas(64) type_figures {
public:
  void adjust(const job_counts_by_state& by);
  void add(const engine::queue_tally& tally);
  /// Adds these sums to `into`.
  void read(type_counts& into) const;
  job_counts_by_state jobs() const;

private:
  using counter = std::atomic<std::uint64_t>;
  struct sums {
    std::array<counter, engine::duration_histogram::size> counts{};
    std::atomic<std::int64_t> sum{0};

    void add(const engine::duration_histogram& more);
    void read(engine::duration_histogram& into) const;
  };

  std::atomic<std::int64_t> ready_{0};
  std::atomic<std::int64_t> delayed_{0};
  std::atomic<std::int64_t> running_{0};
  std::array<counter, engine::job_counter_count> happened_{};
  sums waits_;
  sums runs_;
};

/// Sums by type, for the life of the runtime. Thread-safe. Clients invent types, so only the first
/// `named_max` have their own sums; later ones share those of `other_types`.
class type_board {
public:
  static constexpr std::size_t named_max = 200;
  static constexpr const char* other_types = "(other)";

  /// Called once per queue; the result lives as long as the board.
  type_figures& of(const std::string& type);
  /// Returns the name under which the type's sums are shown.
  std::string shown_as(const std::string& type) const;

  std::vector<type_counts> read() const;
  job_counts_by_state totals() const;

private:
  mutable system::mutex mutex_;
  std::map<std::string, std::unique_ptr<type_figures>, std::less<>>
      by_type_ ROTA_GUARDED_BY(mutex_);
  type_figures others_; ///< Needs no lock.
};

} // namespace rota::actors
