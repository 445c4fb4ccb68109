#include "cmd/rota/all_pages.hpp"

#include <optional>
#include <string>

namespace rota::client {

namespace {

std::string page_params(std::int64_t page_size, const std::optional<std::string>& cursor,
                        const std::function<void(json_writer&)>& write_more) {
  std::string params;
  json_writer writer{params};
  writer.begin_object().member("limit", page_size);
  write_optional(writer, "cursor", cursor);
  if (write_more)
    write_more(writer);
  writer.end_object();
  return params;
}

} // namespace

exit_status for_each_listed(requester& server, const paged_list& list, std::int64_t page_size,
                            const std::function<void(json_writer&)>& write_more,
                            const std::function<bool(json_value)>& each) {
  std::optional<std::string> cursor;
  do {
    const auto page = server.call(list.method, page_params(page_size, cursor, write_more));
    if (!page)
      return report(page.error());
    const json_value answer{*page};
    for (const json_value element : array_in(answer, list.member)) {
      if (!each(element))
        return exit_status::done;
    }
    cursor.reset();
    if (const auto next = answer.as_object().find("cursor"); next && next->is_string())
      cursor = next->as_string();
  } while (cursor);
  return exit_status::done;
}

} // namespace rota::client
