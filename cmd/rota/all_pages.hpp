#pragma once

#include "cmd/rota/context.hpp"
#include "cmd/rota/params.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace rota::client {

/// A method of the wire that returns pages of a list.
struct paged_list {
  std::string_view method;
  std::string_view member; ///< The array in the answer.
};

/// Calls `each` for each element of the list until it returns false or there are no more. `params`
/// selects elements. Needs memory for one page only.
[[nodiscard]] exit_status for_each_listed(requester& server, const paged_list& list,
                                          std::int64_t page_size, json_members params,
                                          const std::function<bool(json_value)>& each);

} // namespace rota::client
