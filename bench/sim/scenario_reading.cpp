#include "bench/sim/scenario.hpp"
#include "json/check.hpp"
#include "wire/merging.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace rota::bench {
namespace {

using wire::param;

bool has_type(const scenario& s, const std::string& name) {
  return std::any_of(s.types.begin(), s.types.end(),
                     [&](const scenario_type& type) { return type.name == name; });
}

template <class Named>
bool names_differ(const param& list, const std::vector<Named>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (all[i].name == all[j].name)
        return list.element(i, {}).member("name").refuse("must be unique");
  return true;
}

/// Checks whether the parts fit together.
bool is_consistent(const param& whole, const scenario& s) {
  const auto tenants = whole.member("tenants");
  if (!names_differ(whole.member("types"), s.types) ||
      !names_differ(whole.member("keys"), s.keys) || !names_differ(tenants, s.tenants))
    return false;
  for (std::size_t t = 0; t < s.tenants.size(); ++t)
    for (std::size_t a = 0; a < s.tenants[t].arrivals.size(); ++a) {
      const auto& rule = s.tenants[t].arrivals[a];
      const auto tenant = tenants.element(t, {});
      const auto arrivals = tenant.member("arrivals");
      const auto here = arrivals.element(a, {});
      if (!has_type(s, rule.type))
        return here.member("type").refuse("names a type that is not in /types");
      if (rule.slots > s.slots)
        return here.member("slots").refuse("must not exceed /slots");
    }
  return true;
}

} // namespace

scenario read_scenario(std::string_view text) {
  if (const auto error = check_json(text)) {
    const auto line =
        1 +
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(error->offset), '\n');
    throw scenario_error("line " + std::to_string(line), error->reason);
  }
  std::optional<wire::flaw> wrong;
  const param whole{json_value{text}, wrong};
  scenario made;
  if (!read(whole, engine::any_value, made) || !is_consistent(whole, made))
    throw scenario_error(*wrong);
  return made;
}

} // namespace rota::bench
