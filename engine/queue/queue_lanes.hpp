// The lanes of one queue: its ready jobs, grouped by what the arbiter's limits and batches depend
// on.
#pragma once
#include "engine/lane.hpp"
#include "engine/queue/chunked_array.hpp"
#include "engine/queue/job_orders.hpp"
#include "engine/queue/job_store.hpp"
#include "engine/settings.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace rota::engine {

/// A non-owning lane_traits.
struct traits_view {
  std::string_view concurrency_key;
  micro slots = micro::of(1);
  std::uint32_t batch_max = 1;
  std::string_view batch_key;
  auto operator<=>(const traits_view&) const = default;
};

traits_view view_of(const lane_traits& traits);
/// The traits of the job's lane when it is ready. Valid as long as job and settings are unchanged.
traits_view traits_of(const job_cell& job, const type_settings& settings);
std::shared_ptr<const lane_traits> to_traits(const traits_view& view);

class lane_set {
public:
  /// Adds a ready job. O(log n).
  void add(job_store& jobs, slot job, const type_settings& settings);

  /// Why a job leaves its lane.
  enum class exit : std::uint8_t { taken, otherwise };
  void remove(job_store& jobs, slot job, const type_settings& settings, exit why);

  /// The first `most` jobs of a lane in order; empty if the lane is unknown or empty.
  std::vector<slot> first(const job_store& jobs, lane_number lane, std::size_t most) const;
  /// Null unless the lane has ready jobs.
  std::shared_ptr<const lane_traits> traits(lane_number lane) const;

  /// Returns the lanes that changed since the last call, by number. An empty lane is reported once.
  std::vector<lane_report> take_changed(const job_store& jobs);
  /// All lanes that have ready jobs, by number.
  std::vector<lane_report> all(const job_store& jobs) const;
  /// Whether the ready job is in its lane, and that lane has the job's traits. O(log n).
  bool holds(const job_store& jobs, slot job, const type_settings& settings) const;
  /// Whether `ready` has the lanes' numbers of ready jobs, by lane number.
  bool have(const std::vector<std::uint32_t>& ready) const;
  /// The earliest ready-since among the lanes' first jobs.
  std::optional<time_point> oldest_head(const job_store& jobs) const;

private:
  struct lane {
    std::shared_ptr<const lane_traits> traits; ///< Null: the number is unused.
    order_tree<lane_job_order> order;
    std::uint32_t ready = 0;
    std::uint32_t next_free = no_slot;
    time_point linger_until{};
    std::map<micro, std::uint32_t>
        other_costs; ///< Number of jobs per cost, for costs other than 1.
    bool changed = false;
    bool reported = false; ///< The arbiter knows it.
    std::uint8_t upcoming_count = 0;
    std::array<slot, upcoming_max> upcoming{}; ///< The first jobs in order, as far as cached.

    bool uniform() const {
      return other_costs.empty() ||
             (other_costs.size() == 1 && other_costs.begin()->second == ready);
    }
  };

  std::uint32_t number_for(const traits_view& traits);
  void mark(std::uint32_t number);
  void drop(std::uint32_t number);
  /// Each lane caches its first jobs, because reports are requested after every command.
  static void add_upcoming(lane& l, const job_store& jobs, slot job);
  static void remove_upcoming(lane& l, slot job);
  static void fill_upcoming(lane& l, const job_store& jobs);
  lane_report report(const job_store& jobs, std::uint32_t number) const;

  chunked_array<lane, 1> lanes_;
  std::map<traits_view, std::uint32_t> by_traits_; ///< Views of the lanes' own traits.
  std::vector<std::uint32_t> changed_;
  std::uint32_t free_ = no_slot;
};

} // namespace rota::engine
