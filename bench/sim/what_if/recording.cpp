#include "bench/sim/what_if/recording.hpp"

#include "json/check.hpp"
#include "json/slice.hpp"
#include "wire/merging.hpp"
#include "wire/replies.hpp"
#include "wire/time_text.hpp"

#include <algorithm>
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
  return wire::parse_time(text_in(object, name)).value_or(0);
}

std::int64_t count_in(const json_value& object, std::string_view name) {
  return member(object, name).as_int64().value_or(0);
}

engine::micro quantity_in(const json_value& object, std::string_view name) {
  return engine::quantity_from(member(object, name).as_double().value_or(1))
      .value_or(engine::micro::of(1));
}

/// An exported setting has the members of a put request.
template <class Settings>
void read_settings(const json_value& exported, actors::setting_map<Settings>& into,
                   std::string_view name_member = "name") {
  const auto settings = wire::merged<Settings>({}, exported, name_member);
  if (!settings)
    throw std::runtime_error(to_text(settings.error()));
  into.insert_or_assign(text_in(exported, name_member), *settings);
}

void read_executor(const json_value& exported, std::map<std::string, double>& into) {
  const auto slots = member(exported, "capacity").as_double();
  if (const auto some = slots ? slots : member(exported, "slots").as_double())
    into[text_in(exported, "name")] = *some;
}

/// The earliest possible start. For a job with more than one attempt, `ready_at` refers only to the
/// last one.
std::int64_t arrival_of(const json_value& job, bool began_once, std::int64_t started_us) {
  const auto ready_us = time_in(job, "ready_at");
  const bool is_known =
      ready_us > 0 && (started_us == 0 ? count_in(job, "attempts") == 0 : began_once);
  if (is_known && (started_us == 0 || ready_us <= started_us))
    return ready_us;
  return std::max(time_in(job, "created_at"), time_in(job, "not_before"));
}

void read_job(const json_value& exported, std::vector<recorded_job>& into) {
  recorded_job job;
  job.type = text_in(exported, "type");
  job.tenant = text_in(exported, "tenant");
  if (job.type.empty() || job.tenant.empty())
    throw std::runtime_error("a job has no type or no tenant");
  job.worker = text_in(exported, "worker");
  job.concurrency_key = text_in(exported, "concurrency_key");
  job.priority = static_cast<std::int16_t>(count_in(exported, "priority"));
  job.slots = quantity_in(exported, "slots");
  job.cost = quantity_in(exported, "cost");
  job.started_us = time_in(exported, "started_at");
  job.ended_us = time_in(exported, "finished_at");
  job.began_once = job.started_us > 0 && count_in(exported, "attempts") == 1 &&
                   count_in(exported, "crashes") == 0 && count_in(exported, "polls") == 0;
  job.arrived_us = arrival_of(exported, job.began_once, job.started_us);
  if (job.ended_us == 0 || job.started_us > 0)
    into.push_back(std::move(job));
}

struct kind {
  std::string_view name;
  void (*read)(const json_value& exported, recording& into);
};
constexpr kind kinds[] = {
    {"info", [](const json_value&, recording&) {}},
    {"type", [](const json_value& exported,
                recording& into) { read_settings(exported, into.settings.types); }},
    {"tenant", [](const json_value& exported,
                  recording& into) { read_settings(exported, into.settings.tenants); }},
    {"key", [](const json_value& exported,
               recording& into) { read_settings(exported, into.settings.keys, "key"); }},
    {"pool", [](const json_value& exported,
                recording& into) { read_settings(exported, into.settings.pools); }},
    {"executor", [](const json_value& exported,
                    recording& into) { read_executor(exported, into.executor_slots); }},
    {"job", [](const json_value& exported, recording& into) { read_job(exported, into.jobs); }},
};

struct reading {
  recording all;
  std::int64_t jobs = 0; ///< Lines with jobs, including those that are not played.
  bool ended = false;
};

void read_end(const json_value& exported, reading& into) {
  const auto jobs = exported.as_object().find("jobs");
  const auto count = jobs ? jobs->as_int64().value_or(-1) : -1;
  if (count != into.jobs)
    throw std::runtime_error("the end reports " + std::to_string(count) + " jobs, but there are " +
                             std::to_string(into.jobs));
  into.ended = true;
}

void read_line(std::string_view line, reading& into) {
  if (const auto error = check_json(line))
    throw std::runtime_error("is not valid JSON");
  for (const auto& [name, exported] : json_value{line}.as_object()) {
    if (name == "end")
      return read_end(exported, into);
    for (const auto& [known, read] : kinds) {
      if (name == known) {
        into.jobs += name == "job" ? 1 : 0;
        return read(exported, into.all);
      }
    }
  }
  throw std::runtime_error("is not a line of rota history export");
}

} // namespace

recording read_recording(std::string_view text) {
  reading read;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    try {
      if (end > 0)
        read_line(text.substr(0, end), read);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error("line " + std::to_string(line) + ": " + error.what());
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!read.ended)
    throw std::runtime_error("the end is missing: the export was cut off");
  return std::move(read.all);
}

} // namespace rota::bench
