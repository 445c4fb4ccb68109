// The reading of scenario files, by the tables that the wire's requests are read by.
#include "bench/sim/scenario.hpp"
#include "engine/settings_patch.hpp"
#include "json/check.hpp"
#include "json/write.hpp"
#include "wire/requests_decode.hpp"
#include "wire/requests_settings.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace rota::bench {
namespace {

using namespace protocol;

constexpr std::int64_t count_max = static_cast<std::int64_t>(scenario_jobs_max);

bool read_seconds(const param& p, double& into) {
  return read_number(p, into) && (into >= 0 || p.refuse("must not be negative"));
}

bool read_some_seconds(const param& p, double& into) {
  return read_number(p, into) && (into > 0 || p.refuse("must be more than 0"));
}

bool read_rate(const param& p, double& into) {
  return read_number(p, into) && ((into >= 0 && into <= 1) || p.refuse("must be from 0 to 1"));
}

/// A number of slots, or a cost.
bool read_quantity(const param& p, double& into) {
  return read_number(p, into) &&
         (engine::quantity_from(into) || p.refuse("must be from 0.001 to 1000000"));
}

bool read_count(const param& p, std::int64_t& into) {
  return read_integer(p, {1, count_max}, into);
}

// -- settings, as the protocol has them -------------------------------------------------------------

/// Refuses what lies at `path` below the value.
bool refuse_below(const param& p, std::string_view path, const std::string& reason) {
  if (path.empty())
    return p.refuse(reason);
  path.remove_prefix(1);
  const auto end = std::min(path.find('/'), path.size());
  return refuse_below(p.member(path.substr(0, end), {}), path.substr(end), reason);
}

/// Settings without a name are those of a put with one.
std::string with_name(json_value settings, const std::string& member) {
  const std::string comma{settings.as_object().empty() ? "" : ","};
  return "{\"" + member + R"(":"x")" + comma + std::string{settings.raw().substr(1)};
}

template <class Settings, class Decode>
bool read_settings(const param& p, const char* name_member, Settings& into, Decode decode) {
  if (!p.value().is_object())
    return p.refuse("must be an object");
  if (p.value().as_object().find(name_member))
    return p.member(name_member, {}).refuse("is no setting");
  const auto text = with_name(p.value(), name_member);
  const auto read = decode(json_value{text});
  if (!read)
    return refuse_below(p, read.error().path, read.error().reason);
  auto merged = engine::merge(Settings{}, read->patch);
  if (!merged)
    return refuse_below(p, merged.error().path, merged.error().reason);
  into = std::move(*merged);
  return true;
}

// -- types ------------------------------------------------------------------------------------------

constexpr std::pair<std::string_view, time_shape> shape_words[] = {
    {"constant", time_shape::constant},
    {"exponential", time_shape::exponential},
    {"uniform", time_shape::uniform},
    {"lognormal", time_shape::lognormal},
};

constexpr member<time_distribution> distribution_members[] = {
    {"shape", required,
     [](const param& p, time_distribution& d) { return read_word(p, shape_words, d.shape); }},
    {"value_s", optional,
     [](const param& p, time_distribution& d) { return read_seconds(p, d.value_s); }},
    {"mean_s", optional,
     [](const param& p, time_distribution& d) { return read_some_seconds(p, d.mean_s); }},
    {"from_s", optional,
     [](const param& p, time_distribution& d) { return read_seconds(p, d.from_s); }},
    {"to_s", optional,
     [](const param& p, time_distribution& d) { return read_seconds(p, d.to_s); }},
    {"median_s", optional,
     [](const param& p, time_distribution& d) { return read_some_seconds(p, d.median_s); }},
    {"sigma", optional,
     [](const param& p, time_distribution& d) { return read_seconds(p, d.sigma); }},
};

/// Whether the members that the shape needs are there.
bool is_complete(const param& p, std::initializer_list<std::string_view> needed) {
  return std::all_of(needed.begin(), needed.end(), [&](std::string_view name) {
    return p.value().as_object().find(name) || p.member(name, {}).refuse("is required");
  });
}

