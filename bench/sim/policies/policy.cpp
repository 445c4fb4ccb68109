#include "bench/sim/policies/policy.hpp"

#include <stdexcept>

namespace rota::bench {

std::string_view to_text(policy_kind kind) {
  switch (kind) {
  case policy_kind::fair: return "fair";
  case policy_kind::fifo: return "fifo";
  case policy_kind::lru: return "lru";
  case policy_kind::priority: return "priority";
  case policy_kind::drr: return "drr";
  }
  return {};
}

std::unique_ptr<policy> make_policy(policy_kind kind) {
  switch (kind) {
  case policy_kind::fifo: return make_first_in_first_out();
  case policy_kind::lru: return make_least_recently_served();
  case policy_kind::priority: return make_strict_priority();
  case policy_kind::drr: return make_deficit_round_robin();
  case policy_kind::fair: break;
  }
  throw std::logic_error("the fair share is no policy of its own: it is engine::arbiter");
}

} // namespace rota::bench
