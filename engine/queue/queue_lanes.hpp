// The lanes of one queue: its ready jobs by what the arbiter's limits and batches see of them.
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

/// lane_traits without owning its texts.
struct traits_view {
  std::string_view concurrency_key;
  micro slots = micro::of(1);
  std::uint32_t batch_max = 1;
  std::string_view batch_key;
  auto operator<=>(const traits_view&) const = default;
};

/// The lane that a job stands in when it is ready. Valid as long as the job and the settings.
traits_view traits_of(const job_cell& job, const type_settings& settings);
std::shared_ptr<const lane_traits> own(const traits_view& view);

class lane_set {
public:
  /// A ready job comes in. O(log n).
  void add(job_store& jobs, slot job, const type_settings& settings);

  /// Why a job leaves its lane.
  enum class exit : std::uint8_t { taken, otherwise };
  void remove(job_store& jobs, slot job, const type_settings& settings, exit why);

  /// The first `most` jobs of a lane in order; none when it is unknown or empty.
  std::vector<slot> first(const job_store& jobs, lane_number lane, std::size_t most) const;
  /// Nothing unless the lane has ready jobs.
  std::shared_ptr<const lane_traits> traits(lane_number lane) const;

  /// The lanes that changed since the last call, by number. Empty ones are reported once.
  std::vector<lane_report> take_changed(const job_store& jobs);
  /// All that have ready jobs, by number.
  std::vector<lane_report> all(const job_store& jobs) const;
  /// Whether the ready job is in its lane, and the lane is that of its traits. O(log n).
  bool holds(const job_store& jobs, slot job, const type_settings& settings) const;
  /// Whether the lanes have as many ready jobs as that, by number.
  bool have(const std::vector<std::uint32_t>& ready) const;
  /// The least ready-since among the heads of the lanes.
  std::optional<time_point> oldest_head(const job_store& jobs) const;

private:
  struct lane {
    std::shared_ptr<const lane_traits> traits; ///< Null: the number is free.
    order_tree<lane_job_order> order;
    std::uint32_t ready = 0;
    std::uint32_t next_free = no_slot;
    time_point linger_until{};
    std::map<micro, std::uint32_t> odd_costs; ///< How many jobs of each cost that isn't 1.
    std::uint32_t odd = 0;
    bool changed = false;
    bool known = false; ///< The arbiter has heard of it.
    std::uint8_t upcoming_known = 0;
    std::array<slot, upcoming_max> upcoming{}; ///< The first ones in order, as far as known.

    bool uniform() const { return odd == 0 || (odd == ready && odd_costs.size() == 1); }
  };

  std::uint32_t number_for(const traits_view& traits);
  void mark(std::uint32_t number);
  void drop(std::uint32_t number);
  /// The heads of a lane are kept at hand: reports are asked for after every command.
  static void came_in(lane& l, const job_store& jobs, slot job);
  static void went(lane& l, slot job);
  static void complete(lane& l, const job_store& jobs);
  lane_report report(const job_store& jobs, std::uint32_t number) const;

  chunked_array<lane, 1> lanes_;
  std::map<traits_view, std::uint32_t> by_traits_; ///< Views into the lanes' own traits.
  std::vector<std::uint32_t> changed_;
  std::uint32_t free_ = no_slot;
};

} // namespace rota::engine
