// The runtime's part of /metrics, gathered at most a few times a second for all callers.
#pragma once
#include "cmd/rotad/http/runtime_client.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace rota::daemon {

/// Lives on the io thread.
class metrics_scrape {
public:
  /// Receives the text, or null while the runtime cannot answer.
  using receiver = std::function<void(const std::string* text)>;

  metrics_scrape(runtime_client& client, std::size_t tenants_max)
      : client_(client), tenants_max_(tenants_max) {}

  /// Passes on a text that is no older than `age_max`. Concurrent callers share the text being
  /// gathered.
  void get(receiver then);
  /// Drops the gathered text, because its runtime has ended.
  void invalidate() { fetched_at_ = {}; }

private:
  static constexpr std::chrono::milliseconds age_max{250};

  runtime_client& client_;
  std::size_t tenants_max_;
  std::string text_;
  std::chrono::steady_clock::time_point fetched_at_;
  std::vector<receiver> waiting_;
};

} // namespace rota::daemon
