#include "cmd/rota/all_pages.hpp"

namespace rota::client {

exit_status for_each_listed(requester& server, const paged_list& list, std::int64_t page_size,
                            json_members params, const std::function<bool(json_value)>& each) {
  params.put("limit", page_size);
  while (true) {
    const auto page = server.call(list.method, params.object());
    if (!page)
      return report(page.error());
    const json_value answer{*page};
    for (const json_value element : array_in(answer, list.member)) {
      if (!each(element))
        return exit_status::done;
    }
    const json_value cursor = member_of(answer, "cursor");
    if (!cursor.is_string())
      return exit_status::done;
    params.put_json("cursor", std::string{cursor.raw()});
  }
}

} // namespace rota::client
