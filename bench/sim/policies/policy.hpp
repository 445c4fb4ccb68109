// Other ways to choose whose turn it is, to compare Rota's fair share with. They see what could have
// the next turn, one offer a tenant, with all limits and slots heeded already.
#pragma once
#include "tests/model/turn_book.hpp"

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
  /// The place of the offer that gets the turn. `offers` isn't empty and is sorted by tenant. What is
  /// chosen is given, unless it is unread: then the policy is asked again once its queue has
  /// reported, so choosing must not count as serving.
  virtual std::size_t choose(const std::vector<possible_turn>& offers) = 0;
  /// The turn was given.
  virtual void served(const possible_turn& turn) = 0;
};

enum class policy_kind : std::uint8_t { fair, fifo, lru, priority, drr };
inline constexpr std::array all_policies{policy_kind::fair, policy_kind::fifo, policy_kind::lru,
                                         policy_kind::priority, policy_kind::drr};

/// The word of the command line.
[[nodiscard]] std::string_view to_text(policy_kind kind);

/// Not for `fair`, which is engine::arbiter.
[[nodiscard]] std::unique_ptr<policy> make_policy(policy_kind kind);

std::unique_ptr<policy> make_first_in_first_out();
std::unique_ptr<policy> make_least_recently_served();
std::unique_ptr<policy> make_strict_priority();
std::unique_ptr<policy> make_deficit_round_robin();

} // namespace rota::bench
