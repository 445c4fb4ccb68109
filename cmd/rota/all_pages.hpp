#pragma once

#include "cmd/rota/context.hpp"
#include "cmd/rota/params.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace rota::client {

/// A method of the wire that answers in pages.
struct paged_list {
  std::string_view method;
  std::string_view member; ///< Of the answer: the array.
};

/// Calls `each` with the elements of the list, until it says false or there are no more. `write_more` writes members of
/// the params beyond `limit` and `cursor`; may be empty. O(1) memory but for a page.
[[nodiscard]] exit_status for_each_listed(requester& server, const paged_list& list,
                                          std::int64_t page_size,
                                          const std::function<void(json_writer&)>& write_more,
                                          const std::function<bool(json_value)>& each);

} // namespace rota::client
