// The runtime's part of /metrics, gathered at most a few times a second for all callers.
#pragma once
#include "cmd/rotad/http/room_asker.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rota::daemon {

/// Lives on the io thread.
class metrics_scrape {
public:
  /// Receives the text, or null while the runtime cannot answer.
  using taker = std::function<void(const std::string* text)>;

  metrics_scrape(room_asker& asker, std::size_t tenants_max)
      : asker_(asker), tenants_max_(tenants_max) {}

  /// Passes on a text that is no older than `fresh_for`. Concurrent callers share the text being
  /// gathered.
  void get(taker then);
  /// Drops the gathered text, because its runtime has ended.
  void forget() { gathered_ = {}; }

private:
  static constexpr std::chrono::milliseconds fresh_for{250};

  room_asker& asker_;
  std::size_t tenants_max_;
  std::string text_;
  std::chrono::steady_clock::time_point gathered_;
  std::vector<taker> waiting_;
};

} // namespace rota::daemon
