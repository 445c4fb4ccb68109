#include "cmd/rota/bulk_preview.hpp"

#include "cmd/rota/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace rota::client {

namespace {

constexpr std::int64_t page_max = 1000;

std::string list_params(const bulk_change& change, std::string_view state, std::int64_t limit,
                        const std::string& cursor) {
  std::string params;
  json_writer writer{params};
  writer.begin_object();
  write_filter(writer, change.filter);
  writer.member("state", state).member("limit", limit);
  if (!cursor.empty())
    writer.member("cursor", cursor);
  writer.end_object();
  return params;
}

/// The jobs' JSON texts, at most as many as would be changed.
boost::system::result<std::vector<std::string>, exit_status> find_jobs(const context& settings,
                                                                       const bulk_change& change) {
  const auto server = open_requester(settings);
  if (!server)
    return server.error();
  std::vector<std::string> jobs;
  const auto left = [&] { return change.limit - static_cast<std::int64_t>(jobs.size()); };
  for (const std::string_view state : change.states) {
    std::string cursor;
    do {
      const auto limit = std::min(left(), page_max);
      if (limit <= 0)
        return jobs;
      const auto result = (*server)->call("job.list", list_params(change, state, limit, cursor));
      if (!result)
        return report(result.error());
      for (const json_value job : array_in(json_value{*result}, "jobs"))
        jobs.emplace_back(job.raw());
      const auto next = json_value{*result}.as_object().find("cursor");
      cursor = next && next->is_string() ? next->as_string() : std::string{};
    } while (!cursor.empty());
  }
  return jobs;
}

} // namespace

exit_status print_preview(const context& settings, const bulk_change& change) {
  const auto jobs = find_jobs(settings, change);
  if (!jobs)
    return jobs.error();
  const std::string array = fmt::format("[{}]", fmt::join(*jobs, ","));
  if (settings.json) {
    print_line(fmt::format(R"({{"would_{}":{}}})", change.verb, array));
    return exit_status::done;
  }
  print_table(json_value{array}.as_array(),
              {{"ID", "/id"}, {"STATE", "/state"}, {"TYPE", "/type"}, {"TENANT", "/tenant"}},
              "no jobs");
  print_line(fmt::format("would {} {} jobs", change.verb, jobs->size()));
  return exit_status::done;
}

bool confirmed(std::string_view question) {
  fmt::print(stderr, "{} [y/N] ", question);
  std::string word;
  std::getline(std::cin, word);
  return word == "y" || word == "yes";
}

} // namespace rota::client
