// The metrics of the last hour, for the plots of the web page.
#pragma once
#include "actors/runtime/figures.hpp"
#include "cmd/rotad/http/http_answer.hpp"
#include "cmd/rotad/http/room_asker.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

namespace rota::daemon {

/// Returns the figures of one moment as JSON. Called on an actor's thread.
std::string format_sample(const actors::room_figures& figures);

/// Takes samples at a fixed interval while there is a runtime, and keeps those of the last hour.
/// Lives on the io thread.
class hour {
public:
  hour(boost::asio::io_context& io, room_asker& asker, std::chrono::milliseconds interval,
       std::size_t tenants_max);

  /// There is a new runtime: its counters start at zero, so the samples start anew.
  void begin();
  void end();

  /// The answer to /api/history: {"anew", "last", "wait_bounds", "samples"}. Has the samples after
  /// the one named by `after`, or all samples if that is unknown.
  http_answer answer(const std::string& after) const;

private:
  void take_sample();
  void keep(std::string sample);

  boost::asio::steady_timer timer_;
  room_asker& asker_;
  std::chrono::milliseconds interval_;
  std::size_t samples_max_;
  std::size_t tenants_max_;
  std::string era_;        ///< Identifies the runtime that the samples belong to.
  std::uint64_t eras_ = 0; ///< Number of runtimes in this process.
  std::uint64_t taken_ = 0;
  std::deque<std::string> samples_;
};

} // namespace rota::daemon
