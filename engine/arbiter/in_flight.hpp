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
  std::uint32_t of_type(std::uint32_t type) const { return at(types_, type); }
  std::uint32_t of_tenant(std::uint32_t tenant) const { return at(tenants_, tenant); }
  std::uint32_t of_key(std::uint32_t key) const { return at(keys_, key); }
  std::uint32_t of_pair(std::uint32_t type, std::uint32_t tenant) const;
  std::uint32_t of_share(std::uint32_t pool, std::uint32_t tenant) const;
  std::size_t size() const { return loads_.size(); }

  /// Counts the set again: the text of the first difference to the counts kept, or nothing. O(n).
  std::optional<std::string> recounted() const;

private:
  using counts = std::vector<std::uint32_t>;
  using pair_counts = std::unordered_map<std::uint64_t, std::uint32_t>;

  static std::uint32_t at(const counts& in, std::uint32_t index) {
    return index < in.size() ? in[index] : 0;
  }
  void count(const attempt_load& load, int by);

  std::unordered_map<serial, attempt_load> loads_;
  std::vector<micro> slots_;
  counts types_;
  counts tenants_;
  counts keys_;
  pair_counts pairs_;  // type, tenant
  pair_counts shares_; // pool, tenant
};

} // namespace rota::engine
