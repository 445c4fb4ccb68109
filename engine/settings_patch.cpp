#include "engine/settings_patch.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace rota::engine {
namespace {

template <class T>
struct range {
  T least;
  T most;
};

constexpr range<std::int64_t> any_count{0, count_max};
constexpr range<std::int64_t> any_duration{0, setting_duration_max.count()};
constexpr range<std::int64_t> some_duration{1, setting_duration_max.count()};
constexpr range<double> any_rate{rate_min, rate_max};

/// A bound as people write it: no exponent, no trailing zeros.
std::string spell(double x) {
  std::string text = std::to_string(x);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.')
    text.pop_back();
  return text;
}
std::string spell(std::int64_t x) { return std::to_string(x); }

bool is_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/')
    return false;
  for (std::size_t i = text.find('~'); i != std::string_view::npos; i = text.find('~', i + 1))
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))
      return false;
  return true;
}

/// Takes the changes of one put, member by member; keeps the first refusal and then does nothing.
class merger {
public:
  template <class T>
  merged<T> finish(T value) {
    if (refusal_)
      return *std::move(refusal_);
    return value;
  }

  void refuse(std::string_view name, std::string reason) {
    if (!refusal_)
      refusal_ = setting_refusal{path_ + '/' + std::string{name}, std::move(reason)};
  }
  void require(bool holds, std::string_view name, std::string_view reason) {
    if (!holds)
      refuse(name, std::string{reason});
  }

  // -- members with a default ---------------------------------------------------------------------

  template <class Field>
  void integer(Field& field, const change<std::int64_t>& to, Field standard, std::string_view name,
               range<std::int64_t> allowed) {
    if (!to)
      return;
    if (!*to)
      field = standard;
    else if (within(**to, name, allowed))
      field = static_cast<Field>(**to);
  }
  void number(double& field, const change<double>& to, double standard, std::string_view name,
              range<double> allowed) {
    if (!to)
      return;
    if (!*to)
      field = standard;
    else if (within(**to, name, allowed))
      field = **to;
  }
  template <class T>
  void choice(T& field, const change<T>& to, T standard) {
    if (to)
      field = to->value_or(std::move(standard));
  }
  /// A quantity in millionths that is more than nothing.
  void quantity(std::optional<micro>& field, const change<double>& to, std::string_view name,
                range<double> allowed) {
    if (!to)
      return;
    if (!*to)
      field.reset();
    else if (within(**to, name, allowed))
      field = micro{std::llround(**to * static_cast<double>(micro::scale))};
  }

  // -- members that may be absent -----------------------------------------------------------------

  template <class Field>
  void optional(std::optional<Field>& field, const change<std::int64_t>& to, std::string_view name,
                range<std::int64_t> allowed) {
    if (!to)
      return;
    if (!*to)
      field.reset();
    else if (within(**to, name, allowed))
      field = static_cast<Field>(**to);
  }

  /// A member without a default: it must be set by the first put and can't be reset.
  template <class T>
  void needed(const change<T>& to, bool stands, std::string_view name) {
    if (to ? !*to : !stands)
      refuse(name, to ? "has no default" : "is required");
  }

  // -- objects ------------------------------------------------------------------------------------

  /// Does `members` below `name`.
  template <class Members>
  void inside(std::string_view name, Members members) {
    const auto outer = path_.size();
    path_.append(1, '/').append(name);
    members();
    path_.resize(outer);
  }

private:
  template <class T>
  bool within(T value, std::string_view name, range<T> allowed) {
    const bool fits = value >= allowed.least && value <= allowed.most; // False for NaN.
    if (!fits)
      refuse(name, "must be from " + spell(allowed.least) + " to " + spell(allowed.most));
    return fits;
  }

  std::string path_;
  std::optional<setting_refusal> refusal_;
};

void merge_retry(merger& m, retry_settings& s, const change<retry_patch>& patch) {
  if (!patch)
    return;
  const retry_settings standard;
  if (!*patch) {
    s = standard;
    return;
  }
  const auto& p = **patch;
  m.inside("retry", [&] {
    m.integer(s.max_attempts, p.max_attempts, standard.max_attempts, "max_attempts",
              {1, attempts_max});
    m.integer(s.base, p.base_ms, standard.base, "base_ms", any_duration);
    m.integer(s.max, p.max_ms, standard.max, "max_ms", any_duration);
    m.choice(s.jitter, p.jitter, standard.jitter);
    m.require(s.base <= s.max, p.max_ms ? "max_ms" : "base_ms",
              "makes base_ms greater than max_ms");
  });
}

void merge_rate(merger& m, std::optional<rate_settings>& s, const change<rate_patch>& patch) {
  if (!patch)
    return;
  if (!*patch) {
    s.reset();
    return;
  }
  const auto& p = **patch;
  const bool stands = s.has_value();
  if (!s)
    s.emplace();
  m.inside("rate", [&] {
    m.needed(p.per_second, stands, "per_second");
    m.number(s->per_second, p.per_second, 1.0, "per_second", any_rate);
    m.number(s->burst, p.burst, 1.0, "burst", {1.0, rate_max});
  });
}