bool read_distribution(const param& p, time_distribution& into) {
  if (!read_object(p, distribution_members, into))
    return false;
  switch (into.shape) {
  case time_shape::constant: return is_complete(p, {"value_s"});
  case time_shape::exponential: return is_complete(p, {"mean_s"});
  case time_shape::uniform:
    return is_complete(p, {"from_s", "to_s"}) &&
           (into.from_s <= into.to_s || p.member("to_s", {}).refuse("must not be below from_s"));
  case time_shape::lognormal: return is_complete(p, {"median_s", "sigma"});
  }
  return false;
}

constexpr member<scenario_type> type_members[] = {
    {"name", required, [](const param& p, scenario_type& t) { return read_name(p, t.name); }},
    {"runs", required,
     [](const param& p, scenario_type& t) { return read_distribution(p, t.runs); }},
    {"overhead_s", optional,
     [](const param& p, scenario_type& t) { return read_seconds(p, t.overhead_s); }},
    {"failure_rate", optional,
     [](const param& p, scenario_type& t) { return read_rate(p, t.failure_rate); }},
    {"death_rate", optional,
     [](const param& p, scenario_type& t) { return read_rate(p, t.death_rate); }},
    {"fits", optional, [](const param& p, scenario_type& t) { return read_count(p, t.fits); }},
    {"beyond_fails", optional,
     [](const param& p, scenario_type& t) { return read_rate(p, t.beyond_fails); }},
    {"settings", optional,
     [](const param& p, scenario_type& t) {
       return read_settings(p, "name", t.settings, decode_put_type);
     }},
};

// -- tenants ----------------------------------------------------------------------------------------

constexpr std::pair<std::string_view, arrival_process> process_words[] = {
    {"poisson", arrival_process::poisson},
    {"bursts", arrival_process::bursts},
    {"on_off", arrival_process::on_off},
    {"flood", arrival_process::flood},
};

constexpr member<arrival_rule> arrival_members[] = {
    {"process", required,
     [](const param& p, arrival_rule& a) { return read_word(p, process_words, a.process); }},
    {"type", required, [](const param& p, arrival_rule& a) { return read_name(p, a.type); }},
    {"per_hour", optional,
     [](const param& p, arrival_rule& a) { return read_some_seconds(p, a.per_hour); }},
    {"jobs", optional, [](const param& p, arrival_rule& a) { return read_count(p, a.jobs); }},
    {"every_s", optional,
     [](const param& p, arrival_rule& a) { return read_some_seconds(p, a.every_s); }},
    {"on_s", optional,
     [](const param& p, arrival_rule& a) { return read_some_seconds(p, a.on_s); }},
    {"off_s", optional,
     [](const param& p, arrival_rule& a) { return read_some_seconds(p, a.off_s); }},
    {"at_s", optional, [](const param& p, arrival_rule& a) { return read_seconds(p, a.at_s); }},
    {"from_s", optional, [](const param& p, arrival_rule& a) { return read_seconds(p, a.from_s); }},
    {"to_s", optional,
     [](const param& p, arrival_rule& a) { return read_some_seconds(p, a.to_s); }},
    {"slots", optional, [](const param& p, arrival_rule& a) { return read_quantity(p, a.slots); }},
    {"cost", optional, [](const param& p, arrival_rule& a) { return read_quantity(p, a.cost); }},
    {"priority", optional,
     [](const param& p, arrival_rule& a) {
       return read_integer(p, {-engine::priority_max, engine::priority_max}, a.priority);
     }},
    {"concurrency_key", optional,
     [](const param& p, arrival_rule& a) { return read_name(p, a.concurrency_key); }},
};

bool read_arrivals(const param& p, arrival_rule& into) {
  if (!read_object(p, arrival_members, into))
    return false;
  switch (into.process) {
  case arrival_process::poisson: return is_complete(p, {"per_hour"});
  case arrival_process::bursts: return is_complete(p, {"jobs", "every_s"});
  case arrival_process::on_off: return is_complete(p, {"per_hour", "on_s", "off_s"});
  case arrival_process::flood: return is_complete(p, {"jobs"});
  }
  return false;
}

constexpr member<scenario_key> key_members[] = {
    {"name", required, [](const param& p, scenario_key& k) { return read_name(p, k.name); }},
    {"settings", optional,
     [](const param& p, scenario_key& k) {
       return read_settings(p, "key", k.settings, decode_put_key);
     }},
};

