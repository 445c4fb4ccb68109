// The room's part of /metrics: however many ask, it is gathered a few times a second at most.
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
  /// The text, or nothing while the room can't tell.
  using taker = std::function<void(const std::string* text)>;

  metrics_scrape(room_asker& asker, std::size_t tenants_max)
      : asker_(asker), tenants_max_(tenants_max) {}

  /// A text that is no older than `fresh_for`; who comes while one is gathered gets that one.
  void get(taker then);
  /// What was gathered is of a room that is gone.
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