void merge_batch(merger& m, std::optional<batch_settings>& s, const change<batch_patch>& patch) {
  if (!patch)
    return;
  if (!*patch) {
    s.reset();
    return;
  }
  const auto& p = **patch;
  const bool stands = s.has_value();
  if (!s)
    s.emplace();
  m.inside("batch", [&] {
    m.needed(p.max_size, stands, "max_size");
    m.integer(s->max_size, p.max_size, std::uint32_t{1}, "max_size", {1, batch_size_max});
    m.integer(s->linger, p.linger_ms, milliseconds{0}, "linger_ms", any_duration);
    m.choice(s->key, p.key, std::string{});
    m.require(s->key.size() <= pointer_bytes_max, "key", "is too long");
    m.require(is_pointer(s->key), "key", "must be a JSON pointer");
  });
}

void merge_poll(merger& m, poll_settings& s, const change<poll_patch>& patch) {
  if (!patch)
    return;
  const poll_settings standard;
  if (!*patch) {
    s = standard;
    return;
  }
  const auto& p = **patch;
  m.inside("poll", [&] {
    m.integer(s.min, p.min_ms, standard.min, "min_ms", any_duration);
    m.integer(s.max, p.max_ms, standard.max, "max_ms", any_duration);
    m.number(s.factor, p.factor, standard.factor, "factor", {1.0, 1e6});
    m.optional(s.max_polls, p.max_polls, "max_polls", any_count);
    m.optional(s.deadline, p.deadline_ms, "deadline_ms", any_duration);
    m.require(s.min <= s.max, p.max_ms ? "max_ms" : "min_ms", "makes min_ms greater than max_ms");
  });
}

void merge_options(std::string& standing, const std::string& patch, options_merge how) {
  standing = how ? how(standing, patch) : patch;
}

void merge_executor(merger& m, type_settings& s, const change<executor_choice_patch>& patch) {
  if (!patch)
    return;
  if (!*patch) {
    s.executor.clear();
    s.executor_options.clear();
    return;
  }
  const auto& p = **patch;
  m.inside("executor", [&] {
    m.require(p.name || !s.executor.empty(), "name", "is required");
    m.require(!p.name || !p.name->empty(), "name", "must not be empty");
  });
  if (p.name)
    s.executor = *p.name;
  merge_options(s.executor_options, p.options, p.merge_options);
  if (s.executor_options.size() > executor_options_max)
    m.refuse("executor", "is too large, merged with what stands");
}

} // namespace

merged<type_settings> merge(type_settings s, const type_patch& patch) {
  merger m;
  const type_settings standard;
  merge_retry(m, s.retry, patch.retry);
  m.integer(s.max_crashes, patch.max_crashes, standard.max_crashes, "max_crashes", any_count);
  m.integer(s.lease, patch.lease_ms, standard.lease, "lease_ms", some_duration);
  m.optional(s.timeout, patch.timeout_ms, "timeout_ms", some_duration);
  m.optional(s.max_running, patch.max_running, "max_running", any_count);
  m.optional(s.max_running_per_tenant, patch.max_running_per_tenant, "max_running_per_tenant",
             any_count);
  merge_rate(m, s.rate, patch.rate);
  merge_batch(m, s.batch, patch.batch);
  merge_poll(m, s.poll, patch.poll);
  m.choice(s.dedup, patch.dedup, standard.dedup);
  m.integer(s.dedup_for, patch.dedup_ms, standard.dedup_for, "dedup_ms", any_duration);
  m.integer(s.age, patch.age_ms, standard.age, "age_ms", any_duration);
  merge_executor(m, s, patch.executor);
  m.choice(s.paused, patch.paused, standard.paused);
  return m.finish(std::move(s));
}

merged<tenant_settings> merge(tenant_settings s, const tenant_patch& patch) {
  merger m;
  const tenant_settings standard;
  std::optional<micro> weight{s.weight};
  m.quantity(weight, patch.weight, "weight",
             {least_quantity.as_double(), most_quantity.as_double()});
  s.weight = weight.value_or(standard.weight);
  m.optional(s.max_running, patch.max_running, "max_running", any_count);
  m.optional(s.max_queued, patch.max_queued, "max_queued", any_count);
  m.choice(s.paused, patch.paused, standard.paused);
  return m.finish(s);
}

merged<pool_settings> merge(pool_settings s, const pool_patch& patch) {
  merger m;
  const pool_settings standard;
  m.quantity(s.slots, patch.slots, "slots", {1.0 / micro::scale, most_quantity.as_double()});
  m.choice(s.cost, patch.cost, standard.cost);
  m.integer(s.reserve_after, patch.reserve_after_ms, standard.reserve_after, "reserve_after_ms",
            any_duration);
  return m.finish(s);
}

merged<key_settings> merge(key_settings s, const key_patch& patch) {
  merger m;
  m.optional(s.max_running, patch.max_running, "max_running", any_count);
  merge_rate(m, s.rate, patch.rate);
  return m.finish(s);
}

merged<executor_settings> merge(executor_settings s, const executor_patch& patch) {
  merger m;
  constexpr std::array<std::string_view, 4> kinds{"process", "docker", "slurm", "simulated"};
  if (patch.kind)
    s.kind = *patch.kind;
  m.require(!s.kind.empty(), "kind", "is required");
  bool known = false;
  for (const auto kind : kinds)
    known = known || s.kind == kind;
  m.require(known, "kind", "must be process, docker, slurm or simulated");
  m.quantity(s.slots, patch.slots, "slots", {1.0 / micro::scale, most_quantity.as_double()});
  merge_options(s.options, patch.options, patch.merge_options);
  return m.finish(std::move(s));
}

} // namespace rota::engine