constexpr member<scenario_tenant> tenant_members[] = {
    {"name", required, [](const param& p, scenario_tenant& t) { return read_name(p, t.name); }},
    {"count", optional, [](const param& p, scenario_tenant& t) { return read_count(p, t.count); }},
    {"arrivals", required,
     [](const param& p, scenario_tenant& t) { return read_array(p, t.arrivals, read_arrivals); }},
    {"settings", optional,
     [](const param& p, scenario_tenant& t) {
       return read_settings(p, "name", t.settings, decode_put_tenant);
     }},
};

// -- faults -----------------------------------------------------------------------------------------

constexpr std::pair<std::string_view, fault_kind> fault_words[] = {
    {"restart", fault_kind::restart},         {"stall", fault_kind::stall},
    {"lost_starts", fault_kind::lost_starts}, {"deaths", fault_kind::deaths},
    {"forgotten", fault_kind::forgotten},
};

constexpr member<scenario_fault> fault_members[] = {
    {"fault", required,
     [](const param& p, scenario_fault& f) { return read_word(p, fault_words, f.kind); }},
    {"at_s", optional, [](const param& p, scenario_fault& f) { return read_seconds(p, f.at_s); }},
    {"every_s", optional,
     [](const param& p, scenario_fault& f) { return read_some_seconds(p, f.every_s); }},
    {"for_s", optional,
     [](const param& p, scenario_fault& f) { return read_some_seconds(p, f.for_s); }},
    {"count", optional, [](const param& p, scenario_fault& f) { return read_count(p, f.count); }},
    {"crash", optional, [](const param& p, scenario_fault& f) { return read_boolean(p, f.crash); }},
};

// -- the whole --------------------------------------------------------------------------------------

constexpr member<scenario> scenario_members[] = {
    {"slots", required, [](const param& p, scenario& s) { return read_quantity(p, s.slots); }},
    {"lasts_s", required,
     [](const param& p, scenario& s) { return read_some_seconds(p, s.lasts_s); }},
    {"pool", optional,
     [](const param& p, scenario& s) { return read_settings(p, "name", s.pool, decode_put_pool); }},
    {"types", required,
     [](const param& p, scenario& s) {
       return read_array(p, s.types, [](const param& type, scenario_type& into) {
         return read_object(type, type_members, into);
       });
     }},
    {"keys", optional,
     [](const param& p, scenario& s) {
       return read_array(p, s.keys, [](const param& key, scenario_key& into) {
         return read_object(key, key_members, into);
       });
     }},
    {"tenants", required,
     [](const param& p, scenario& s) {
       return read_array(p, s.tenants, [](const param& tenant, scenario_tenant& into) {
         return read_object(tenant, tenant_members, into);
       });
     }},
    {"faults", optional,
     [](const param& p, scenario& s) {
       return read_array(p, s.faults, [](const param& fault, scenario_fault& into) {
         return read_object(fault, fault_members, into);
       });
     }},
};

bool has_type(const scenario& s, const std::string& name) {
  return std::any_of(s.types.begin(), s.types.end(),
                     [&](const scenario_type& type) { return type.name == name; });
}

template <class Named>
bool names_differ(const param& list, const std::vector<Named>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (all[i].name == all[j].name)
        return list.element(i, {}).member("name", {}).refuse("stands there already");
  return true;
}

/// Whether the parts fit together.
bool agree(const param& whole, scenario& s) {
  const auto tenants = whole.member("tenants", {});
  if (!names_differ(whole.member("types", {}), s.types) ||
      !names_differ(whole.member("keys", {}), s.keys) || !names_differ(tenants, s.tenants))
    return false;
  for (std::size_t t = 0; t < s.tenants.size(); ++t)
    for (std::size_t a = 0; a < s.tenants[t].arrivals.size(); ++a) {
      const auto& rule = s.tenants[t].arrivals[a];
      const auto tenant = tenants.element(t, {});
      const auto arrivals = tenant.member("arrivals", {});
      const auto here = arrivals.element(a, {});
      if (!has_type(s, rule.type))
        return here.member("type", {}).refuse("names a type that isn't in /types");
      if (rule.slots > s.slots)
        return here.member("slots", {}).refuse("must not be more than there are");
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
  auto read = decode(json_value{text}, scenario_members, agree);
  if (!read)
    throw scenario_error(read.error().path.empty() ? "the scenario" : read.error().path,
                         read.error().reason);
  return std::move(*read);
}

} // namespace rota::bench
