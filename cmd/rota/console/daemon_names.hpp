// Names in the daemon, for completion.
#pragma once
#include "cmd/rota/console/completion.hpp"
#include "cmd/rota/requester.hpp"

#include <memory>

namespace rota::client {

/// Requests up to a thousand names of each list every time. A list that cannot be read is left out.
class daemon_names final : public name_source {
public:
  explicit daemon_names(std::shared_ptr<requester> server) : server_(std::move(server)) {}
  std::vector<std::string> names(named what) override;

private:
  std::shared_ptr<requester> server_;
};

} // namespace rota::client
