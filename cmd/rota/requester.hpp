// Who brings requests to a server and the answers back.
#pragma once
#include "wire/client.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace rota::client {

class requester {
public:
  virtual ~requester() = default;
  /// `params` is the JSON text of an object. Waits for the answer: the result's JSON text.
  [[nodiscard]] virtual boost::system::result<std::string, wire::call_error>
  call(std::string_view method, std::string_view params) = 0;
};

} // namespace rota::client
