// The grants and attempts in flight, by id. The counts that limits depend on are kept here only,
// beside the set that they are derived from.
#pragma once
#include "engine/arbiter/rate_bucket.hpp"
#include "engine/ids.hpp"
#include "engine/quantity.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace rota::engine {

/// The index of no key.
inline constexpr std::uint32_t no_index = ~std::uint32_t{0};

/// The resources of one grant or attempt. The indices are the arbiter's dense ones.
struct attempt_load {
  queue_number queue;
  std::uint32_t pool = 0;
  std::uint32_t type = 0;
  std::uint32_t tenant = 0;
  std::uint32_t key = no_index;
  micro slots{};
  micro charged{};
  std::uint32_t jobs = 0;
  bool taken = false;                ///< The queue has answered the grant.
  bool estimated = false;            ///< Charged by expected run time; corrected at the end.
  rate_bucket::receipt type_token{}; ///< For the type's rate.
  rate_bucket::receipt key_token{};  ///< For the key's rate.
};

/// A lease counts once, regardless of its batch size. All calls are O(1) unless stated otherwise.
class in_flight {
public:
  /// Returns false, and changes nothing, if the id is already present.
  bool insert(serial attempt, const attempt_load& load);
  /// Returns nothing if the id is not present.
  std::optional<attempt_load> erase(serial attempt);
  /// For changing what limits do not count (jobs, charged, taken). Null if the id is not present.
  attempt_load* find(serial attempt);

  micro slots_of_pool(std::uint32_t pool) const { return at(counts_.slots, pool); }
  std::uint32_t of_type(std::uint32_t type) const { return at(counts_.types, type); }
  std::uint32_t of_tenant(std::uint32_t tenant) const { return at(counts_.tenants, tenant); }
  std::uint32_t of_key(std::uint32_t key) const { return at(counts_.keys, key); }
  std::uint32_t of_pair(std::uint32_t type, std::uint32_t tenant) const;
  std::uint32_t of_share(std::uint32_t pool, std::uint32_t tenant) const;

  /// Recounts the set; returns the first difference from the counts, as text. O(n).
  std::optional<std::string> find_difference() const;

  /// The same in steps of about `loads_max` attempts; attempts may come and end between steps.
  /// Returns true once the recount is complete and sets `difference` to what find_difference() would
  /// return.
  bool recount_step(std::size_t loads_max, std::optional<std::string>& difference);

private:
  using table = std::unordered_map<serial, attempt_load>;
  struct totals {
    std::vector<micro> slots;
    std::vector<std::uint32_t> types;
    std::vector<std::uint32_t> tenants;
    std::vector<std::uint32_t> keys;
    std::unordered_map<std::uint64_t, std::uint32_t> pairs;  // type, tenant
    std::unordered_map<std::uint64_t, std::uint32_t> shares; // pool, tenant

    void count(const attempt_load& load, int by);
    /// The first difference, or nothing.
    std::optional<std::string> difference_to(const totals& other) const;
  };
  /// Attempts in the first `bucket` buckets of the table are counted, and the counts are updated as
  /// attempts come and end.
  struct recount {
    totals counted;
    std::size_t bucket;
    std::size_t buckets; ///< After a rehash all attempts have moved, so the recount restarts.
  };

  template <class Count>
  static Count at(const std::vector<Count>& in, std::uint32_t index) {
    return index < in.size() ? in[index] : Count{};
  }
  void count(serial attempt, const attempt_load& load, int by);

  table loads_;
  totals counts_;
  std::optional<recount> recount_;
};

} // namespace rota::engine
