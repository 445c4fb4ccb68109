// Sends requests to a server and returns the answers.
#pragma once
#include "wire/client.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace rota::client {

class requester {
public:
  virtual ~requester() = default;
  /// Sends a request, whose `params` is the JSON text of an object, and waits for the answer.
  /// Returns the JSON text of the result.
  [[nodiscard]] virtual boost::system::result<std::string, wire::call_error>
  call(std::string_view method, std::string_view params) = 0;
};

} // namespace rota::client
