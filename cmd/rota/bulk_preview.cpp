#include "cmd/rota/bulk_preview.hpp"

#include "cmd/rota/all_pages.hpp"
#include "cmd/rota/table.hpp"

#include <fmt/format.h>

#include <iostream>

namespace rota::client {

namespace {

constexpr std::int64_t page_size = 1000;

struct preview {
  std::vector<std::string> jobs; ///< JSON texts of at most as many jobs as the change would affect.
  bool more = false;             ///< There are further matching jobs.
};

boost::system::result<preview, exit_status> find_jobs(const context& settings,
                                                      const bulk_change& change) {
  const auto server = open_requester(settings);
  if (!server)
    return server.error();
  preview found;
  const auto take = [&](json_value job) {
    found.more = static_cast<std::int64_t>(found.jobs.size()) == change.limit;
    if (!found.more)
      found.jobs.emplace_back(job.raw());
    return !found.more;
  };
  for (const std::string_view state : change.states) {
    const auto write_more = [&](json_writer& params) {
      write_filter(params, change.filter);
      params.member("state", state);
    };
    const auto status =
        for_each_listed(**server, {"job.list", "jobs"}, page_size, write_more, take);
    if (status != exit_status::done)
      return status;
  }
  return found;
}

} // namespace

exit_status print_preview(const context& settings, const bulk_change& change) {
  const auto found = find_jobs(settings, change);
  if (!found)
    return found.error();
  const std::string array = fmt::format("[{}]", fmt::join(found->jobs, ","));
  if (settings.json) {
    print_line(fmt::format(R"({{"would_{}":{},"more":{}}})", change.verb, array, found->more));
    return exit_status::done;
  }
  print_table(json_value{array}.as_array(),
              {{"ID", "/id"}, {"STATE", "/state"}, {"TYPE", "/type"}, {"TENANT", "/tenant"}},
              "no jobs");
  print_line(fmt::format("would {} {} jobs{}", change.verb, found->jobs.size(),
                         found->more ? "; more jobs match: run it again for the rest" : ""));
  return exit_status::done;
}

bool confirmed(std::string_view question) {
  fmt::print(stderr, "{} [y/N] ", question);
  std::string word;
  std::getline(std::cin, word);
  return word == "y" || word == "yes";
}

} // namespace rota::client
