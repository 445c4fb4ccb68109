#include "cmd/rota/history_export.hpp"

#include "cmd/rota/params.hpp"
#include "cmd/rota/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace rota::client {

namespace {

struct listed {
  std::string_view method;
  std::string_view plural;
  std::string_view singular;
};

constexpr std::array settings_lists{
    listed{"type.list", "types", "type"},
    listed{"tenant.list", "tenants", "tenant"},
    listed{"key.list", "keys", "key"},
    listed{"pool.list", "pools", "pool"},
    listed{"executor.list", "executors", "executor"},
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

std::string page_params(const std::optional<std::string>& cursor) {
  std::string params;
  json_writer writer{params};
  writer.begin_object().member("limit", page_size);
  write_optional(writer, "cursor", cursor);
  writer.end_object();
  return params;
}

/// Calls `each` with the elements of all pages of a list.
template <class Each>
exit_status for_each_listed(requester& server, const listed& list, Each each) {
  std::optional<std::string> cursor;
  do {
    const auto page = server.call(list.method, page_params(cursor));
    if (!page)
      return report(page.error());
    const json_value answer{*page};
    for (const json_value element : array_in(answer, list.plural))
      each(element);
    cursor.reset();
    if (const auto next = answer.as_object().find("cursor"); next && next->is_string())
      cursor = next->as_string();
  } while (cursor);
  return exit_status::done;
}

exit_status export_info(requester& server) {
  const auto info = server.call("server.info", "{}");
  if (!info)
    return report(info.error());
  print_member("info", *info);
  return exit_status::done;
}

exit_status export_settings(requester& server) {
  for (const auto& list : settings_lists) {
    const auto status = for_each_listed(
        server, list, [&](json_value element) { print_member(list.singular, element.raw()); });
    if (status != exit_status::done)
      return status;
  }
  return exit_status::done;
}

exit_status export_jobs(requester& server, bool contents) {
  std::int64_t count = 0;
  const auto status = for_each_listed(server, {"job.list", "jobs", "job"}, [&](json_value job) {
    print_member("job", contents ? std::string{job.raw()} : without_contents(job));
    ++count;
  });
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
