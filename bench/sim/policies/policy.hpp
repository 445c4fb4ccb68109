// Other policies for choosing the next tenant, to compare with Rota's fair share. They choose among
// possible turns, one for each tenant, that already respect all limits and slots.
#pragma once
#include "tests/model/turn_model.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace rota::bench {

using model::possible_turn;

class policy {
public:
  virtual ~policy() = default;
  /// Returns the index of the chosen offer. `offers` is not empty and is sorted by tenant. The
  /// chosen turn is given unless its lane is unread; in that case the policy is asked again after
  /// its queue's report, so choosing must not count as serving.
  virtual std::size_t choose(const std::vector<possible_turn>& offers) = 0;
  /// The turn was given.
  virtual void served(const possible_turn& turn) = 0;
};

enum class policy_kind : std::uint8_t { fair, fifo, lru, priority, drr };
inline constexpr std::array all_policies{policy_kind::fair, policy_kind::fifo, policy_kind::lru,
                                         policy_kind::priority, policy_kind::drr};

/// The name on the command line.
[[nodiscard]] std::string_view to_text(policy_kind kind);

/// Does not support `fair`, which is engine::arbiter.
[[nodiscard]] std::unique_ptr<policy> make_policy(policy_kind kind);

/// The policy `drr`, which is long enough for its own file.
[[nodiscard]] std::unique_ptr<policy> make_deficit_round_robin();

} // namespace rota::bench
