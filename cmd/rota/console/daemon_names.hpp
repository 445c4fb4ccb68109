// The names that the daemon knows, for completion.
#pragma once
#include "cmd/rota/console/completion.hpp"
#include "cmd/rota/requester.hpp"

#include <memory>

namespace rota::client {

/// Asks anew each time, for at most a thousand of each list; what can't be had is left out.
class daemon_names final : public name_source {
public:
  explicit daemon_names(std::shared_ptr<requester> server) : server_(std::move(server)) {}
  std::vector<std::string> names(named what) override;

private:
  std::shared_ptr<requester> server_;
};

} // namespace rota::client
