#include "bench/sim/policies/policy.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>

namespace rota::bench {
namespace {

/// The offer with the least rank.
template <class Rank>
std::size_t least(const std::vector<possible_turn>& offers, Rank&& rank) {
  const auto first =
      std::min_element(offers.begin(), offers.end(),
                       [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return static_cast<std::size_t>(first - offers.begin());
}

/// First in, first out over all tenants: the least order key first, which is the time since when
/// the job is ready unless priorities are used. Most job queues do this.
class first_in_first_out final : public policy {
public:
  std::size_t choose(const std::vector<possible_turn>& offers) override {
    return least(offers, [](const possible_turn& turn) { return turn.order; });
  }
  void served(const possible_turn&) override {}
};

/// Strict priority of tenants: a greater weight always goes first; among equals, the least order
/// key, so that the jobs' own priorities and ages decide. This is how classes of service without
/// guaranteed shares work.
class strict_priority final : public policy {
public:
  std::size_t choose(const std::vector<possible_turn>& offers) override {
    return least(offers, [](const possible_turn& turn) {
      return std::tuple{-turn.weight, turn.order};
    });
  }
  void served(const possible_turn&) override {}
};

/// Round robin by the time since a tenant's last turn. Tenants without a turn go first, the one
/// with the oldest job before the others. Sourcegraph's executors choose queues like this. Ignores
/// weights and costs.
class least_recently_served final : public policy {
public:
  std::size_t choose(const std::vector<possible_turn>& offers) override {
    return least(offers, [this](const possible_turn& turn) {
      const auto last = turns_.find(turn.tenant);
      return std::tuple{last == turns_.end() ? 0 : last->second, turn.order};
    });
  }
  void served(const possible_turn& turn) override { turns_[turn.tenant] = ++count_; }

private:
  std::map<std::string, std::uint64_t> turns_; ///< The number of each tenant's last turn.
  std::uint64_t count_ = 0;
};

} // namespace

std::string_view to_text(policy_kind kind) {
  constexpr std::array<std::string_view, 5> words{"fair", "fifo", "lru", "priority", "drr"};
  return words[static_cast<std::size_t>(kind)];
}

std::unique_ptr<policy> make_policy(policy_kind kind) {
  switch (kind) {
  case policy_kind::fifo: return std::make_unique<first_in_first_out>();
  case policy_kind::lru: return std::make_unique<least_recently_served>();
  case policy_kind::priority: return std::make_unique<strict_priority>();
  case policy_kind::drr: return make_deficit_round_robin();
  case policy_kind::fair: break;
  }
  throw std::logic_error("the fair share is no policy of its own: it is engine::arbiter");
}

} // namespace rota::bench
