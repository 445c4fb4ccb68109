// What is in flight: the set of grants and attempts by id. The counts that limits look at are kept
// here, beside the set they are derived from, and nowhere else.
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

/// No key.
inline constexpr std::uint32_t no_index = ~std::uint32_t{0};

/// What one grant or attempt uses. Indices are dense and the arbiter's own.
struct attempt_load {
  queue_number queue;
  std::uint32_t pool = 0;
  std::uint32_t type = 0;
  std::uint32_t tenant = 0;
  std::uint32_t key = no_index;
  micro slots;
  micro charged;
  std::uint32_t jobs = 0;
  bool taken = false;              ///< The queue has answered the grant.
  bool estimated = false;          ///< Charged by expected run time: corrected at the end.
  rate_bucket::receipt type_token; ///< Of the type's rate.
  rate_bucket::receipt key_token;  ///< Of the key's rate.
};

/// A lease counts once, whatever its batch size. All calls O(1).
class in_flight {
public:
  /// False, and nothing changes, when the id is in already.
  bool insert(serial attempt, const attempt_load& load);
  /// Nothing when the id isn't in.
  std::optional<attempt_load> erase(serial attempt);
  /// To change what doesn't count for limits (jobs, charged, taken); nullptr when it isn't in.
  attempt_load* find(serial attempt);

  micro slots_of_pool(std::uint32_t pool) const;
  std::uint32_t of_type(std::uint32_t type) const { return at(kept_.types, type); }
  std::uint32_t of_tenant(std::uint32_t tenant) const { return at(kept_.tenants, tenant); }
  std::uint32_t of_key(std::uint32_t key) const { return at(kept_.keys, key); }
  std::uint32_t of_pair(std::uint32_t type, std::uint32_t tenant) const;
  std::uint32_t of_share(std::uint32_t pool, std::uint32_t tenant) const;
  std::size_t size() const { return loads_.size(); }

  /// Counts the set again: the text of the first difference to the counts kept, or nothing. O(n).
  std::optional<std::string> recounted() const;

  /// The same in steps of about `loads_max` attempts each; attempts may come and end between them. True
  /// when the recount is whole: then `difference` has what recounted() would return.
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
    /// What differs first, or nothing.
    std::optional<std::string> difference_to(const totals& other) const;
  };
  /// Attempts in the first buckets of the table are counted, and stay so while others come and end.
  struct recount {
    totals counted;
    std::size_t bucket = 0;
    std::size_t buckets = 0; ///< With another number of them all attempts have moved.
  };

  static std::uint32_t at(const std::vector<std::uint32_t>& in, std::uint32_t index) {
    return index < in.size() ? in[index] : 0;
  }
  void count(serial attempt, const attempt_load& load, int by);

  table loads_;
  totals kept_;
  std::optional<recount> recount_;
};

} // namespace rota::engine
