#include "tests/model/return_watch.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace rota::model {
namespace {

constexpr double rounding = 1e-5;

/// A tenant that was forgotten or never had a turn owes nothing; nor does one that is not ahead of
/// the pool's own time.
bool owes_nothing(const live_tenant& tenant, bool restored, const pool_shares& shares,
                  bool one_clock) {
  const auto known = std::find_if(shares.tenants.begin(), shares.tenants.end(),
                                  [&](const auto& share) { return share.tenant == tenant.name; });
  if (known == shares.tenants.end())
    return true;
  const bool is_comparable =
      (one_clock && !tenant.in_frames) || (known->dispatches == 0 && !restored);
  return is_comparable && known->tag <= shares.time;
}

/// The tag at which the turn began.
double start_of(const engine::grant& grant, double weight) {
  return grant.mark.tag.as_double() - grant.mark.charged.as_double() / weight;
}

/// Null if the tenant could not have the turn.
const possible_turn* offer_to(const std::string& tenant, const std::vector<possible_turn>& offers) {
  const auto offer = std::find_if(offers.begin(), offers.end(),
                                  [&](const auto& one) { return one.tenant == tenant; });
  return offer == offers.end() ? nullptr : &*offer;
}

double weight_in(const std::vector<possible_turn>& offers, const std::string& tenant) {
  const auto* offer = offer_to(tenant, offers);
  return offer == nullptr ? 1 : offer->weight;
}

} // namespace

std::vector<engine::tenant_share> shares_of(const engine::arbiter& core, const std::string& pool) {
  engine::census found{std::numeric_limits<std::size_t>::max()};
  core.census_step(found, std::numeric_limits<std::size_t>::max(), {});
  std::vector<engine::tenant_share> shares;
  for (const auto& t : found.tenants[pool])
    if (t.tag)
      shares.push_back({t.tenant, *t.tag, t.served, t.dispatches, t.in_flight, t.ready});
  std::ranges::sort(shares, {}, &engine::tenant_share::tenant);
  return shares;
}

void return_watch::step(const std::vector<live_tenant>& live, const pool_shares& shares,
                        bool one_clock) {
  std::set<std::string> names;
  for (const auto& tenant : live) {
    names.insert(tenant.name);
    auto& state = tenants_[tenant.name];
    if (!state.live && !state.refunded) {
      state.returned = owes_nothing(tenant, state.restored, shares, one_clock);
      state.turns_since.clear();
    }
    state.live = true;
  }
  for (auto& [tenant, state] : tenants_)
    if (!names.contains(tenant))
      state.live = state.returned = false;
}

std::optional<std::string> return_watch::decided(const std::vector<possible_turn>& offers,
                                                 const std::string& chosen,
                                                 const engine::grant& grant) {
  auto& served = tenants_[chosen];
  if (served.refunded && !refund_pays(grant, weight_in(offers, chosen)))
    served.refunded = false;
  served.returned = served.restored = false;
  if (served.refunded)
    return std::nullopt;
  for (const auto& offer : offers) {
    auto& other = tenants_[offer.tenant];
    if (!other.returned)
      continue;
    ++passed_over_;
    if (++other.turns_since[chosen] > 1)
      return "B4: " + offer.tenant + " came to work and waited for more than one turn of " + chosen;
  }
  return std::nullopt;
}

bool return_watch::refund_pays(const engine::grant& grant, double weight) {
  return start_of(grant, weight) < grant.mark.pool_time.as_double() - rounding;
}

std::optional<std::string> return_watch::sooner(const std::vector<possible_turn>& offers,
                                                const std::string& chosen,
                                                const engine::grant& grant,
                                                const std::vector<engine::tenant_share>& shares) {
  const double start = start_of(grant, weight_in(offers, chosen));
  for (const auto& share : shares) {
    if (share.tenant != chosen && offer_to(share.tenant, offers) != nullptr &&
        share.tag.as_double() < start - rounding)
      return share.tenant + " had the least tag, " + chosen + " was chosen";
  }
  return std::nullopt;
}

std::optional<std::string>
return_watch::left_behind(const std::vector<possible_turn>& offers, const std::string& chosen,
                          const engine::grant& grant,
                          const std::vector<engine::tenant_share>& shares) const {
  const double time = grant.mark.pool_time.as_double();
  if (refund_pays(grant, weight_in(offers, chosen)))
    return std::nullopt; // a refund paid for this turn
  for (const auto& share : shares) {
    const auto known = tenants_.find(share.tenant);
    if (share.tenant == chosen || offer_to(share.tenant, offers) == nullptr ||
        (known != tenants_.end() && known->second.refunded))
      continue;
    if (share.tag.as_double() < time - rounding)
      return "B3: " + share.tenant + " could have had a turn and is behind the pool's time";
  }
  return std::nullopt;
}

} // namespace rota::model
