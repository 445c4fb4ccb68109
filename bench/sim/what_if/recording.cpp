#include "bench/sim/what_if/recording.hpp"

#include "cmd/protocol/requests_settings.hpp"
#include "cmd/protocol/time_text.hpp"
#include "json/check.hpp"
#include "json/slice.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace rota::bench {
namespace {

json_value member(const json_value& object, std::string_view name) {
  return object.as_object().find(name).value_or(json_value{});
}

std::string text_in(const json_value& object, std::string_view name) {
  return member(object, name).as_string();
}

std::int64_t time_in(const json_value& object, std::string_view name) {
  return protocol::parse_time(text_in(object, name)).value_or(0);
}

std::int64_t count_in(const json_value& object, std::string_view name) {
  return member(object, name).as_int64().value_or(0);
}

engine::micro quantity_in(const json_value& object, std::string_view name) {
  return engine::quantity_from(member(object, name).as_double().value_or(1))
      .value_or(engine::micro::of(1));
}

/// A list shows settings with the members that a put takes.
template <class Settings, class Decode>
void read_settings(const json_value& shown, actors::setting_map<Settings>& into, Decode decode) {
  const auto read = decode(shown);
  if (!read)
    throw std::runtime_error(read.error().path + ' ' + read.error().reason);
  const auto merged = engine::merge(Settings{}, read->patch);
  if (!merged)
    throw std::runtime_error(merged.error().path + ' ' + merged.error().reason);
  into.insert_or_assign(read->name, *merged);
}

void read_executor(const json_value& shown, std::map<std::string, double>& into) {
  const auto slots = member(shown, "capacity").as_double();
  if (const auto some = slots ? slots : member(shown, "slots").as_double())
    into[text_in(shown, "name")] = *some;
}

/// Since when it could have begun. Of a job that was tried again `ready_at` tells only of its last try.
std::int64_t arrival_of(const json_value& job, bool began_once, std::int64_t started_us) {
  const auto ready_us = time_in(job, "ready_at");
  const bool tells =
      ready_us > 0 && (started_us == 0 ? count_in(job, "attempts") == 0 : began_once);
  if (tells && (started_us == 0 || ready_us <= started_us))
    return ready_us;
  return std::max(time_in(job, "created_at"), time_in(job, "not_before"));
}

void read_job(const json_value& shown, std::vector<recorded_job>& into) {
  recorded_job job;
  job.type = text_in(shown, "type");
  job.tenant = text_in(shown, "tenant");
  if (job.type.empty() || job.tenant.empty())
    throw std::runtime_error("a job has no type or no tenant");
  job.worker = text_in(shown, "worker");
  job.concurrency_key = text_in(shown, "concurrency_key");
  job.priority = static_cast<std::int16_t>(count_in(shown, "priority"));
  job.slots = quantity_in(shown, "slots");
  job.cost = quantity_in(shown, "cost");
  job.started_us = time_in(shown, "started_at");
  job.ended_us = time_in(shown, "finished_at");
  job.began_once = job.started_us > 0 && count_in(shown, "attempts") == 1 &&
                   count_in(shown, "crashes") == 0 && count_in(shown, "polls") == 0;
  job.arrived_us = arrival_of(shown, job.began_once, job.started_us);
  if (job.ended_us == 0 || job.started_us > 0)
    into.push_back(std::move(job));
}

using protocol::decode_put_key;
using protocol::decode_put_pool;
using protocol::decode_put_tenant;
using protocol::decode_put_type;

struct list {
  std::string_view name;
  void (*read)(const json_value& element, recording& into);
};
constexpr list lists[] = {
    {"types", [](const json_value& e,
                 recording& r) { read_settings(e, r.settings.types, decode_put_type); }},
    {"tenants", [](const json_value& e,
                   recording& r) { read_settings(e, r.settings.tenants, decode_put_tenant); }},
    {"keys",
     [](const json_value& e, recording& r) { read_settings(e, r.settings.keys, decode_put_key); }},
    {"pools", [](const json_value& e,
                 recording& r) { read_settings(e, r.settings.pools, decode_put_pool); }},
    {"executors", [](const json_value& e, recording& r) { read_executor(e, r.executor_slots); }},
    {"jobs", [](const json_value& e, recording& r) { read_job(e, r.jobs); }},
};

/// Keeps `unfinished` the lists of which there are more pages.
void read_page(std::string_view line, recording& into, std::set<std::string_view>& unfinished) {
  if (const auto error = check_json(line))
    throw std::runtime_error("is not valid JSON");
  const json_value page{line};
  for (const auto& [name, read] : lists) {
    const auto elements = page.as_object().find(name);
    if (!elements)
      continue;
    for (const auto& element : elements->as_array())
      read(element, into);
    unfinished.erase(name);
    if (member(page, "cursor").is_string())
      unfinished.insert(name);
    return;
  }
  throw std::runtime_error("is no page of types, tenants, keys, pools, executors or jobs");
}

} // namespace

recording read_recording(std::string_view text) {
  recording all;
  std::set<std::string_view> unfinished;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    try {
      if (end > 0)
        read_page(text.substr(0, end), all, unfinished);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error("line " + std::to_string(line) + ": " + error.what());
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!unfinished.empty())
    throw std::runtime_error("the last page of " + std::string{*unfinished.begin()} +
                             " is missing");
  return all;
}

} // namespace rota::bench
