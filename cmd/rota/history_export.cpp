#include "cmd/rota/history_export.hpp"

#include "cmd/rota/all_pages.hpp"
#include "cmd/rota/text.hpp"

#include <algorithm>
#include <array>

namespace rota::client {

namespace {

struct settings_list {
  paged_list list;
  std::string_view one; ///< The name of the line's member.
};

constexpr std::array settings_lists{
    settings_list{{"type.list", "types"}, "type"},
    settings_list{{"tenant.list", "tenants"}, "tenant"},
    settings_list{{"key.list", "keys"}, "key"},
    settings_list{{"pool.list", "pools"}, "pool"},
    settings_list{{"executor.list", "executors"}, "executor"},
};

constexpr std::int64_t page_size = 10'000;

void print_member(std::string_view name, std::string_view json) {
  std::string line;
  json_writer{line}.begin_object().raw_member(name, json).end_object();
  print_line(line);
}

std::string without_contents(json_value job) {
  constexpr std::array contents{"payload", "result", "checkpoint"};
  std::string kept;
  json_writer writer{kept};
  writer.begin_object();
  for (const auto& [name, value] : job.as_object()) {
    if (std::find(contents.begin(), contents.end(), name) == contents.end())
      writer.raw_member(name, value.raw());
  }
  writer.end_object();
  return kept;
}

exit_status export_info(requester& server) {
  const auto info = server.call("server.info", "{}");
  if (!info)
    return report(info.error());
  print_member("info", *info);
  return exit_status::done;
}

exit_status export_settings(requester& server) {
  for (const auto& [list, one] : settings_lists) {
    const auto status =
        for_each_listed(server, list, page_size, {}, [name = one](json_value element) {
          print_member(name, element.raw());
          return true;
        });
    if (status != exit_status::done)
      return status;
  }
  return exit_status::done;
}

exit_status export_jobs(requester& server, bool contents) {
  std::int64_t count = 0;
  const auto print_job = [&](json_value job) {
    print_member("job", contents ? std::string{job.raw()} : without_contents(job));
    ++count;
    return true;
  };
  const auto status = for_each_listed(server, {"job.list", "jobs"}, page_size, {}, print_job);
  if (status != exit_status::done)
    return status;
  std::string end;
  json_writer{end}.begin_object().member("jobs", count).end_object();
  print_member("end", end);
  return exit_status::done;
}

} // namespace

exit_status export_history(requester& server, bool contents) {
  if (const auto status = export_info(server); status != exit_status::done)
    return status;
  if (const auto status = export_settings(server); status != exit_status::done)
    return status;
  return export_jobs(server, contents);
}

} // namespace rota::client
